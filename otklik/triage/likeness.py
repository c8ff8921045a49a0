"""Are two messages about one problem? By their words, and by place, time and theme where these are known. Pure.

The words are weighed as `likeness.csv` says (fitted on the pairs of the exam marked `dev` and on
`tests/triage/likeness_pairs_more.csv`, see `triage/evaluating/duplicates.py`); place, time and theme are known beside
the text and weighed by the rules below.
Every judgement tells its reasons as codes; the faces have the words for them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import cos, exp, radians
from pathlib import Path
from typing import Final

from otklik.triage.fingerprints import Fingerprint, fingerprint
from otklik.triage.likeness_signs import COPY_LETTERS, other_number, other_place, signs

SAME_FROM: Final = 0.375  # where F1 was best on unseen pairs; the recall gained outweighs what is wrongly proposed
OTHER_NUMBER: Final = -2.5  # hours and theme together do not weigh it up
NOTHING_COMMON: Final = 1.5
NEAR_METRES: Final = 60
AROUND_METRES: Final = 400
METRES_OF_DEGREE: Final = 111_320  # of latitude
_WEIGHTS: Final = Path(__file__).with_name("likeness.csv")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the fingerprint of its text, and what is known beside it; what is unknown stays empty.

    `settlement` is an id, `theme` and `group` are codes; `street` and `house` are keys by which they are compared;
    `small` tells that the settlement is a village or the like, where one outage is everybody's. A theme that is only
    guessed has no `group`: a wrong guess must not part what is one.
    """

    print: Fingerprint
    settlement: int | None = None
    street: str = ""
    house: str = ""
    point: tuple[float, float] | None = None
    at: datetime | None = None
    theme: str = ""
    group: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` from 0 to 1; `same` from `SAME_FROM`. `copy`: near-identical words; `here`: the same place for certain.

    `reasons` are codes, those that speak for it first: `equal`, `copy`, `words`, `named`, `house`, `street`, `near`,
    `around`, `settlement`, `hours`, `days`, `theme`; against it: `numbers`, `other_names`, `other_house`,
    `other_street`, `far`, `long_ago`, `other_theme`.
    """

    score: float
    same: bool
    reasons: tuple[str, ...]
    copy: bool = False
    here: bool = False


def likeness(a: Side, b: Side) -> Likeness:
    """How likely both are about one problem, symmetric. Any sides are accepted; empty texts are like nothing."""
    seen = signs(a.print, b.print)
    reasons = _words_reasons(a.print, b.print, seen)
    place, place_reasons, here = _place(a, b)
    told = _sum(seen | _said_by_place(here, "house" in place_reasons))
    time, time_reasons = _time(a, b)
    theme, theme_reasons = _theme(a, b)
    if not a.print.words or not b.print.words:
        told = min(told, -2.0)
    if not {"equal", "copy", "words", "named"} & set(reasons) and theme <= 0:  # a house has many troubles a day
        told -= NOTHING_COMMON
    # What the texts name is not asked where the place is known beside them: they may name where the writer lives.
    if (other_number(seen) and "house" not in place_reasons) or (other_place(seen) and not here):
        told = min(told, OTHER_NUMBER)
    score = 1 / (1 + exp(-max(min(told + place + time + theme, 30.0), -30.0)))
    copied = seen["equal"] == 1.0 or seen["letters"] >= COPY_LETTERS
    told_apart = bool(seen["clash"]) or other_place(seen)
    return Likeness(
        round(score, 4), score >= SAME_FROM,
        tuple(dict.fromkeys((*reasons, *place_reasons, *time_reasons, *theme_reasons))),
        copy=bool(a.print.words) and copied and not told_apart, here=here,
    )


def texts_alike(a: str, b: str) -> Likeness:
    """By words alone."""
    return likeness(Side(fingerprint(a)), Side(fingerprint(b)))


def _sum(seen: Mapping[str, float]) -> float:
    weights = _weights()
    return weights["start"] + sum(weights[name] * value for name, value in seen.items() if name in weights)


def _said_by_place(here: bool, house: bool) -> dict[str, float]:
    """Signs that are not asked where the place is known beside the texts. Two short texts that differ by a word are two
    matters only while nothing else says where they are; of one house, other names and numbers are not the place."""
    asked = {"short_unequal": 0.0} if here else {}
    return asked | ({"numbers_less": 0.0, "numbers_more": 0.0, "other_names": 0.0} if house else {})


def _words_reasons(a: Fingerprint, b: Fingerprint, seen: Mapping[str, float]) -> tuple[str, ...]:
    reasons: list[str] = []
    if seen["equal"]:
        reasons.append("equal")
    elif seen["letters"] >= COPY_LETTERS or seen["slips"]:
        reasons.append("copy")
    elif seen["matter"] >= 0.4 and a.words & b.words:
        reasons.append("words")
    if seen["named"]:
        reasons.append("named")
    if other_place(seen):
        reasons.append("other_house" if seen["other_house"] else "other_street")
    elif seen["clash"]:
        reasons.append("numbers")
    elif seen["other_names"]:
        reasons.append("other_names")
    return tuple(reasons)


def _place(a: Side, b: Side) -> tuple[float, tuple[str, ...], bool]:
    """What the place adds, its reason, and whether it is one place for certain."""
    metres = metres_between(a.point, b.point)
    village = a.settlement is not None and a.settlement == b.settlement and a.small and b.small
    if a.settlement is not None and b.settlement is not None and a.settlement != b.settlement and metres is None:
        return -3.3, ("far",), False
    if metres is not None and metres > 5 * AROUND_METRES:
        return -4.0, ("far",), False
    if a.street and b.street:
        if a.street != b.street:
            near = metres is not None and metres <= AROUND_METRES
            return (0.0, ("around",), False) if near else (-6.0, ("other_street",), False)
        if a.house and b.house:
            return (1.6, ("house",), True) if a.house == b.house else (-1.2, ("other_house",), False)
        return 0.8, ("street",), True
    if metres is not None and metres <= NEAR_METRES:
        return 1.3, ("near",), True
    if metres is not None and metres <= AROUND_METRES:
        return 0.5, ("around",), True
    if a.settlement is not None and a.settlement == b.settlement:
        return 0.2, ("settlement",), village and not (a.street or b.street)
    return 0.0, (), False


def _time(a: Side, b: Side) -> tuple[float, tuple[str, ...]]:
    if a.at is None or b.at is None:
        return 0.0, ()
    apart = abs(a.at - b.at)
    if apart <= timedelta(hours=6):
        return 0.7, ("hours",)
    if apart <= timedelta(days=3):
        return 0.3, ("days",)
    return (-1.0, ("long_ago",)) if apart > timedelta(days=45) else (0.0, ())


def _theme(a: Side, b: Side) -> tuple[float, tuple[str, ...]]:
    if a.theme and a.theme == b.theme:
        return 0.5, ("theme",)
    if a.group and b.group and a.group != b.group:
        return -1.2, ("other_theme",)
    return 0.0, ()


def metres_between(a: tuple[float, float] | None, b: tuple[float, float] | None) -> float | None:
    """Metres between two points of latitude and longitude, flat, which is right within a town."""
    if a is None or b is None:
        return None
    north = (a[0] - b[0]) * METRES_OF_DEGREE
    east = (a[1] - b[1]) * METRES_OF_DEGREE * cos(radians(a[0]))
    return float((north * north + east * east) ** 0.5)


@cache
def _weights() -> Mapping[str, float]:
    with _WEIGHTS.open(encoding="utf-8", newline="") as stream:
        return {row["sign"]: float(row["weight"]) for row in csv.DictReader(stream)}

