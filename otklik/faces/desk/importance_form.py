"""The form that corrects the importance: a level, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.faces.desk.fields import MISSING, DeskForm

LEVELS = (
    (0, _("0 · не инцидент")), (1, _("1 · низкая")), (2, _("2 · средняя")), (3, _("3 · высокая")),
    (4, _("4 · жизнь и здоровье")),
)  # fmt: skip
# What is said most often; a person may say anything else.
REASONS = (
    _("угрозы нет, слова не о том"), _("опасность уже устранена"), _("это вопрос или предложение"),
    _("есть угроза жизни"), _("страдают многие или дети"),
)  # fmt: skip


class ImportanceForm(DeskForm):
    """What a person says of the importance."""

    panel = "importance"
    importance = forms.TypedChoiceField(label=_("Важность"), coerce=int, choices=LEVELS, error_messages=MISSING)
    reason = forms.CharField(
        label=_("Почему"), required=False, max_length=300, help_text=_("Останется в журнале карточки."),
        widget=forms.TextInput(attrs={"list": "importance-reasons", "autocomplete": "off"}),
    )
