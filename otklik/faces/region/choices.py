"""What the address of a page chooses: the slice of cases, and how it is shown.

One reading for all pages of the room, so that a choice goes along from page to page, into a saved slice and a file.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Case
from otklik.channels.models import Account
from otklik.insight.definitions import first_day, today
from otklik.insight.slices import Slice

SPANS = (7, 30, 90, 365)  # days that a page offers
LONGEST_DAYS = 366 * 3
FIRST_DAY = date(2000, 1, 1)
MOST_PLACES = 40  # in one address: all that somebody curates
WITHOUT: dict[str, str | Promise] = {
    "theme": _("без темы"), "executor": _("никому не назначено"), "channel": _("канал не указан"),
}
MOST_TOPICS = 30
SHAPES: dict[str, str | Promise] = {"tiles": _("Плитки"), "map": _("Карта")}


@dataclass(frozen=True)
class Choices:
    """What is chosen; everything unknown falls back to what is usual, so that no address breaks a page.

    `since` and `until` (both days included) win over `days`. `about` is "g12" for a group of themes, "t77" for a theme.
    """

    days: int = 30
    since: date | None = None
    until: date | None = None
    places: tuple[str, ...] = ()
    about: str = ""
    channel: str = ""
    regime: str = ""
    executor: int | None = None
    tiles: str = "overdue"
    shape: str = "tiles"
    sort: str = "overdue"
    reverse: bool = False
    beside: str = ""
    at: str = ""  # of a list: an hour of the week, "2-14" is Tuesday from 14:00 to 15:00
    topic: str = ""  # of a list: several groups of themes or ready choices by their codes, "snow" or "winter,heat"
    without: str = ""  # of a list: those that have none of it, one of `WITHOUT`
    came: bool = False  # of a list: what is counted as it stands now, but only of those that came in the period
    alone: bool = False  # of a list: of a city without its inner districts

    def address(self, **changes: object) -> str:
        """The query of this choice with changes, for links: what is usual is left out, the length of days stays."""
        chosen = replace(self, **changes)  # type: ignore[arg-type]
        if "days" in changes:
            chosen = replace(chosen, since=None, until=None)
        usual = Choices()
        given: list[tuple[str, object]] = [] if chosen.since else [("days", chosen.days)]
        for one in fields(chosen):
            value = getattr(chosen, one.name)
            if one.name == "days" or value == getattr(usual, one.name):
                continue
            if one.name == "places":
                given += [("place", code) for code in chosen.places]
            else:
                given.append((one.name, int(value) if isinstance(value, bool) else value))
        return "?" + urlencode(given)

    @property
    def hour_of_week(self) -> tuple[int, int] | None:
        """Day (Monday is 1) and hour, where one is chosen."""
        day, _dash, hour = self.at.partition("-")
        return (int(day), int(hour)) if self.at else None

    @property
    def filtered(self) -> bool:
        """Whether only a part of the cases is asked for, besides the period."""
        return bool(self.about or self.channel or self.regime or self.executor or self.places or self.at or self.topic
                    or self.without or self.came or self.alone)

    def period(self, now: datetime) -> tuple[date, date]:
        """First and last day, both included, in the region's time."""
        if self.since and self.until:
            return self.since, self.until
        return first_day(now, self.days), today(now)

    def slice(self, now: datetime, scopes: Collection[int] | None) -> Slice:
        """The cases of the period; `scopes` are what the actor sees, narrowed to the chosen places already."""
        since, until = self.period(now)
        number = int(self.about[1:]) if self.about else None
        return Slice(
            since, until, frozenset(scopes) if scopes is not None else None,
            theme=number if self.about[:1] == "t" else None, group=number if self.about[:1] == "g" else None,
            channel=self.channel, regime=self.regime, executor=self.executor,
        )

    def standing(self, now: datetime, scopes: Collection[int] | None) -> Slice:
        """The same cases of whenever, for what is counted as it stands now."""
        return replace(self.slice(now, scopes), since=FIRST_DAY, until=today(now))

    def before(self, now: datetime, scopes: Collection[int] | None) -> Slice:
        """As many days just before the period."""
        given = self.slice(now, scopes)
        length = given.until - given.since + timedelta(days=1)
        return replace(given, since=given.since - length, until=given.until - length)


def chosen(
    query: QueryDict, figures: Collection[str] = (), columns: Collection[str] = (), *, hours: bool = False
) -> Choices:
    """Read the choices from an address; `figures` may colour, by `columns` the table may be sorted.

    `hours`: whether the page is a list, which can be narrowed further (to an hour of the week, to several groups of
    themes); for others the address may not say so.
    """
    days, tiles, sort = query.get("days", ""), query.get("tiles", ""), query.get("sort", "")
    since, until = _days(query.get("since", ""), query.get("until", ""))
    return Choices(
        days=int(days) if days in {str(p) for p in SPANS} else 30,
        since=since,
        until=until,
        places=tuple(dict.fromkeys(code[:80] for code in query.getlist("place") if _is_code(code)))[:MOST_PLACES],
        about=_about(query.get("about", "")),
        channel=_one_of(query.get("channel", ""), Account.Channel.values),
        regime=_one_of(query.get("regime", ""), Case.Regime.values),
        executor=_number(query.get("executor", "")),
        tiles=tiles if tiles in figures else "overdue",
        shape="map" if query.get("shape") == "map" else "tiles",
        sort=sort if sort in columns else "overdue",
        reverse=query.get("reverse") == "1",
        beside=query.get("beside", "") if _is_code(query.get("beside", "")) else "",
        at=_at(query.get("at", "")) if hours else "",
        topic=_topic(query.get("topic", "")) if hours else "",
        without=_one_of(query.get("without", ""), WITHOUT) if hours else "",
        came=hours and query.get("came") == "1",
        alone=hours and query.get("alone") == "1",
    )


def _days(since: str, until: str) -> tuple[date | None, date | None]:
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        return None, None
    if first < FIRST_DAY or last.year > 2200 or not 0 <= (last - first).days < LONGEST_DAYS:
        return None, None
    return first, last


def _at(given: str) -> str:
    day, _dash, hour = given.partition("-")
    known = day in tuple("1234567") and hour in {str(n) for n in range(24)}
    return given if known else ""


def _topic(given: str) -> str:
    return ",".join([code for code in given.split(",")[:MOST_TOPICS] if _is_code(code)])


def _is_code(code: str) -> bool:
    return code.isascii() and code.replace("-", "").replace("_", "").isalnum() and len(code) <= 80


def _about(given: str) -> str:
    return given if given[:1] in ("g", "t") and _number(given[1:]) is not None else ""


def _number(given: str) -> int | None:
    """An id out of an address; None for everything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def _one_of(given: str, known: Collection[str]) -> str:
    return given if given in known else ""
