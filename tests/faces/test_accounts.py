"""Logging in, the first password by a link, and nothing for those who were not invited."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from otklik.organisations import invitations
from otklik.organisations.models import User
from tests.making import make_staff, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "семь тихих ворон"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def log_in(name: str, password: str, client: Client | None = None):
    return (client or Client()).post("/accounts/login/", {"login": name, "password": password})


def invited() -> tuple[User, str]:
    administrator = make_staff(("administrator", "volgograd"))
    from otklik.territory.models import Territory

    place = Territory.objects.get(code="gorod-kamyshin")
    return invitations.invite(
        administrator, username="novaya", full_name="Новая Алла Игоревна", roles=[("operator", place.pk)],
        now=timezone.now(),
    )


def test_a_right_password_opens_the_desk():
    user = make_user(("operator", "gorod-kamyshin"))
    assert log_in(user.username.upper(), "pass-word-1234")["Location"] == "/desk/"


def test_outside_tests_a_password_is_hashed_slowly(shipped_rounds: int, settings):
    assert settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    assert shipped_rounds >= 600_000


def test_a_wrong_password_is_told_without_saying_which_was_wrong():
    user = make_user(("operator", "gorod-kamyshin"))
    for name in (user.username, "nobody"):
        page = log_in(name, "не тот").content.decode()
        assert "Имя или пароль не подходят" in page
        assert f'value="{name}"' in page


def test_guessing_is_stopped_for_a_while():
    user = make_user(("operator", "gorod-kamyshin"))
    client = Client()
    for _attempt in range(6):
        page = log_in(user.username, "не тот", client)
    assert "Слишком много" in page.content.decode()
    assert "Слишком много" in log_in(user.username, "pass-word-1234", client).content.decode()


def test_whoever_was_kept_out_does_not_come_in():
    user = make_user(("operator", "gorod-kamyshin"))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert log_in(user.username, "pass-word-1234").status_code == 200


def test_the_link_sets_a_password_once():
    user, token = invited()
    client = Client()
    page = client.get(f"/accounts/invitation/{token}/")
    assert "Новая Алла Игоревна" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    done = client.post(f"/accounts/invitation/{token}/", {"password": PASSWORD, "again": PASSWORD}, follow=True)
    assert "Пароль сохранён" in done.content.decode()
    assert log_in(user.username, PASSWORD)["Location"] == "/desk/"
    ended = client.get(f"/accounts/invitation/{token}/")
    assert ended.status_code == 404
    assert "уже использована или устарела" in ended.content.decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"password": PASSWORD, "again": "другой пароль"}, "Пароли не совпали"),
        ({"password": "коротко", "again": "коротко"}, "короткий"),
        ({"password": "1234567890", "again": "1234567890"}, "берут слишком многие"),
        ({}, "Заполните это поле"),
    ],
)
def test_a_password_that_will_not_do_is_told_beside_the_field(fields, told):
    _user, token = invited()
    answer = Client().post(f"/accounts/invitation/{token}/", fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_made_up_link_opens_nothing():
    assert Client().get("/accounts/invitation/made-up/").status_code == 404


@pytest.mark.parametrize("address", ["signup", "password/reset", "email"])
def test_nobody_makes_an_account_by_themselves(address):
    client = Client()
    assert "Доступ даёт администратор" in client.get(f"/accounts/{address}/").content.decode()
    assert client.post(f"/accounts/{address}/", {"username": "x"}).status_code == 405


def test_a_person_changes_their_password_and_leaves():
    user = make_user(("operator", "gorod-kamyshin"))
    client = Client()
    log_in(user.username, "pass-word-1234", client)
    wrong = client.post(
        "/accounts/password/change/", {"oldpassword": "не тот", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "Это не ваш нынешний пароль" in wrong.content.decode()
    done = client.post(
        "/accounts/password/change/", {"oldpassword": "pass-word-1234", "password1": PASSWORD, "password2": PASSWORD},
        follow=True,
    )
    assert "Пароль изменён" in done.content.decode()
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/desk/").status_code == 302


def test_a_form_from_a_page_too_old_is_answered_in_plain_words():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Страница открыта слишком давно" in answer.content.decode()
