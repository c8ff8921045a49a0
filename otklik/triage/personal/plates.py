"""Number plates of cars, buses, trailers, motorcycles and tractors. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otklik.triage.personal import contexts
from otklik.triage.personal.spans import PersonalSpan

_L: Final = "АВЕКМНОРСТУХABEKMHOPCTYX"
_G: Final = r"[\s\-–_]?"
_REGION: Final = r"(?:[1279]\d\d|\d\d)"
_CAR: Final = re.compile(
    rf"(?<!\w)[{_L}]{_G}\d{{3}}{_G}[{_L}]{{2}}(?:{_G}[|/(,]?{_G}"
    rf"(?:рег(?:ион)?\.?\s?)?{_REGION}(?!\d)(?:\s?(?:rus|рус|рег(?:ион)?)\b)?)?(?!\w)", re.IGNORECASE
)
_TWO_LETTERS: Final = re.compile(
    rf"(?<!\w)(?<!\d\s)[{_L}]{{2}}{_G}\d{{3,4}}{_G}[|/]?{_G}{_REGION}(?!\d)(?!\w)", re.IGNORECASE
)
_DIGITS_FIRST: Final = re.compile(
    rf"(?<![\w.,-])\d{{4}}{_G}[{_L}]{{2}}{_G}{_REGION}(?!\d)(?!\w)", re.IGNORECASE,
)
# Letters that no plate has are written as well: «л123гд34» beside a word of cars. Kazakh plates: «123 ABC 02».
_ANY_LETTERS: Final = re.compile(
    rf"(?<!\w)(?:[А-ЯЁA-Z]\d{{3}}[А-ЯЁA-Z]{{2}}(?:\s?{_REGION}(?!\d))?"
    rf"|\d{{3}}\s?[A-Z]{{2,3}}\s?\d\d|[А-Я]\s?\d{{4}}\s?[А-Я]{{2}}|[А-Я]\s?\d{{4}}\s\d\d"
    rf"|[А-Я]\s\d{{3}}\s[А-Я]{{2}}\s{_REGION})(?!\w)",
    re.IGNORECASE,
)
_THREE: Final = re.compile(r"\d{3}")
_CARS: Final = re.compile(
    r"машин|авто|уаз|полиц|экипаж|патрул|номер|гос|ваз|лад[аыеу]|прицеп|мот[оик]|мопед|трактор|такси|бус|маршрутк|газел|джип"
    r"|грузови|камаз|фур[аыу]"
    r"|скор|припарк|парк[оу]|водител|стоит|урал|нив[аыеу]|форд|тягач|г/н|г\.н|марк[аи]|троллейбус|вод(?:ит"
    r"|ил)",
    re.IGNORECASE,
)


def plates(text: str) -> Iterator[PersonalSpan]:
    """Plates through the region. Small letters with gaps count beside a word of cars only («в 112 не …»)."""
    for pattern in (_CAR, _TWO_LETTERS, _DIGITS_FIRST, _ANY_LETTERS) if _THREE.search(text) else ():
        for match in pattern.finditer(text):
            if _is_plate(text, match, pattern):
                yield PersonalSpan(match.start(), match.end(), "plate", "госномер")


def _is_plate(text: str, match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    letters = [sign for sign in match[0] if sign.isalpha() and sign not in "rusRUSгинГИН"]
    if len({sign.isupper() for sign in letters}) > 1:
        return re.match(r"\w\d{3}\w\w|\w\w\d{3,5}\b|\d{4}\w\w", match[0]) is not None
    if not letters:
        return False
    capital = letters[0].isupper()
    digits = re.sub(r"\D", "", match[0])
    near = _CARS.search(contexts.before(text, match.start(), 60)) is not None
    whole = pattern is not _CAR or len(digits) > 3
    if pattern is _ANY_LETTERS:
        return near
    if capital and not text.isupper():
        return near or whole or re.match(r"\w\d{3}\w\w", match[0]) is not None
    if pattern is _CAR and whole and re.match(r"\w\d{3}\w\w", match[0]):
        return True
    return near
