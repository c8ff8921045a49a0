"""Разобрать: theme, place, importance and staff's own title, each in the journal."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases import alarms, clocks, place_learning
from otklik.cases.actions.importance import BY_PERSON
from otklik.cases.gate import Passage, passing
from otklik.cases.knowledge import knowledge
from otklik.cases.models import Case
from otklik.cases.readings import note_decided
from otklik.cases.rescoping import move_scope
from otklik.classifier.models import Theme
from otklik.failures import BadInput
from otklik.policy.regulation import CRITICAL
from otklik.territory.models import Territory
from otklik.triage.understanding import READ, is_of_theme, reason_of_theme
from otklik.typed_text import line

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
    confirms: bool = True,
    now: datetime | None = None,
) -> Case:
    """Set what a person decided; None leaves a field as it is. In a case already assigned this is a correction.

    An importance that came of the theme goes with it: who names the theme of a case that the program did not
    understand has its clock, too. What danger, the source or a person said of the importance stands.
    The municipality itself does not change here: that is a hand-over. Within a city a case goes to the inner district
    it lies in, and whoever sees only their own district sees it no longer. Danger to life that a person sees rings
    also in a case that was imported as history. `confirms` is false where an act is undone: then nothing is learned.
    """
    with passing(actor, case_id, early_or_later, now=now) as gate:
        case = gate.case
        before = (case.importance, case.theme_id)
        if theme_id is not None:
            _set_theme(gate, theme_id)
            if confirms and importance is None and case.theme_id != before[1]:
                _follow_theme(gate)
        if territory_id is not None:
            _set_territory(gate, territory_id)
        for name, value in (("street", street), ("house", house), ("title", title)):
            if value is not None and getattr(case, name) != line(value, LIMITS[name], name):
                setattr(case, name, line(value, LIMITS[name], name))
                gate.fields.setdefault("changed", []).append(name)
        if importance is not None and importance != case.importance:
            if not 0 <= importance <= CRITICAL:
                raise BadInput(_("Важность бывает от 0 до 4."), "importance")
            gate.fields["importance"] = [case.importance, importance]
            case.importance, case.importance_reason = importance, BY_PERSON
        if territory_id is not None or street is not None:  # also what a resident gave, and a person let stand
            if confirms:
                _learn(gate)
            else:
                place_learning.forget(case_id)
        if (case.importance, case.theme_id) != before:
            clocks.recompute(case)
        alarms.raise_if_dangerous(case, gate.now, by_person=case.importance != before[0])
        return case


def _learn(gate: Passage) -> None:
    """A person said where it is: the names in the text become known after two such cases. Ids go into the journal."""
    finder = knowledge().places
    if isinstance(gate.actor, Staff) and finder is not None:
        case = gate.case
        learned = place_learning.learn(case, finder.locate(case.text[:READ], case.territory.municipality_id))
        if learned:
            gate.fields["learned"] = learned


def early_or_later(case: Case) -> str:
    """The move by which what is known of a case is set: before its assignment it is triaged, then corrected."""
    return "triage" if case.state in (Case.State.NEW, Case.State.TRIAGED) else "correct"


def _set_theme(gate: Passage, theme_id: int) -> None:
    theme = Theme.objects.filter(pk=theme_id, retired=False).first()
    if theme is None:
        if gate.case.theme_id == theme_id:  # of an earlier edition, and left as it is
            return
        raise BadInput(_("Выберите тему из списка."), "theme")
    suggested: list[dict[str, Any]] = (gate.case.suggestion or {}).get("themes", [])
    codes = [t.get("code") for t in suggested]
    place = codes.index(theme.code) + 1 if theme.code in codes else 0
    if isinstance(gate.actor, Staff):
        note_decided(gate.case, place, gate.now)
    if gate.case.theme_id == theme_id:
        return
    gate.fields["theme"] = [gate.case.theme_id, theme.pk]
    gate.fields["suggested"] = place
    gate.case.theme = theme


def _follow_theme(gate: Passage) -> None:
    """The importance of the theme that a person named, where nothing else has decided it."""
    case = gate.case
    if not isinstance(gate.actor, Staff) or case.theme is None or not is_of_theme(case.importance_reason):
        return
    read: dict[str, Any] = case.suggestion or {}
    themes = read.get("themes") or [{}]
    level = case.theme.importance
    if themes[0].get("code") == case.theme.code and isinstance(read.get("importance"), int):
        level = read["importance"]  # the reader weighed this very theme against the words
    case.importance_reason = reason_of_theme(case.theme.name)[:300]
    if level != case.importance:
        gate.fields["importance"] = [case.importance, level]
        case.importance = level


def _set_territory(gate: Passage, territory_id: int) -> None:
    case = gate.case
    place = Territory.objects.select_related("scope").filter(pk=territory_id, active=True).first()
    if place is None:
        raise BadInput(_("Выберите место из списка."), "territory")
    if place.pk == case.territory_id:
        return
    city = case.scope.municipality_id or case.scope_id
    scope = place.scope or place
    if city not in (scope.pk, scope.municipality_id):
        raise BadInput(_("Это место в другом муниципалитете. Передайте карточку туда."), "territory")
    gate.fields["territory"] = [case.territory_id, place.pk]
    case.territory = place
    if scope.pk != case.scope_id:  # an inner district has its own people
        gate.fields["scope"] = [case.scope_id, scope.pk]
        move_scope(case, scope.pk)
