"""Times and counts in plain Russian words, for tags and views alike."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Pressure = Literal["late", "soon", "calm"]
SOON = timedelta(hours=2)


class TimeLeft(NamedTuple):
    """How long is left until a moment: words for the eye, pressure for the colour."""

    text: str
    pressure: Pressure


def minutes(n: int) -> str:
    """«5 минут»."""
    return ngettext("%(n)s минута", "%(n)s минут", n) % {"n": n}


def hours(n: int) -> str:
    """«3 часа»."""
    return ngettext("%(n)s час", "%(n)s часов", n) % {"n": n}


def days(n: int) -> str:
    """«2 дня»."""
    return ngettext("%(n)s день", "%(n)s дней", n) % {"n": n}


def span(length: timedelta) -> str:
    """The two biggest useful parts of a length of time: «40 минут», «3 ч 15 мин», «2 дня»."""
    total = int(length.total_seconds() // 60)
    if total < 1:
        return _("меньше минуты")
    if total < 60:
        return minutes(total)
    if total < 24 * 60:
        whole, rest = divmod(total, 60)
        if not rest or whole >= 6:
            return hours(whole)
        return _("%(h)s ч %(m)s мин") % {"h": whole, "m": rest}
    return days(total // (24 * 60))


def left(until: datetime, now: datetime) -> TimeLeft:
    """Time left from `now` (both aware) until a limit, or by how much it was missed."""
    length = until - now
    if length < timedelta(0):
        return TimeLeft(_("просрочено: %(span)s") % {"span": span(-length)}, "late")
    return TimeLeft(span(length), "soon" if length <= SOON else "calm")


def moment(at: datetime, now: datetime | None = None) -> str:
    """«12 июня, 08:12» in the region's zone; the year is added when it is another one."""
    here = timezone.localtime(at)
    today = timezone.localtime(now or timezone.now())
    if here.date() == today.date():
        return _("сегодня, %(time)s") % {"time": date_format(here, "H:i")}
    if here.year == today.year:
        return date_format(here, "j E, H:i")
    return date_format(here, "j E Y, H:i")
