"""The form of a template of answers."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.acting import Staff
from otklik.answers.models import AnswerTemplate
from otklik.answers.templates import KEEPERS, may_keep
from otklik.answers.templating import MAX_TEMPLATE
from otklik.classifier.models import Theme, ThemeGroup
from otklik.faces.desk.fields import DeskForm, area
from otklik.territory.models import Territory

REGION = "region"


def region_or_places(actor: Staff) -> list[tuple[str, str]]:
    """For whom this person may keep templates: the region, and centres, as choices."""
    found = [(REGION, _now("вся область"))] if may_keep(actor, None) else []
    scopes: set[int] = set()
    everywhere = False
    for grant in actor.grants:
        if grant.role in KEEPERS:
            everywhere = everywhere or grant.scopes is None
            scopes |= grant.scopes or set()
    rows = Territory.objects.filter(pk__in=scopes, scope_id__isnull=True) | Territory.objects.filter(
        pk__in=scopes, kind="municipality"
    )
    if everywhere:
        rows = Territory.objects.filter(kind="municipality")
    return found + [(str(row.pk), row.short_name) for row in rows.distinct().order_by("name_key")]


def themes() -> list[tuple[str, Any]]:
    """Groups, each with its themes, of the newest edition."""
    newest: dict[str, ThemeGroup] = {}
    for group in ThemeGroup.objects.order_by("version_id", "order"):
        newest[group.code] = group
    rows: dict[str, list[tuple[str, str]]] = {}
    found = Theme.objects.filter(retired=False, group_id__in=[one.pk for one in newest.values()])
    for code, name, group_code in found.order_by("group__order", "pk").values_list("code", "name", "group__code"):
        rows.setdefault(group_code, []).append((code, name))
    choices: list[tuple[str, Any]] = [("", _now("для любой темы"))]
    for code, group in newest.items():
        whole = (code, _now("%(group)s: вся группа") % {"group": group.name})
        choices.append((group.name, [whole, *rows.get(code, [])]))
    return choices


class TemplateForm(DeskForm):
    """A template: name, for what and whom, text."""

    panel = "template"
    name = forms.CharField(
        label=_("Название"), max_length=120, error_messages={"required": _("Назовите шаблон, чтобы его находили.")}
    )
    theme = forms.ChoiceField(
        label=_("Для какой темы"), required=False,
        error_messages={"invalid_choice": _("Выберите тему из списка.")},
    )
    place = forms.ChoiceField(
        label=_("Для кого"), error_messages={
            "required": _("Выберите, для кого шаблон."), "invalid_choice": _("Выберите из списка.")
        },
    )
    text = forms.CharField(
        label=_("Текст"), widget=area(12), max_length=MAX_TEMPLATE,
        error_messages={
            "required": _("Напишите текст шаблона."),
            "max_length": _("Слишком длинно: не больше %(limit_value)s знаков, сейчас %(show_value)s."),
        },
    )
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Staff, row: AnswerTemplate | None, data: QueryDict | None = None) -> None:
        initial = {} if row is None else {
            "name": row.name, "theme": row.theme, "text": row.text, "base_version": row.version
        }
        super().__init__(data, initial=initial)
        choice = self.fields["theme"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = themes()
        if row is not None and row.theme and row.theme not in {code for code, _name in _flat(choice.choices)}:
            choice.choices = [*choice.choices, (row.theme, row.theme)]
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        if row is not None:
            del self.fields["place"]
        else:
            place.choices = region_or_places(actor)

    def clean_place(self) -> int | None:
        """The territory, or None for the whole region."""
        given = self.cleaned_data["place"]
        return None if given == REGION else int(given)


def _flat(choices: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for value, label in choices:
        found += label if isinstance(label, list) else [(value, label)]
    return found
