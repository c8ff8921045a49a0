"""The decree that moves days off in a year, entered by the region's administrator before the program brings it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput
from otklik.journal.appending import NewEntry, append
from otklik.organisations.staffing import require_region_administrator
from otklik.policy.loading import COUNTRY, json_ready
from otklik.policy.models import CalendarYear
from otklik.policy.reading import calendar_year_from_mapping, shipped_law
from otklik.policy.years import CalendarYear as Year
from otklik.policy.years import MovedDay, short_days


def year_of_decree(year: int, source: str, moves: Sequence[tuple[date, date]]) -> dict[str, Any]:
    """The content of a year with these moved days; its shortened days follow from them (order 588n of 13.08.2009).

    Raises CalendarError (Russian text) when the moves contradict the law or each other.
    """
    law = shipped_law()
    decree = tuple(MovedDay(origin, to, source) for origin, to in moves)
    bare = Year(year, law, decree, frozenset(), False, source)
    return json_ready({  # type: ignore[no-any-return]
        "country": law.country, "year": year, "provisional": False, "source": source,
        "moved": [{"from": origin, "to": to} for origin, to in moves], "short": sorted(short_days(bare)),
    })


def enter_decree(
    actor: Actor, year: int, *, source: str, moves: Sequence[tuple[date, date]], at: datetime
) -> CalendarYear:
    """Make a year of the country's calendar what its decree says; clocks marked provisional are counted anew by a job.

    `source`: number and date of the decree. Raises Refused for who does not administer the region, BadInput for a
    year that the program knows already, CalendarError for moves that cannot be.
    """
    if not source.strip():
        raise BadInput(_("Напишите номер и дату постановления."), "source")
    content = year_of_decree(year, source.strip(), moves)
    calendar_year_from_mapping(content, shipped_law(), str(year))
    with acting(actor), widened():
        require_region_administrator(actor)
        found = CalendarYear.objects.select_for_update().filter(year=year, area=COUNTRY).first()
        if found is not None and not found.provisional:
            raise BadInput(_("Постановление этого года уже внесено."))
        fields = {"data": content, "provisional": False, "source": source.strip()}
        row, _created = CalendarYear.objects.update_or_create(year=year, area=COUNTRY, defaults=fields)
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        append(NewEntry("schedule:0", "decree_entered", actor.reference, at, {"year": year, "content": digest}))
        return row
