"""How long it took to react, to answer, to fix: three figures with their middle, nine of ten, and of how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.faces.region.measuring import Shown
from otklik.insight.measures import Spread
from otklik.insight.slices import Timed

TIMES: dict[Timed, Shown] = {
    "react": Shown("react_time", gettext_lazy("Время реакции, середина"), "react_time", "reacted", better="less"),
    "answer": Shown("answer_time", gettext_lazy("Время ответа, середина"), "answer_time", "answered", better="less"),
    "fix": Shown("fix_time", gettext_lazy("Время устранения, середина"), "fix_time", "fixed", better="less"),
}


@dataclass(frozen=True)
class Further:
    """One figure of a place: what is written large, what beside it in small letters, and where it leads."""

    figure: Shown
    text: str
    note: str | Promise = ""
    address: str = ""
    value: float | None = None


def lasted(minutes: int) -> str:
    """«40 мин», «3 ч», «5 дн.»."""
    if minutes < 60:
        return _("%(n)s мин") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s ч") % {"n": round(minutes / 60)}
    return _("%(n)s дн.") % {"n": round(minutes / 1440)}


def in_full(found: Spread | None) -> str:
    """«3 ч; девять из десяти за 2 дн.»; «—» of none."""
    if found is None:
        return "—"
    return _("%(middle)s; девять из десяти за %(most)s") % {"middle": lasted(found.median), "most": lasted(found.p90)}


def beside_middle(found: Spread) -> str:
    """«девять из десяти за 2 дн.; посчитано по 31»."""
    return _("девять из десяти за %(most)s; посчитано по %(n)s") % {"most": lasted(found.p90), "n": found.n}


def of_one(found: Mapping[Timed, Mapping[Any, Spread]]) -> list[tuple[Shown, Spread]]:
    """The figures of a whole slice that are known."""
    return [(figure, found[measure][None]) for measure, figure in TIMES.items() if found.get(measure)]
