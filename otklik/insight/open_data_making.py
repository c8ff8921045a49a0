"""The job that makes editions of open data: once a month, ten days after its end, and never again.

Counted are the municipalities whose head shows their figures (`public_statistics`). Never counted: what stands, or
stood, under 59-ФЗ or 8-ФЗ, of restricted access, and the themes that are never public.
"""

import csv
import hashlib
import io
import json
import random
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.acting import System, acting, widened
from otklik.classifier.models import Theme, ThemeGroup
from otklik.classifier.publicity import never_public
from otklik.insight.definitions import today
from otklik.insight.models import CaseFact, OpenEdition, OpenFile
from otklik.insight.open_data import is_on
from otklik.insight.open_data_cells import OTHERS
from otklik.insight.open_data_rows import CASES, FIGURES, Edition, OneCase, Row, edition_of
from otklik.insight.public_figures import municipalities_on
from otklik.territory.models import Territory

RIPE_DAYS = 10  # after the end of a month: most answers have come by then
MOST_MONTHS = 12  # so far back, when it is switched on
CHOOSING = random.SystemRandom()
STATEMENT = """
SELECT place.code, coalesce(g.code, ''), (f.answered_at AT TIME ZONE %(zone)s)::date - f.day,
       CASE WHEN f.verdict <> '' THEN f.verdict WHEN f.waits_due < %(now)s THEN 'late' ELSE '' END
FROM insight_casefact f
JOIN cases_case c ON c.id = f.case_id AND NOT c.restricted
JOIN territory_territory s ON s.id = f.scope_id
JOIN territory_territory place ON place.id = coalesce(s.municipality_id, s.id)
LEFT JOIN classifier_theme t ON t.id = f.theme_id
LEFT JOIN classifier_themegroup g ON g.id = t.group_id
WHERE f.counts AND f.day >= %(since)s AND f.day < %(until)s AND place.id = ANY (%(places)s)
  AND f.regime <> ALL (%(laws)s) AND (f.theme_id IS NULL OR f.theme_id <> ALL (%(never)s))
  AND NOT EXISTS (SELECT 1 FROM cases_registration r WHERE r.case_id = f.case_id AND r.regime = ANY (%(laws)s))
"""


def make_editions(now: datetime) -> int:
    """Make the months that are ripe and have no edition yet; returns how many. Nothing while it is switched off."""
    made = 0
    with acting(System("insight")), widened():
        places = municipalities_on() if is_on() else []
        for month in _ripe(now) if places else ():
            made += _make(month, places, now)
    return made


def _ripe(now: datetime) -> list[date]:
    """First days of the months to make, oldest first."""
    first = CaseFact.objects.filter(counts=True).aggregate(Min("day"))["day__min"]
    if first is None:
        return []
    month = (today(now) - timedelta(days=RIPE_DAYS)).replace(day=1)
    there = set(OpenEdition.objects.values_list("month", flat=True))
    found = []
    for _n in range(MOST_MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        if month < first.replace(day=1):
            break
        if month not in there:
            found.append(month)
    return sorted(found)


def _make(month: date, places: list[int], now: datetime) -> int:
    cases = _cases(month, places, now)
    with override("ru"):  # the files are of the region, not of who looks
        names = dict(Territory.objects.filter(pk__in=places).values_list("code", "short_name"))
        names |= dict(ThemeGroup.objects.order_by("pk").values_list("code", "name"))
        names[OTHERS] = _("остальные")
    edition = edition_of(f"{month:%Y-%m}", cases, names, CHOOSING.sample)
    with transaction.atomic():
        kept, fresh = OpenEdition.objects.get_or_create(
            month=month, defaults={"made_at": now, "places": len(places), "told": edition.told}
        )
        if fresh:
            OpenFile.objects.bulk_create(_files(kept, edition))
    return int(fresh)


def _cases(month: date, places: list[int], now: datetime) -> list[OneCase]:
    never = never_public()
    unseen = Theme.objects.filter(code__in=never.themes) | Theme.objects.filter(group__code__in=never.groups)
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT,
            {
                "zone": settings.TIME_ZONE, "now": now,
                "since": month, "until": (month + timedelta(days=31)).replace(day=1),
                "places": places, "laws": ["law59", "law8"], "never": list(unseen.values_list("pk", flat=True)),
            },
        )
        found: list[Any] = cursor.fetchall()
    return [OneCase(*row) for row in found]


def _files(edition: OpenEdition, rows: Edition) -> list[OpenFile]:
    made = []
    for name, columns, found in (
        (OpenFile.Name.FIGURES, FIGURES, rows.figures), (OpenFile.Name.CASES, CASES, rows.cases),
    ):
        for form, text in (("csv", as_csv(columns, found)), ("json", as_json(found))):
            made.append(
                OpenFile(edition=edition, name=name, form=form, text=text, rows=len(found), digest=digest_of(text))
            )
    return made


def as_csv(columns: tuple[str, ...], rows: list[Row]) -> str:
    """Rows with a head, commas, quoted where needed (RFC 4180); an unknown value is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_json(rows: list[Row]) -> str:
    """Rows as an array of objects; an unknown value is null."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(text.encode()).hexdigest()
