"""From the cases of a month to the rows of an edition. Pure: values in, values out.

Shares and medians are told of lines with SHARE_FROM answers and more, shares as multiples of five: a share of many says
nothing of one. Rows of cases have no text, no day and no place but the municipality; each stands among K or more of the
same municipality and group, and there are STEP, 2 × STEP, … of them, so that their number is no exact number either.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from otklik.insight.open_data_cells import OTHERS, STEP, K, Told, rounded, told_of

SHARE_FROM = 20
FIGURES = (
    "month", "level", "municipality_code", "municipality", "group_code", "group", "received", "answered_percent",
    "in_time_percent", "median_days",
)
CASES = ("month", "municipality_code", "municipality", "group_code", "group", "answered", "in_time", "days")
BOUNDS = ((3, "0-3"), (10, "4-10"), (30, "11-30"))  # days of the calendar, and the last is «31+»

Row = dict[str, str | int | None]


@dataclass(frozen=True)
class OneCase:
    """What is read of a case. `days`: from reception to the answer, or None; `verdict`: in_time, late or ""."""

    place: str
    group: str  # "" without a theme
    days: int | None
    verdict: str


Choose = Callable[[list[OneCase], int], list[OneCase]]


@dataclass(frozen=True)
class Edition:
    """The rows of a month; `told` False where there were too few to tell of."""

    figures: list[Row]
    cases: list[Row]
    told: bool


def edition_of(month: str, cases: Sequence[OneCase], names: Mapping[str, str], choose: Choose) -> Edition:
    """The rows of a month. `names` of places and groups by code (OTHERS too); `choose` takes so many by chance."""
    counts: dict[tuple[str, str], int] = {}
    for one in cases:
        counts[one.place, one.group] = counts.get((one.place, one.group), 0) + 1
    told = told_of(counts)
    if told.whole is None:
        return Edition([], [], told=False)
    return Edition(_figures(month, cases, names, told), _cases(month, cases, names, told, choose), told=True)


def _figures(month: str, cases: Sequence[OneCase], names: Mapping[str, str], told: Told) -> list[Row]:
    lines: dict[tuple[str, str, str], list[OneCase]] = {("region", "", ""): list(cases)}
    for one in cases:
        place = one.place if one.place in told.places else OTHERS
        group = one.group if one.group in told.groups else OTHERS
        lines.setdefault(("municipality", place, ""), []).append(one)
        lines.setdefault(("group", "", group), []).append(one)
        if (one.place, one.group) in told.cells:
            lines.setdefault(("cell", one.place, one.group), []).append(one)
    return [
        {
            "month": month, "level": level, "municipality_code": place, "municipality": names.get(place, ""),
            "group_code": group, "group": names.get(group, ""), "received": rounded(len(lines[level, place, group])),
            **_shares(lines[level, place, group]),
        }
        for level, place, group in sorted(lines, key=_in_order)
    ]


def _in_order(line: tuple[str, str, str]) -> tuple[int, bool, str, str]:
    """Region, municipalities, groups, cells; by code, others last."""
    level, place, group = line
    return ("region", "municipality", "group", "cell").index(level), OTHERS in (place, group), place, group


def _shares(cases: Sequence[OneCase]) -> Row:
    days = [one.days for one in cases if one.days is not None]
    judged = [one.verdict == "in_time" for one in cases if one.verdict]
    return {
        "answered_percent": _percent(len(days), len(cases)),
        "in_time_percent": _percent(sum(judged), len(judged)),
        "median_days": statistics.median_low(days) if len(days) >= SHARE_FROM else None,
    }


def _percent(part: int, whole: int) -> int | None:
    return rounded(round(100 * part / whole)) if whole >= SHARE_FROM else None


def _cases(
    month: str, cases: Sequence[OneCase], names: Mapping[str, str], told: Told, choose: Choose
) -> list[Row]:
    classes: dict[tuple[str, str], list[OneCase]] = {}
    for one in cases:
        place = one.place if one.place in told.places else OTHERS
        key = (place, one.group) if (place, one.group) in told.cells else (place, OTHERS)
        classes.setdefault(key, []).append(one)
    rows: list[Row] = []
    for (place, group), found in classes.items():
        if len(found) < K:  # cannot be, by what is told; and if it could, they are left out
            continue
        rows += [
            {
                "month": month, "municipality_code": place, "municipality": names.get(place, ""), "group_code": group,
                "group": names.get(group, ""), "answered": "no" if one.days is None else "yes",
                "in_time": {"in_time": "yes", "late": "no"}.get(one.verdict, ""), "days": _bucket(one.days),
            }
            for one in choose(found, len(found) // STEP * STEP)
        ]
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in CASES))


def _bucket(days: int | None) -> str:
    if days is None:
        return ""
    return next((words for most, words in BOUNDS if days <= most), "31+")
