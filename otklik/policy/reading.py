"""Policies and calendar years read from files (TOML) or from stored rows (JSON): checked, with clear errors.

The same mapping is the content of a shipped file and of a row in the database; dates are dates in TOML and ISO
strings in JSON.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, cast

from otklik.policy.approval import StepsFor, what_is_wrong
from otklik.policy.calendar import Calendar
from otklik.policy.pausing import PauseReason
from otklik.policy.pausing import what_is_wrong as wrong_with_reasons
from otklik.policy.regulation import (
    KINDS,
    REGIMES,
    START_EVENTS,
    UNITS,
    ClockRule,
    Extension,
    Limit,
    Override,
    Policy,
    PolicyError,
    Unit,
)
from otklik.policy.years import CalendarError, CalendarYear, HolidayLaw, MovedDay

LAW_FILE = "ru-article-112.toml"
_REQUIRED = object()
T = TypeVar("T")


class _Fields:
    """A mapping taken apart key by key: wrong types and unknown keys become one Russian line naming the place."""

    def __init__(self, mapping: Any, where: str, error: Callable[[str], Exception]) -> None:
        self.where, self.error = where, error
        if not isinstance(mapping, Mapping):
            raise error(f"{where}: ожидался раздел с полями.")
        self._left = dict(mapping)

    def take(self, key: str, kind: type[T], default: Any = _REQUIRED) -> T:
        if key not in self._left and default is not _REQUIRED:
            return cast(T, default)
        value = self._left.pop(key, None)
        if kind is date and isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        wrong = isinstance(value, bool) and kind is not bool or isinstance(value, datetime)
        if wrong or not isinstance(value, kind):
            raise self.error(f"{self.where}: поле «{key}» не заполнено или заполнено неверно.")
        return value

    def number(self, key: str, default: Any = _REQUIRED, most: int = 10_000) -> int:
        value = self.take(key, int, default)
        if value is not None and not 0 <= value <= most:
            raise self.error(f"{self.where}: «{key}» должно быть от 0 до {most}.")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.take(key, str)
        if value not in allowed:
            raise self.error(f"{self.where}: «{key}» — «{value}», а бывает: {', '.join(allowed)}.")
        return value

    def strings(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{self.where}: «{key}» — это список слов.")
        return tuple(values)

    def sections(self, key: str, default: Any = _REQUIRED) -> list["_Fields"]:
        items = self.take(key, list, default)
        return [_Fields(item, f"{self.where}, {key} {n}", self.error) for n, item in enumerate(items, 1)]

    def finish(self) -> None:
        if self._left:
            raise self.error(f"{self.where}: лишнее поле «{next(iter(self._left))}».")


def policy_from_mapping(
    mapping: Mapping[str, Any], where: str = "регламент", territory_id: int | None = None
) -> Policy:
    """Build a policy from the content of a file or a row. Raises PolicyError with one Russian line."""
    fields = _Fields(mapping, where, PolicyError)
    warn = tuple(fields.take("warn_percent", list, [50, 80, 100]))
    if (
        len(warn) != 3
        or any(type(p) is not int or not 0 < p <= 100 for p in warn)
        or list(warn) != sorted(warn)
    ):
        raise PolicyError(f"{where}: «warn_percent» — три возрастающих числа от 1 до 100.")
    policy = Policy(
        regime=fields.one_of("regime", REGIMES),
        version=fields.number("version"),
        valid_from=fields.take("valid_from", date),
        title=fields.take("title", str),
        source=fields.take("source", str),
        warn_percent=cast(tuple[int, int, int], warn),
        forecast=fields.take("forecast", bool, False),
        approval=fields.strings("approval", ["approver"]),
        approval_for=tuple(_steps_for(section) for section in fields.sections("approval_for", [])),
        silence_closes_working_days=fields.number("silence_closes_working_days", None),
        reopen_days=fields.number("reopen_days", None),
        reopen_importance_max=fields.number("reopen_importance_max", None, most=4),
        pause_cap=fields.number("pause_cap_working_days", None, most=250),
        pause_reasons=tuple(_pause_reason(section) for section in fields.sections("pause_reasons", [])),
        territory_id=territory_id,
        clocks=tuple(_clock_rule(section) for section in fields.sections("clocks")),
    )
    fields.finish()
    if wrong := what_is_wrong(policy.regime, policy.approval, policy.approval_for):
        raise PolicyError(f"{where}: {wrong}")
    if wrong := wrong_with_reasons(policy.pause_reasons):
        raise PolicyError(f"{where}: {wrong}")
    kinds = [rule.kind for rule in policy.clocks]
    if len(set(kinds)) < len(kinds):
        raise PolicyError(f"{where}: один вид срока описан дважды.")
    for rule in policy.clocks:
        if rule.extension and rule.extension.notice_until not in kinds:
            raise PolicyError(
                f"{where}: «notice_until» называет срок «{rule.extension.notice_until}», которого нет."
            )
    return policy


def _steps_for(fields: _Fields) -> StepsFor:
    steps = StepsFor(fields.number("importance_from", most=4), fields.strings("steps"))
    fields.finish()
    return steps


def _pause_reason(fields: _Fields) -> PauseReason:
    reason = PauseReason(
        fields.take("code", str), fields.take("words", str), fields.number("most_working_days", None, most=250)
    )
    fields.finish()
    return reason


def _clock_rule(fields: _Fields) -> ClockRule:
    extension = None
    if raw := fields.take("extension", dict, None):
        part = _Fields(raw, f"{fields.where}, extension", fields.error)
        extension = Extension(
            part.number("days"), part.take("source", str), part.one_of("notice_until", KINDS)
        )
        part.finish()
    rule = ClockRule(
        kind=fields.one_of("kind", KINDS),
        limit=_limit(fields),
        starts=fields.one_of("starts", START_EVENTS),
        stops=fields.strings("stops"),
        source=fields.take("source", str),
        pausable=fields.take("pausable", bool, False),
        condition=fields.take("condition", str, ""),
        overrides=tuple(_override(section) for section in fields.sections("override", [])),
        extension=extension,
    )
    fields.finish()
    return rule


def _override(fields: _Fields) -> Override:
    override = Override(
        limit=_limit(fields),
        importance=fields.number("importance", None, most=4),
        theme=fields.take("theme", str, None),
    )
    fields.finish()
    if override.importance is None and override.theme is None:
        raise fields.error(f"{fields.where}: нужна важность или код темы.")
    return override


def _limit(fields: _Fields) -> Limit:
    return Limit(fields.number("limit"), cast(Unit, fields.one_of("unit", UNITS)))


def holiday_law_from_mapping(mapping: Mapping[str, Any], where: str = "статья 112") -> HolidayLaw:
    """Build the law of holidays from the content of its file. Raises CalendarError with one Russian line."""
    fields = _Fields(mapping, where, CalendarError)
    law = HolidayLaw(
        country=fields.take("country", str),
        since=fields.number("since"),
        source=fields.take("source", str),
        short_source=fields.take("short_source", str),
        transfer_source=fields.take("transfer_source", str),
        not_transferred=frozenset(fields.strings("not_transferred")),
        holidays=fields.take("holidays", dict),
    )
    fields.finish()
    return law


def calendar_year_from_mapping(
    mapping: Mapping[str, Any], law: HolidayLaw, where: str = "календарь"
) -> CalendarYear:
    """Build a year from the content of a file or a row. Raises CalendarError with one Russian line."""
    fields = _Fields(mapping, where, CalendarError)
    source = fields.take("source", str)
    moves = []
    for section in fields.sections("moved", []):
        moves.append(MovedDay(section.take("from", date), section.take("to", date), source))
        section.finish()
    short = fields.take("short", list)
    days = [_Fields({"short": day}, where, CalendarError).take("short", date) for day in short]
    if fields.take("country", str) != law.country:
        raise CalendarError(f"{where}: календарь другой страны.")
    year = CalendarYear(
        year=fields.number("year"),
        law=law,
        decree=tuple(moves),
        short=frozenset(days),
        provisional=fields.take("provisional", bool),
        source=source,
    )
    fields.finish()
    return year


def read_toml(path: Path | Traversable) -> dict[str, Any]:
    """Read a TOML file. Raises PolicyError naming the file when it is missing or broken."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PolicyError(f"Нет файла {path}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"Файл {path.name} не читается: {str(error).splitlines()[0]}.") from error


def read_policy(path: Path | Traversable) -> Policy:
    """Read one policy from a TOML file. Raises PolicyError with one Russian line."""
    return policy_from_mapping(read_toml(path), path.name)


def shipped(folder: str) -> list[Traversable]:
    """Return the files shipped in `folder` (regimes or calendars), by name."""
    root = resources.files("otklik.policy") / "shipped" / folder
    return sorted((f for f in root.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


@cache
def shipped_policies() -> Mapping[str, tuple[Policy, ...]]:
    """Return all shipped policies by regime, in the order of the house's list of regimes."""
    policies = [read_policy(path) for path in shipped("regimes")]
    return {name: found for name in REGIMES if (found := tuple(p for p in policies if p.regime == name))}


@cache
def shipped_law() -> HolidayLaw:
    """Return the shipped law of holidays (article 112)."""
    return next(
        holiday_law_from_mapping(read_toml(f), f.name) for f in shipped("calendars") if f.name == LAW_FILE
    )


@cache
def shipped_calendar() -> Calendar:
    """Return the calendar of all shipped years; other years are computed by the law and provisional."""
    law = shipped_law()
    files = [f for f in shipped("calendars") if f.name != LAW_FILE]
    return Calendar([calendar_year_from_mapping(read_toml(f), law, f.name) for f in files], law)
