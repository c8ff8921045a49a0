"""Connecting a channel, seeing how it fares, and what could not be read."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.models import Case
from otklik.channels.kit import arriving, secrets
from otklik.channels.kit.channel import Came
from otklik.channels.kit.measuring import measured
from otklik.channels.models import Account, Arrival, Setup
from otklik.intake.receiving import take_waiting
from otklik.journal.models import Entry
from otklik.operations.commands.channels import channels
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db
ACTOR = System("channels")
SECRET = "a secret of the site, long enough"
FIELDS = {"name": "Сайт города", "code": "site-k", "active": "on", "own_secret": SECRET}


def administrator(code: str = "gorod-kamyshin"):
    return logged_in(make_user(("administrator", code)))


def connected(browser, **changes) -> Account:
    fields = {**FIELDS, "territory": place("gorod-kamyshin").pk, **changes}
    answer = browser.post("/settings/channels/add/site/", fields)
    assert answer.status_code == 302, answer.content.decode()
    return account()


def account(code: str = "site-k") -> Account:
    with acting(ACTOR, read_only=True):
        return Account.objects.select_related("setup").get(code=code)


def test_a_channel_is_connected_and_its_secret_is_never_shown_again():
    browser = administrator()
    made = connected(browser)
    page = browser.get(f"/settings/channels/{made.pk}/").content.decode()
    assert SECRET not in page
    assert "/hooks/site/site-k/" in page
    with acting(ACTOR, read_only=True):
        setup = Setup.objects.get(account=made)
        assert SECRET.encode() not in bytes(setup.secrets)
        assert secrets.secret(account(), "secret") == SECRET
        entry = Entry.objects.get(stream=f"account:{made.pk}", verb="account_saved")
    assert SECRET not in str(entry.fields)
    assert entry.fields["fields"] == ["secret"]


def test_a_secret_left_empty_stays_and_a_new_one_takes_its_place():
    browser = administrator()
    made = connected(browser)
    fields = {"name": "Сайт", "territory": place("gorod-kamyshin").pk, "active": "on", "own_secret": ""}
    assert browser.post(f"/settings/channels/{made.pk}/", fields).status_code == 302
    assert secrets.secret(account(), "secret") == SECRET
    browser.post(f"/settings/channels/{made.pk}/", {**fields, "own_secret": "another long secret of it"})
    assert secrets.secret(account(), "secret") == "another long secret of it"


MAILBOX = {
    "name": "Почта", "code": "mail-k", "active": "on", "own_address": "k@example.org", "own_way": "poll",
    "own_imap_host": "imap.example.org", "own_imap_security": "tls", "own_smtp_security": "tls",
    "own_smtp_host": "smtp.example.org",
}


@pytest.mark.parametrize("field", ["own_imap_host", "own_smtp_host"])
def test_a_kept_secret_does_not_go_to_another_server_unless_it_is_typed_again(field):
    browser, where = administrator(), {"territory": place("gorod-kamyshin").pk}
    whole = {**MAILBOX, **where, "own_password": SECRET}
    assert browser.post("/settings/channels/add/email/", whole).status_code == 302
    made = account("mail-k")
    other = {**MAILBOX, **where, field: "evil.example.net"}
    refused = browser.post(f"/settings/channels/{made.pk}/", other)
    assert refused.status_code == 422
    assert "впишите его заново" in refused.content.decode()
    assert account("mail-k").settings[field.removeprefix("own_")] != "evil.example.net"
    assert browser.post(f"/settings/channels/{made.pk}/", {**MAILBOX, **where, "name": "Ящик"}).status_code == 302
    assert browser.post(f"/settings/channels/{made.pk}/", {**other, "own_password": SECRET}).status_code == 302


def test_checking_says_what_to_mend_and_health_shows_it():
    browser = administrator()
    made = connected(browser, own_secret="short")
    page = browser.post(f"/settings/channels/{made.pk}/check/", follow=True).content.decode()
    assert "Секрет короче 20 знаков" in page
    assert "ошибок подряд" in page
    browser.post(
        f"/settings/channels/{made.pk}/",
        {"name": "Сайт", "territory": place("gorod-kamyshin").pk, "active": "on", "own_secret": SECRET},
    )
    page = browser.post(f"/settings/channels/{made.pk}/check/", follow=True).content.decode()
    assert "Секрет есть" in page
    assert "ошибок подряд" not in page


@pytest.mark.parametrize("code", ["", "ПОЧТА", "a b", "a" * 61, "-x"])
def test_a_wrong_code_is_told_and_nothing_is_made(code):
    answer = administrator().post("/settings/channels/add/site/", {**FIELDS, "code": code})
    assert answer.status_code == 422
    with acting(ACTOR, read_only=True):
        assert not Account.objects.filter(channel="site").exists()


def test_the_same_code_twice_is_told():
    browser = administrator()
    connected(browser)
    again = browser.post("/settings/channels/add/site/", {**FIELDS, "territory": place("gorod-kamyshin").pk})
    assert again.status_code == 422
    assert "Такой код уже есть" in again.content.decode()


def test_an_administrator_connects_nothing_elsewhere_and_sees_nothing_of_others():
    made = connected(administrator())
    stranger = administrator("gorod-volzhskiy")
    assert stranger.get(f"/settings/channels/{made.pk}/").status_code == 404
    assert stranger.post(f"/settings/channels/{made.pk}/check/").status_code == 404
    assert "Сайт города" not in stranger.get("/settings/channels/").content.decode()
    fields = {**FIELDS, "code": "other", "territory": place("gorod-kamyshin").pk}
    assert stranger.post("/settings/channels/add/site/", fields).status_code == 422
    with acting(ACTOR, read_only=True):
        assert not Account.objects.filter(code="other").exists()


@pytest.fixture
def broken() -> Arrival:
    made = connected(administrator())
    with acting(ACTOR), widened():
        arriving.keep(made, [Came("9", '{"id": "9", "text": "Слова жителя'.encode())], timezone.now())
    take_waiting(made.pk)
    with acting(ACTOR, read_only=True):
        return Arrival.objects.get(external_id="9")


def test_what_cannot_be_read_is_seen_as_it_came(broken):
    operator = logged_in(make_user(("operator", "gorod-kamyshin")))
    assert "Это не JSON" in operator.get("/settings/quarantine/").content.decode()
    assert "Слова жителя" in operator.get(f"/settings/quarantine/{broken.pk}/").content.decode()
    stranger = logged_in(make_user(("operator", "gorod-volzhskiy")))
    assert stranger.get(f"/settings/quarantine/{broken.pk}/").status_code == 404
    assert "Это не JSON" not in stranger.get("/settings/quarantine/").content.decode()
    assert stranger.post(f"/settings/quarantine/{broken.pk}/decide/", {"what": "aside"}).status_code in (302, 404)
    assert state_of(broken) == "quarantined"


def state_of(arrival: Arrival) -> str:
    with acting(ACTOR, read_only=True):
        return Arrival.objects.get(pk=arrival.pk).state


def test_it_is_taken_again_after_a_mending_and_makes_one_case(broken):
    operator = logged_in(make_user(("operator", "gorod-kamyshin")))
    again = operator.post(f"/settings/quarantine/{broken.pk}/decide/", {"what": "again"}, follow=True)
    assert "Снова не вышло" in again.content.decode()
    with acting(ACTOR), widened():
        Arrival.objects.filter(pk=broken.pk).update(body='{"id": "9", "text": "Яма на дороге"}'.encode())
    for _time in range(2):
        operator.post(f"/settings/quarantine/{broken.pk}/decide/", {"what": "again"})
    assert state_of(broken) == "taken"
    with acting(ACTOR, read_only=True):
        assert Case.objects.filter(account__code="site-k").count() == 1


def test_it_is_put_away_and_can_be_taken_back(broken):
    operator = logged_in(make_user(("operator", "gorod-kamyshin")))
    operator.post(f"/settings/quarantine/{broken.pk}/decide/", {"what": "aside"})
    assert state_of(broken) == "aside"
    assert "Отложено" in operator.get("/settings/quarantine/?show=aside").content.decode()
    operator.post(f"/settings/quarantine/{broken.pk}/decide/", {"what": "again"})
    assert state_of(broken) == "quarantined"


def test_what_waits_is_told_with_its_age_and_to_a_program_in_seconds():
    browser = administrator()
    made, now = connected(browser), timezone.now()
    with acting(ACTOR), widened():
        arriving.keep(made, [Came("9", b"{}"), Came("10", b"{}")], now - timedelta(minutes=7))
    for page in ("/settings/channels/", f"/settings/channels/{made.pk}/"):
        shown = browser.get(page).content.decode()
        assert "ждут разбора: 2" in shown
        assert "самое давнее" in shown
    (told,) = [one for one in measured(now) if one["code"] == "site-k"]
    assert (told["arrivals"], told["arrivals_lag_seconds"], told["deliveries_lag_seconds"]) == ({"new": 2}, 420, 0)
    printed = json.loads(CliRunner().invoke(channels, ["list", "--json"]).output)
    assert [one["code"] for one in printed["accounts"]] == ["site-k"]
    assert SECRET not in str(printed)


def test_what_was_sifted_out_is_read_in_words_and_counted_on_its_tab(broken):
    operator = logged_in(make_user(("operator", "gorod-kamyshin")))
    with acting(ACTOR), widened():
        Arrival.objects.filter(pk=broken.pk).update(
            state="ignored", reason="Похоже на рекламу.", told={"filtered": True, "from": "", "words": "Продам гараж"}
        )
    unread = operator.get("/settings/quarantine/").content.decode()
    assert "Отсеяно 1" in unread and "Всё, что пришло, прочитано." in unread
    assert 'lang="ru">Продам гараж' in operator.get(f"/settings/quarantine/{broken.pk}/").content.decode()
