"""The second factor: set up once, asked for at every log-in, required where the region says so, reset by another."""

import os
import subprocess
import sys
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from otklik.failures import NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations import region_settings, second_factor
from otklik.organisations.models import DoorEvent
from otklik.organisations.staffing import staff_actor
from tests.making import SYSTEM, logged_in, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def code_of(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def come(user, client=None):
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": user.username, "password": "pass-word-1234"})


def set_up(client: Client) -> tuple[str, list[str]]:
    """Through the pages, as a person does. Returns the secret and the spare codes."""
    page = client.get("/accounts/2fa/set-up/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    shown = client.post("/accounts/2fa/set-up/", {"code": code_of(secret)}, follow=True)
    return secret, list(shown.context["unused_codes"])


def with_factor(*roles):
    user = make_user(*(roles or (("operator", "gorod-kamyshin"),)))
    client, _answer = come(user)
    secret, codes = set_up(client)
    return user, secret, codes


def test_after_the_set_up_a_password_alone_does_not_open_the_desk():
    user, secret, _codes = with_factor()
    client, answer = come(user)
    assert answer["Location"] == "/accounts/2fa/code/"
    assert client.get("/desk/").status_code == 302
    assert "Введите код с телефона" in client.get("/accounts/2fa/code/").content.decode()
    wrong = client.post("/accounts/2fa/code/", {"code": "000000"})
    assert "Код не подошёл" in wrong.content.decode() and client.get("/desk/").status_code == 302
    right = client.post("/accounts/2fa/code/", {"code": code_of(secret, 1)})
    assert right["Location"] == "/desk/" and client.get("/desk/").status_code == 200
    assert list(DoorEvent.objects.order_by("id").values_list("kind", flat=True)) == ["came", "code", "came"]


def test_a_spare_code_works_once():
    user, _secret, codes = with_factor()
    assert len(codes) == 10
    client, _answer = come(user)
    assert client.post("/accounts/2fa/code/", {"code": codes[0]}).status_code == 302
    again, _answer = come(user)
    assert again.post("/accounts/2fa/code/", {"code": codes[0]}).status_code == 200


def test_secrets_lie_sealed():
    _user, secret, codes = with_factor()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept and not any(code in kept for code in codes)


def test_who_must_have_one_is_led_to_its_set_up_and_nowhere_else():
    region_settings.put(SYSTEM, "second_factor_roles", ["administrator", "security"])
    user = make_user(("administrator", "gorod-kamyshin"))
    client, _answer = come(user)
    for address in ("/settings/staff/", "/desk/", "/region/", "/"):
        assert client.get(address)["Location"] == "/accounts/2fa/set-up/"
    assert client.post("/settings/staff/invite/", {"username": "x"})["Location"] == "/accounts/2fa/set-up/"
    set_up(client)
    assert client.get("/settings/staff/").status_code == 200
    other, _answer = come(make_user(("operator", "gorod-kamyshin")))
    assert other.get("/desk/").status_code == 200


def test_who_must_have_one_cannot_give_it_up_and_others_can(django_capture_on_commit_callbacks):
    region_settings.put(SYSTEM, "second_factor_roles", ["administrator"])
    boss = make_user(("administrator", "gorod-kamyshin"))
    client, _answer = come(boss)
    set_up(client)
    assert "обязателен" in client.get("/accounts/2fa/give-up/").content.decode()
    client.post("/accounts/2fa/give-up/")
    assert second_factor.has(boss.pk)
    clerk = make_user(("operator", "gorod-kamyshin"))
    client, _answer = come(clerk)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    client.post("/accounts/2fa/give-up/")
    assert not second_factor.has(clerk.pk)
    verbs = set(Entry.objects.filter(stream=f"user:{clerk.pk}").values_list("verb", flat=True))
    assert {"second_factor_added", "second_factor_removed"} <= verbs


def test_a_lost_phone_is_reset_by_an_administrator_and_set_up_anew():
    user, _secret, _codes = with_factor()
    boss = make_user(("administrator", "gorod-kamyshin"))
    page = logged_in(boss)
    assert "Сбросить второй фактор" in page.get(f"/settings/staff/{user.pk}/").content.decode()
    page.post(f"/settings/staff/{user.pk}/second-factor/")
    assert not Authenticator.objects.filter(user=user).exists()
    entry = Entry.objects.get(stream=f"user:{user.pk}", verb="second_factor_reset")
    assert entry.actor == f"staff:{boss.pk}"
    _client, answer = come(user)
    assert answer["Location"] == "/desk/"


def test_nobody_resets_their_own_and_a_stranger_resets_nobodys():
    from django.utils import timezone

    user, _secret, _codes = with_factor(("administrator", "gorod-kamyshin"))
    with pytest.raises(Refused, match="другой администратор"):
        second_factor.reset(staff_actor(user, timezone.localdate()), user.pk)
    with pytest.raises(Refused):
        second_factor.reset(make_staff(("administrator", "gorod-volzhskiy")), user.pk)
    with pytest.raises(NotYours):
        second_factor.reset(make_staff(("administrator", "volgograd")), 999_999)
    assert logged_in(make_user(("coordinator", "gorod-kamyshin"))).post(
        f"/settings/staff/{user.pk}/second-factor/"
    ).status_code == 403


def test_guessing_the_code_is_stopped():
    user, _secret, _codes = with_factor()
    region_settings.put(SYSTEM, "limits", {"login_pair": [5, 10]})
    client, _answer = come(user)
    for _n in range(6):
        client.post("/accounts/2fa/code/", {"code": "111111"})
    _client, answer = come(user)
    assert "Слишком много" in answer.content.decode()


def test_one_log_in_is_not_a_thousand_guesses():
    user, secret, _codes = with_factor()
    region_settings.put(SYSTEM, "limits", {"codes": [4, 10]})
    client, _answer = come(user)
    for n in range(4):
        assert "Код не подошёл" in client.post("/accounts/2fa/code/", {"code": f"00000{n}"}).content.decode()
    for code in ("000009", code_of(secret, 1)):  # the right one, too
        assert "Слишком много" in client.post("/accounts/2fa/code/", {"code": code}).content.decode()
    assert client.get("/desk/").status_code == 302
    assert DoorEvent.objects.filter(kind="limited", user=user).count() == 2


def test_a_code_is_good_once_whichever_process_it_comes_to():
    user, secret, _codes = with_factor()
    code = code_of(secret, 1)
    first, _answer = come(user)
    assert first.post("/accounts/2fa/code/", {"code": code})["Location"] == "/desk/"
    cache.clear()  # another process remembers nothing of it
    second, _answer = come(user)
    assert "Код не подошёл" in second.post("/accounts/2fa/code/", {"code": code}).content.decode()
    cache.clear()
    assert "Код не подошёл" in second.post("/accounts/2fa/code/", {"code": code_of(secret)}).content.decode()
    assert second.get("/desk/").status_code == 302


def test_a_start_does_not_load_what_only_these_pages_need():
    asked = "import django; django.setup(); import otklik.urls, sys; from django.urls import reverse; " \
        "reverse('mfa_index'); print([n for n in ('jwt', 'fido2', 'segno') if n in sys.modules])"
    came = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
    )
    assert came.stdout.strip() == "[]"


def test_the_region_decides_on_its_page_and_the_journal_keeps_it():
    page = logged_in(make_user(("administrator", "volgograd")))
    form = page.get("/settings/security/").context["form"]
    fields = {name: field.initial for name, field in form.fields.items() if name != "roles"}
    done = page.post("/settings/security/", {**fields, "roles": ["security"], "report_tries": 7})
    assert done.status_code == 302
    assert region_settings.get("second_factor_roles") == ["security"]
    assert region_settings.get("limits") == {"report": [7, 10]}
    assert Entry.objects.filter(verb="setting_changed").count() == 2
    wrong = page.post("/settings/security/", {**fields, "report_tries": 0})
    assert wrong.status_code == 422
    local = logged_in(make_user(("administrator", "gorod-kamyshin")))
    assert local.get("/settings/security/").status_code == 403
