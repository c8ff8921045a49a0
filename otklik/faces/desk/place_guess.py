"""Where the text says it is, beside where the case is: to be taken by one key, corrected, undone. Inside `acting`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.territory.locating import SURE
from otklik.territory.models import Territory

Lit = tuple[int, int, str]


@dataclass(frozen=True)
class PlaceGuess:
    """What may be taken over. `territory` is None when the text only adds a street or a house.

    `elsewhere` is the place when it lies in another municipality: that is a hand-over and no correction. `landmark` is
    in the words of the text.
    """

    territory: Territory | None
    street: str
    house: str
    landmark: str
    elsewhere: Territory | None = None

    @property
    def is_offered(self) -> bool:
        """Whether taking it would change anything."""
        return bool(self.territory or self.street or self.house)

    @property
    def written(self) -> str:
        """As one line: «Бекетовка, ул. Мира, 5»."""
        named = self.territory.short_name if self.territory else ""
        return ", ".join(part for part in (named, self.street, self.house) if part)


def place_guess(case: Case) -> tuple[PlaceGuess | None, list[Lit]]:
    """What triage read about the place, and the spans to light in the text. At most one query."""
    kept: dict[str, Any] = case.suggestion or {}
    place, where = kept.get("place") or {}, kept.get("where") or {}
    if not place and not where:
        return None, []
    named = _named(case, place, where)
    elsewhere = named if named is not None and _unit(named) != _unit(case.territory) else None
    landmark = _words(case.text, where.get("landmark_span"))
    guess = PlaceGuess(
        named if named is not None and elsewhere is None and named.pk != case.territory_id
        and not _is_above(named, case.territory) else None,
        _new(where.get("street"), case.street), _new(where.get("house"), case.house), landmark, elsewhere,
    )
    return guess, _lit(case, place, where, named)


def _named(case: Case, place: dict[str, Any], where: dict[str, Any]) -> Territory | None:
    pk = place.get("territory")
    if not pk or where.get("confidence", 1.0) < SURE:
        return None
    if pk == case.territory_id:
        return case.territory
    return Territory.objects.select_related("municipality").filter(pk=pk, active=True).first()


def _unit(place: Territory) -> int:
    return place.municipality_id or place.pk


def _is_above(named: Territory, own: Territory) -> bool:
    """A city or district named in the text says less than the place the case has already."""
    return named.pk in {own.municipality_id, own.scope_id, own.parent_id}


def _new(read: str | None, own: str) -> str:
    """A street or a house is offered where the case has none: what a person wrote stands."""
    return (read or "") if not own else ""


def _lit(case: Case, place: dict[str, Any], where: dict[str, Any], named: Territory | None) -> list[Lit]:
    read = ", ".join(part for part in (where.get("street"), where.get("house")) if part)
    spans: list[Lit] = []
    for span, why in (
        (place.get("span"), _("Место: %(name)s") % {"name": (named or case.territory).short_name}),
        (where.get("street_span"), _("Адрес: %(name)s") % {"name": read}),
        (where.get("landmark_span"), _("Ориентир")),
    ):
        if span and 0 <= span[0] < span[1] <= len(case.text):
            spans.append((span[0], span[1], why))
    return spans


def _words(text: str, span: list[int] | None) -> str:
    return text[span[0] : span[1]] if span and 0 <= span[0] < span[1] <= len(text) else ""
