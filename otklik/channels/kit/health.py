"""How accounts fare: last message, last success, failures in a row, and how long to rest after them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min

from otklik.channels.models import Arrival, Delivery, Health
from otklik.typed_text import told

FIRST_REST = 5.0  # seconds
LONGEST_REST = 900.0
OFTEN = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind an account is: what waits to be taken and to be sent, and since when the oldest of it does."""

    to_take: int = 0
    taken_since: datetime | None = None
    to_send: int = 0
    sent_since: datetime | None = None


def lags(account_ids: Sequence[int]) -> dict[int, Lag]:
    """By account; those with nothing waiting are left out. Inside `acting`, widened."""
    new = Arrival.objects.filter(account_id__in=account_ids, state=Arrival.State.NEW).order_by()
    came = new.values_list("account_id").annotate(Count("pk"), Min("received_at"))
    D = Delivery.State
    waiting = Delivery.objects.filter(message__account_id__in=account_ids, state__in=[D.WAITING, D.SENDING]).order_by()
    went = waiting.values_list("message__account_id").annotate(Count("pk"), Min("message__received_at"))
    takes = {key: (count, since) for key, count, since in came}
    sends = {key: (count, since) for key, count, since in went}
    nothing = (0, None)
    return {key: Lag(*takes.get(key, nothing), *sends.get(key, nothing)) for key in {*takes, *sends}}


def of(account_id: int) -> Health:
    """The account's row, made when first asked for. Inside `acting`, widened."""
    row, _new = Health.objects.get_or_create(account_id=account_id)
    return row


def succeeded(account_id: int, now: datetime, *, messages: bool = False) -> None:
    """A look or a call went well."""
    of(account_id)
    fields = {"last_success_at": now, "failures": 0, "failure": "", "rests_until": None}
    if messages:
        fields["last_message_at"] = now
    Health.objects.filter(account_id=account_id).update(**fields)


def heard(account_id: int, now: datetime) -> None:
    """Messages came. Written every few seconds only: where events rain, they must not wait for one row."""
    lately = Health.objects.filter(
        account_id=account_id, failures=0, last_message_at__gt=now - timedelta(seconds=OFTEN)
    )
    if not lately.exists():
        succeeded(account_id, now, messages=True)


def failed(account_id: int, now: datetime, reason: str, after: float | None = None) -> None:
    """A look or a call failed: rest for longer each time, or as long as the far side asked."""
    row = of(account_id)
    rest = after if after is not None else back_off(row.failures + 1)
    Health.objects.filter(account_id=account_id).update(
        last_failure_at=now, failure=told(reason, 300), failures=F("failures") + 1,
        rests_until=now + timedelta(seconds=rest),
    )


def back_off(attempt: int) -> float:
    """Seconds to wait after that many failures: doubled each time up to a bound, with jitter of a quarter."""
    wait = min(LONGEST_REST, FIRST_REST * 2 ** min(attempt - 1, 20))
    return float(wait * random.uniform(0.75, 1.25))  # spreads calls, keeps no secret


def rests(account_id: int, now: datetime) -> bool:
    """Whether the account is to be left alone for now."""
    return Health.objects.filter(account_id=account_id, rests_until__gt=now).exists()


def turn(account_id: int, a_second: float, now: datetime) -> float:
    """Book the account's next call; returns the seconds to wait before it. Holds across processes."""
    row = Health.objects.select_for_update().get(pk=of(account_id).pk)
    at = max(now, row.next_call_at or now)
    row.next_call_at = at + timedelta(seconds=1 / a_second)
    row.save(update_fields=["next_call_at"])
    return (at - now).total_seconds()
