"""Asking the accounts that do not call us: one reader an account, arrivals and cursor kept together."""

import logging
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.kit import arriving, health
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.models import Account, Cursor
from otklik.channels.registered import CHANNELS, channel
from otklik.failures import unforeseen

ACTOR = System("channels")
LEASE = timedelta(minutes=3)
log = logging.getLogger(__name__)
MOST_LOOKS = 50  # one after another while more waits; then others have their turn


def accounts_to_ask(now: datetime) -> list[int]:
    """Active accounts that do not rest: those that we ask, and those whose subscription is to be looked at."""
    with acting(ACTOR, read_only=True):
        rows = Account.objects.select_related("setup").filter(active=True, channel__in=CHANNELS)
        awake = rows.select_related("health", "cursor").exclude(health__rests_until__gt=now)
        return [row.pk for row in awake.order_by("pk") if (_is_due if asks_now(row) else _is_watched)(row, now)]


def _is_due(account: Account, now: datetime) -> bool:
    """Whether the channel's `every` seconds have passed since the last look."""
    health_row = getattr(account, "health", None)
    last = health_row.last_success_at if health_row else None
    found = channel(account.channel)
    every = found.every_of(account) if hasattr(found, "every_of") else float(getattr(found, "every", 0))
    return last is None or (now - last).total_seconds() >= every - 1


def _is_watched(account: Account, now: datetime) -> bool:
    """Whether the subscription by which the far side calls us is to be looked at (`Watches`)."""
    every = getattr(channel(account.channel), "watch_every", None)
    if every is None:
        return False
    row = getattr(account, "cursor", None)
    told = row.value.get("watched") if row else None
    return not told or datetime.fromisoformat(told) + timedelta(seconds=float(every)) <= now


def asks_now(account: Account) -> bool:
    """Whether this account is one that we ask (a channel may have several ways: the settings tell)."""
    found = channel(account.channel)
    return hasattr(found, "poll") and str(account.settings.get("way", "poll")).startswith("poll")


def poll(account_id: int) -> int:
    """Look while more waits. Returns how many new arrivals were kept; 0 when somebody else reads this account."""
    total = 0
    with _lease(account_id) as held:
        if held is None:
            return 0
        account, cursor = held
        found = channel(account.channel)
        if not asks_now(account) and hasattr(found, "watch"):
            _watch(account, cursor)
            return 0
        with Caller(ports=ports_of(account)) as caller:
            for _look in range(MOST_LOOKS):
                try:
                    polled = found.poll(account, cursor.value, caller)  # type: ignore[attr-defined]
                except (Retryable, Permanent, Unsure) as error:
                    _note_failure(account_id, str(error), getattr(error, "after", None))
                    return total
                except Exception as error:  # noqa: BLE001 - the settings page has to show that this one hears nothing
                    log.exception("a look at account %s broke off", account_id)
                    _note_failure(account_id, unforeseen(error), None)
                    return total
                now = timezone.now()
                with acting(ACTOR), widened():
                    row = Cursor.objects.select_for_update().get(pk=cursor.pk)
                    if row.holder != cursor.holder:  # we were slow, and another reader has taken over
                        return total
                    new = arriving.keep(account, polled.came, now)
                    row.value, row.held_until = dict(polled.cursor), now + LEASE
                    row.save(update_fields=["value", "held_until"])
                    if polled.trouble:
                        health.failed(account_id, now, polled.trouble, found.every_of(account))  # type: ignore[attr-defined]
                    else:
                        health.succeeded(account_id, now, messages=new > 0)
                cursor.value = dict(polled.cursor)
                total += new
                if not polled.more:
                    break
    return total


def _watch(account: Account, cursor: Cursor) -> None:
    """One look at a subscription. A failure is looked at again when the account has rested."""
    try:
        with Caller(ports=ports_of(account)) as caller:
            channel(account.channel).watch(account, caller)  # type: ignore[attr-defined]
    except (Retryable, Permanent, Unsure) as error:
        _note_failure(account.pk, str(error), getattr(error, "after", None))
        return
    now = timezone.now()
    with acting(ACTOR), widened():
        rows = Cursor.objects.filter(pk=cursor.pk, holder=cursor.holder)
        rows.update(value={**cursor.value, "watched": now.isoformat()})
        health.succeeded(account.pk, now)


def ports_of(account: Account) -> list[int]:
    """Ports that the account's own settings name: `port` fields, and those in its addresses."""
    ports = [value for name, value in account.settings.items() if name.endswith("port") and isinstance(value, int)]
    words = [word for value in account.settings.values() if isinstance(value, str) for word in value.split()[:200]]
    for word in words:
        if word.startswith(("http://", "https://")):
            host = word.split("/")[2]
            tail = host.rpartition(":")[2]
            if tail.isascii() and tail.isdecimal() and len(tail) < 6 and ":" in host:
                ports.append(int(tail))
    return ports


@contextmanager
def _lease(account_id: int) -> Iterator[tuple[Account, Cursor] | None]:
    me = f"{socket.gethostname()[:16]}:{os.getpid()}:{secrets.token_hex(4)}"
    now = timezone.now()
    with acting(ACTOR), widened():
        Cursor.objects.get_or_create(account_id=account_id)
        row = Cursor.objects.select_for_update(of=("self",)).select_related("account__setup").get(account_id=account_id)
        free = row.held_until is None or row.held_until < now
        if free and row.account.active:
            row.holder, row.held_until = me, now + LEASE
            row.save(update_fields=["holder", "held_until"])
        else:
            free = False
    if not free:
        yield None
        return
    try:
        yield row.account, row
    finally:
        with acting(ACTOR), widened():
            Cursor.objects.filter(pk=row.pk, holder=me).update(held_until=None, holder="")


def _note_failure(account_id: int, reason: str, after: float | None) -> None:
    with acting(ACTOR), widened():
        health.failed(account_id, timezone.now(), reason, after)
