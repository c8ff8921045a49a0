"""The figures that pages offer: how each is named, written and coloured. Their words are in `insight.definitions`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.insight.definitions import FIGURES

Words = str | Promise


@dataclass(frozen=True)
class Shown:
    """One figure. `way`: how it is written; `better`: "more" or "less" is good, "" neither.

    `figure` is its definition in `FIGURES`; `listed` the one whose cases are behind it (a share is listed by what it
    counts), "" where there are none.
    """

    code: str
    label: Words
    figure: str
    listed: str = ""
    way: str = "count"  # count, share, thousand, mean
    better: str = ""
    of: str = ""  # of how many it is, where that belongs beside it: a mean of few says little

    def value(self, of: Any) -> float | None:
        """The value of a row or of measures; None where nothing is judged yet."""
        found: float | None = getattr(of, self.code)
        return found

    def text(self, value: float | None) -> str:
        """The value as it is written everywhere: in a tile, a table, a file."""
        return written(value, self.way)

    def told(self, of: Any) -> str:
        """The value of a row or of measures as it is written, with of how many: «4,2 (31)»."""
        value = self.value(of)
        return self.text(value) if value is None or not self.of else f"{self.text(value)} ({getattr(of, self.of)})"

    @property
    def explanation(self) -> Words:
        """«Как посчитано?»"""
        return FIGURES[self.figure].explanation


_ALL = (
    Shown("received", _("Поступило"), "received", "received"),
    Shown("per_1000", _("На 1000 жителей"), "per_1000", "received", "thousand"),
    Shown("open", _("В работе"), "open", "open"),
    Shown("overdue", _("Просрочено"), "overdue", "overdue", better="less"),
    Shown("in_time_share", _("Ответили в срок"), "in_time_share", "in_time", "share", "more"),
    Shown("fixed_share", _("Устранено"), "fixed", "fixed", "share", "more"),
    Shown("repeated_share", _("Повторные"), "repeated", "repeated", "share", "less"),
    Shown("reopened_share", _("Открыто снова"), "reopened", "reopened", "share", "less"),
    Shown("rating", _("Оценка жителей"), "satisfaction", "rated", "mean", "more", "rated"),
    Shown("rated", _("С оценкой жителя"), "rated", "rated"),
    Shown("verified_share", _("Устранение подтвердилось"), "verified", "verified", "share", "more"),
    Shown("postponed", _("Отложено"), "postponed", "postponed", better="less"),
    Shown("hops_mean", _("Передач на сообщение"), "hops", "hops", "mean", "less"),
    Shown("per_person", _("На сотрудника"), "per_person", "received", "mean"),
    Shown("comments_share", _("Ответы на комментарии"), "comments", "commented", "share", "more"),
    Shown("quality", _("Полнота карточек"), "quality", "", "share", "more"),
    Shown("unplaced", _("Без места"), "unplaced", "unplaced"),
    Shown("unthemed", _("Без темы"), "unthemed", "unthemed"),
    Shown("unreachable", _("Некому ответить"), "unreachable", "unreachable"),
)
SHOWN: dict[str, Shown] = {one.code: one for one in _ALL}
TABLE = ("received", "per_1000", "open", "overdue", "in_time_share")  # columns of the first page
COLOURS = (
    "overdue", "in_time_share", "received", "per_1000", "open", "fixed_share", "repeated_share", "rating", "postponed",
)


def offered(codes: Collection[str]) -> list[Shown]:
    """The figures of these codes, in order."""
    return [SHOWN[code] for code in codes]


def written(value: float | None, way: str) -> str:
    """A value as text: «—» where there is none."""
    if value is None:
        return "—"
    if way == "share":
        return f"{percent(value)}\u00a0%"
    if way == "thousand":
        places = 0 if not value else 3 if value < 0.1 else 2 if value < 1 else 1  # small places would all look alike
        return number_format(round(value, places), places)
    if way == "mean":
        return number_format(round(value, 1), 1)
    return number_format(int(value), force_grouping=True)


def dotted(day: str) -> str:
    """A day of a chart's row as people write it: 2026-11-26 is «26.11.2026»."""
    return f"{date.fromisoformat(day):%d.%m.%Y}"


def percent(share: float) -> int:
    """A share as whole percents; only a full one is 100, so that one failure is never rounded away."""
    return 99 if 0.99 < share < 1 else round(share * 100)
