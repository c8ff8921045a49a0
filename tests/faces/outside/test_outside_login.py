"""Единый вход against a real provider in a process of its own: who comes in, and every lie that does not."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from otklik.faces.outside_login import Provider as Asked
from otklik.faces.outside_login import _may_be_asked
from otklik.journal.models import Entry
from otklik.organisations.models import DoorEvent, OutsideLogin, User
from tests.browser.live import answers, wait_until
from tests.making import make_user
from tests.ports import free_port

pytestmark = pytest.mark.django_db


class Provider:
    """The running provider, and what it is told to say."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def tell(self, lie: str = "", **claims: object) -> None:
        body = json.dumps({"claims": {"sub": "s-1", **claims}, "lie": lie}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.issuer}/control", data=body)).close()

    def visit(self, address: str) -> str:
        """What the browser is sent back to."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *args, **kwargs):
                return None

        try:
            urllib.request.build_opener(Stay).open(address)
        except urllib.error.HTTPError as moved:
            return moved.headers["Location"]
        raise AssertionError("the provider did not send back")


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    port = free_port()
    script = str(Path(__file__).parent / "provider.py")
    started = subprocess.Popen([sys.executable, script, str(port), "otklik", "тайна"])
    try:
        wait_until(lambda: answers(port), "the provider did not start")
        yield Provider(port)
    finally:
        started.terminate()
        started.wait()


@pytest.fixture
def provider(running, settings) -> Provider:
    settings.OTKLIK_OIDC = {
        "issuer": running.issuer, "client": "otklik", "secret": "тайна", "name": "Портал области",
        "claim": "preferred_username", "only": False,
    }
    return running


def come(provider: Provider, client: Client, following: str = ""):
    """All the way through: our page, the provider, back."""
    start = client.get("/accounts/outside/", {"next": following} if following else {})
    assert start.status_code == 302, start.content.decode()
    back = urlsplit(provider.visit(start["Location"]))
    return client.get(f"{back.path}?{back.query}")


def test_an_invited_person_comes_in_by_name_and_is_bound_to_the_subject(provider):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(preferred_username=user.username.upper())
    client = Client()
    assert "Войти через Портал области" in client.get("/accounts/login/").content.decode()
    assert come(provider, client)["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert OutsideLogin.objects.get().user == user
    verbs = Entry.objects.filter(stream=f"user:{user.pk}").order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["outside_login_bound", "logged_in"]


def test_one_goes_on_to_the_page_asked_for_but_not_to_a_foreign_one(provider):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(preferred_username=user.username)
    assert come(provider, Client(), "/desk/?tab=mine")["Location"] == "/desk/?tab=mine"
    assert come(provider, Client(), "https://evil.test/")["Location"] == "/desk/"


def test_pkce_state_and_nonce_go_with_the_request(provider):
    asked = parse_qs(urlsplit(Client().get("/accounts/outside/")["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("code_challenge", "state", "nonce"))


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ("nonce", "nonce"), ("state", "state"), ("expired", "expired"), ("denied", "denied"),
        ("signature", "InvalidSignatureError"), ("audience", "InvalidAudienceError"), ("issuer", "InvalidIssuerError"),
        ("unsigned", ""), ("shared secret", "InvalidAlgorithmError"),
    ],
)  # fmt: skip
def test_a_lie_opens_nothing_and_is_noted(provider, lie, why):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(lie, preferred_username=user.username)
    client = Client()
    answer = come(provider, client)
    assert answer.status_code == 403 and "Войти не получилось" in answer.content.decode()
    assert client.get("/desk/").status_code == 302
    event = DoorEvent.objects.get()
    assert event.kind == "outside" and why in event.note
    assert not OutsideLogin.objects.exists()


def test_an_answer_is_taken_once_and_only_by_the_browser_that_asked(provider):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(preferred_username=user.username)
    client = Client()
    back = urlsplit(provider.visit(client.get("/accounts/outside/")["Location"]))
    address = f"{back.path}?{back.query}"
    assert Client().get(address).status_code == 403
    assert client.get(address).status_code == 302
    client.post("/accounts/logout/")
    assert client.get(address).status_code == 403


def test_nobody_is_made_by_an_outside_name(provider):
    provider.tell(preferred_username="chuzhoy", email="chuzhoy@example.test", email_verified=True)
    answer = come(provider, Client())
    assert answer.status_code == 403 and "Попросите администратора" in answer.content.decode()
    assert not User.objects.exists()


def test_whoever_is_shut_out_does_not_come_in_by_the_side(provider):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(preferred_username=user.username)
    come(provider, Client())
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert come(provider, Client()).status_code == 403


def test_the_same_name_under_another_subject_is_another_person(provider):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(preferred_username=user.username)
    come(provider, Client())
    provider.tell(sub="s-2", preferred_username=user.username)
    answer = come(provider, Client())
    assert answer.status_code == 403 and "другой человек" in answer.content.decode()


def test_a_renamed_person_is_known_by_their_subject(provider):
    user = make_user(("operator", "gorod-kamyshin"))
    provider.tell(preferred_username=user.username)
    come(provider, Client())
    provider.tell(preferred_username="novoe-imya")
    assert come(provider, Client()).status_code == 302


@pytest.mark.parametrize(("verified", "status"), [(True, 302), (False, 403), (None, 403), ("true", 403)])
def test_a_mail_counts_only_when_the_provider_has_verified_it(provider, settings, verified, status):
    settings.OTKLIK_OIDC = {**settings.OTKLIK_OIDC, "claim": "email"}
    user = make_user(("operator", "gorod-kamyshin"))
    User.objects.filter(pk=user.pk).update(email="Pochta@example.test")
    provider.tell(email="pochta@example.test", email_verified=verified)
    assert come(provider, Client()).status_code == status


def test_a_mail_of_two_people_is_nobodys(provider, settings):
    settings.OTKLIK_OIDC = {**settings.OTKLIK_OIDC, "claim": "email"}
    for _n in range(2):
        User.objects.filter(pk=make_user(("operator", "gorod-kamyshin")).pk).update(email="o@example.test")
    provider.tell(email="o@example.test", email_verified=True)
    assert come(provider, Client()).status_code == 403


def test_the_password_of_who_is_bound_can_be_switched_off(provider, settings):
    user = make_user(("operator", "gorod-kamyshin"))
    other = make_user(("administrator", "volgograd"))
    provider.tell(preferred_username=user.username)
    come(provider, Client())
    settings.OTKLIK_OIDC = {**settings.OTKLIK_OIDC, "only": True}
    fields = {"password": "pass-word-1234"}
    assert Client().post("/accounts/login/", {"login": user.username, **fields}).status_code == 200
    assert Client().post("/accounts/login/", {"login": other.username, **fields}).status_code == 302


def test_a_provider_that_is_away_is_told_and_the_password_works(provider, settings):
    settings.OTKLIK_OIDC = {**settings.OTKLIK_OIDC, "issuer": "http://127.0.0.1:9"}
    answer = Client().get("/accounts/outside/")
    assert answer.status_code == 403 and "не отвечает" in answer.content.decode()


def test_without_a_provider_there_is_no_such_page():
    assert Client().get("/accounts/outside/").status_code == 404
    assert Client().get("/accounts/outside/back/?code=x&state=y").status_code == 404
    assert "Войти через" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("address", "issuer", "asked"),
    [
        ("https://login.example.ru/token", "https://login.example.ru", True),
        ("http://127.0.0.1:9000/token", "http://127.0.0.1:9000", True),
        ("http://127.0.0.1.example.org/token", "http://127.0.0.1:9000", False),
        ("http://localhost.example.org/token", "https://login.example.ru", False),
        ("http://127.0.0.1:5432/token", "https://login.example.ru", False),
        ("https://127.0.0.1/token", "https://login.example.ru", False),
        ("http://127.0.0.1:5432/token", "http://127.0.0.1:9000", False),
        ("file:///etc/hosts", "https://login.example.ru", False),
        ("https:///token", "https://login.example.ru", False),
    ],
)
def test_a_provider_leads_us_to_no_server_inside(address: str, issuer: str, asked: bool):
    given = Asked(issuer, "otklik", "", "", "preferred_username", only=False)
    assert _may_be_asked(address, given) is asked
