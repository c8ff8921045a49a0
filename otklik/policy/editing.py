"""A new version of a regulation made from a present one: content from plain fields, and what changes. Pure."""

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.policy import wording
from otklik.policy.approval import chain_words
from otklik.policy.calendar import Calendar, Hours
from otklik.policy.pausing import PauseReason, reasons_words
from otklik.policy.plans import Circumstances
from otklik.policy.reckoning import reckon
from otklik.policy.regulation import ClockRule, Policy, PolicyError
from otklik.policy.years import CalendarError

IMPORTANCES = range(5)


@dataclass(frozen=True)
class ClockChange:
    """What a person set for one clock. `by_importance`: importance → (amount, unit); what is not there is as usual."""

    amount: int
    unit: str
    source: str
    pausable: bool
    by_importance: Mapping[int, tuple[int, str]]
    extension_days: int | None = None


@dataclass(frozen=True)
class Change:
    """What a person set for a regulation."""

    valid_from: date
    title: str
    source: str
    warn_percent: tuple[int, int, int]
    clocks: Mapping[str, ClockChange]
    approval: bool | None = None  # None: the regime has no choice here
    silence_days: int | None = None
    reopen_days: int | None = None
    reopen_importance_max: int | None = None
    pause_cap: int | None = None
    pause_reasons: tuple[PauseReason, ...] | None = None  # None: as they are


def content_of(base: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The content of the new version: the base's, with what was set. Exceptions for themes stay as they are."""
    content = copy.deepcopy(dict(base))
    content.pop("version", None)
    content |= {
        "valid_from": change.valid_from.isoformat(), "title": change.title, "source": change.source,
        "warn_percent": list(change.warn_percent),
    }
    if change.approval is not None:
        content["approval"] = (base.get("approval") or ["approver"]) if change.approval else []
        if not change.approval:
            content.pop("approval_for", None)
    for name, value in (
        ("silence_closes_working_days", change.silence_days), ("reopen_days", change.reopen_days),
        ("reopen_importance_max", change.reopen_importance_max),
    ):
        if value is not None:
            content[name] = value
    if change.pause_reasons is not None:
        content.pop("pause_cap_working_days", None)
        if change.pause_cap is not None:
            content["pause_cap_working_days"] = change.pause_cap
        content["pause_reasons"] = [
            {"code": one.code, "words": one.words} | ({"most_working_days": one.most} if one.most else {})
            for one in change.pause_reasons
        ]
    content["clocks"] = [_clock(clock, change.clocks[clock["kind"]]) for clock in content["clocks"]]
    return content


def _clock(clock: dict[str, Any], change: ClockChange) -> dict[str, Any]:
    clock |= {
        "limit": change.amount, "unit": change.unit, "source": change.source, "pausable": change.pausable,
    }
    of_themes = [one for one in clock.get("override", []) if one.get("theme")]
    of_importance = [
        {"importance": importance, "limit": amount, "unit": unit}
        for importance, (amount, unit) in sorted(change.by_importance.items())
    ]
    clock["override"] = [*of_themes, *of_importance]
    if change.extension_days is not None and "extension" in clock:
        clock["extension"] = clock["extension"] | {"days": change.extension_days}
    return clock


def digest_of(content: Mapping[str, Any]) -> str:
    """Proves that what is adopted is what was looked at."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def differences(old: Policy, new: Policy) -> list[tuple[str, str, str]]:
    """What changes, field by field, as (what, was, will be), in words."""
    return [(what, before, after) for what, before, after in _compared(old, new) if before != after]


def _compared(old: Policy, new: Policy) -> Iterator[tuple[str, str, str]]:
    for what, name in (
        (_("Название"), "title"), (_("Основание"), "source"),
        (_("Молчание закрывает, рабочих дней"), "silence_closes_working_days"),
        (_("«Не исправлено» можно сказать, дней"), "reopen_days"),
        (_("Важность повторного сообщения, не выше"), "reopen_importance_max"),
    ):
        yield what, _shown(getattr(old, name)), _shown(getattr(new, name))
    yield _("Действует с"), f"{old.valid_from:%d.%m.%Y}", f"{new.valid_from:%d.%m.%Y}"
    yield _("Предупреждаем на"), _percents(old), _percents(new)
    yield _("Согласование"), _approval(old), _approval(new)
    yield _("Паузы вместе не дольше, рабочих дней"), _shown(old.pause_cap), _shown(new.pause_cap)
    yield _("Причины паузы"), reasons_words(old.pause_reasons), reasons_words(new.pause_reasons)
    for rule in new.clocks:
        before = old.rule(rule.kind)
        title = wording.TITLES[rule.kind]
        if before is None:
            yield _("Срок «%(title)s»") % {"title": title}, "—", wording.limit_text(rule.limit)
            continue
        yield from _compared_clock(title, before, rule)


def _compared_clock(title: str, old: ClockRule, new: ClockRule) -> Iterator[tuple[str, str, str]]:
    name = {"title": title}
    yield _("Срок «%(title)s»") % name, wording.limit_text(old.limit), wording.limit_text(new.limit)
    for importance in IMPORTANCES:
        if old.override_for(importance) is None and new.override_for(importance) is None:
            continue  # as usual before and after
        yield (
            _("Срок «%(title)s» при важности %(n)s") % {**name, "n": importance},
            wording.limit_text(old.limit_for(importance)), wording.limit_text(new.limit_for(importance)),
        )
    yield _("Срок «%(title)s» можно приостановить") % name, _yes(old.pausable), _yes(new.pausable)
    yield _("Откуда правило «%(title)s»") % name, old.source, new.source
    if new.extension and old.extension:
        yield (
            _("Срок «%(title)s» продлевают, дней") % name, str(old.extension.days), str(new.extension.days)
        )


@dataclass(frozen=True)
class Example:
    """One limit of an imagined case by both versions."""

    what: str
    clock: str
    was: str
    will_be: str


def examples(
    old: Policy, new: Policy, calendar: Calendar, hours: Hours, zone: ZoneInfo, since: date
) -> list[Example]:
    """Dates of a few imagined cases by both versions, from the day on which the new one holds; only what differs."""
    friday = since + timedelta(days=(4 - since.weekday()) % 7)
    moments = [datetime.combine(since, time(10), zone), datetime.combine(friday, time(17), zone)]
    importances = (2, 3, 4) if new.regime == "social" else (2,)
    found: list[Example] = []
    for moment in moments:
        for importance in importances:
            found += _example(old, new, calendar, hours, zone, moment, importance)
    return found


def _example(
    old: Policy, new: Policy, calendar: Calendar, hours: Hours, zone: ZoneInfo, moment: datetime,
    importance: int,
) -> list[Example]:
    by_law = new.regime != "social"
    known = Circumstances(
        received=moment, registered=moment if by_law else None, interim=None if by_law else moment,
        importance=importance,
    )
    what = wording.moment_text(moment).capitalize()
    if not by_law:
        what += _(", важность %(n)s") % {"n": importance}
    try:
        was = {plan.kind: plan.due for plan in reckon(old, calendar, known, hours, zone)}
        will = {plan.kind: plan.due for plan in reckon(new, calendar, known, hours, zone)}
    except (PolicyError, CalendarError):  # a day beyond the calendar
        return []
    return [
        Example(what, wording.TITLES[kind], f"{was[kind]:%d.%m.%Y %H:%M}" if kind in was else "—",
                f"{due:%d.%m.%Y %H:%M}")
        for kind, due in will.items() if was.get(kind) != due
    ]


def _shown(value: object) -> str:
    return "—" if value is None else str(value)


def _percents(policy: Policy) -> str:
    return ", ".join(f"{percent} %" for percent in policy.warn_percent)


def _approval(policy: Policy) -> str:
    return chain_words(policy.approval, policy.approval_for)


def _yes(value: bool) -> str:
    return _("да") if value else pgettext("да или нет", "нет")
