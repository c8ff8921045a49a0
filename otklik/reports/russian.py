"""Numbers, days and periods as a report writes them. Pure; Russian, since reports are papers."""

from datetime import date, datetime, timedelta

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)
OF_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
QUARTERS = ("I квартал", "II квартал", "III квартал", "IV квартал")
THIN = "\u00a0"


def whole(number: float) -> str:
    """«1 204»."""
    return f"{number:,.0f}".replace(",", THIN)


def with_tenth(number: float) -> str:
    """«4,6»."""
    return f"{number:,.1f}".replace(",", THIN).replace(".", ",")


def share(part: float | None) -> str:
    """«91 %»; a dash where there is nothing to divide. Only a full share is 100, so that one failure is not hidden."""
    if part is None:
        return "—"
    return f"{99 if 0.99 < part < 1 else round(part * 100)}{THIN}%"


def counted(number: int, one: str, few: str, many: str) -> str:
    """«1 сообщение», «3 сообщения», «12 сообщений»."""
    tens, units = abs(number) % 100, abs(number) % 10
    noun = many if 10 < tens < 20 or units == 0 or units > 4 else one if units == 1 else few
    return f"{whole(number)}{THIN}{noun}"


def day(value: date) -> str:
    """«26.11.2026»."""
    return f"{value:%d.%m.%Y}"


def day_and_month(value: date) -> str:
    """«26 ноября»."""
    return f"{value.day} {OF_MONTHS[value.month - 1]}"


def long_day(value: date) -> str:
    """«четверг, 26 ноября 2026»."""
    return f"{WEEKDAYS[value.weekday()]}, {value.day} {OF_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """«26.11.2026 08:00», of a moment in the region's zone."""
    return f"{value:%d.%m.%Y %H:%M}"


def minutes(value: int) -> str:
    """«40 мин», «5 ч 20 мин», «3 дня»."""
    if value < 60:
        return f"{value}{THIN}мин"
    if value < 24 * 60:
        hours, rest = divmod(value, 60)
        return f"{hours}{THIN}ч" + (f" {rest}{THIN}мин" if rest else "")
    return counted(round(value / 60 / 24), "день", "дня", "дней")


def period(since: date, until: date) -> str:
    """«ноябрь 2026», «III квартал 2026», «2026 год», «неделя 16–22 ноября 2026», else both days."""
    after = until + timedelta(days=1)
    if since.day == 1 and after.day == 1:
        months = (after.year - since.year) * 12 + after.month - since.month
        if months == 1:
            return f"{MONTHS[since.month - 1]} {since.year}"
        if months == 3 and since.month in (1, 4, 7, 10):
            return f"{QUARTERS[(since.month - 1) // 3]} {since.year}"
        if months == 12 and since.month == 1:
            return f"{since.year} год"
    if since == until:
        return day_and_month(since) + f" {since.year}"
    if since.year == until.year and since.month == until.month:
        both = f"{since.day}–{until.day} {OF_MONTHS[until.month - 1]} {until.year}"
    elif since.year == until.year:
        both = f"{day_and_month(since)} – {day_and_month(until)} {until.year}"
    else:
        return f"{day(since)} – {day(until)}"
    return f"неделя {both}" if since.weekday() == 0 and (until - since).days == 6 else both
