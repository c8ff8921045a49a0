"""Разобрать: theme, place, importance and staff's own title, each in the journal."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting
from otklik.cases import alarms, clocks
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case
from otklik.cases.rescoping import move_scope
from otklik.classifier.models import Theme
from otklik.failures import BadInput
from otklik.policy.regulation import CRITICAL
from otklik.territory.models import Territory

LIMITS = {"street": 150, "house": 30, "title": 200}  # the columns' own lengths


def triage(
    actor: Actor,
    case_id: int,
    *,
    theme_id: int | None = None,
    territory_id: int | None = None,
    street: str | None = None,
    house: str | None = None,
    importance: int | None = None,
    title: str | None = None,
    now: datetime | None = None,
) -> Case:
    """Set what a person decided; None leaves a field as it is. In a case already assigned this is a correction.

    The municipality itself does not change here: that is a hand-over.
    """
    with passing(actor, case_id, "triage" if _is_early(case_id, actor) else "correct", now=now) as gate:
        case = gate.case
        before = (case.importance, case.theme_id)
        if theme_id is not None:
            _set_theme(gate, theme_id)
        if territory_id is not None:
            _set_territory(gate, territory_id)
        for name, value in (("street", street), ("house", house), ("title", title)):
            if value is not None and getattr(case, name) != value.strip():
                setattr(case, name, _short(value, name))
                gate.fields.setdefault("changed", []).append(name)
        if importance is not None and importance != case.importance:
            if not 0 <= importance <= CRITICAL:
                raise BadInput(_("Важность бывает от 0 до 4."), "importance")
            gate.fields["importance"] = [case.importance, importance]
            case.importance, case.importance_reason = importance, _("указано сотрудником")
        if (case.importance, case.theme_id) != before:
            clocks.restart_for_importance(case)
        alarms.raise_if_dangerous(case, gate.now)
        return case


def _is_early(case_id: int, actor: Actor) -> bool:
    """Whether the case is before its assignment, as this actor sees it. The gate checks again under the lock."""
    with acting(actor):
        state = Case.objects.filter(pk=case_id).values_list("state", flat=True).first()
    return state in (Case.State.NEW, Case.State.TRIAGED, None)


def _set_theme(gate: Passage, theme_id: int) -> None:
    theme = Theme.objects.filter(pk=theme_id).first()
    if theme is None:
        raise BadInput(_("Выберите тему из списка."), "theme")
    if gate.case.theme_id == theme.pk:
        return
    suggested: list[dict[str, Any]] = (gate.case.suggestion or {}).get("themes", [])
    gate.fields["theme"] = [gate.case.theme_id, theme.pk]
    gate.fields["suggested"] = [t.get("code") for t in suggested].index(theme.code) + 1 if any(
        t.get("code") == theme.code for t in suggested
    ) else 0
    gate.case.theme = theme


def _set_territory(gate: Passage, territory_id: int) -> None:
    place = Territory.objects.filter(pk=territory_id).first()
    if place is None:
        raise BadInput(_("Выберите место из списка."), "territory")
    own = {gate.case.scope_id, gate.case.scope.municipality_id or gate.case.scope_id}
    if place.scope_id not in own and place.municipality_id not in own:
        raise BadInput(_("Это место в другом муниципалитете. Передайте карточку туда."), "territory")
    if place.pk != gate.case.territory_id:
        gate.fields["territory"] = [gate.case.territory_id, place.pk]
        gate.case.territory = place
        scope_id = place.scope_id or place.pk
        if scope_id != gate.case.scope_id:  # an inner district has its own people
            gate.fields["scope"] = [gate.case.scope_id, scope_id]
            move_scope(gate.case, scope_id)


def _short(value: str, name: str) -> str:
    value = " ".join(value.split())
    limit = LIMITS[name]
    if len(value) > limit:
        raise BadInput(_("Слишком длинно: не больше %(n)s знаков.") % {"n": limit}, name)
    return value
