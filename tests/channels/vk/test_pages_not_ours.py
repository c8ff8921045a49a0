"""A page that is not ours is read, not answered: a filter says what becomes a message, and what it kept back is seen.

wall.get and wall.getComments by a service key: github.com/VKCOM/vk-api-schema 5.199, read 2026-11-25.
"""

import time

import pytest

from otklik.acting import acting, widened
from otklik.channels.kit import secrets
from otklik.channels.kit.polling import poll
from otklik.channels.models import Account, Cursor
from otklik.channels.vk import wall
from otklik.intake.filtering import how_well
from otklik.intake.receiving import take, take_waiting
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import ACTOR, ADA, GROUP, IVAN, arrivals, cases, comment, make_account, messages
from tests.making import logged_in, make_user

pytestmark = pytest.mark.django_db
PIT = "На улице Мира у дома 5 огромная яма на дороге, машины не могут проехать"


@pytest.fixture
def far(monkeypatch):
    monkeypatch.setattr(wall, "PAUSE", 0.0)
    with vk.vk_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


@pytest.fixture
def account(far) -> Account:
    made = make_account(far.url, way="poll_wall", code="city-talk", not_words="продам\nсдам")
    with acting(ACTOR), widened():
        Account.objects.filter(pk=made.pk).update(ours=False)
        secrets.keep(made.setup, {"token": vk.SERVICE_TOKEN})
        made.setup.save()
    return made


def post(far: vk.Peer, ident: int, text: str, *, by: int = -GROUP) -> None:
    far.wall[ident] = {"id": ident, "owner_id": -GROUP, "from_id": by, "date": int(time.time()), "text": text,
                       "post_type": "post"}


def says(far: vk.Peer, ident: int, text: str, *, by: int = ADA, under: int = 1, root: int = 0, ago: int = 0) -> None:
    at, stack = int(time.time()) - ago, [root] if root else []
    far.below.setdefault(under, []).append(comment(ident, text, by=by, date=at, parents_stack=stack))


def look(account: Account) -> int:
    with acting(ACTOR), widened():
        for row in Cursor.objects.filter(account=account):
            row.value = {**row.value, "looked": 0}
            row.save()
    new = poll(account.pk)
    take_waiting(account.pk)
    return new


def test_news_of_the_wall_come_once_and_history_does_not(account, far):
    post(far, 1, "Старая запись")
    says(far, 1, PIT, ago=3600)
    assert look(account) == 0
    says(far, 2, PIT)
    post(far, 2, "Кто знает, почему второй день нет воды на улице Ленина?")
    assert look(account) == 2
    assert look(account) == 0
    says(far, 3, "Во дворе дома 8 по улице Гагарина не горит фонарь", by=IVAN, root=2)
    assert look(account) == 1
    assert "Кто знает, почему второй день нет воды на улице Ленина?" in [case.text for case in cases()]
    assert len(cases()) == 3
    assert {case.answer_by for case in cases()} == {"outside"}


def test_a_long_thread_is_read_to_its_end(account, far):
    post(far, 1, "Новости")
    look(account)
    says(far, 10, PIT)
    for number in range(25):
        says(far, 20 + number, f"У дома {number} по улице Мира не вывозят мусор", by=100 + number, root=10)
    assert look(account) == 26
    assert look(account) == 0


def test_what_is_no_message_stays_with_its_reason_and_a_person_may_take_it(account, far):
    post(far, 1, "Новости")
    look(account)
    says(far, 1, "Продам гараж, недорого, торг")
    says(far, 2, "Спасибо за новости!", by=IVAN)
    says(far, 3, PIT, by=13)
    look(account)
    fates = {row.external_id.rpartition("_r")[2]: (row.state, row.reason) for row in arrivals()}
    assert fates["1"] == ("ignored", "Отсеяно по слову «продам».")
    assert fates["2"] == ("ignored", "Похоже на благодарность, просьбы нет.")
    assert fates["3"] == ("taken", "")
    assert len(cases()) == 1
    take(next(row.pk for row in arrivals() if row.external_id.endswith("_r2")), again=True, chosen=True)
    assert len(cases()) == 2


def test_what_was_held_back_is_read_at_a_glance_and_counted(account, far):
    post(far, 1, "Новости")
    look(account)
    says(far, 1, "Спасибо за новости!", by=IVAN)
    says(far, 2, PIT)
    says(far, 3, "Продам гараж")
    look(account)
    staff = make_user(("administrator", "gorod-kamyshin"), ("operator", "gorod-kamyshin"))
    page = logged_in(staff).get("/settings/quarantine/?show=ignored").content.decode()
    assert "Спасибо за новости!" in page
    assert "Продам гараж" in page
    assert PIT not in page
    take(next(row.pk for row in arrivals() if row.external_id.endswith("_r1")), again=True, chosen=True)
    assert how_well(ACTOR, account.pk) == {"cases": 2, "false_alarms": 0, "missed": 1}
    assert "отсеяно зря, взяли потом: 1" in logged_in(staff).get(f"/settings/channels/{account.pk}/").content.decode()


def test_further_words_of_a_case_are_never_held_back(account, far):
    post(far, 1, "Новости")
    look(account)
    says(far, 3, PIT)
    look(account)
    says(far, 4, "И ещё раз спасибо", root=3)
    says(far, 5, "И ещё раз спасибо", root=3, by=IVAN)
    look(account)
    assert [row.state for row in arrivals()] == ["taken", "taken", "ignored"]
    assert len(cases()) == 1
    assert len(messages(cases()[0])) == 2


def test_who_is_not_listened_to_is_not_heard(far, account):
    with acting(ACTOR), widened():
        account.setup.settings |= {"not_sources": str(IVAN), "words": "котик"}
        account.setup.save()
    post(far, 1, "Новости")
    look(account)
    says(far, 3, PIT, by=IVAN)
    says(far, 4, "Пропал котик")
    look(account)
    assert {row.external_id.rpartition("_r")[2]: row.state for row in arrivals()} == {"3": "ignored", "4": "taken"}


def test_a_wall_is_asked_once_a_minute(account, far):
    post(far, 1, "Новости")
    poll(account.pk)
    poll(account.pk)
    assert len([one for one in far.calls if one.method == "wall.get"]) == 1


def test_the_key_of_a_community_is_refused_and_said(account, far):
    with acting(ACTOR), widened():
        secrets.keep(account.setup, {"token": vk.TOKEN})
        account.setup.save()
    post(far, 1, "Новости")
    assert poll(account.pk) == 0
    with acting(ACTOR, read_only=True):
        account.refresh_from_db()
        assert "Ключ доступа" in account.health.failure
