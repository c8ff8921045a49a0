"""Arrivals of channels become messages and cases: each once, in one transaction with its mark.

What cannot be read stays in quarantine with its reason; an error of ours is tried again a few times and then stands
there too: never a lost message, never an endless retry.
"""

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.answers.reading import answer_of
from otklik.cases import staff_chats
from otklik.cases.actions import elsewhere, heard
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit import arriving, delivering, health
from otklik.channels.kit.incoming import Ignored, Incoming, NotYet, Unreadable, storable
from otklik.channels.models import Account, Arrival, Delivery, Message
from otklik.channels.registered import channel
from otklik.failures import Failure, Refused, unforeseen
from otklik.intake import albums
from otklik.intake.asking import ask
from otklik.intake.belonging import earlier_case
from otklik.intake.call_backs import note_missed
from otklik.intake.channel_cases import author_key, cleaned, heard_of, open_for, told_apart
from otklik.intake.enclosing import enclose
from otklik.intake.filtering import sift
from otklik.intake.naming import ask_for_name
from otklik.intake.sheets.cleaning import clean
from otklik.intake.understood import say_anyway, understood
from otklik.triage.follow_ups import follow_up
from otklik.typed_text import told

ACTOR = System("channels")
BATCH = 50
MOST_ATTEMPTS = 5
AGAIN = timedelta(seconds=20)
SHOWN = 300  # signs of what was held back in the list
LATE_EDIT = timedelta(days=7)  # an edit of something older, which we never had, is no new message
S = Arrival.State
log = logging.getLogger(__name__)


def take_waiting(account_id: int, most: int = 2000, seconds: float | None = None) -> int:
    """Take an account's new arrivals in the order in which they came. Returns how many were looked at.

    After `seconds` it asks for another turn and ends: a worker that is to stop waits for no long job.
    """
    looked, began = 0, time.monotonic()
    while looked < most:
        with acting(ACTOR, read_only=True):
            rows = Arrival.objects.filter(account_id=account_id, state=S.NEW, next_at__lte=timezone.now())
            ids = list(rows.order_by("id").values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        for arrival_id in ids:
            take(arrival_id)
            looked += 1
            if seconds is not None and time.monotonic() - began > seconds:
                with acting(ACTOR), widened():
                    arriving.ask_to_take(account_id)
                return looked
    return looked


def accounts_with_arrivals(now: datetime) -> list[int]:
    """Accounts whose arrivals wait: for the beat that takes up what a killed worker left."""
    with acting(ACTOR, read_only=True):
        rows = Arrival.objects.filter(state=S.NEW, next_at__lte=now)
        return list(rows.order_by().values_list("account_id", flat=True).distinct())


def take(arrival_id: int, *, again: bool = False, chosen: bool = False) -> Arrival | None:
    """Take one arrival. `again`: «разобрать ещё раз» of the quarantine page. None when another has it in hand.

    `chosen`: a person says that it is a message, whatever a filter of pages that are not ours says.
    """
    try:
        with acting(ACTOR), widened():
            rows = Arrival.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account__setup")
            arrival = rows.filter(pk=arrival_id).first()
            ripe = (S.NEW, S.QUARANTINED, S.IGNORED) if again else (S.NEW,)
            if arrival is None or arrival.state not in ripe or not arrival.body:
                return arrival
            _take(arrival, chosen)
            arrival.attempts += 1
            arrival.save(update_fields=["state", "reason", "told", "attempts", "next_at", "message"])
            return arrival
    except Exception as error:  # noqa: BLE001 - whatever it is, the message must stay visible
        log.exception("arrival %s could not be taken", arrival_id)
        return _failed(arrival_id, error)


def _failed(arrival_id: int, error: Exception) -> Arrival | None:
    with acting(ACTOR), widened():
        arrival = Arrival.objects.select_for_update().filter(pk=arrival_id).first()
        if arrival is None:
            return None
        arrival.attempts += 1
        arrival.next_at = timezone.now() + AGAIN * arrival.attempts
        arrival.reason = (str(error) if isinstance(error, Failure) else unforeseen(error))[:300]
        if arrival.attempts >= MOST_ATTEMPTS or isinstance(error, Failure):
            arrival.state = S.QUARANTINED
        arrival.save(update_fields=["attempts", "next_at", "reason", "state"])
        return arrival


def _take(arrival: Arrival, chosen: bool) -> None:
    account = arrival.account
    try:
        if chosen:
            say_anyway(arrival)
        found = understood(arrival)
        arrival.state, arrival.reason = S.TAKEN, ""
        for one in found:
            whole = cleaned(one, arrival.received_at)
            if not account.ours and not chosen and not albums.is_begun(account, whole):
                _sift(arrival, account, whole)
            _take_one(arrival, account, whole)
    except Unreadable as error:
        arrival.state, arrival.reason = S.QUARANTINED, told(str(error), 300)
        arrival.told = arrival.told or heading_of(account, bytes(arrival.body))
    except Ignored as error:
        arrival.state, arrival.reason = S.IGNORED, told(str(error), 300)
        said = storable(getattr(error, "told", None))
        arrival.told = arrival.told or said or heading_of(account, bytes(arrival.body))
    except NotYet as error:
        last = arrival.attempts + 1 >= MOST_ATTEMPTS
        arrival.state, arrival.reason = (S.QUARANTINED if last else S.NEW), str(error)[:300]
        arrival.next_at = timezone.now() + AGAIN


def heading_of(account: Account, body: bytes) -> dict[str, Any] | None:
    """From whom and about what, also of what is no message: for the list of what was not read."""
    found = channel(account.channel)
    return dict(found.heading(body)) if hasattr(found, "heading") else None


def _sift(arrival: Arrival, account: Account, one: Incoming) -> None:
    """What a filter holds back is shown with its words, so that somebody sees at a glance what was missed.

    Further words of a case are never held back.
    """
    case = earlier_case(account, one)
    if case is not None and not _is_new_matter(account, case, one):
        return
    try:
        sift(account, one)
    except Ignored:
        arrival.told = {"filtered": True, "from": one.author.name or one.author.identity, "words": one.text[:SHOWN]}
        raise


def _take_one(arrival: Arrival, account: Account, one: Incoming) -> None:
    """What becomes of one thing: more words of a case, an edit, an echo of our own, a new case."""
    now = arrival.received_at
    one = told_apart(account, one)
    known = Message.objects.filter(account=account, external_id=one.external_id, version=1).first()
    if one.what in ("edit", "delete", "restore"):
        if known is not None or not _stands_for_first(one, now):
            _change(account, known, one, now)
            arrival.message = known  # erasing the person takes this event along
            return
        one = replace(one, what="message")
    if one.what == "missed":
        note_missed(account, one, now)
        health.heard(account.pk, timezone.now())
        return
    if one.what == "failed":
        _came_back(account, one)
        return
    if one.what == "moved":
        albums.move(account, one)
    if known is None and _is_staff_code(account, one, now):
        raise Ignored(_("Код сотрудника: уведомления будут приходить ему сюда."))
    if one.what == "ours" and known is None:
        arrival.message = _ours(account, one, now)
        return
    if known is not None:  # another of our ways brought it already
        arrival.message = known
        if one.part:
            albums.add_part(known, one, now)
        return
    with transaction.atomic():
        arrival.message = _message_of(arrival, account, one, now)
    if arrival.message is not None:
        enclose(arrival.message, one.files, now)
        ask_for_name(account, one)
        health.heard(account.pk, timezone.now())


def _is_staff_code(account: Account, one: Incoming, now: datetime) -> bool:
    """A colleague binds their messenger to their account: no message of a resident, and nobody's to answer."""
    if not one.private or one.what not in ("message", "ours"):
        return False
    key = author_key(account, one.author)
    return staff_chats.bound(ACTOR, account, text=one.text, author_key=key, reply=one.reply, now=now) is not None


def _stands_for_first(one: Incoming, now: datetime) -> bool:
    """An edit that came before its message, or instead of it."""
    young = one.written_at is not None and now - one.written_at <= LATE_EDIT
    return one.what != "delete" and one.whole and young


def _message_of(arrival: Arrival, account: Account, one: Incoming, now: datetime) -> Message | None:
    # A channel that may not write takes no codes: nobody could be answered there.
    may_come = one.private and bool(one.reply)
    if may_come and (came := elsewhere.joined(ACTOR, account, heard_of(account, one, now))) is not None:
        return came
    case = earlier_case(account, one)
    if case is not None and not _is_new_matter(account, case, one):
        return heard.hear(ACTOR, case.pk, heard_of(account, one, now), state=case.state)
    if one.ask_key and ask(arrival, account, one):
        return None
    case = open_for(account, one, now)
    return CaseMessage.objects.select_related("message").filter(case=case).order_by("pk")[0].message


def _is_new_matter(account: Account, case: Case, one: Incoming) -> bool:
    """In one endless conversation a person comes to new matters, and so they do under one post of ours.

    A reply under a message goes on with it. In a private talk a new matter has to show itself; in public, where
    people write a comment a matter, what goes on with the old one has to.
    """
    if one.case_id is not None:
        return False
    if not one.private and one.answers_to:
        answered = heard.case_of_message(account, one.answers_to)
        if answered is not None and answered[0].pk == case.pk:
            return False
    judged = follow_up(case.text, one.text, from_us=False)
    other = judged.kind == "new_matter"
    return other and judged.sure if one.private else other or not judged.sure


def _change(account: Account, known: Message | None, one: Incoming, now: datetime) -> None:
    if known is None:
        raise Ignored(_("Изменено сообщение, которого у нас нет."))
    joined = CaseMessage.objects.filter(message=known).first()
    if joined is None:
        raise Ignored(_("Изменено сообщение, которого у нас нет."))
    if one.what == "edit":
        heard.edited(ACTOR, joined.case_id, known, one.text, now)
    else:
        heard.withdrawn(ACTOR, joined.case_id, known, now if one.what == "delete" else None, now)


def _ours(account: Account, one: Incoming, now: datetime) -> Message | None:
    """Written from our own page: our own sending (known by its receipt), or a colleague's answer by hand."""
    deliveries = Delivery.objects.filter(message__account=account)
    if (sent := deliveries.filter(receipt=one.external_id).select_related("message").first()) is not None:
        return sent.message
    joined = heard.case_of_message(account, one.answers_to)
    case = joined[0] if joined else _case_of_talk(account, one.thread)
    if (echoed := _echo_of(account, joined[0] if joined else None, one, now)) is not None:
        return echoed
    if case is None:
        raise Ignored(_("Наша запись, не ответ на известное сообщение."))
    try:
        return heard.answered_outside(
            ACTOR, case.pk, heard_of(account, one, now), state=case.state, regime=case.regime,
            draft_waits=answer_of(case) is not None,
        )
    except Refused as error:
        raise NotYet(str(error)) from error


def _echo_of(account: Account, case: Case | None, one: Incoming, now: datetime) -> Message | None:
    """The message of ours that this is, though its sending has not learnt its id: cut off, or still under way.

    The same words to the same case (or into the same conversation) end the sending as «доставлено»; other words while
    one is under way wait for its receipt.
    """
    D = Delivery.State
    talks = CaseMessage.objects.filter(message__account=account, message__thread=one.thread or "-")
    cases = [case.pk] if case is not None else list(talks.values_list("case_id", flat=True)[:1000])
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("message").filter(
        message__account=account, message__in_case__case__in=cases, state__in=[D.SENDING, D.WAITING, D.UNKNOWN],
        attempts__gt=0,
    )
    under_way = list(rows.order_by("pk"))
    for row in under_way:
        if clean(row.message.text).split() == one.text.split():
            delivering.came_by_echo(row, one.external_id, one.link, now)
            return row.message
    if any(row.state == D.SENDING for row in under_way):
        raise NotYet(_("Похоже на наш ответ, который ещё отправляется."))
    return None


def _case_of_talk(account: Account, thread: str) -> Case | None:
    """In a private conversation our words answer the newest matter there."""
    if not thread:
        return None
    rows = CaseMessage.objects.filter(message__account=account, message__thread=thread)
    found = rows.select_related("case").order_by("-case_id").first()
    return found.case if found else None


def _came_back(account: Account, one: Incoming) -> None:
    """A notice that what we sent did not come: the ledger says so, and the case waits in «не доставлено»."""
    rows = Delivery.objects.select_for_update().filter(message__account=account, receipt__in=list(one.answers_to))
    row = rows.first()
    if row is None:
        raise Ignored(_("Уведомление о письме, которого мы не отправляли."))
    row.state, row.failure = Delivery.State.FAILED, one.text[:300]
    row.save(update_fields=["state", "failure"])
