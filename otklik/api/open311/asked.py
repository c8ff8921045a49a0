"""What a request asks for: moments, pages, lists of codes, the jurisdiction.

An empty parameter is one that is not given (GeoReport v2, «Optional Arguments»).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.api.open311.formats import Wrong
from otklik.territory.models import Kind, Territory

DAYS = 90  # «Default query limit is a span of 90 days or first 1000 requests»
MOST_ROWS = 1000
MOST_PAGES = 1000
MOST_IDS = 1000
_EATEN_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")  # a «+» of the offset that came unquoted


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of `requests`. Moments are aware; None: not narrowed by that."""

    ids: tuple[str, ...]
    services: tuple[str, ...]
    statuses: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    updated_after: datetime | None
    updated_before: datetime | None
    page: int
    page_size: int
    extended: bool

    @property
    def first(self) -> int:
        """How many rows lie before this page."""
        return (self.page - 1) * self.page_size


def query_of(given: QueryDict) -> Query:
    """The query of an address. Raises `Wrong` for what cannot be understood."""
    statuses = _several(given, "status")
    if unknown := set(statuses) - {"open", "closed"}:
        raise Wrong(400, _("status: open или closed, а не «%(word)s».") % {"word": sorted(unknown)[0][:50]})
    updated_after, updated_before = moment(given, "updated_after"), moment(given, "updated_before")
    start, end = _span(moment(given, "start_date"), moment(given, "end_date"), updated_after or updated_before)
    return Query(
        ids=_several(given, "service_request_id"), services=_several(given, "service_code"), statuses=statuses,
        start=start, end=end, updated_after=updated_after, updated_before=updated_before,
        page=_whole(given, "page", 1, MOST_PAGES), page_size=_whole(given, "page_size", MOST_ROWS, MOST_ROWS),
        extended=given.get("extensions", "").lower() in ("true", "1"),
    )


def _span(
    start: datetime | None, end: datetime | None, by_changes: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """At most 90 days, the latest ones when nothing is said; changes may concern what is older."""
    whole = timedelta(days=DAYS)
    if start and end:
        if end < start or end - start > whole:
            raise Wrong(400, _("Между start_date и end_date может быть не больше 90 дней."))
        return start, end
    if start:
        return start, start + whole
    if end:
        return end - whole, end
    return (None, None) if by_changes else (timezone.now() - whole, None)


def moment(given: QueryDict, name: str) -> datetime | None:
    """A moment of w3 format; the zone must be told."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(_EATEN_PLUS.sub(r"\1+\2", text))
        if found.tzinfo is not None:
            found - timedelta(days=2 * DAYS), found + timedelta(days=2 * DAYS)  # noqa: B018 - not at the calendar's edge
            return found
    except (ValueError, OverflowError):
        pass
    raise Wrong(400, _("%(name)s: нужно время с часовым поясом, как 2026-01-31T00:00:00Z.") % {"name": name})


def _several(given: QueryDict, name: str) -> tuple[str, ...]:
    told = [one.strip() for text in given.getlist(name) for one in text.split(",")]
    kept = tuple(dict.fromkeys(one for one in told if one and "\x00" not in one))
    if len(kept) > MOST_IDS:
        raise Wrong(400, _("%(name)s: не больше 1000 значений.") % {"name": name})
    return kept


def _whole(given: QueryDict, name: str, default: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) >= 1):
        raise Wrong(400, _("%(name)s: целое число от 1.") % {"name": name})
    return min(int(text), most)


def jurisdiction(given: QueryDict | dict[str, str]) -> Territory | None:
    """The municipality that `jurisdiction_id` names by our code; None for the whole region. Inside `acting`."""
    code = str(given.get("jurisdiction_id") or "").strip()
    if not code:
        return None
    found = None
    if "\x00" not in code:
        kinds = (Kind.REGION, Kind.MUNICIPALITY)
        found = Territory.objects.filter(code=code[:100], kind__in=kinds, active=True).first()
    if found is None:
        raise Wrong(404, _("jurisdiction_id «%(code)s» не найден.") % {"code": code[:50]})
    return None if found.kind == Kind.REGION else found
