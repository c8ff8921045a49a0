"""Who tries too often waits, is told so in plain words, and loses no word; several web processes count together."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from otklik.intake.accepting import issue_key
from otklik.organisations import limits, region_settings
from otklik.organisations.models import DoorEvent, RateWindow
from tests.making import SYSTEM, logged_in, make_user, place, send

STRANGER = "203.0.113.7"


def allow(**given: list[int]) -> None:
    region_settings.put(SYSTEM, "limits", given)


def report(client: Client, text: str):
    return client.post("/report/", {
        "key": issue_key(), "text": text, "territory": place("gorod-kamyshin").pk, "answer_by": "page",
    })  # fmt: skip


@pytest.mark.django_db
def test_a_report_too_many_is_given_back_and_goes_when_the_wait_is_over():
    allow(report=[2, 10])
    client = Client(REMOTE_ADDR=STRANGER)
    assert [report(client, f"яма {n}").status_code for n in range(2)] == [303, 303]
    stopped = report(client, "Яма «третья» & <b>")
    page = stopped.content.decode()
    assert stopped.status_code == 429 and int(stopped["Retry-After"]) <= 600
    assert "Написанное не пропало" in page and "Яма «третья» &amp; &lt;b&gt;" in page and 'name="key"' in page
    assert report(Client(REMOTE_ADDR="203.0.113.8"), "с другого адреса").status_code == 303
    RateWindow.objects.update(began=timezone.now() - timedelta(minutes=11))
    assert report(client, "Яма третья").status_code == 303


@pytest.mark.django_db
def test_the_machine_itself_is_not_a_stranger():
    allow(report=[1, 10])
    assert [report(Client(), f"яма {n}").status_code for n in range(3)] == [303] * 3


@pytest.mark.django_db
def test_secret_links_cannot_be_guessed_but_a_right_one_opens_for_everybody_else():
    allow(link_misses=[3, 10])
    sent = send()
    guesser = Client(REMOTE_ADDR=STRANGER)
    for n, way in enumerate(("c", "task", "accounts/invitation")):
        assert guesser.get(f"/{way}/made-up-{n}/").status_code == 404
    stopped = guesser.get(f"/c/{sent.token}/")
    assert stopped.status_code == 429 and "Слишком часто" in stopped.content.decode()
    holder = Client(REMOTE_ADDR="203.0.113.9")
    assert [holder.get(f"/c/{sent.token}/").status_code for _n in range(10)] == [200] * 10


@pytest.mark.django_db
def test_finding_and_photos_are_limited_too():
    allow(find=[1, 10], uploads=[1, 10])
    client = Client(REMOTE_ADDR=STRANGER)
    assert client.post("/find/", {"link": "34-000001"}).status_code == 200
    assert client.post("/find/", {"link": "34-000001"}).status_code == 429
    assert client.post("/report/photos/", {"key": issue_key()}).status_code == 200
    assert client.post("/report/photos/", {"key": issue_key()}).status_code == 429


@pytest.mark.django_db
def test_a_password_is_never_given_back():
    allow(login_pair=[1, 10])
    user = make_user(("operator", "gorod-kamyshin"))
    client = Client(REMOTE_ADDR=STRANGER)
    for _n in range(2):
        page = client.post("/accounts/login/", {"login": user.username, "password": "secret-words"}).content.decode()
    assert "Слишком много" in page and "secret-words" not in page
    assert DoorEvent.objects.latest("id").kind == "limited"


@pytest.mark.django_db
def test_one_guesser_does_not_shut_a_person_out_elsewhere():
    user = make_user(("operator", "gorod-kamyshin"))
    guesser = Client(REMOTE_ADDR=STRANGER)
    for _n in range(8):
        guesser.post("/accounts/login/", {"login": user.username, "password": "нет"})
    right = Client(REMOTE_ADDR="203.0.113.9").post(
        "/accounts/login/", {"login": user.username, "password": "pass-word-1234"}
    )
    assert right.status_code == 302


@pytest.mark.django_db
def test_many_addresses_do_not_help_to_guess_one_name():
    allow(login_account=[4, 10])
    user = make_user(("operator", "gorod-kamyshin"))
    for n in range(5):
        page = Client(REMOTE_ADDR=f"203.0.113.{n}").post(
            "/accounts/login/", {"login": user.username.upper(), "password": "нет"}
        ).content.decode()
    assert "Слишком много" in page


@pytest.mark.django_db
def test_staff_are_counted_by_person():
    allow(lookups=[1, 60])
    first, second = (logged_in(make_user(("security", "gorod-kamyshin"))) for _n in range(2))
    fields = {"sought": "+79000000000", "reason": "вх. 1"}
    assert [first.post("/settings/erasure/", fields).status_code for _n in range(2)] == [422, 429]
    assert second.post("/settings/erasure/", fields).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("https", "forwarded", "seen"),
    [
        (False, "198.51.100.1", STRANGER), (True, "198.51.100.1", "198.51.100.1"),
        (True, "10.0.0.1, 198.51.100.2", "198.51.100.2"), (True, "forged, 198.51.100.3", "198.51.100.3"),
        (True, "nonsense", None), (True, "", STRANGER),
    ],
)  # fmt: skip
def test_only_what_our_own_proxy_added_is_believed(settings, rf, https, forwarded, seen):
    from otklik.faces.callers import address_of

    settings.HTTPS = https
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert address_of(rf.get("/", REMOTE_ADDR=STRANGER, **headers)) == seen


def test_one_customer_of_ipv6_is_one_caller(rf):
    from otklik.faces.callers import bucket_of

    addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    assert {bucket_of(rf.get("/", REMOTE_ADDR=one)) for one in addresses} == {"2001:db8:1:2::"}


def test_processes_count_together(committed):
    allow(find=[10, 10])
    came = []

    def tries() -> None:
        came.extend(limits.hit("find", STRANGER) for _n in range(5))
        connections.close_all()

    threads = [threading.Thread(target=tries) for _n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(1 for wait in came if wait is None) == 10


@pytest.mark.django_db
def test_no_address_lies_in_the_table_and_old_windows_go():
    limits.hit("find", STRANGER)
    assert STRANGER not in str(list(RateWindow.objects.values_list()))
    assert limits.tidy(timezone.now() + timedelta(days=2)) == 1
