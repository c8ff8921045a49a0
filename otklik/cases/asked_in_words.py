"""What a search in words asks for: «ямы у школы в Волжском прошлой весной» is a place, a time, and words. Pure.

What was understood is shown beside the list, each part to be taken back by one press; what was not understood is
looked for as words. Nothing is guessed from a doubtful word: «просроченные продукты» are no overdue cases.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from otklik.cases.asked_dates import find_days
from otklik.territory.locating import SURE
from otklik.triage.knowledge import PlaceFinder

READ: Final = 200  # letters of a search


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was understood: what it filters, and where it stands in the text."""

    name: str  # of the filter: place, days, overdue, state, channel, importance, regime, kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was understood. `words` are what is left to look for in the texts."""

    words: str
    parts: tuple[Part, ...] = ()
    place: int | None = None
    place_name: str = ""
    is_settlement: bool = False
    since: date | None = None
    until: date | None = None
    overdue: bool = False
    state: str = ""
    channel: str = ""
    importance: int | None = None
    regime: str = ""
    kind: str = ""


_CASES: Final = r"(?:карточк|сообщени|обращени|жалоб|запис|заявк)\w*"
_GOODS: Final = r"\s+(?:продукт|товар|лекарств|медикамент|молок|мяс|колбас|ед[аыу]\b|паспорт|полис|договор)"
_SIGNS: Final[tuple[tuple[str, str, str, str], ...]] = (  # filter, its value, how it is said, and how it is not
    ("overdue", "1", r"просроченн\w+(?:\s+" + _CASES + r")?|с\s+просрочк\w+", _GOODS),
    ("state", "closed", r"закрыт\w+\s+" + _CASES, ""),
    ("state", "new", r"(?:не\s?разобранн|нов)\w+\s+" + _CASES, ""),
    ("state", "answered", r"отвеченн\w+(?:\s+" + _CASES + ")?", ""),
    ("channel", "vk", r"(?:из|в|во|с)\s+(?:вк|вконтакте|vk)", ""),
    ("channel", "ok", r"(?:из|в|с)\s+одноклассник\w+", ""),
    ("channel", "max", r"(?:из|в|с)\s+(?:max|мах|макса?)", ""),
    ("channel", "telegram", r"(?:из|в|с)\s+(?:телеграмм?а?|телеги|telegram)", ""),
    ("channel", "email", r"(?:по|из|с)\s+(?:почт[еы]|электронной\s+почт[еы]|e-?mail)", r"\s+росси"),
    ("channel", "phone", r"по\s+телефону", ""),
    ("channel", "portal", r"(?:с|из|на)\s+портала?е?", ""),
    ("importance", "4", r"критическ\w+(?:\s+важност\w+)?(?:\s+" + _CASES + ")?|важност\\w+\\s+4", ""),
    ("importance", "3", r"высок\w+\s+важност\w+|важност\w+\s+3", ""),
    ("regime", "law59", r"(?:по\s+)?(?:№\s?)?59[-\s]?фз", ""),
    ("regime", "law8", r"(?:по\s+)?(?:№\s?)?8[-\s]?фз", ""),
    ("regime", "pos", r"(?:из|в)\s+пос", ""),
    ("kind", "thanks", r"благодарност\w+", ""),
)
_COMPILED: Final = tuple(
    (name, value, re.compile(rf"(?<!\w)(?:{said})(?!\w)" + (f"(?!{but})" if but else "")))
    for name, value, said, but in _SIGNS
)
_BEFORE_PLACE: Final = re.compile(
    r"(?:^|(?<=\s))(?:в|во|на|из|по|у|под|возле|около)\s+(?:(?:г|с|п|х|р\.п)\.\s*|городе\s+|селе\s+)?$"
)
_ASKING: Final = r"(?:найди|найти|покажи|показать|все|всё)\s+"
_OPENING: Final = re.compile(rf"^\s*(?:{_ASKING})*{_CASES}(?:\s+(?:на|о|об|про|по)(?!\w))?\s*|^\s*{_ASKING}")


def read(text: str, today: date, places: PlaceFinder | None, near: int | None = None) -> Asked:
    """Understand a search. `near` is the only municipality of who asks. A quoted search («"…"») is all words."""
    text = " ".join(text[:READ].split())
    if '"' in text or "«" in text:
        return Asked(text)
    lowered = text.lower().replace("ё", "е")
    asked, parts = Asked(text), list[Part]()
    if (days := find_days(text, today)) is not None:
        asked = replace(asked, since=days.since, until=days.until)
        parts.append(Part("days", days.start, days.end))
    for name, value, said in _COMPILED:
        found = said.search(lowered)
        if found is None or any(part.name == name or _meet(part, found.start(), found.end()) for part in parts):
            continue
        asked = _with(asked, name, value)
        parts.append(Part(name, found.start(), found.end()))
    if places is not None:
        located = places.locate(text, near)
        hit, unit = located.place, located.municipality_id
        if hit is not None and hit.confidence >= SURE and not any(_meet(p, hit.start, hit.end) for p in parts):
            before = _BEFORE_PLACE.search(lowered[: hit.start])
            # A city is all of its municipality: cases stand at the one or at the other.
            is_city = hit.name == located.municipality and unit is not None
            asked = replace(
                asked, place=unit if is_city else hit.territory_id, place_name=hit.name,
                is_settlement=hit.kind == "settlement" and not is_city,
            )
            parts.append(Part("place", before.start() if before else hit.start, hit.end))
    return replace(asked, words=_left(text, parts), parts=tuple(sorted(parts, key=lambda part: part.start)))


def without(text: str, asked: Asked, part: Part) -> str:
    """The search with one part taken back."""
    text = " ".join(text[:READ].split())
    return " ".join(f"{text[: part.start]} {text[part.end :]}".split())


def _with(asked: Asked, name: str, value: str) -> Asked:
    if name == "overdue":
        return replace(asked, overdue=True)
    if name == "importance":
        return replace(asked, importance=int(value))
    return replace(asked, **{name: value})  # type: ignore[arg-type]


def _meet(part: Part, start: int, end: int) -> bool:
    return part.start < end and start < part.end


def _left(text: str, parts: Sequence[Part]) -> str:
    """The words that no part took; a search that opens with «жалобы на…» does not look for «жалобы»."""
    for part in sorted(parts, key=lambda part: -part.start):
        text = f"{text[: part.start]} {text[part.end :]}"
    text = " ".join(text.split()).strip(" ,.;")
    left = _OPENING.sub("", text.lower().replace("ё", "е"), count=1)
    return text[len(text) - len(left):].strip() if parts or len(left) < len(text) else text
