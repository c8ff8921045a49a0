"""The place that a resident's text names, offered in «Где?» to be tapped. To be called inside `acting`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from otklik.faces.portal import places
from otklik.territory.locating import SURE, Located

MOST: Final = 4  # namesakes; among more of them the name alone is no help


@dataclass(frozen=True, slots=True)
class PlaceHint:
    """Places to tap, the likely one alone or the namesakes among which the text does not decide; street and house."""

    choices: tuple[places.Choice, ...]
    street: str = ""
    house: str = ""


def place_hint(found: Located) -> PlaceHint | None:
    """What to offer for a text; None when it names no place. A query for each place offered."""
    if found.place is not None and found.place.confidence >= SURE:
        wanted = [found.place.territory_id]
    else:
        wanted = list(dict.fromkeys(hit.territory_id for hit in found.candidates if hit.kind != "region"))
    if not wanted or len(wanted) > MOST:
        return None
    choices = tuple(choice for pk in wanted if (choice := places.as_listed(pk)) is not None)
    address = found.address
    return PlaceHint(choices, address.street if address else "", address.house if address else "") if choices else None
