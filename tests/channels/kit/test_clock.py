"""The clock of the machine ran ahead for a while and was set right: nothing sleeps until that time comes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.kit import arriving, clock, health
from otklik.channels.kit.channel import Came
from otklik.channels.kit.polling import accounts_to_ask
from otklik.channels.models import Arrival, Cursor, Health
from otklik.intake.receiving import accounts_with_arrivals
from tests.channels.telegram import saying

pytestmark = pytest.mark.django_db
ACTOR = System("channels")


def test_what_a_wrong_clock_put_off_is_done_when_it_is_right_again():
    now = timezone.now()
    account, ahead = saying.make_account(way="poll"), now + timedelta(days=400)
    with acting(ACTOR), widened():
        arriving.keep(account, [Came("1", b"{}")], ahead)
        health.failed(account.pk, ahead, "no line")
        Health.objects.update(last_success_at=ahead, next_call_at=ahead)
        Cursor.objects.create(account=account, holder="gone", held_until=ahead)
    assert (accounts_with_arrivals(now), accounts_to_ask(now)) == ([], [])
    assert clock.set_right(now) == 5
    later = now + timedelta(minutes=1)
    assert (accounts_with_arrivals(later), accounts_to_ask(later)) == ([account.pk], [account.pk])
    with acting(ACTOR), widened():
        assert health.turn(account.pk, 1.0, later) == 0
        assert Cursor.objects.get().held_until == now


def test_what_rightly_waits_is_left_alone():
    now = timezone.now()
    account = saying.make_account(way="poll")
    with acting(ACTOR), widened():
        arriving.keep(account, [Came("1", b"{}")], now, own=timedelta(minutes=5))
        health.failed(account.pk, now, "asked to wait for a day", after=86_400.0)
        Cursor.objects.create(account=account, holder="busy", held_until=now + timedelta(minutes=3))
    assert clock.set_right(now) == 0
    with acting(ACTOR, read_only=True):
        assert Arrival.objects.get().next_at == now + timedelta(minutes=5)
