"""Keeping passports: typed fields and their quarterly check, versions that the head approves, what outside sees.

Gates open `acting` themselves; readers are called inside it. The journal keeps which field and which version, and who.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.figures import scopes_of
from otklik.journal.appending import NewEntry, append
from otklik.journal.models import Entry
from otklik.practice import allowed
from otklik.practice.models import PassportNote, PassportVersion
from otklik.practice.passport_facts import facts_of, questions
from otklik.practice.passport_fields import (
    MOST_LETTERS,
    QUARTER_DAYS,
    TYPED,
    Row,
    Section,
    arranged,
    restored,
    stored,
)
from otklik.practice.reviewing import quarter_of
from otklik.territory.models import Territory
from otklik.together import together
from otklik.typed_text import typed, within

LIVELY = frozenset({"figures", "exchange"})  # they move with every message: no reason to approve anew
State = PassportVersion.State
CHECK_ASKED = "passport_check_asked"


@dataclass(frozen=True)
class Draft:
    """A passport as it stands this moment. `inner` is for the centre itself, `outer` what a version would hold."""

    inner: tuple[Section, ...]
    outer: tuple[Section, ...]
    stale: tuple[Row, ...]  # typed fields whose check is due
    empty: tuple[str, ...]  # codes of typed fields that hold nothing
    last: PassportVersion | None  # what is approved
    waits: PassportVersion | None  # what waits for the head

    @property
    def digest(self) -> str:
        """What is approved: the same as long as nothing but figures changes."""
        return digest_of(self.outer)


def digest_of(sections: Collection[Section]) -> str:
    """The digest of a passport without what moves by itself every day."""
    steady = [
        [section.code, [[row.code, row.text] for row in section.rows]]
        for section in sections if section.code not in LIVELY
    ]
    return hashlib.sha256(json.dumps(steady, ensure_ascii=False).encode()).hexdigest()


def draft(place: Territory, now: datetime) -> Draft:
    """The passport from live data and typed fields. Inside `acting`."""
    day = now.astimezone(zone()).date()
    read = together(questions(place, scopes_of(place), day) | {
        "notes": PassportNote.objects.filter(place=place), "approved": _approved(place)[:1],
        "waiting": _waiting(place)[:1],
    })
    rows = facts_of(place, read, now)
    notes = {one.code: one for one in read["notes"]}
    written = []
    for code, field in TYPED.items():
        note = notes.get(code)
        if note is None or not note.text:
            continue
        row = Row(code, field.label, note.text, typed=True, checked=note.checked_at.astimezone(zone()).date())
        rows.setdefault(field.section, []).append(row)
        written.append(row)
    return Draft(
        arranged(rows, inner=True), arranged(rows, inner=False),
        tuple(row for row in written if row.is_stale(day)), tuple(code for code in TYPED if code not in notes),
        next(iter(read["approved"]), None), next(iter(read["waiting"]), None),
    )


def approved(place: Territory) -> PassportVersion | None:
    """The version that is shown outside the centre. Inside `acting`."""
    return _approved(place).first()


def _approved(place: Territory) -> QuerySet[PassportVersion]:
    rows = PassportVersion.objects.filter(place=place, state=State.APPROVED).select_related("decided_by")
    return rows.order_by("-number")


def approved_of(places: Collection[int]) -> dict[int, PassportVersion]:
    """The newest approved version of each of these centres, in one query, without what they hold."""
    rows = PassportVersion.objects.filter(place__in=places, state=State.APPROVED).defer("content")
    return {one.place_id: one for one in rows.order_by("place_id", "-number").distinct("place_id")}


def waiting(place: Territory) -> PassportVersion | None:
    """The version that waits for the head."""
    return _waiting(place).first()


def _waiting(place: Territory) -> QuerySet[PassportVersion]:
    return PassportVersion.objects.filter(place=place, state=State.PROPOSED).select_related("made_by")


def proposed() -> list[PassportVersion]:
    """All versions that wait for their heads, without what they hold."""
    return list(PassportVersion.objects.filter(state=State.PROPOSED).defer("content").select_related("place"))


def sections_of(version: PassportVersion) -> tuple[Section, ...]:
    """What a version holds."""
    return restored(version.content)


def write(actor: Actor, place: Territory, code: str, text: str, *, now: datetime | None = None) -> PassportNote:
    """Type a field anew: it is checked by that, too. Empty takes the field away. The same text only checks it."""
    now = now or timezone.now()
    if code not in TYPED:
        raise BadInput(_("Такого поля в паспорте нет."), code)
    text = within(typed(text), MOST_LETTERS, code)
    with acting(actor), widened():
        _locked(actor, place)
        before = PassportNote.objects.filter(place=place, code=code).first()
        changed = before is None or before.text != text
        row, _new = PassportNote.objects.update_or_create(
            place=place, code=code,
            defaults={
                "text": text, "checked_by_id": allowed.user_id(actor), "checked_at": now,
                **({"written_by_id": allowed.user_id(actor), "written_at": now} if changed else {}),
            },
            create_defaults={
                "text": text, "checked_by_id": allowed.user_id(actor), "checked_at": now,
                "written_by_id": allowed.user_id(actor), "written_at": now,
            },
        )
        _note(place, actor, "passport_field_changed" if changed else "passport_field_checked", now, field=code)
    return row


def confirm(actor: Actor, place: Territory, code: str, *, now: datetime | None = None) -> PassportNote:
    """«Всё так» of the quarterly check: one press, the field is checked today."""
    now = now or timezone.now()
    with acting(actor), widened():
        _locked(actor, place)
        row = PassportNote.objects.select_for_update().filter(place=place, code=code).first()
        if row is None or code not in TYPED:
            raise NotYours(_("Такого поля в паспорте нет."))
        row.checked_by_id, row.checked_at = allowed.user_id(actor), now
        row.save(update_fields=["checked_by", "checked_at"])
        _note(place, actor, "passport_field_checked", now, field=code)
    return row


def propose(actor: Actor, place: Territory, *, now: datetime | None = None) -> PassportVersion:
    """Send the passport as it stands to the head. What waited before is replaced: the head sees one."""
    now = now or timezone.now()
    with acting(actor), widened():
        _locked(actor, place)
        found = draft(place, now)
        if found.last is not None and found.last.digest == found.digest:
            raise Refused(_("С утверждённой версии ничего не изменилось: утверждать нечего."))
        PassportVersion.objects.filter(place=place, state=State.PROPOSED).delete()
        row = _new_version(actor, place, found, State.PROPOSED, now)
        _note(place, actor, "passport_proposed", now, version=row.number)
        told = [one for one in allowed.people_of(place, "head") if one != allowed.user_id(actor)]
        notify(told, "exchange", case=None, now=now, words=f"Паспорт центра ждёт утверждения: {place.short_name}",
               link=f"/region/passports/{place.code}/")
    return row


def approve(actor: Actor, place: Territory, *, seen: str, now: datetime | None = None) -> PassportVersion:
    """The head approves what they have read (`seen`: its digest): what waited for them, or the draft as it stands.

    Raises `Refused` for who is not the head, `BadInput` when it has changed since it was read.
    """
    now = now or timezone.now()
    with acting(actor), widened():
        _locked(actor, place, head=True)
        row = waiting(place)
        if row is None:
            found = draft(place, now)
            if found.digest == seen:
                row = _new_version(actor, place, found, State.PROPOSED, now)
        if row is None or row.digest != seen:
            raise BadInput(_("Паспорт только что изменился. Прочитайте его ещё раз и утвердите."), "seen")
        row.state, row.decided_by_id, row.decided_at = State.APPROVED, allowed.user_id(actor), now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        _note(place, actor, "passport_approved", now, version=row.number, digest=row.digest[:32])
    return row


def send_back(actor: Actor, place: Territory, words: str, *, now: datetime | None = None) -> PassportVersion:
    """The head returns what waits, with what is to be put right."""
    now, words = now or timezone.now(), within(typed(words), 500, "words")
    if not words:
        raise BadInput(_("Напишите, что поправить."), "words")
    with acting(actor), widened():
        _locked(actor, place, head=True)
        row = waiting(place)
        if row is None:
            raise NotYours(_("Паспорт ничего не ждёт."))
        row.state, row.words, row.decided_at = State.RETURNED, words, now
        row.decided_by_id = allowed.user_id(actor)
        row.save(update_fields=["state", "words", "decided_at", "decided_by"])
        _note(place, actor, "passport_returned", now, version=row.number)
        if row.made_by_id and row.made_by_id != allowed.user_id(actor):
            notify([row.made_by_id], "exchange", case=None, now=now, words=f"Паспорт вернули: {place.short_name}",
                   link=f"/region/passports/{place.code}/")
    return row


def remind_stale(now: datetime) -> int:
    """Tell coordinators of typed fields whose quarterly check is due, once a quarter a centre. Inside a job.

    Returns of how many centres.
    """
    day = now.astimezone(zone()).date()
    begins = datetime.combine(quarter_of(day).first, time(), zone())
    edge = datetime.combine(day - timedelta(days=QUARTER_DAYS), time(), zone())
    rows = PassportNote.objects.filter(code__in=TYPED, checked_at__lt=edge, place__active=True).exclude(text="")
    stale = Counter(rows.values_list("place_id", flat=True))
    entries = Entry.objects.filter(stream__in=[f"passport:{pk}" for pk in stale], verb=CHECK_ASKED, at__gte=begins)
    told = set(entries.values_list("stream", flat=True))
    asked = 0
    for place in Territory.objects.filter(pk__in=stale).order_by("pk"):
        people = allowed.people_of(place, "coordinator")
        if f"passport:{place.pk}" in told or not people:
            continue
        notify(people, "exchange", case=None, now=now, link=f"/region/passports/{place.code}/check/",
               words=f"Проверьте поля паспорта центра ({stale[place.pk]}): их не смотрели больше трёх месяцев")
        append(NewEntry(f"passport:{place.pk}", CHECK_ASKED, "system:practice", now, {"fields": stale[place.pk]}))
        asked += 1
    return asked


def _new_version(actor: Actor, place: Territory, found: Draft, state: State, now: datetime) -> PassportVersion:
    last = PassportVersion.objects.filter(place=place).order_by("-number").values_list("number", flat=True).first()
    return PassportVersion.objects.create(
        place=place, number=(last or 0) + 1, state=state, content=stored(found.outer), digest=found.digest,
        made_by_id=allowed.user_id(actor), made_at=now,
    )


def _locked(actor: Actor, place: Territory, *, head: bool = False) -> None:
    """Two of one centre wait for each other; strangers are refused."""
    Territory.objects.select_for_update(no_key=True).get(pk=place.pk)
    if head and not allowed.heads(actor, place):
        raise Refused(_("Паспорт утверждает руководитель центра."))
    allowed.require_keeper(actor, place.pk)


def _note(place: Territory, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"passport:{place.pk}", verb, actor.reference, now, fields))


def last_returned(place: Territory) -> PassportVersion | None:
    """What the head returned last, when nothing newer came after it."""
    last = PassportVersion.objects.filter(place=place).select_related("decided_by").order_by("-number").first()
    return last if last is not None and last.state == State.RETURNED else None
