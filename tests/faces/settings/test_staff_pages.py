"""Staff pages: inviting, roles, passwords, shutting out; and what a stranger may not."""

import re

import pytest
from django.test import Client

from otklik.organisations.models import RoleAssignment, User
from otklik.territory.tree import region
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return logged_in(make_user(("administrator", region().code), name="Главная Мария Ивановна"))


@pytest.fixture
def local() -> Client:
    return logged_in(make_user(("administrator", "gorod-kamyshin"), name="Местный Олег Петрович"))


def invited(client: Client, **fields: object) -> object:
    form = {
        "full_name": "Новикова Ольга Сергеевна", "username": "Novikova", "position": "", "phone": "", "email": "",
        "role_0": "coordinator", "place_0": place("gorod-kamyshin").pk,
        "role_1": "approver", "place_1": place("gorod-volzhskiy").pk,
    }
    return client.post("/settings/staff/invite/", form | fields)


def test_the_link_of_an_invitation_lets_a_person_set_a_password_and_work_in_several_places(
    administrator: Client,
) -> None:
    page = invited(administrator).content.decode()
    token = re.search(r"/accounts/invitation/([\w-]+)/", page)
    assert token
    newcomer = Client()
    answer = newcomer.post(
        token.group(0), {"password": "чай-лампа-мост-47", "again": "чай-лампа-мост-47"}
    )
    assert answer.status_code == 302
    user = User.objects.get(username="novikova")
    assert {r.role for r in RoleAssignment.objects.filter(user=user)} == {"coordinator", "approver"}
    assert newcomer.login(username="novikova", password="чай-лампа-мост-47")


def test_the_public_address_stands_in_the_link(administrator: Client) -> None:
    administrator.post("/settings/region/", {"public_address": "https://otklik.example.ru/", "go_live": ""})
    assert "https://otklik.example.ru/accounts/invitation/" in invited(administrator).content.decode()


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(administrator: Client) -> None:
    answer = invited(administrator, username="", place_1="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Новикова Ольга Сергеевна" in page and "Выберите, где эта роль." in page
    make = invited(administrator)
    assert make.status_code == 200
    assert "уже занято" in invited(administrator).content.decode()


def test_a_local_administrator_gives_roles_only_at_home(local: Client) -> None:
    assert invited(local).status_code == 422
    assert not User.objects.filter(username="novikova").exists()
    assert invited(local, role_1="", place_1="").status_code == 200


def test_a_local_administrator_neither_sees_nor_touches_staff_of_others(local: Client) -> None:
    stranger = make_user(("operator", "gorod-volzhskiy"), name="Чужая Вера Львовна")
    held = stranger.assignments.get()
    assert "Чужая" not in local.get("/settings/staff/").content.decode()
    base = f"/settings/staff/{stranger.pk}/"
    assert local.get(base).status_code == 404
    for path in ("role/", f"role/{held.pk}/end/", "password/", "active/"):
        assert local.post(base + path, {"active": "0"}).status_code == 404
    stranger.refresh_from_db()
    held.refresh_from_db()
    assert stranger.is_active and held.until is None


def test_staff_who_also_work_elsewhere_are_not_changed_by_a_local_administrator(local: Client) -> None:
    both = make_user(("operator", "gorod-kamyshin"), ("operator", "gorod-volzhskiy"))
    answer = local.post(f"/settings/staff/{both.pk}/active/", {"active": "0"})
    assert answer.status_code == 403
    both.refresh_from_db()
    assert both.is_active


@pytest.mark.parametrize("role", ["operator", "coordinator", "head", "curator"])
def test_who_is_no_administrator_changes_nothing(role: str) -> None:
    client = logged_in(make_user((role, region().code)))
    victim = make_user(("operator", "gorod-kamyshin"))
    for path in ("staff/", "staff/invite/", f"staff/{victim.pk}/", "organisations/", "organisations/add/", "duty/",
                 "region/", "centres/", "journal/"):
        assert client.get(f"/settings/{path}").status_code == 403, path
    assert invited(client).status_code == 403
    assert client.post(f"/settings/staff/{victim.pk}/password/").status_code == 403


def test_a_security_officer_looks_and_does_not_change() -> None:
    client = logged_in(make_user(("security", region().code)))
    assert client.get("/settings/staff/").status_code == 200
    assert client.get("/settings/journal/").status_code == 200
    assert invited(client).status_code == 403


def test_a_role_is_given_and_taken_and_the_journal_says_by_whom(administrator: Client) -> None:
    person = make_user(("operator", "gorod-kamyshin"), name="Работник Иван Ильич")
    base = f"/settings/staff/{person.pk}/"
    given = administrator.post(
        f"{base}role/", {"role": "head", "place": place("gorod-volzhskiy").pk, "since": "2026-01-01"}
    )
    assert given.status_code == 302
    role = person.assignments.get(role="head")
    assert administrator.post(f"{base}role/{role.pk}/end/").status_code == 302
    role.refresh_from_db()
    assert role.until is not None
    journal = administrator.get("/settings/journal/").content.decode()
    assert "Главная М. И." in journal and "Работник И. И. · руководитель · Волжский" in journal


def test_a_person_shut_out_is_out_at_once_and_nobody_shuts_out_themself(administrator: Client) -> None:
    person = make_user(("operator", "gorod-kamyshin"))
    theirs = logged_in(person)
    administrator.post(f"/settings/staff/{person.pk}/active/", {"active": "0"})
    assert theirs.get("/settings/themes/").status_code == 302
    me = User.objects.get(full_name__startswith="Главная")
    assert administrator.post(f"/settings/staff/{me.pk}/active/", {"active": "0"}).status_code == 403


def test_a_link_for_a_new_password_is_shown_and_works_once(administrator: Client) -> None:
    person = make_user(("operator", "gorod-kamyshin"))
    page = administrator.post(f"/settings/staff/{person.pk}/password/").content.decode()
    address = re.search(r"/accounts/invitation/[\w-]+/", page).group(0)
    secret = {"password": "чай-лампа-мост-48", "again": "чай-лампа-мост-48"}
    assert Client().post(address, secret).status_code == 302
    assert Client().get(address).status_code == 404 or "устарела" in Client().get(address).content.decode()


def test_lists_cost_few_queries_however_long(administrator: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(8):
        make_user(("operator", "gorod-kamyshin"), ("approver", "gorod-volzhskiy"))
    administrator.get("/settings/staff/")
    for path in ("staff/", "organisations/", "duty/", "centres/", "themes/", "policies/", "journal/"):
        with CaptureQueriesContext(connection) as taken:
            assert administrator.get(f"/settings/{path}").status_code == 200
        asked = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= 12, path + "\n" + "\n".join(asked)
