"""How a rating is said: a place as a range, points with their interval, a part in words, what is told instead."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.insight.models import RatingRow
from otklik.insight.rating_formula import PARTS, Formula, League, Part
from otklik.insight.rating_reading import Change

Words = str | Promise


def place_words(row: RatingRow) -> str:
    """«3» or «3–7»; «—» without a place."""
    if row.first is None or row.last is None:
        return "—"
    return str(row.first) if row.first == row.last else f"{row.first}–{row.last}"


def state_words(row: RatingRow) -> str:
    """What stands instead of a place."""
    if row.state == "few":
        return _("мало сообщений")
    return _("недостаточно данных") if row.state == "unsure" else ""


def points(value: float) -> str:
    """One digit: more would pretend."""
    return str(number_format(round(value, 1), 1))


def percent(value: float | None) -> str:
    """0.873 → «87 %»."""
    return "—" if value is None else f"{number_format(round(100 * value), 0)}\u00a0%"


def count(value: float) -> str:
    """A number of cases; stars make halves of them."""
    whole = float(value).is_integer()
    return str(number_format(value if not whole else int(value), 0 if whole else 2, force_grouping=True))


def change_words(change: Change | None) -> str:
    """«+4,2»; in brackets where chance alone may have done it."""
    if change is None:
        return "—"
    said = f"{'+' if change.points > 0 else '−' if change.points < 0 else ''}{points(abs(change.points))}"
    return said if change.sure else f"({said})"


def league_words(league: League) -> str:
    """«от 30 000 до 80 000 жителей»."""
    floor = number_format(league.floor, 0, force_grouping=True)
    if league.below is None:
        return _("от %(n)s жителей") % {"n": floor}
    below = number_format(league.below, 0, force_grouping=True)
    if not league.floor:
        return _("до %(n)s жителей") % {"n": below}
    return _("от %(a)s до %(b)s жителей") % {"a": floor, "b": below}


@dataclass(frozen=True)
class PartLine:
    """One part of a place as its page shows it."""

    code: str
    label: Words
    weight: str
    good: str
    n: str
    raw: str
    expected: str
    rate: str
    interval: str
    points: str
    low: float
    high: float
    value: float
    given: str  # points of the whole that this part gives
    of: str  # at most
    lost: float
    enough: bool
    used: bool
    least: int


def part_lines(row: RatingRow, formula: Formula) -> list[PartLine]:
    """The parts of a place in the order of the formula."""
    found = {one["code"]: one for one in row.parts}
    weight = sum(part.weight for part in formula.parts if found[part.code]["used"]) or 1
    return [_line(part, found[part.code], 100 * part.weight / weight) for part in formula.parts]


def _line(part: Part, one: dict[str, Any], share: float) -> PartLine:
    rate = one["rate"]
    given = share * one["points"] / 100 if one["used"] else 0.0
    return PartLine(
        code=part.code, label=part.counted.label, weight=percent(share / 100) if one["used"] else "—",
        good=count(rate["good"]), n=count(rate["n"]), raw=percent(rate["raw"]), expected=percent(rate["expected"]),
        rate=percent(rate["rate"]), interval=f"{percent(rate['low'])} – {percent(rate['high'])}",
        points=points(one["points"]), low=one["low"], high=one["high"], value=one["points"], given=points(given),
        of=points(share) if one["used"] else "—", lost=share - given if one["used"] else 0.0, enough=one["enough"],
        used=one["used"], least=part.least,
    )


def move_lines(row: RatingRow) -> list[str]:
    """«Ответы в срок: ещё 12 — и по баллам вы на 4-м месте», one a part."""
    return [
        _("%(what)s: ещё %(n)s — и по баллам вы на %(to)s-м месте.")
        % {"n": move["more"], "what": PARTS[move["code"]].mover, "to": move["to"]}
        for move in row.moves
    ]


def gain_lines(row: RatingRow, formula: Formula) -> list[str]:
    """What would give a place to who has none: the messages that lack, or the parts that need the fewest cases more."""
    if row.state == "few":
        return [
            _("До места не хватает сообщений: %(n)s. Считаются все каналы: и звонки, и устные, если внести их.")
            % {"n": formula.least_cases - row.received}
        ]
    if row.state != "unsure":
        return []
    found = {one["code"]: one for one in row.parts if one["used"]}
    used = [part for part in formula.parts if part.code in found]
    lacks = sorted((part for part in used if not found[part.code]["enough"]), key=lambda part: _lack(part, found))
    weight, measured, lines = sum(part.weight for part in used), row.measured, []
    for part in lacks:
        if measured >= formula.least_measured:
            break
        measured += part.weight / weight
        have = found[part.code]["rate"]["n"]
        lines.append(
            _("«%(part)s»: ещё %(n)s — есть %(have)s, нужно %(least)s.")
            % {"part": part.counted.label, "n": _lack(part, found), "have": count(have), "least": part.least}
        )
    return lines


def _lack(part: Part, found: dict[str, Any]) -> int:
    lack: float = part.least - found[part.code]["rate"]["n"]
    return ceil(lack)


def few_words(row: RatingRow, formula: Formula) -> str:
    """What is told instead of a place where there are too few messages: the bare numbers."""
    said = [
        _("«%(part)s» — %(good)s из %(n)s") % {"part": PARTS[one["code"]].label, "good": count(one["rate"]["good"]),
                                               "n": count(one["rate"]["n"])}
        for one in row.parts if one["rate"]["n"] and one["code"] != "rated"
    ]
    numbers = "; ".join(said)
    head = _("Сообщений за эти месяцы: %(n)s. Меньше %(least)s — один случай менял бы место, поэтому места нет.") % {
        "n": row.received, "least": formula.least_cases,
    }
    return f"{head} {numbers[:1].upper()}{numbers[1:]}." if numbers else head
