"""Problems that the portal shows, as service requests: words that staff wrote and a person released, nothing else."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from otklik.api.open311.asked import Query
from otklik.cases.problem_models import LIVE_STATES, PublicNews, PublicProblem
from otklik.territory.models import Territory

Address = Callable[[str], str]  # a path → the whole address


def problems(query: Query, place: Territory | None) -> list[PublicProblem]:
    """The page of problems that a query asks for, newest first."""
    rows = PublicProblem.objects.select_related("group", "municipality").prefetch_related("photos", "news")
    if place is not None:
        rows = rows.filter(municipality=place)
    if query.ids:  # «This overrides all other arguments»
        known = [int(one) for one in query.ids if one.isascii() and one.isdecimal() and len(one) < 16]
        return list(rows.filter(pk__in=known).order_by("-since", "-pk"))
    return list(_narrowed(rows, query).order_by("-since", "-pk")[query.first : query.first + query.page_size])


def _narrowed(rows: QuerySet[PublicProblem], query: Query) -> QuerySet[PublicProblem]:
    if query.services:
        rows = rows.filter(group__code__in=query.services)
    if query.statuses:
        live = [str(state) for state in LIVE_STATES]
        wanted = Q(state__in=live) if "open" in query.statuses else Q(pk=None)
        rows = rows.filter(wanted | ~Q(state__in=live) if "closed" in query.statuses else wanted)
    if query.start:
        rows = rows.filter(since__gte=_first_day(query.start))
    if query.end:
        rows = rows.filter(since__lte=timezone.localtime(query.end).date())
    if query.updated_after:
        rows = rows.filter(changed_at__gte=query.updated_after)
    if query.updated_before:
        rows = rows.filter(changed_at__lte=query.updated_before)
    return rows


def _first_day(moment: datetime) -> date:
    """The first day whose beginning is not before a moment."""
    day = timezone.localtime(moment).date()
    return day if midnight(day) >= moment else date.fromordinal(day.toordinal() + 1)


def midnight(day: date) -> datetime:
    """The beginning of a day in the region's zone: what is known only by its day begins there."""
    return timezone.make_aware(datetime.combine(day, time()))


def as_request(row: PublicProblem, address: Address, *, extended: bool) -> dict[str, Any]:
    """One problem as the standard writes a request. `long` and `lat` are rough on purpose, as on the portal."""
    news = sorted(row.news.all(), key=lambda one: one.at)
    photos = [
        {
            "media_url": address(reverse("portal:problem_photo", args=[row.pk, one.pk])),
            "title": one.get_moment_display(), "width": one.width, "height": one.height,
        }
        for one in sorted(row.photos.all(), key=lambda one: one.pk)
    ]
    state = row.get_state_display()
    told: dict[str, Any] = {
        "service_request_id": str(row.pk), "status": "open" if row.state in LIVE_STATES else "closed",
        "status_notes": f"{state}. {news[-1].text}" if news else state,
        "service_name": row.group.name, "service_code": row.group.code,
        "description": f"{row.title}\n\n{row.text}".strip()[:4000], "agency_responsible": None, "service_notice": None,
        "requested_datetime": written(midnight(row.since)), "updated_datetime": written(row.changed_at),
        "expected_datetime": written(midnight(row.planned_for)) if row.planned_for else None,
        "address": ", ".join(filter(None, [row.place, str(row.municipality)])), "address_id": None, "zipcode": None,
        "lat": row.latitude, "long": row.longitude, "media_url": photos[0]["media_url"] if photos else None,
    }
    if extended:
        told["extended_attributes"] = {
            "jurisdiction_id": row.municipality.code, "reports": row.reports, "supporters": row.same,
            "details_url": address(reverse("portal:problem", args=[row.pk])), "photos": photos,
        }
        told["notes"] = [{"datetime": written(one.at), "description": one.text, "type": "news"} for one in news]
    return told


def updates(
    place: Territory | None, start: datetime | None, end: datetime | None, first: int, most: int
) -> list[dict[str, Any]]:
    """News of shown problems, oldest first."""
    rows = PublicNews.objects.select_related("public")
    if place is not None:
        rows = rows.filter(public__municipality=place)
    if start:
        rows = rows.filter(at__gte=start)
    if end:
        rows = rows.filter(at__lte=end)
    return [
        {
            "update_id": f"n{one.pk}", "service_request_id": str(one.public_id),
            "status": "open" if one.public.state in LIVE_STATES else "closed", "updated_datetime": written(one.at),
            "description": one.text, "media_url": None,
        }
        for one in rows.order_by("at", "pk")[first : first + most]
    ]


def written(moment: datetime) -> str:
    """A moment in w3 format with the region's offset, whole seconds."""
    return timezone.localtime(moment).replace(microsecond=0).isoformat()
