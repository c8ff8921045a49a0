"""What a file of another region does here: an invitation makes a card or renews it, a sheet goes onto our card.

Inside the gate of `packets`. A region changes only meetings that it shares with us.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.clock_rules import zone
from otklik.failures import BadInput
from otklik.practice import allowed
from otklik.practice.exchange_words import retimed
from otklik.practice.models import MOST_TAKEN, Exchange, Taken, TrustedRegion
from otklik.practice.packet_reading import MeetingBody, SheetBody, TakenRow
from otklik.territory.models import Territory


def put_meeting(
    actor: Actor, region: TrustedRegion, body: MeetingBody, place_id: int | None, now: datetime
) -> Exchange:
    """The card of their invitation: a new one for our centre, or the planned one renewed."""
    row = Exchange.objects.select_for_update(of=("self",)).filter(uid=body.uid).first()
    if row is not None and (row.partner_id != region.pk or row.state != Exchange.State.PLANNED):
        raise BadInput(_("Эта встреча уже прошла, отменена или не с этой областью: файл её не изменит."), "file")
    if row is None:
        place = _ours(place_id)
        row = Exchange(uid=body.uid, partner=region, made_by_id=allowed.user_id(actor), made_at=now)
        if body.theirs == "host":
            row.guest, row.guest_name = place, allowed.centre_name(place)
        else:
            row.host, row.host_name = place, allowed.centre_name(place)
    name = f"{body.their_name} ({region.name})"[:200]
    if body.theirs == "host" and row.host_id is None:
        row.host_name, row.host_people = name, body.people
    elif body.theirs == "guest" and row.guest_id is None:
        row.guest_name, row.guest_people = name, body.people
    else:
        raise BadInput(_("В файле перепутаны стороны встречи. Попросите прислать его ещё раз."), "file")
    row.topic, row.way, row.where = body.topic, body.way, body.where
    row.begins_at, row.ends_at = body.begins_at, body.ends_at
    row.programme = retimed(body.programme, _later_here(body.begins_at))
    if row._state.adding:
        row.questions = body.questions
    row.version += 1
    row.save()
    return row


def _later_here(begins_at: datetime) -> timedelta:
    """How much later our clock is than theirs. Files of earlier versions tell the moment in UTC, where no region is."""
    theirs = begins_at.utcoffset()
    return (begins_at.astimezone(zone()).utcoffset() or timedelta()) - theirs if theirs else timedelta()


def _ours(place_id: int | None) -> Territory:
    found = next((one for one in allowed.centres() if one.pk == place_id), None)
    if found is None:
        raise BadInput(_("Выберите наш центр, который приглашают."), "place")
    return found


def put_sheet(region: TrustedRegion, body: SheetBody) -> Exchange:
    """Their sheet onto our card."""
    row = Exchange.objects.select_for_update(of=("self",)).filter(uid=body.uid, partner=region).first()
    if row is None:
        raise BadInput(_("Такой встречи с этой областью у нас нет."), "file")
    if row.state == Exchange.State.CANCELLED:
        raise BadInput(_("Встреча отменена: лист гостя уже не нужен."), "file")
    put_words(row, people=body.people, questions=body.questions, words=body.words, taken=body.taken)
    return row


def put_words(
    row: Exchange, *, people: str, questions: str, words: str, taken: tuple[TakenRow, ...] | list[TakenRow]
) -> None:
    """What a guest's sheet says, typed in or come as a file. Their earlier «берём» is replaced, ours stays."""
    if row.host_id is None:
        row.host_people = people or row.host_people
    else:
        row.guest_people = people or row.guest_people
    known = row.questions.splitlines()
    fresh = [one for one in questions.splitlines() if one.strip() and one not in known]
    row.questions = "\n".join([*known, *fresh])[:6000]
    row.guest_words, row.sheet_at = words, timezone.now()
    Taken.objects.filter(exchange=row, place=None).delete()
    used = set(Taken.objects.filter(exchange=row).values_list("number", flat=True))
    free = [one for one in range(1, MOST_TAKEN + 1) if one not in used]
    if len(taken) > len(free):
        raise BadInput(_("С одной встречи берут не больше трёх вещей: вместе с нашими выходит больше."), "file")
    Taken.objects.bulk_create(
        Taken(exchange=row, number=number, place=None, what=one.what, responsible_name=one.who, due=one.due)
        for number, one in zip(free, taken, strict=False)
    )
    row.version += 1
    row.save()


def brought(packets: Any) -> dict[str, Any] | None:
    """The content of the newest file that came with a meeting."""
    newest = max(packets, key=lambda one: one.came_at, default=None)
    return newest.content if newest else None
