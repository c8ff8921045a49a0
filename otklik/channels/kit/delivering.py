"""Sending what waits: a lease, an attempt written down before the call, an end that is written down after it.

A process killed between the two leaves an attempt without an end. Where the far side takes one `once` a single time,
it is sent again; elsewhere the ledger says «неизвестно, проверьте» and a person looks.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.channels.kit import health
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Channel
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt, Retryable, Unsure
from otklik.channels.kit.polling import ports_of
from otklik.channels.kit.starting import start_once
from otklik.channels.models import Account, Attempt, Delivery
from otklik.channels.registered import channel
from otklik.failures import unforeseen
from otklik.journal.appending import NewEntry, append
from otklik.typed_text import told

ACTOR = System("channels")
DELIVER = "channels.deliver"
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12  # with back-off: about a day
MOST_A_TURN = 200
S = Delivery.State
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Claimed:
    delivery: Delivery
    attempt: Attempt
    outgoing: Outgoing


def ask_to_deliver(account_id: int) -> None:
    """Start the account's sender, unless it waits in the queue already. Inside the transaction of the data."""
    start_once(DELIVER, account_id)


def accounts_with_mail(now: datetime) -> list[int]:
    """Accounts with something due, or with a sending that was cut off."""
    with acting(ACTOR, read_only=True):
        rows = Delivery.objects.filter(_due(now)).exclude(message__account__health__rests_until__gt=now)
        return list(rows.order_by().values_list("message__account_id", flat=True).distinct())


def _due(now: datetime) -> Q:
    return Q(state=S.WAITING, next_at__lte=now) | Q(state=S.SENDING, held_until__lt=now)


def deliver(account_id: int, most: int = MOST_A_TURN) -> int:
    """Send what is due through one account, one after another. Returns how many were sent."""
    with acting(ACTOR, read_only=True):
        account = Account.objects.select_related("setup").get(pk=account_id)
    found = channel(account.channel)
    if not found.can.sends:
        _all_by_hand(account_id)
        return 0
    sent = 0
    with Caller(ports=ports_of(account)) as caller:
        for _turn in range(most):
            now = timezone.now()
            with acting(ACTOR), widened():
                if health.rests(account_id, now):
                    break
                claimed = _claim(account, found, now)
                if claimed is None:
                    break
                wait = health.turn(account_id, found.can.a_second, now)
            time.sleep(min(wait, 30.0))
            sent += _try(account, found, claimed, caller)
    return sent


def _all_by_hand(account_id: int) -> None:
    """A channel that may not write: whatever was put there, a person answers."""
    now = timezone.now()
    with acting(ACTOR), widened():
        rows = Delivery.objects.select_for_update(of=("self",)).filter(_due(now), message__account_id=account_id)
        for row in rows.order_by("pk"):
            row.state, row.held_until = S.BY_HAND, None
            row.failure = _("Через этот канал не пишут: ответьте по-другому и отметьте.")[:300]
            row.save(update_fields=["state", "held_until", "failure"])
            _say(row, now)


def _claim(account: Account, found: Channel, now: datetime) -> _Claimed | None:
    """The next due delivery, marked as being sent, with its attempt."""
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        _due(now), message__account=account
    )
    while (row := rows.select_related("message").order_by("next_at", "pk").first()) is not None:
        if row.state == S.SENDING:
            cut_off(row, found, now)
        elif _too_late(row, found, now):
            _unknown(row, now)
        if row.state != S.WAITING:
            continue
        row.state, row.attempts, row.held_until = S.SENDING, row.attempts + 1, now + LEASE
        row.save(update_fields=["state", "attempts", "held_until"])
        attempt = Attempt.objects.create(delivery=row, scope_id=row.scope_id, number=row.attempts, began_at=now)
        target = row.target
        outgoing = Outgoing(
            text=row.message.text, target=target, once=once_of(row), subject=target.get("subject", ""),
            number=target.get("number", ""), page=target.get("page", ""),
        )
        return _Claimed(row, attempt, outgoing)
    return None


def once_of(row: Delivery) -> str:
    """The mark of a sending: the same in every attempt, another one after a database was restored and counts anew."""
    return f"otklik-{row.pk}-{bytes(row.message.salt).hex()[:12]}"


def cut_off(row: Delivery, found: Channel, now: datetime) -> None:
    """A sending whose process is gone: safe to repeat, or a person looks."""
    Attempt.objects.filter(delivery=row, ended_at=None).update(outcome=Attempt.Outcome.CUT_OFF, ended_at=now)
    if not found.can.repeats_safely or _too_late(row, found, now):
        _unknown(row, now)
        return
    row.state, row.next_at, row.held_until = S.WAITING, now, None
    row.save(update_fields=["state", "next_at", "held_until"])


def _too_late(row: Delivery, found: Channel, now: datetime) -> bool:
    """Whether the far side may have forgotten an attempt that it perhaps took."""
    if found.can.repeats_within is None:
        return False
    since = now - timedelta(seconds=found.can.repeats_within)
    return Attempt.objects.filter(delivery=row, outcome=Attempt.Outcome.CUT_OFF, began_at__lt=since).exists()


def _unknown(row: Delivery, now: datetime) -> None:
    row.state, row.held_until = S.UNKNOWN, None
    row.failure = _("Отправка прервана. Проверьте, появился ли ответ, и отметьте.")[:300]
    row.save(update_fields=["state", "held_until", "failure"])
    _say(row, now)


def came_by_echo(row: Delivery, external_id: str, link: str, now: datetime) -> None:
    """Our own words were seen there: the sending arrived, whatever its attempt could tell. The row is locked."""
    row.state, row.done_at, row.failure, row.held_until = S.DONE, now, "", None
    row.receipt, row.link = external_id[:200], link[:500]
    row.save(update_fields=["state", "done_at", "failure", "held_until", "receipt", "link"])
    _say(row, now)


def _try(account: Account, found: Channel, claimed: _Claimed, caller: Caller) -> bool:
    """One call outside of any transaction, then its outcome."""
    try:
        receipt: Receipt = found.send(account, claimed.outgoing, caller)  # type: ignore[attr-defined]
    except Retryable as error:
        _ended(account, claimed, Attempt.Outcome.LATER, str(error), after=error.after)
        return False
    except Permanent as error:
        _ended(account, claimed, Attempt.Outcome.REFUSED, str(error))
        return False
    except Unsure as error:
        _ended(account, claimed, Attempt.Outcome.CUT_OFF, str(error), again=found.can.repeats_safely)
        return False
    except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw must not stop what waits behind it
        log.exception("delivery %s broke off", claimed.delivery.pk)
        _ended(account, claimed, Attempt.Outcome.CUT_OFF, unforeseen(error), again=found.can.repeats_safely)
        return False
    _ended(account, claimed, Attempt.Outcome.SENT, "", receipt)
    return True


def _ended(
    account: Account, claimed: _Claimed, outcome: str, words: str, receipt: Receipt | None = None,
    after: float | None = None, again: bool = False,
) -> None:
    now, words = timezone.now(), told(words, 300)
    again = again or outcome == Attempt.Outcome.LATER
    with acting(ACTOR), widened():
        row = Delivery.objects.select_for_update().get(pk=claimed.delivery.pk)
        Attempt.objects.filter(pk=claimed.attempt.pk).update(outcome=outcome, ended_at=now, words=words)
        if row.state == S.DONE:  # our echo or a person was faster
            return
        if row.attempts != claimed.attempt.number and outcome != Attempt.Outcome.SENT:
            return  # we were slow, and another process sends it now
        row.held_until, row.failure = None, words
        if outcome == Attempt.Outcome.SENT and receipt is not None:
            row.state, row.done_at, row.failure = S.DONE, now, ""
            row.receipt, row.link = told(receipt.external_id, 200), told(receipt.link, 500)
            health.succeeded(account.pk, now)
        elif again and row.attempts < MOST_ATTEMPTS:
            row.state = S.WAITING
            row.next_at = now + timedelta(seconds=after if after is not None else health.back_off(row.attempts))
            health.failed(account.pk, now, words, after)
        elif Attempt.objects.filter(delivery=row, outcome=Attempt.Outcome.CUT_OFF).exists():
            row.state = S.UNKNOWN  # an earlier attempt may have arrived, whatever this one was told
        else:
            row.state = S.FAILED
        row.save()
        if row.state != S.WAITING:
            _say(row, now)


def _say(row: Delivery, now: datetime) -> None:
    """The end of a delivery is an entry of its own stream (its row is locked here); the desk reads the ledger."""
    append(
        NewEntry(
            f"delivery:{row.pk}", f"delivery_{row.state}", ACTOR.reference, now,
            {"message": row.message_id, "scope": row.scope_id, "attempts": row.attempts},
        )
    )
