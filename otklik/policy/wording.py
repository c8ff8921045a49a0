"""Russian sentences for «почему такой срок»: days, lengths, limits and the reasons of days off. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from otklik.policy.calendar import Calendar, Hours, Spent
from otklik.policy.regulation import Limit
from otklik.policy.schedules import schedule_of

TITLES = {
    "react": "первое действие",
    "answer": "ответ",
    "final": "окончательный ответ",
    "register": "регистрация",
    "forward": "пересылка по принадлежности",
    "extend": "уведомление об отсрочке",
    "fix": "устранение",
    "tell": "сообщение о решении",
}
EVENTS = {"received": "получения", "registered": "регистрации", "interim": "промежуточного ответа"}
HAPPENED = {"received": "Получено", "registered": "Зарегистрировано", "interim": "Промежуточный ответ дан"}
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
INTO_WEEKDAY = (
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
)
END_OF_DAY = time(23, 59, 59)


def plural(count: int, one: str, few: str, many: str) -> str:
    """Choose the Russian form for a number: 1 день, 2 дня, 5 дней."""
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many


def limit_text(limit: Limit) -> str:
    """Say a limit: «8 рабочих часов», «30 дней», «сразу, круглосуточно»."""
    n = limit.amount
    if limit.round_the_clock:
        return f"{n} {plural(n, 'час', 'часа', 'часов')} круглосуточно" if n else "сразу, круглосуточно"
    if limit.unit == "working_hours":
        return f"{n} {plural(n, 'рабочий час', 'рабочих часа', 'рабочих часов')}"
    if limit.unit == "working_days":
        return f"{n} {plural(n, 'рабочий день', 'рабочих дня', 'рабочих дней')}"
    return f"{n} {plural(n, 'день', 'дня', 'дней')}"


def length_text(amount: timedelta) -> str:
    """Say a length of working time: «7 ч 20 мин»; seconds only when there is nothing longer."""
    seconds = int(amount.total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    parts = [f"{hours} ч"] * bool(hours) + [f"{minutes} мин"] * bool(minutes)
    return " ".join(parts) or f"{seconds} с"


def day_text(day: date) -> str:
    """Say a day: «пятница 13.03.2026»."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d.%m.%Y}"


def moment_text(moment: datetime) -> str:
    """Say a moment: «в пятницу 13.03.2026 в 17:40»."""
    return f"{INTO_WEEKDAY[moment.weekday()]} {moment:%d.%m.%Y} в {clock_text(moment)}"


def clock_text(moment: datetime) -> str:
    """Say the time of a moment, with seconds only when there are any."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def off_reason(day: date, calendar: Calendar) -> str | None:
    """Say why nobody works on `day`; None when it is a working day."""
    year = calendar.year(day.year)
    if calendar.is_working_day(day):
        return None
    if note := _own_reason(day, calendar):
        return note
    if name := year.law.holiday(day):
        return f"нерабочий праздничный день ({name}, {year.law.source})"
    if move := year.moved_to.get(day):
        return f"выходной, перенесённый с {move.origin:%d.%m.%Y} ({move.source})"
    return "выходной" if day.weekday() >= 5 else "нерабочий день по графику организации"


def _own_reason(day: date, calendar: Calendar) -> str:
    """Why an organisation itself does not work on a day that others do; empty when it is not its own doing."""
    own = calendar.schedule.own_days.get(day) if calendar.schedule else None
    if own is None or own.hours or own.shortened or not calendar.year(day.year).is_working(day):
        return ""
    return f"организация закрыта ({own.note})" if own.note else "организация закрыта"


def working_note(day: date, calendar: Calendar, hours: Hours) -> str:
    """Say what is unusual about a working day (moved Saturday, shortened day); empty when nothing is."""
    year = calendar.year(day.year)
    notes = []
    own = calendar.schedule.own_days.get(day) if calendar.schedule else None
    if own and own.hours:
        return f"организация открыта ({own.note})" if own.note else "организация открыта"
    if move := year.moved_from.get(day):
        notes.append(f"рабочий: выходной перенесён на {move.to:%d.%m.%Y} ({move.source})")
    if calendar.is_short_day(day):
        end = datetime.combine(day, time()) + timedelta(minutes=calendar.of(hours).stretches(day)[-1][1])
        source = (own.note or "местный акт") if own else year.law.short_source
        notes.append(f"сокращённый, работа до {end:%H:%M} ({source})")
    return "; ".join(notes)


def days_off_text(days: Iterable[date], calendar: Calendar) -> list[str]:
    """Say why the given days do not count, neighbours with one reason together."""
    groups: list[tuple[date, date, str]] = []
    for day in days:
        reason = off_reason(day, calendar)
        if reason is None:
            continue
        if groups and groups[-1][2] == reason and groups[-1][1] == day - timedelta(days=1):
            groups[-1] = (groups[-1][0], day, reason)
        else:
            groups.append((day, day, reason))
    return [_days_off_sentence(first, last, reason) for first, last, reason in groups]


def _days_off_sentence(first: date, last: date, reason: str) -> str:
    if first == last:
        return f"{day_text(first).capitalize()} — {reason}, не считается."
    reason = reason.replace("нерабочий праздничный день", "нерабочие праздничные дни")
    reason = "выходные" if reason == "выходной" else reason
    return f"{first:%d.%m.%Y}–{last:%d.%m.%Y} — {reason}, не считаются."


def provisional_text(calendar: Calendar, first: date, last: date) -> list[str]:
    """Warn of each provisional year between two dates."""
    return [
        f"Календарь {number} года предварительный ({calendar.year(number).source}): "
        "постановления о переносе выходных в нём ещё нет, после него дата может сдвинуться."
        for number in range(first.year, last.year + 1)
        if calendar.year(number).provisional
    ]


def spending_text(
    calendar: Calendar, event: datetime, starts: datetime, spent: Sequence[Spent], hours: Hours
) -> list[str]:
    """Retell how working time was counted from an event, day by day, with every day passed over and why."""
    calendar, hours = calendar.of(hours), schedule_of(hours)
    text = [f"Рабочее время: {hours.described(starts.date())}."]
    changed = next((item.day for item in spent if hours.week(item.day) != hours.week(starts.date())), None)
    if changed:
        text.append(f"С {hours.week(changed).since:%d.%m.%Y} рабочее время: {hours.described(changed)}.")
    if starts != event:
        text.append("Это нерабочее время.")
        text += days_off_text(days_between(event.date(), starts.date()), calendar)
        text.append(f"Счёт начинается {moment_text(starts)}.")
    before = starts.date()
    for item in spent:
        text += days_off_text(days_between(before, item.day), calendar)
        before = item.day
        note = working_note(item.day, calendar, hours)
        text.append(
            f"{day_text(item.day).capitalize()}{f' ({note})' if note else ''}: "
            f"с {clock_text(item.since)} до {clock_text(item.until)} "
            f"засчитано {length_text(item.amount)} рабочего времени."
        )
    return text


def working_days_text(calendar: Calendar, start: date, last: date) -> list[str]:
    """Retell how working days were counted after `start` up to `last`."""
    days = days_between(start, last)[1:]
    worked = [day for day in days if calendar.is_working_day(day)]
    named = ", ".join(f"{day:%d.%m.%Y}" for day in worked)
    return [f"Первый день — следующий рабочий. Рабочие дни: {named}.", *days_off_text(days, calendar)]


def days_between(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
