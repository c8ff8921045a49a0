"""«Where is this?» for the columns of an outside sheet: a municipality and a settlement by name.

The district and its town are two («Камышинский район», «г.о. Камышин»); settlements of one name
are told apart by their municipality, then by their type; what stays undecided is given back as
candidates and never guessed.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.territory.models import Alias, Kind, Territory
from otklik.territory.naming import municipality_key, place_key, split_type, type_family
from otklik.territory.tree import descendants

_MANY = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Where a named place is.

    `territory` is the finest node that is certain; None when nothing is. `exact` says that all
    that was written has been found: a known municipality with an unknown settlement gives the
    municipality, not exact. `reason` is for people; `candidates` are what a person may choose from.
    """

    territory: Territory | None
    reason: str
    candidates: tuple[Territory, ...] = ()
    exact: bool = False


class Finder:
    """All names under one node, read once (three queries); `find` then asks no database.

    For imports: keep one per run. Answers are remembered.
    """

    def __init__(self, within: Territory) -> None:
        """Read the names under `within` (a region, a municipality or an inner district)."""
        self._nodes = list(descendants(within).order_by("id"))
        self._all = {node.pk for node in self._nodes}
        self._inside: dict[int, set[int]] = {}
        self._answers: dict[tuple[str, str], Found] = {}
        self._by_name: dict[str, list[Territory]] = defaultdict(list)
        self._by_unit: dict[str, list[Territory]] = defaultdict(list)
        names: dict[int, list[str]] = defaultdict(list)
        for territory_id, name in Alias.objects.values_list("territory_id", "name"):
            names[territory_id].append(name)
        for node in self._nodes:
            spellings = [node.short_name, node.name, *names[node.pk]]
            for key in {place_key(spelling) for spelling in spellings}:
                self._by_name[key].append(node)
            if node.kind != Kind.SETTLEMENT:
                for key in {municipality_key(spelling) for spelling in spellings}:
                    self._by_unit[key].append(node)

    def find(self, municipality: str | None, settlement: str | None) -> Found:
        """Find a place by the two columns; either may be empty. Never raises for any text."""
        asked = ((municipality or "").strip(), (settlement or "").strip())
        answer = self._answers.get(asked)
        if answer is None:
            if len(self._answers) > 50_000:  # a sheet of free text in these columns
                self._answers.clear()
            answer = self._answers[asked] = self._find(*asked)
        return answer

    def _find(self, municipality: str, settlement: str) -> Found:
        if not municipality and not settlement:
            return Found(None, _("место не указано"))
        if not municipality:
            return self._settlement_alone(settlement)
        unit = self._unit(municipality)
        if unit.territory is None or not settlement:
            return unit
        return self._settlement_in(unit.territory, settlement)

    def _unit(self, text: str) -> Found:
        """A municipality, an inner district, the region, or a settlement written in their column."""
        units = self._by_unit.get(municipality_key(text), [])
        if len(units) > 1:
            whole = [node for node in units if node in self._by_name.get(place_key(text), ())]
            units = whole or units
        if len(units) == 1:
            return Found(units[0], _("найдено по названию"), exact=True)
        if units:
            return Found(
                None, _("под название «%(text)s» подходит несколько территорий")
                % {"text": text}, tuple(units[:_MANY])
            )
        alone = self._settlement_alone(text)
        if alone.territory is not None:
            return alone
        close = difflib.get_close_matches(municipality_key(text), self._by_unit, n=3, cutoff=0.8)
        near = tuple(node for key in close for node in self._by_unit[key])
        return Found(None, _("муниципалитет «%(text)s» не узнан") % {"text": text}, near or alone.candidates)

    def _settlement_alone(self, text: str) -> Found:
        found = self._named(self._all, text)
        if len(found) == 1:
            return Found(found[0], _("такое название в области одно"), exact=True)
        if found:
            return Found(
                None,
                _("«%(text)s»: таких мест %(n)s, нужен муниципалитет") % {"text": text, "n": len(found)},
                tuple(found[:_MANY]),
            )
        units = self._by_unit.get(municipality_key(text), [])
        if len(units) == 1:
            return Found(units[0], _("найдено по названию"), exact=True)
        return Found(None, _("место «%(text)s» не узнано") % {"text": text})

    def _settlement_in(self, unit: Territory, text: str) -> Found:
        if unit.kind == Kind.REGION:
            return self._settlement_alone(text)
        if unit.kind == Kind.SETTLEMENT:
            if unit in self._named({unit.pk}, text):
                return Found(unit, _("найдено по названию"), exact=True)
            unit = next((node for node in self._nodes if node.pk == unit.municipality_id), unit)
        found = self._named(self._ids_inside(unit), text)
        if len(found) == 1:
            return Found(found[0], _("найдено по названию и муниципалитету"), exact=True)
        if found:
            return Found(
                unit,
                _("«%(text)s»: в муниципалитете таких мест %(n)s, выберите нужное") % {"text": text, "n": len(found)},
                tuple(found[:_MANY]),
            )
        elsewhere = self._named(self._all, text)
        reason = _("населённый пункт «%(text)s» в этом муниципалитете не узнан") % {"text": text}
        return Found(unit, reason, tuple(elsewhere[:_MANY]))

    def _ids_inside(self, unit: Territory) -> set[int]:
        inside = self._inside.get(unit.pk)
        if inside is None:
            inside = self._inside[unit.pk] = {
                node.pk
                for node in self._nodes
                if unit.pk in {node.pk, node.parent_id, node.municipality_id, node.scope_id}
            }
        return inside

    def _named(self, allowed: set[int], text: str) -> list[Territory]:
        """Nodes of a name: the whole text first, then its parts between commas, the last first."""
        parts = [part for part in reversed(text.split(",")) if part.strip()]
        for part in [text, *(parts if len(parts) > 1 else [])]:
            found = self._of_name(allowed, part)
            if found:
                return found
        return []

    def _of_name(self, allowed: set[int], text: str) -> list[Territory]:
        typed = split_type(text)
        whole, bare = place_key(text), place_key(typed.name)
        for key in dict.fromkeys((whole, bare)):
            found = [node for node in self._by_name.get(key, ()) if node.pk in allowed]
            found = _most_exact(found)
            if typed.type_name and key == bare and len(found) > 1:
                found = _of_type(found, typed.type_name)
            if found:
                return found
        units = self._by_unit.get(municipality_key(text), []) if _names_a_unit(text) else []
        return [node for node in units if node.pk in allowed]


def _names_a_unit(text: str) -> bool:
    """Tell whether a text writes of a district («Красноармейский р-н»), so that its adjective counts."""
    return place_key(text) != municipality_key(text) and split_type(text).type_name == ""


def _most_exact(nodes: list[Territory]) -> list[Territory]:
    """A town and the municipality of the same name: the town."""
    inside = {node.municipality_id for node in nodes if node.kind in {Kind.SETTLEMENT, Kind.DISTRICT}}
    return [node for node in nodes if node.kind != Kind.MUNICIPALITY or node.pk not in inside]


def _of_type(nodes: list[Territory], type_name: str) -> list[Territory]:
    same = [node for node in nodes if node.type_name == type_name]
    family = [node for node in nodes if type_family(node.type_name) == type_family(type_name)]
    return same or family or nodes
