"""The form of one act on many cases: which act, and what it needs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.acting import Staff
from otklik.cases.bulk import KINDS, Plan
from otklik.cases.models import Case
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.faces.desk.fields import MISSING, DeskForm, area
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory

LABELS = {
    "triage": _("Разобрать: тема и важность"), "take": _("Взять себе"), "assign": _("Назначить исполнителя"),
    "hand_over": _("Передать в другой муниципалитет"), "set_aside": _("Отложить: спам, благодарность, не наше"),
    "close": _("Закрыть с итогом"),
}  # fmt: skip
NEEDED = {
    "assign": {"organisation": _("Выберите организацию.")},
    "hand_over": {"territory": _("Выберите, куда передаёте."), "reason": _("Напишите, почему передаёте.")},
    "set_aside": {"aside": _("Выберите, что это.")},
    "close": {"outcome": _("Выберите итог.")},
}
NOT_CHOSEN = [("", _("не выбрано"))]


class BulkForm(DeskForm):
    """Fields of every act; those of other acts than the chosen one do not count."""

    panel = "bulk"
    kind = forms.ChoiceField(
        label=_("Что сделать"), choices=[(kind, LABELS[kind]) for kind in KINDS], widget=forms.RadioSelect,
        error_messages=MISSING | {"required": _("Выберите, что сделать.")},
    )
    theme = forms.TypedChoiceField(label=_("Тема"), required=False, coerce=int, empty_value=None)
    importance = forms.TypedChoiceField(
        label=_("Важность"), required=False, coerce=int, empty_value=None,
        choices=[("", _("оставить как есть")), *((n, str(n)) for n in range(5))],
    )
    organisation = forms.TypedChoiceField(label=_("Кому"), required=False, coerce=int, empty_value=None)
    task = forms.CharField(
        label=_("Что нужно сделать"), required=False, widget=area(2), max_length=5000,
        help_text=_("Пусто — у каждой карточки её заголовок или тема. Без имён и телефонов."),
    )
    territory = forms.TypedChoiceField(label=_("Куда"), required=False, coerce=int, empty_value=None)
    aside = forms.ChoiceField(
        label=_("Что это"), required=False, widget=forms.RadioSelect,
        choices=[
            (Case.Outcome.SPAM, _("спам, реклама")), (Case.Outcome.THANKS, _("благодарность")),
            (Case.Outcome.NOT_OURS, _("не наша компетенция")),
        ],
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("Итог"), required=False, widget=forms.RadioSelect,
        choices=[
            (one, one.label) for one in (
                Case.Outcome.SOLVED, Case.Outcome.EXPLAINED, Case.Outcome.DECLINED, Case.Outcome.NOT_OURS,
            )
        ],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Причина или пояснение"), required=False, widget=area(2), max_length=2000,
        help_text=_("У «не наша компетенция» эти слова прочтут жители: напишите, куда обратиться."),
    )

    def offer(self, actor: Staff, cases: Iterable[Case]) -> "BulkForm":
        """Fill the choices: themes, organisations of the cases' places and of the region, other municipalities."""
        scopes = {case.scope_id for case in cases}
        fields: dict[str, Any] = self.fields
        fields["theme"].choices = [("", _("оставить как есть")), *_themes()]
        fields["organisation"].choices = [*NOT_CHOSEN, *_organisations(scopes)]
        fields["territory"].choices = [*NOT_CHOSEN, *_places(scopes)]
        return self

    def clean(self) -> dict[str, Any]:
        """What the chosen act cannot do without."""
        given: dict[str, Any] = super().clean() or {}
        for name, words in NEEDED.get(given.get("kind", ""), {}).items():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, words)
        if given.get("kind") == "triage" and given.get("theme") is None and given.get("importance") is None:
            self.add_error("theme", _("Выберите тему или важность."))
        return given

    def plan(self) -> Plan:
        """The plan of a form that is right."""
        given = self.cleaned_data
        kind = given["kind"]
        return Plan(
            kind, theme_id=given["theme"], importance=given["importance"], organisation_id=given["organisation"],
            task=given["task"], territory_id=given["territory"],
            outcome=given["aside"] if kind == "set_aside" else given["outcome"], reason=given["reason"],
        )  # fmt: skip


def _themes() -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    themes = Theme.objects.filter(version=current(), retired=False).order_by("group__order", "order")
    for pk, name, group in themes.values_list("pk", "name", "group__name"):
        groups.setdefault(group, []).append((pk, name))
    return list(groups.items())


def _organisations(scopes: set[int]) -> list[tuple[int, str]]:
    if not scopes:
        return []
    cities = Territory.objects.filter(pk__in=scopes).values("municipality_id")
    own = Q(territory__scope_id__in=scopes) | Q(territory__municipality_id__in=cities) | Q(territory_id__in=cities)
    found = Organisation.objects.filter(own | Q(territory__kind=Kind.REGION), active=True).exclude(
        kind__in=[Organisation.Kind.REGIONAL_CENTRE, Organisation.Kind.MUNICIPAL_CENTRE]
    )
    return list(found.order_by("name_key").values_list("pk", "short_name")[:1000])


def _places(scopes: set[int]) -> list[tuple[int, str]]:
    places = Territory.objects.filter(active=True, kind__in=[Kind.MUNICIPALITY, Kind.DISTRICT], scope_id__isnull=False)
    if len(scopes) == 1:
        places = places.exclude(pk__in=scopes)
    return list(places.order_by("name_key").values_list("pk", "name"))
