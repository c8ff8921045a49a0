"""Figures for everybody: prepared once a day, by group of themes, with small numbers hidden before they are kept.

Numbers are told as multiples of five, and not anew within a day: else somebody who looks again and again sees a single
message come (decision 211). Only municipalities whose head switched them on. What never is public (59-ФЗ, 8-ФЗ, also
when registered beside, restricted access, security, the military, politics) is not counted here at all, so these
numbers are smaller than those of the desk, and the page says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.classifier.models import Theme
from otklik.classifier.publicity import never_public
from otklik.insight.definitions import first_day, today
from otklik.insight.models import PublicFigure
from otklik.insight.open_data_cells import rounded
from otklik.organisations.models import Setting
from otklik.territory.models import Kind, Territory

PERIODS = (30, 90, 365)
SMALL = 5  # a smaller number may point at a person
# One pass over the facts of a period: municipalities with their groups, municipalities as wholes, the region.
STATEMENT = """
WITH facts AS (
    SELECT coalesce(s.municipality_id, s.id) AS place, t.group_id, f.answered_at, f.verdict, f.waits_due, f.day
    FROM insight_casefact f JOIN territory_territory s ON s.id = f.scope_id
    JOIN cases_case c ON c.id = f.case_id AND NOT c.restricted
    LEFT JOIN classifier_theme t ON t.id = f.theme_id
    WHERE f.counts AND f.day >= %(since)s AND f.regime <> ALL (%(laws)s)
      AND (f.theme_id IS NULL OR f.theme_id <> ALL (%(never)s))
      AND coalesce(s.municipality_id, s.id) = ANY (%(places)s)
      AND NOT EXISTS (SELECT 1 FROM cases_registration r WHERE r.case_id = f.case_id AND r.regime = ANY (%(laws)s))
)
SELECT place, group_id, grouping(place), grouping(group_id), count(*), count(answered_at),
       count(*) FILTER (WHERE verdict = 'in_time'),
       count(*) FILTER (WHERE verdict = 'in_time' OR verdict = 'late' OR (verdict = '' AND waits_due < %(now)s)),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY (answered_at AT TIME ZONE %(zone)s)::date - day)
           FILTER (WHERE answered_at IS NOT NULL)
FROM facts GROUP BY GROUPING SETS ((place, group_id), (place), (group_id), ())
"""

HOW: tuple[tuple[str | Promise, str | Promise], ...] = (
    (
        _("Поступило"),
        _("Сообщения за период, по дню поступления. Не считаются спам, благодарности, обращения по 59-ФЗ, запросы по "
          "8-ФЗ и темы, которые никогда не показываются (безопасность, военные, объекты энергетики, политика)."),
    ),
    (_("Отвечено"), _("Из них те, на которые ответ уже дан.")),
    (
        _("В срок"),
        _("Доля ответов не позже срока среди тех, чей срок уже закончился; просроченные без ответа входят как «не в "
          "срок»."),
    ),
    (_("Обычно за"), _("Половина ответов дана за столько дней или быстрее (медиана), по календарным дням.")),
    (
        _("Меньше 5"),
        _("Числа меньше пяти скрыты, чтобы по ним нельзя было узнать человека. Если в строке или в столбце "
          "скрыто одно число, скрыто и следующее за ним по размеру: иначе первое можно вычислить."),
    ),
    (_("Округление"), _("Числа округлены до пяти и пересчитываются раз в день, поэтому суммы могут не сойтись.")),
)


@dataclass(frozen=True)
class _Row:
    place: int
    group: int | None
    received: int
    answered: int
    in_time: int
    judged: int
    median: int | None


def municipalities_on() -> list[int]:
    """Ids of the municipalities that show their figures."""
    rows = Setting.objects.filter(
        name="public_statistics", value=True, territory__kind=Kind.MUNICIPALITY, territory__active=True
    )
    return sorted(rows.values_list("territory_id", flat=True))


def is_fresh(now: datetime) -> bool:
    """Whether this day's figures are there already, of the very municipalities that show theirs. Inside `acting`."""
    rows = PublicFigure.objects.filter(group=None, municipality__kind=Kind.MUNICIPALITY)
    counted = dict(rows.values_list("municipality_id", "as_of"))
    return set(counted) == set(municipalities_on()) and all(today(at) == today(now) for at in counted.values())


def prepare(now: datetime) -> int:
    """Count anew and replace what was shown; returns how many rows there are. Inside `acting(System)`, widened."""
    places = municipalities_on()
    region = Territory.objects.filter(kind=Kind.REGION).order_by("pk").first()
    fresh: list[PublicFigure] = []
    for days in PERIODS if places and region else ():
        rows = _counted(now, days, places, region.pk if region else 0)
        hidden = _hidden(rows, region.pk if region else 0)
        fresh += [_figure(row, days, now, hidden=(row.place, row.group) in hidden) for row in rows]
        empty = set(places) - {row.place for row in rows}  # looks like few, and says that it was counted
        fresh += [_figure(_Row(place, None, 0, 0, 0, 0, None), days, now, hidden=True) for place in empty]
    with transaction.atomic():
        PublicFigure.objects.all().delete()
        PublicFigure.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def _counted(now: datetime, days: int, places: Collection[int], region: int) -> list[_Row]:
    never = never_public()
    unseen = Theme.objects.filter(code__in=never.themes) | Theme.objects.filter(group__code__in=never.groups)
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT,
            {
                "since": first_day(now, days), "now": now, "zone": settings.TIME_ZONE, "laws": ["law59", "law8"],
                "never": list(unseen.values_list("pk", flat=True)), "places": list(places),
            },
        )
        found: list[Any] = cursor.fetchall()
    return [
        _Row(region if of_region else place, group, *counts)
        for place, group, of_region, of_all, *counts in found
        if of_all or group is not None  # a message without a theme is in the whole only
    ]


def _hidden(rows: Collection[_Row], region: int) -> set[tuple[int, int | None]]:
    """Which rows are too small to be shown, and what must go with them: else the small ones could be worked out.

    The table has a total in each direction: a place over its groups, the region over the places. Where exactly one
    number of a line is hidden, the others give it away, so the smallest of them goes too, of the places before the
    region, until no line has only one.
    """
    hidden = {(row.place, row.group) for row in rows if row.received < SMALL}
    lines: dict[tuple[str, int | None], list[_Row]] = {}
    for row in rows:
        lines.setdefault(("of a place", row.place), []).append(row)
        lines.setdefault(("of a group", row.group), []).append(row)
    again = True
    while again:
        again = False
        for line in lines.values():
            gone = sum((row.place, row.group) in hidden for row in line)
            left = [row for row in line if (row.place, row.group) not in hidden]
            if gone == 1 and left:
                # Groups before their whole, places before the region: totals are what people look for.
                least = min(left, key=lambda row: (row.place == region, row.group is None, row.received))
                hidden.add((least.place, least.group))
                again = True
    return hidden


def _figure(row: _Row, days: int, now: datetime, *, hidden: bool) -> PublicFigure:
    answered = None if hidden or row.answered < SMALL else rounded(row.answered)
    judged = None if hidden or row.judged < SMALL else row.judged
    return PublicFigure(
        municipality_id=row.place, days=days, group_id=row.group, as_of=now,
        received=None if hidden else rounded(row.received),
        answered=answered,
        judged=judged,
        in_time=row.in_time if judged else None,
        median_days=row.median if answered else None,
    )


@dataclass(frozen=True)
class Shown:
    """One line of a public table. None is «меньше 5», or not known."""

    name: str
    code: str
    received: int | None
    answered: int | None
    share: int | None
    median_days: int | None


def shown_of(place: Territory, days: int) -> tuple[Shown | None, list[Shown], datetime | None]:
    """The whole of a place, its groups (the greatest first), and when it was counted. Inside `acting`."""
    rows = list(PublicFigure.objects.filter(municipality=place, days=days).select_related("group"))
    whole = next((_shown(row, place.short_name, place.code) for row in rows if row.group is None), None)
    groups = [_shown(row, row.group.name, row.group.code) for row in rows if row.group is not None]
    groups.sort(key=lambda one: (-(one.received or 0), one.name))
    return whole, groups, rows[0].as_of if rows else None


def wholes(places: Collection[int], days: int) -> list[Shown]:
    """One line a municipality, by name. Inside `acting`."""
    rows = PublicFigure.objects.filter(municipality__in=places, days=days, group=None).select_related("municipality")
    return [
        _shown(row, row.municipality.short_name, row.municipality.code)
        for row in rows.order_by("municipality__name_key")
    ]


def _shown(row: PublicFigure, name: str, code: str) -> Shown:
    share = rounded(round(100 * row.in_time / row.judged)) if row.judged and row.in_time is not None else None
    return Shown(name, code, row.received, row.answered, share, row.median_days)


