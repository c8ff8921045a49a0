"""Landmarks named in free text: «у школы № 5», «за ДК», «напротив магазина «Магнит»», «рядом с памятником козе». Pure.

A landmark counts after a word of place («у», «возле», «за», «напротив»), in the singular; «в больнице холодно» is what
the complaint is about, not where. With a name or a number of its own it counts after «остановка» and the like too.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("landmarks.csv")


@dataclass(frozen=True, slots=True)
class LandmarkHit:
    """`text[start:end]` is the landmark in the words of the text, without the preposition.

    `kind` is its first form («школа»), `is_own` whether it has a name or a number of its own; `confidence` is a rank
    from 0 to 1.
    """

    name: str
    kind: str
    is_own: bool
    confidence: float
    start: int
    end: int


_BEFORE: Final = re.compile(
    r"(?<![А-Яа-яЁё-])(?P<word>у|возле|около|напротив|рядом\s+с|рядом\s+со|рядом\s+у|перед|позади|сзади|за|вдоль|под|"
    r"вблизи|близ|недалеко\s+от|неподал[её]ку\s+от|не\s+доезжая(?:\s+до)?|через\s+дорогу\s+от|между|на|в|от|до|из|к|по)"
    r"\s+(?:наш(?:ей|его|им|ему)\s+|нов(?:ой|ого|ым)\s+|стар(?:ой|ого|ым)\s+)?[«\"]?",
    re.IGNORECASE,
)
# After these a landmark without a name of its own is rather the matter itself («в больнице холодно»).
_WEAK: Final = frozenset({"на", "в", "от", "до", "из", "к", "по", "между"})
_OWN_ONLY_AFTER_WEAK: Final = frozenset(
    {"остановка", "парк", "сквер", "стадион", "кладбище", "рынок", "дк", "тц", "трц"}
)
_INSTRUMENTAL: Final = ("ом", "ем", "ой", "ей", "ью", "дк", "фап", "тц", "трц", "азс", "мфц", "кафе")
_WANT_INSTRUMENTAL: Final = frozenset({"за", "под", "перед", "между"})  # «отвечает за сквер» is no place
_UNDER: Final = frozenset({"мост", "виадук", "путепровод", "тоннель"})
_WORDS: Final = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
_NUMBER: Final = re.compile(
    r"\s{0,2}(?:№|N|номер)?\s?\d{1,3}(?![\d/-])(?!\s(?:раз|год|лет|час|дн|мин|недел|мес|челов|метр|сут))"
)
_QUOTED: Final = re.compile(r"\s[«\"„][^«»\"„“\n]{2,40}[»\"“]")
_CAPITAL: Final = re.compile(r"\s(?:им\.\s?|имени\s)?[А-ЯЁ][А-Яа-яё0-9]+(?:[-\s][А-ЯЁ][А-Яа-яё]+)?")
_LOWER: Final = re.compile(r"\s[а-яё]{3,}(?:у|ю|е|ам|ям|ому|ой)(?![а-яё])")


@cache
def _forms() -> dict[str, tuple[str, frozenset[str]]]:
    found: dict[str, tuple[str, frozenset[str]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            forms = row["forms"].split()
            for form in forms:
                found[form.replace("-", " ")] = (forms[0].replace("-", " "), frozenset(row["names"].split()))
    return found


def kind_of_word(word: str) -> str:
    """The first form of a landmark's word in any case («школой» → «школа»), or "" when it is none."""
    found = _forms().get(word)
    return found[0] if found else ""


def find_landmark(text: str) -> LandmarkHit | None:
    """The surest landmark of a text, the first of equals; None when none is named."""
    return max(find_landmarks(text), key=lambda hit: (hit.confidence, -hit.start), default=None)


def find_landmarks(text: str) -> list[LandmarkHit]:
    """All landmarks of a text in order. Any text is accepted."""
    hits: list[LandmarkHit] = []
    for match in _BEFORE.finditer(text):
        hit = _at(text, match.end(), " ".join(match["word"].lower().split()))
        if hit is not None and (not hits or hit.start >= hits[-1].end):
            hits.append(hit)
    return hits


def _at(text: str, start: int, before: str) -> LandmarkHit | None:
    first = _WORDS.match(text, start)
    if first is None:
        return None
    word = first.group().lower().replace("ё", "е")
    second = _WORDS.match(text, first.end() + 1)
    end, found = first.end(), _forms().get(word)
    if second is not None and text[first.end()] == " ":
        both = _forms().get(f"{word} {second.group().lower().replace('ё', 'е')}")
        if both:
            found, end = both, second.end()
    if found is None:
        return None
    kind, names = found
    quoted = text[start - 1] in "«\""
    if "own" in names:
        is_name = first.group()[0].isupper() or quoted
        if not is_name or before in _WEAK:
            return None
        return LandmarkHit(first.group(), kind, True, 0.8, start, end)
    own_end = _own_name(text, end, names)
    if before in _WEAK and (own_end == end or kind not in _OWN_ONLY_AFTER_WEAK):
        return None
    if before == "под" and kind not in _UNDER:
        return None
    if before in _WANT_INSTRUMENTAL and not text[:end].lower().endswith(_INSTRUMENTAL):
        return None
    is_own = own_end > end
    return LandmarkHit(text[start:own_end], kind, is_own, 0.85 if is_own else 0.6, start, own_end)


def _own_name(text: str, end: int, names: frozenset[str]) -> int:
    """Where the landmark ends with its number or name, or `end` when it has none."""
    for way, pattern in (("number", _NUMBER), ("quoted", _QUOTED), ("capital", _CAPITAL), ("lower", _LOWER)):
        if way in names:
            match = pattern.match(text, end)
            if match:
                return match.end()
    return end
