"""The formula of the rating, as data: its parts, weights, minima and leagues, read from a mapping and checked. Pure.

A version is never changed: another one with its own first month stands beside it. `PARTS` says what each part counts.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.failures import BadInput
from otklik.insight.measures import Measures

SHIPPED = Path(__file__).parent / "shipped"
MOST_MONTHS = 12
MOST_DAYS = 31
DRAFT_DAYS = 28  # a day that every month has


@dataclass(frozen=True)
class Counted:
    """One part of a rating: what it is called, what is good in it and of what, and what adds to it, in words."""

    code: str
    label: str | Promise
    good: str | Promise
    of: str | Promise
    mover: str | Promise  # «…: ещё 12»


PARTS: dict[str, Counted] = {
    part.code: part
    for part in (
        Counted(
            "in_time", gettext_lazy("Ответили в срок"),
            gettext_lazy("все ответы даны не позже срока"),
            gettext_lazy("сообщения, по которым срок уже закончился; просроченные без ответа — не в срок"),
            gettext_lazy("Ответы в срок"),
        ),
        Counted(
            "quick", gettext_lazy("Быстро ответили"),
            gettext_lazy("ответ дан быстрее, чем обычно (в середине) отвечают по такой же теме во всём регионе"),
            gettext_lazy("сообщения с ответом и просроченные без ответа"),
            gettext_lazy("Ответы быстрее обычного"),
        ),
        Counted(
            "held", gettext_lazy("Не вернулось"),
            gettext_lazy("житель не написал «не исправлено», и карточку не открывали снова"),
            gettext_lazy("сообщения, на которые дан ответ"),
            gettext_lazy("Ответы, после которых житель не возвращается"),
        ),
        Counted(
            "not_repeated", gettext_lazy("Не повторилось"),
            gettext_lazy("о том же на том же месте больше не писали"),
            gettext_lazy("поступившие сообщения"),
            gettext_lazy("Сообщения без повтора"),
        ),
        Counted(
            "rated", gettext_lazy("Оценка жителей"),
            gettext_lazy("звёзды: пять — целиком, четыре — на три четверти, одна — ничего"),
            gettext_lazy("сообщения, которые житель оценил"),
            gettext_lazy("Пятёрки вместо единиц"),
        ),
        Counted(
            "verified", gettext_lazy("Проверено: сделано"),
            gettext_lazy("житель подтвердил или перепроверка нашла, что сделано"),
            gettext_lazy("«сделано», о которых сказал житель или перепроверка"),
            gettext_lazy("Подтверждённые исправления"),
        ),
    )
}


def good_and_n(code: str, of: Measures) -> tuple[float, float]:
    """How much was good, and of how many, in one part. `quick` needs times and is counted apart (KeyError)."""
    answered = max(of.answered, of.reopened)  # an answer of the turn before is not an answer of this one
    counts: dict[str, tuple[float, float]] = {
        "in_time": (of.in_time, of.judged),
        "held": (answered - of.reopened, answered),
        "not_repeated": (of.received - of.repeated, of.received),
        "rated": ((of.rating_sum - of.rated) / 4, of.rated),
        "verified": (of.verified, of.checked),
    }
    good, n = counts[code]
    return max(0.0, min(float(good), float(n))), float(n)


@dataclass(frozen=True)
class Part:
    """One part in one version: its weight, the shares that give 0 and 100 points, how many cases tell anything."""

    code: str
    weight: float
    zero: float
    full: float
    least: int

    @property
    def counted(self) -> Counted:
        """What it counts."""
        return PARTS[self.code]

    def points(self, share: float) -> float:
        """Points of a share, 0..100."""
        return max(0.0, min(100.0, 100 * (share - self.zero) / (self.full - self.zero)))


@dataclass(frozen=True)
class League:
    """Places with at least so many residents (`floor`) and fewer than the league above (`below`; None: no bound)."""

    code: str
    name: str
    floor: int
    below: int | None = None


@dataclass(frozen=True)
class Gaming:
    """What is shown to the curator; it moves no place."""

    evidence_least: int = 10
    evidence_above: float = 0.2
    alike_least: int = 3
    alike_share: float = 0.05
    easy_growth: float = 0.1


@dataclass(frozen=True)
class Formula:
    """One version. `valid_from` is the first day of the first month that is rated by it."""

    version: int
    valid_from: date
    title: str
    source: str
    parts: tuple[Part, ...]
    leagues: tuple[League, ...]  # the largest first
    window_months: int = 3
    draft_day: int = 5
    dispute_days: int = 7
    least_cases: int = 30
    least_measured: float = 0.6
    federal_kinds: frozenset[str] = frozenset()
    gaming: Gaming = Gaming()

    def league_of(self, population: int | None) -> League:
        """The league of a place; one whose population is not known stands among the smallest."""
        return next((one for one in self.leagues if (population or 0) >= one.floor), self.leagues[-1])

    @property
    def weight(self) -> float:
        """All weights together."""
        return sum(part.weight for part in self.parts)

    def percent(self, part: Part) -> float:
        """The weight of a part in per cent of all."""
        return 100 * part.weight / self.weight


def formula_from(given: Mapping[str, Any]) -> Formula:
    """Read and check a version. Raises `BadInput` with the field that is wrong."""
    try:
        formula = Formula(
            version=int(given["version"]), valid_from=_day(given["valid_from"]), title=str(given["title"]),
            source=str(given["source"]).strip(), parts=tuple(_part(row) for row in given["parts"]),
            leagues=_leagues(given["leagues"]), federal_kinds=frozenset(map(str, given.get("federal_kinds", ()))),
            gaming=Gaming(**given.get("gaming", {})), least_measured=float(given.get("least_measured", 0.6)),
            **{name: int(given[name]) for name in _WHOLE if name in given},
        )
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadInput(_("Формулу не понять: %(what)s.") % {"what": wrong}) from wrong
    _check(formula)
    return formula


_WHOLE = ("window_months", "draft_day", "dispute_days", "least_cases")


def shipped() -> list[dict[str, Any]]:
    """The versions that come with the program, as mappings that can be kept as JSON."""
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("rating_*.toml"))]
    return [{**one, "valid_from": one["valid_from"].isoformat()} for one in found]


def in_force(versions: Sequence[Formula], month: date) -> Formula:
    """The version by which a month is rated: the newest of those that are valid from its first day or before.

    Raises `BadInput` when there is none.
    """
    valid = [one for one in versions if one.valid_from <= month]
    if not valid:
        raise BadInput(_("На этот месяц нет формулы рейтинга."))
    return max(valid, key=lambda one: (one.valid_from, one.version))


def _day(given: Any) -> date:
    return given if isinstance(given, date) else date.fromisoformat(str(given))


def _part(row: Mapping[str, Any]) -> Part:
    return Part(str(row["code"]), float(row["weight"]), float(row["zero"]), float(row["full"]), int(row["least"]))


def _leagues(rows: Sequence[Mapping[str, Any]]) -> tuple[League, ...]:
    above: int | None = None
    out = []
    for row in rows:
        out.append(League(str(row["code"]), str(row["name"]), int(row["from"]), above))
        above = int(row["from"])
    return tuple(out)


def _check(of: Formula) -> None:
    codes = [part.code for part in of.parts]
    wrong = (
        (of.version < 1, "version", gettext_lazy("Номер версии — целое число от 1.")),
        (not of.source, "source", gettext_lazy("Напишите, чем введена формула: документ, номер, дата.")),
        (of.valid_from.day != 1, "valid_from", gettext_lazy("Формула действует с первого дня месяца.")),
        (not codes or len(set(codes)) < len(codes) or not set(codes) <= set(PARTS), "parts",
         gettext_lazy("Части формулы — из известных программе, каждая не больше одного раза.")),
        (any(not 0 <= part.weight <= 100 for part in of.parts) or of.weight <= 0, "weight",
         gettext_lazy("Вес части — от 0 до 100, и хотя бы один больше нуля.")),
        (any(not 0 <= part.zero < part.full <= 1 for part in of.parts), "zero",
         gettext_lazy("Доля, за которую дают 0 баллов, меньше доли, за которую дают 100; обе от 0 до 1.")),
        (any(part.least < 1 for part in of.parts), "least", gettext_lazy("Наименьшее число случаев — от 1.")),
        (not of.leagues or of.leagues[-1].floor != 0 or any(a.floor <= b.floor for a, b in pairwise(of.leagues)),
         "leagues", gettext_lazy("Лиги идут от большей к меньшей, последняя — от нуля жителей.")),
        (not 1 <= of.window_months <= MOST_MONTHS, "window_months", gettext_lazy("Считать можно за 1–12 месяцев.")),
        (not 1 <= of.draft_day <= DRAFT_DAYS, "draft_day", gettext_lazy("День черновика — от 1 до 28.")),
        (not 1 <= of.dispute_days <= MOST_DAYS, "dispute_days", gettext_lazy("Дней на споры — от 1 до 31.")),
        (of.least_cases < 1, "least_cases", gettext_lazy("Наименьшее число сообщений — от 1.")),
        (not 0 <= of.least_measured <= 1, "least_measured", gettext_lazy("Доля веса — от 0 до 1.")),
    )
    for bad, field, words in wrong:
        if bad:
            raise BadInput(str(words), field)
