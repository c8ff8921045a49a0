"""What a monitoring program asks: figures of every account, numbers and moments only."""

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.kit import health
from otklik.channels.models import Account, Arrival, Delivery
from otklik.channels.registered import CHANNELS


def measured(now: datetime | None = None) -> list[dict[str, Any]]:
    """An object an account: how it fares, how much came and went by state, for how many seconds the oldest waits."""
    now = now or timezone.now()
    with acting(System("channels"), read_only=True), widened():
        rows = list(Account.objects.filter(channel__in=CHANNELS).select_related("health").order_by("channel", "code"))
        ids = [row.pk for row in rows]
        came = _by_state(Arrival.objects.filter(account_id__in=ids).values_list("account_id", "state"))
        sent = Delivery.objects.filter(message__account_id__in=ids)
        went = _by_state(sent.values_list("message__account_id", "state"))
        lags = health.lags(ids)
    return [
        _of(row, came.get(row.pk, {}), went.get(row.pk, {}), lags.get(row.pk, health.Lag()), now) for row in rows
    ]


def _by_state(rows: Any) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for account_id, state, count in rows.order_by().annotate(Count("pk")):
        found.setdefault(account_id, {})[state] = count
    return found


def _of(row: Account, came: dict[str, int], went: dict[str, int], lag: health.Lag, now: datetime) -> dict[str, Any]:
    fares = getattr(row, "health", None)
    return {
        "channel": row.channel, "code": row.code, "active": row.active,
        "last_message_at": _moment(fares and fares.last_message_at),
        "last_success_at": _moment(fares and fares.last_success_at),
        "last_failure_at": _moment(fares and fares.last_failure_at),
        "failures_in_a_row": fares.failures if fares else 0, "arrivals": came, "deliveries": went,
        "arrivals_lag_seconds": _seconds(lag.taken_since, now), "deliveries_lag_seconds": _seconds(lag.sent_since, now),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(since: datetime | None, now: datetime) -> int:
    return max(0, int((now - since).total_seconds())) if since else 0
