"""Names of places that a text uses and the gazetteer does not know: «на Жилмаше», «пос. Лесхоз-2». Pure.

What may be learned when a person says where it is. Never a house, a flat or a person's name.
"""

from __future__ import annotations

import re
from typing import Final

from otklik.territory.context import marker_before
from otklik.territory.locating import Located
from otklik.territory.morphology import is_personal_name, is_usual_word, nominative_after

_IN: Final = re.compile(
    r"(?<![А-Яа-яЁё-])(?P<said>(?i:на|в|во|из|до|под|пос\.?|пос[её]л[а-яё]+|мкр\.?|микрорайон[а-яё]*|"
    r"хутор[а-яё]*|х\.|село|селе|района))\s[«\"]?(?P<name>[А-ЯЁ][а-яё]{3,}(?:-[А-ЯЁа-яё0-9]+)?)"
)
_CASES: Final = {"на": "loct", "в": "loct", "во": "loct", "из": "gent", "до": "gent", "района": "gent", "под": "ablt"}
LONGEST: Final = 40


def unheard_place(text: str, found: Located) -> str:
    """The one name of a place in a text that is not known yet, in the nominative; "" when there is none or several.

    Words of usual speech and names of people are passed over, and so is what was read as anything else.
    """
    names: dict[str, None] = {}
    for match in _IN.finditer(text[:10_000]):
        start, end = match.span("name")
        if any(left < end and start < right for left, right in _read(found)):
            continue
        said = match["said"].lower()
        key = match["name"].lower().replace("ё", "е")
        marked = said not in _CASES or marker_before(text, start) is not None
        if is_usual_word(key) or (is_personal_name(key) and not marked):
            continue
        names[nominative_after(match["name"], _CASES.get(said, "nomn"))] = None
    name = next(iter(names), "")
    return name if len(names) == 1 and len(name) <= LONGEST else ""


def _read(found: Located) -> list[tuple[int, int]]:
    spans = [(hit.start, hit.end) for hit in found.candidates]
    return spans + [(one.start, one.end) for one in (found.address, found.landmark) if one is not None]
