"""Who decides in the head's place: written down by the administrator of the place, by an act."""

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import LawAuthority
from tests.making import SYSTEM, logged_in, make_user, place

pytestmark = pytest.mark.django_db


def today() -> str:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate().isoformat()


@pytest.fixture
def admin(db):
    return logged_in(make_user(("administrator", "gorod-kamyshin")))


@pytest.fixture
def deputy(db):
    return make_user(("approver", "gorod-kamyshin"), name="Замов Ян Ильич")


def rows():
    with acting(SYSTEM):
        return list(LawAuthority.objects.all())


def test_an_act_is_written_changed_and_taken_back(admin, deputy):
    assert "Пока решает только руководитель" in admin.get("/settings/authority/").content.decode()
    fields = {"user": deputy.pk, "territory": place("gorod-kamyshin").pk, "act_number": "15-р", "act_date": today()}
    assert admin.post("/settings/authority/", fields).status_code == 302
    assert admin.post("/settings/authority/", fields | {"act_number": "16-р", "until": today()}).status_code == 302
    (row,) = rows()
    assert (row.act_number, row.until) == ("16-р", timezone.localdate())
    page = admin.get("/settings/authority/").content.decode()
    assert "Замов Ян Ильич" in page
    assert "16-р" in page
    journal = logged_in(make_user(("administrator", "volgograd"))).get("/settings/journal/").content.decode()
    assert "записано, кто решает вместо руководителя" in journal.lower()
    assert admin.post(f"/settings/authority/{row.pk}/end/").status_code == 302
    assert not rows()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"act_number": " "}, "Напишите номер акта"), ({"act_date": "2099-01-01"}, "не позже сегодняшней"),
     ({"act_date": "вчера"}, "Напишите дату"), ({"until": "2001-01-01"}, "Последний день раньше"),
     ({"user": "0"}, "Выберите сотрудника"), ({"territory": "1"}, "из списка")],
)
def test_what_cannot_be_so_is_told(admin, deputy, fields, words):
    right = {"user": deputy.pk, "territory": place("gorod-kamyshin").pk, "act_number": "15-р", "act_date": today()}
    answer = admin.post("/settings/authority/", right | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not rows()


def test_an_administrator_of_elsewhere_writes_and_takes_nothing_here(admin, deputy):
    fields = {"user": deputy.pk, "territory": place("gorod-kamyshin").pk, "act_number": "15-р", "act_date": today()}
    stranger = logged_in(make_user(("administrator", "gorod-volzhskiy")))
    assert stranger.post("/settings/authority/", fields).status_code == 422
    admin.post("/settings/authority/", fields)
    (row,) = rows()
    assert "Замов" not in stranger.get("/settings/authority/").content.decode()
    stranger.post(f"/settings/authority/{row.pk}/end/")
    assert rows()
    assert logged_in(make_user(("head", "gorod-kamyshin"))).get("/settings/authority/").status_code == 403
