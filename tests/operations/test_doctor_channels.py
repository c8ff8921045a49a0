"""The doctor looks at channels."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.kit import arriving, health, secrets
from otklik.channels.kit.channel import Came
from otklik.channels.models import Account, Arrival, Setup
from otklik.operations.doctor import Level, Visit
from otklik.operations.doctor.channels import channels
from tests.making import place

pytestmark = pytest.mark.django_db
ACTOR = System("channels")


@pytest.fixture
def account() -> Account:
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="site", code="site-k", name="Сайт", territory=place("gorod-kamyshin"))
        setup = Setup(account=made)
        secrets.keep(setup, {"secret": "x" * 30})
        setup.save()
    return made


def findings() -> list[tuple[str, Level]]:
    return [(one.text, one.level) for one in channels(Visit(timezone.now()))]


def test_a_quiet_channel_is_no_finding(account):
    assert findings() == []


def test_what_fails_waits_or_cannot_be_read_is_said(account):
    now = timezone.now()
    with acting(ACTOR), widened():
        for _time in range(6):
            health.failed(account.pk, now, "нет связи")
        arriving.keep(account, [Came("1", b"x"), Came("2", b"y")], now - timedelta(hours=1))
        Arrival.objects.filter(external_id="2").update(state="quarantined")
    said = dict(findings())
    assert set(said.values()) == {Level.NOTICE, Level.PROBLEM}
    assert any("нет связи" in text for text in said)
    assert any("больше десяти минут: 1" in text for text in said)
    assert any("Не удалось прочесть: 1" in text for text in said)


def test_secrets_of_another_key_are_a_problem(account):
    with acting(ACTOR), widened():
        Setup.objects.update(secrets_key="another")
    ((text, level),) = findings()
    assert "другим ключом" in text
    assert level == Level.PROBLEM
