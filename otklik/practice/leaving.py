"""What leaves the region with a meeting, and the word of the head of the ЦУР that it may: for exactly this content.

Another word in the card, another version of the passport is another content: the permission lapses by itself.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.exchange_reading import photo_of
from otklik.practice.models import Exchange, Packet, PassportVersion, Taken
from otklik.practice.passports import approved
from otklik.territory.models import Kind, Territory
from otklik.typed_text import typed, within

Leaving = Exchange.Leaving
MEETING, SHEET = "meeting", "sheet"
READ_BEFORE = frozenset({"invitation", "programme", "questions", "minutes", "press", "sheet"})  # by who allows them
AFTER = frozenset({"minutes", "press"})  # there is something to allow once the meeting was held


@dataclass(frozen=True)
class Luggage:
    """What would go out now. `kind`: our invitation, or our sheet in answer to theirs. `passport`: our approved one.

    `body` goes into the signed file; `papers` is what stands on papers and in the calendar file of the meeting.
    """

    kind: str
    body: dict[str, Any]
    papers: dict[str, Any]
    passport: PassportVersion | None

    @property
    def digest(self) -> str:
        """What the head allows: the same words on every paper and in the file, the same passport."""
        text = json.dumps([self.kind, self.body, self.papers], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def luggage(row: Exchange) -> Luggage:
    """What leaves with this meeting as it stands. Inside `acting`."""
    ours = row.host if row.host_id else row.guest
    version = approved(ours) if ours else None
    came = Packet.objects.filter(exchange=row, kind=MEETING).exists()
    body = _sheet(row) if came else _meeting(row)
    body["passport"] = {"name": _full(row), "number": version.number, "content": version.content} if version else None
    return Luggage(SHEET if came else MEETING, body, _papers(row), version)


def _full(row: Exchange) -> str:
    return row.host_name if row.host_id else row.guest_name


def _meeting(row: Exchange) -> dict[str, Any]:
    return {
        "meeting": str(row.uid), "topic": row.topic, "way": row.way, "side": "host" if row.host_id else "guest",
        "our_name": _full(row), "their_name": row.guest_name if row.host_id else row.host_name,
        # By our clock: whoever reads it sees how far theirs is from the hours of the programme.
        "begins_at": row.begins_at.astimezone(zone()).isoformat(), "ends_at": _utc(row.ends_at), "where": row.where,
        "programme": row.programme, "people": row.host_people if row.host_id else row.guest_people,
        "questions": row.questions,
    }


def _sheet(row: Exchange) -> dict[str, Any]:
    taken = Taken.objects.filter(exchange=row, place__isnull=False)
    return {
        "meeting": str(row.uid), "people": row.host_people if row.host_id else row.guest_people,
        "questions": row.questions, "words": row.guest_words,
        "taken": [
            {"what": one.what, "who": one.responsible_name, "due": one.due.isoformat()} for one in taken
        ],
    }


def _papers(row: Exchange) -> dict[str, Any]:
    """Everything that people wrote and papers show: of both sides; once it was held also what was said and taken."""
    found: dict[str, Any] = {
        "topic": row.topic, "way": row.way, "host": row.host_name, "guest": row.guest_name, "where": row.where,
        "begins_at": _utc(row.begins_at), "ends_at": _utc(row.ends_at), "programme": row.programme,
        "host_people": row.host_people, "guest_people": row.guest_people, "questions": row.questions,
    }
    if row.state == Exchange.State.HELD:
        stored = photo_of(row)
        taken = Taken.objects.filter(exchange=row)
        found |= {
            "minutes": row.minutes, "press": row.press, "photo": stored.sha256 if stored else "",
            "taken": [[one.number, one.what, one.responsible_name, one.due.isoformat()] for one in taken],
        }
    return found


def _utc(at: datetime) -> str:
    """One moment, one text, whatever zone it came in."""
    return at.astimezone(UTC).isoformat()


def is_allowed(row: Exchange, found: Luggage | None = None) -> bool:
    """Whether what stands on the card now may leave the region. A meeting of our own two centres leaves nowhere."""
    if not row.leaves:
        return True
    return row.leaving == Leaving.APPROVED and row.leaving_digest == (found or luggage(row)).digest


def require_allowed(row: Exchange, found: Luggage | None = None) -> None:
    """`Refused` with the words of what is missing."""
    if is_allowed(row, found):
        return
    if row.leaving == Leaving.APPROVED:
        raise Refused(_("После разрешения карточку изменили. Попросите руководителя ЦУР разрешить ещё раз."))
    if row.leaving == Leaving.REFUSED:
        raise Refused(_("Руководитель ЦУР не разрешил отправлять это за пределы области."))
    raise Refused(_("За пределы области ничего не уходит без разрешения руководителя ЦУР. Попросите его на карточке."))


def ask(actor: Actor, exchange_id: int, *, now: datetime | None = None) -> Exchange:
    """Ask the head of the ЦУР. What was allowed for exactly this content stays allowed."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(exchange_id)
        allowed.require_keeper(actor, row.host_id, row.guest_id)
        found = luggage(row)
        if is_allowed(row, found):
            return row
        row.leaving, row.leaving_digest, row.leaving_words = Leaving.ASKED, found.digest, ""
        row.leaving_by_id, row.leaving_at = allowed.user_id(actor), now
        row.save()
        _note(row, actor, "leaving_asked", now)
        region = Territory.objects.filter(kind=Kind.REGION, active=True).order_by("pk").first()
        told = allowed.people_of(region, "head") if region else []
        notify([one for one in told if one != allowed.user_id(actor)], "exchange", case=None, now=now,
               words=f"Разрешите отправить за пределы области: {row.host_name} — {row.guest_name}",
               link=f"/region/exchange/{row.pk}/#leaving")
    return row


def decide(
    actor: Actor, exchange_id: int, *, allow: bool, seen: str, words: str = "", now: datetime | None = None
) -> Exchange:
    """The head of the ЦУР allows what they have read (`seen`: its digest), or does not, with words why."""
    now, words = now or timezone.now(), within(typed(words), 500, "words")
    with acting(actor), widened():
        row = _locked(exchange_id)
        if not allowed.heads_region(actor):
            raise Refused(_("Это решает руководитель ЦУР."))
        if not allow and not words:
            raise BadInput(_("Напишите, что нужно изменить."), "words")
        found = luggage(row)
        if allow and found.digest != seen:
            raise BadInput(_("Карточку только что изменили. Прочитайте её ещё раз."), "seen")
        row.leaving = Leaving.APPROVED if allow else Leaving.REFUSED
        row.leaving_digest, row.leaving_words = found.digest, words
        row.leaving_by_id, row.leaving_at = allowed.user_id(actor), now
        row.save()
        _note(row, actor, "leaving_allowed" if allow else "leaving_refused", now, digest=found.digest[:32])
        people = [one for place in (row.host, row.guest) if place for one in allowed.people_of(
            place, "head", "coordinator")]  # fmt: skip
        said = "Разрешено отправить за пределы области" if allow else "Не разрешено отправить за пределы области"
        notify([one for one in people if one != allowed.user_id(actor)], "exchange", case=None, now=now, words=said,
               link=f"/region/exchange/{row.pk}/#leaving")
    return row


def note_gone(actor: Actor, exchange_id: int, what: str, *, now: datetime | None = None) -> Exchange:
    """Something is being taken out: it is allowed, and the journal keeps what and who. Returns the locked card.

    The head of the ЦУР reads a paper before allowing it; the journal tells that from what was sent.
    """
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(exchange_id)
        allowed.require_keeper(actor, row.host_id, row.guest_id)
        found = luggage(row)
        before = what in READ_BEFORE and allowed.heads_region(actor) and not is_allowed(row, found)
        if not before:
            require_allowed(row, found)
        verb = "exchange_read" if before else "exchange_sent"
        _note(row, actor, verb, now, what=what, digest=found.digest[:32])
    return row


def _locked(exchange_id: int) -> Exchange:
    row = Exchange.objects.select_for_update(of=("self",)).select_related("host", "guest", "partner").filter(
        pk=exchange_id).first()
    if row is None:
        raise NotYours(_("Такой встречи нет."))
    return row


def _note(row: Exchange, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"exchange:{row.pk}", verb, actor.reference, now, fields))
