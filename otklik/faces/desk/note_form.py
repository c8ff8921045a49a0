"""The form of a note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.faces.desk.fields import DeskForm, area


class NoteForm(DeskForm):
    """Words for colleagues."""

    panel = "note"
    text = forms.CharField(
        label=_("Заметка для коллег"),
        widget=area(2, **{"data-mention": "", "data-mention-label": _("Коллеги"), "autocomplete": "off"}),
        max_length=2000,
        help_text=_("Её видят только сотрудники. Позвать коллегу: @Фамилия."),
        error_messages={"required": _("Напишите заметку.")},
    )
