"""Reading meetings: the cards, what was taken from them, the photo of the press note. Inside `acting`."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor, widened
from otklik.cases.clock_rules import zone
from otklik.failures import NotYours
from otklik.files.models import StoredFile
from otklik.practice import allowed
from otklik.practice.models import Exchange, Taken


def meetings() -> QuerySet[Exchange]:
    """All meetings, the newest first. Inside `acting`."""
    return Exchange.objects.select_related("host", "guest", "partner").order_by("-begins_at", "-pk")


def the_meeting(exchange_id: int) -> Exchange:
    """One of them. `NotYours` when there is none."""
    found = meetings().select_related("leaving_by", "made_by").filter(pk=exchange_id).first()
    if found is None:
        raise NotYours(_("Такой встречи нет."))
    return found


def may_write(actor: Actor, row: Exchange) -> bool:
    """Whether this person changes the card."""
    return allowed.may_keep(actor, row.host_id) or allowed.may_keep(actor, row.guest_id)


def taken_of(rows: Sequence[Exchange]) -> dict[int, list[Taken]]:
    """What was taken from these meetings, in one query."""
    found: dict[int, list[Taken]] = {one.pk: [] for one in rows}
    for taken in Taken.objects.filter(exchange__in=found).select_related("place", "responsible"):
        found[taken.exchange_id].append(taken)
    return found


def photo_of(row: Exchange) -> StoredFile | None:
    """The photo of the press note: for the whole network, whichever centre put it there."""
    if row.photo_id is None:
        return None
    with widened():
        return StoredFile.objects.filter(pk=row.photo_id).first()


def page_of(row: Exchange) -> str:
    """The address of the card."""
    return f"/region/exchange/{row.pk}/"


def when_words(row: Exchange) -> str:
    """«27.11.2026 10:00» of the region's clock."""
    return f"{row.begins_at.astimezone(zone()):%d.%m.%Y %H:%M}"
