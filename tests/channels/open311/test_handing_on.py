"""A case is handed to another city's program and followed there: staff's words only, once, with what it says back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.models import Case, OutsideNumber, Referral, Remark
from otklik.cases.numbers import shown
from otklik.channels.kit import connecting, secrets
from otklik.channels.models import Health, Setup
from otklik.intake import referring
from tests.api.open311_steps import program
from tests.channels.open311.handing import ACTOR, TASK, case_in_work, connected, page, referred, row, worked
from tests.channels.open311.peer import KEY, City, city, cut, says
from tests.making import logged_in, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    cache.clear()
    with city() as made:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", made.url.split("/")[2])
        yield made
    cache.clear()


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_staffs_words_go_there_and_its_number_and_news_come_back(other, kind):
    account, case = connected(other.url, format=kind, jurisdiction="city.example.ru"), case_in_work()
    assert "Передать в другую программу" in page(case)
    assert referred(case).status_code == 302
    assert account.pk in referring.accounts_due(timezone.now())
    assert worked(account) >= 1
    (report,) = other.reports
    assert report == {
        "api_key": KEY, "jurisdiction_id": "city.example.ru", "service_code": "001", "description": TASK,
        "address_string": "Камышин, улица Мира",
    }
    assert (row().state, row().number) == ("sent", other.number())
    with acting(ACTOR, read_only=True):
        assert OutsideNumber.objects.get(case=case).number == other.number()
    other.states[other.number()] = ("closed", "Засыпано щебнем")
    worked(account)
    assert (row().status, row().notes) == ("closed", "Засыпано щебнем")
    told = page(case)
    assert "закрыто там" in told and "Засыпано щебнем" in told and other.number() in told
    with acting(ACTOR, read_only=True):
        assert Remark.objects.get(case=case, verb="referral_news").text == "Засыпано щебнем"
        assert Case.objects.get(pk=case.pk).state == "triaged"  # the case goes its own way
    worked(account)
    with acting(ACTOR, read_only=True):
        assert Remark.objects.filter(case=case, verb="referral_news").count() == 1


def test_a_token_is_asked_until_it_tells_the_number(other):
    other.batch, other.ready = True, False
    account, case = connected(other.url), case_in_work()
    referred(case)
    worked(account)
    worked(account)
    assert (row().state, row().token, row().number) == ("sent", "t-0", "")
    assert "номера ещё нет" in page(case)
    other.ready = True
    worked(account)
    assert row().number == other.number()


@pytest.mark.parametrize(
    ("fields", "says_"),
    [
        ({"text": ""}, "Заполните"), ({"text": "Позвоните 89001234567"}, "телефон"),
        ({"text": "Сделать у Иванова Петра Ильича"}, "имя"), ({"text": "Яма у школы, пробили колесо. Иванов"}, "Яма"),
        ({"address": "улица Мира, 5, кв. 7"}, "квартира"), ({"service": "1 002"}, "списка"),
        ({"address": ""}, "место"), ({"service": "x"}, "списка"),
    ],
)
def test_what_must_not_leave_does_not(other, fields, says_):
    account, case = connected(other.url), case_in_work()
    answer = referred(case, **fields)
    assert answer.status_code == 422 and says_ in answer.content.decode()
    assert worked(account) == 0 and not other.reports


def test_it_goes_once_however_often_the_button_is_pressed(other):
    account, case = connected(other.url), case_in_work()
    assert [referred(case).status_code for _n in range(2)] == [302, 422]
    worked(account)
    worked(account)
    assert len(other.reports) == 1 and referred(case).status_code == 422


def test_a_cut_answer_waits_for_a_person_who_looks(other):
    account, case = connected(other.url), case_in_work()
    referred(case)
    other.faults.append(cut)
    worked(account)
    worked(account)
    assert row().state == "unknown" and len(other.reports) == 1
    assert "Дошло, записать номер" in page(case)
    browser = logged_in(make_user(("operator", "gorod-kamyshin")))
    address = f"/desk/case/{shown(case.number)}/refer/{row().pk}/"
    browser.post(address, {"there": "1", "number": ""})
    assert row().state == "unknown"
    browser.post(address, {"there": "1", "number": other.number()})
    assert (row().state, row().number) == ("sent", other.number())
    worked(account)
    assert row().status == "open" and len(other.reports) == 1


def test_a_killed_sender_leaves_it_to_a_person_and_once_more_is_possible(other):
    account, case = connected(other.url), case_in_work()
    referred(case)
    with acting(ACTOR), widened():
        Referral.objects.update(state="sending", attempts=1, held_until=timezone.now() - timedelta(seconds=1))
    assert worked(account) == 0 and row().state == "unknown"
    browser = logged_in(make_user(("operator", "gorod-kamyshin")))
    browser.post(f"/desk/case/{shown(case.number)}/refer/{row().pk}/", {})
    worked(account)
    assert row().state == "sent" and len(other.reports) == 1


@pytest.mark.parametrize(
    ("status", "state"), [(429, "waiting"), (503, "waiting"), (500, "unknown"), (502, "unknown"), (400, "failed")]
)
def test_refusals_are_judged_by_what_they_say(other, status, state):
    account, case = connected(other.url), case_in_work()
    referred(case)
    other.faults.append(says(status, Retry_After="60"))
    worked(account)
    assert row().state == state and row().failure
    if state == "waiting":
        assert row().next_at > timezone.now() + timedelta(seconds=50)
        assert account.pk not in referring.accounts_due(timezone.now())
        worked(account)
        assert row().state == "sent" and len(other.reports) == 1


def test_a_wrong_key_stops_and_may_be_sent_again_after_mending(other):
    account, case = connected(other.url, key="wrong"), case_in_work()
    referred(case)
    worked(account)
    assert row().state == "failed" and "Invalid api_key" in row().failure
    with acting(ACTOR), widened():
        setup = Setup.objects.get(account=account)
        secrets.keep(setup, {"key": KEY})
        setup.save()
    assert referred(case).status_code == 302
    worked(account)
    assert row().state == "sent"


def test_nobody_there_is_tried_again(other, monkeypatch):
    monkeypatch.setenv("OTKLIK_INNER_HOSTS", "127.0.0.1:1")
    account, case = connected("http://127.0.0.1:1/v2"), case_in_work()
    referred(case)
    worked(account)
    assert row().state == "waiting" and row().next_at


def test_a_case_that_vanished_there_does_not_hold_up_the_others(other):
    account, case = connected(other.url), case_in_work()
    referred(case)
    worked(account)
    with acting(ACTOR), widened():
        Referral.objects.update(number="gone")
    worked(account)
    assert "404" in row().failure and row().next_at > timezone.now() + timedelta(hours=1)
    with acting(ACTOR, read_only=True):
        assert not Health.objects.get(account=account).failures


def test_strangers_and_wrong_roles_hand_nothing_on(other):
    connected(other.url)
    case = case_in_work()
    for who in (make_user(("approver", "gorod-kamyshin")), make_user(("operator", "gorod-volzhskiy"))):
        answer = logged_in(who).post(f"/desk/case/{shown(case.number)}/refer/", {"service": "1 001", "text": TASK})
        assert answer.status_code in (404, 422), who
    with acting(make_staff(("operator", "gorod-volzhskiy")), read_only=True):
        assert not Referral.objects.exists()
    with acting(ACTOR, read_only=True):
        assert not Referral.objects.exists()


def test_checking_compares_what_is_offered_with_what_was_written_down(other):
    account = connected(other.url)
    administrator = make_staff(("administrator", place_of_region()))
    assert connecting.check(administrator, account.pk).fine
    with acting(ACTOR), widened():
        Setup.objects.filter(account=account).update(
            settings={"way": "client", "endpoint": other.url, "services": "777 Нет такой"}
        )
    checked = connecting.check(administrator, account.pk)
    assert not checked.fine and "777" in checked.words and checked.facts == {"001": "Ямы"}
    server = program()
    assert connecting.check(administrator, server.pk).fine


def place_of_region() -> str:
    from otklik.territory.tree import region

    return region().code
