"""Cases that staff handed to another program: sent by a job, and followed there.

The standard has no key against repeats. A sending that was cut off, and one whose process was killed, stand as
«неизвестно, проверьте» until a person has looked there.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.cases.actions import refer
from otklik.cases.models import Case, Referral
from otklik.channels.kit import health
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.kit.polling import ports_of
from otklik.channels.models import Account
from otklik.channels.open311 import client
from otklik.failures import Failure

ACTOR = System("channels")
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12
MOST_A_TURN = 100
EVERY = timedelta(minutes=15)  # an open one is looked at
SELDOM = timedelta(hours=12)  # a closed one: it may be opened again there
SELDOM_FOR = timedelta(days=30)
KEPT_AS, KEPT_SECONDS = "open311-clients", 10
S = Referral.State
log = logging.getLogger(__name__)


def accounts_due(now: datetime) -> list[int]:
    """Accounts with something to send or to look at, that do not rest."""
    with acting(ACTOR, read_only=True):
        rows = Referral.objects.filter(_due(now), account__active=True)
        rows = rows.exclude(account__health__rests_until__gt=now)
        return list(rows.order_by().values_list("account_id", flat=True).distinct())


def _due(now: datetime) -> Q:
    return Q(next_at__lte=now, state__in=[S.WAITING, S.SENT]) | Q(state=S.SENDING, held_until__lt=now)


def work(account_id: int) -> int:
    """Send and look at what is due through one account. Returns how many were dealt with."""
    with acting(ACTOR, read_only=True):
        account = Account.objects.select_related("setup").get(pk=account_id)
    done = 0
    with Caller(ports=ports_of(account)) as caller:
        for _turn in range(MOST_A_TURN):
            now = timezone.now()
            with acting(ACTOR), widened():
                row = None if health.rests(account_id, now) else _claim(account_id, now)
            if row is None:
                break
            if row.state == S.SENDING:
                _send(account, row, caller)
            else:
                _look(account, row, caller)
            done += 1
    return done


def _claim(account_id: int, now: datetime) -> Referral | None:
    """The next due one: to be sent (marked before the call), or to be looked at (put off until the next look)."""
    rows = Referral.objects.select_for_update(skip_locked=True, of=("self",)).filter(_due(now), account_id=account_id)
    row = rows.order_by("next_at", "pk").first()
    while row is not None and row.state == S.SENDING:  # its process is gone
        row.state, row.next_at, row.held_until = S.UNKNOWN, None, None
        row.failure = _("Отправка прервана. Проверьте, появилось ли там.")
        row.save()
        row = rows.order_by("next_at", "pk").first()
    if row is None:
        return None
    if row.state == S.WAITING:
        row.state, row.attempts, row.held_until = S.SENDING, row.attempts + 1, now + LEASE
    else:
        row.next_at = _next_look(row, now)
    row.save()
    return row


def _next_look(row: Referral, now: datetime) -> datetime | None:
    if row.status != "closed":
        return now + EVERY
    return now + SELDOM if now - row.made_at < SELDOM_FOR else None


def _send(account: Account, row: Referral, caller: Caller) -> None:
    fields = {"service_code": row.service_code, "description": row.text}
    if row.address:
        fields["address_string"] = row.address
    if row.latitude is not None and row.longitude is not None:
        fields |= {"lat": f"{row.latitude:.6f}", "long": f"{row.longitude:.6f}"}
    try:
        taken = client.report(account, caller, fields)
    except Retryable as error:
        again = row.attempts < MOST_ATTEMPTS
        _ended(account, row, S.WAITING if again else S.FAILED, str(error), error.after)
    except Permanent as error:
        _ended(account, row, S.FAILED, str(error))
    except Unsure as error:
        _ended(account, row, S.UNKNOWN, str(error))
    else:
        now = timezone.now()
        with acting(ACTOR), widened():
            refer.arrived(ACTOR, row, number=taken.number, token=taken.token, now=now)
            health.succeeded(account.pk, now)


def _ended(account: Account, row: Referral, state: str, words: str, after: float | None = None) -> None:
    now = timezone.now()
    with acting(ACTOR), widened():
        found = Referral.objects.select_for_update().get(pk=row.pk)
        if found.state != S.SENDING or found.attempts != row.attempts:
            return
        found.state, found.failure, found.held_until, found.next_at = state, words[:300], None, None
        if state == S.WAITING:
            found.next_at = now + timedelta(seconds=after if after is not None else health.back_off(row.attempts))
        found.save()
        health.failed(account.pk, now, words, after if state == S.WAITING else 0)


def _look(account: Account, row: Referral, caller: Caller) -> None:
    now = timezone.now()
    try:
        if not row.number:
            number = client.number_of(account, caller, row.token)
            if number:
                with acting(ACTOR), widened():
                    refer.numbered(ACTOR, row, number, now)
        elif (told := client.standing(account, caller, row.number)) is not None:
            with acting(ACTOR), widened():
                refer.told(ACTOR, row, status=told.status, notes=told.notes, now=now)
        with acting(ACTOR), widened():
            health.succeeded(account.pk, now)
    except Permanent as error:  # of this one: the others are looked at as before
        with acting(ACTOR), widened():
            Referral.objects.filter(pk=row.pk).update(failure=str(error)[:300], next_at=now + SELDOM)
    except (Retryable, Unsure) as error:
        with acting(ACTOR), widened():
            health.failed(account.pk, now, str(error), getattr(error, "after", None))
    except Failure:
        log.exception("news of referral %s could not be kept", row.pk)


@dataclass(frozen=True, slots=True)
class Client:
    """Another program that cases can be handed to. `services`: (code, name) of what may be asked for there."""

    account_id: int
    name: str
    territory_id: int | None
    active: bool
    services: tuple[tuple[str, str], ...]


def clients() -> tuple[Client, ...]:
    """All of them, sleeping ones too. Kept for some seconds: every page of a case asks, and most regions have none."""
    kept: tuple[Client, ...] | None = cache.get(KEPT_AS)
    if kept is None:
        with widened():  # settings of accounts are nobody's to read but the program's
            rows = Account.objects.filter(channel="open311").select_related("setup").order_by("name", "pk")
            kept = tuple(
                Client(row.pk, row.name, row.territory_id, row.active, tuple(client.services_of(row)))
                for row in rows if client.is_client(row)
            )
        cache.set(KEPT_AS, kept, KEPT_SECONDS)
    return kept


def clients_for(case: Case) -> list[Client]:
    """Those to whom this case may be handed: of its municipality, or of the region."""
    places = (None, case.scope_id, case.scope.municipality_id)
    return [one for one in clients() if one.active and one.services and one.territory_id in places]
