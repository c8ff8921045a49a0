"""What the security officer sees: events of their places, sessions to end, whether the journal is whole."""

import io

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.reveal import reveal_contacts
from otklik.cases.numbers import shown
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from otklik.journal.models import Entry
from otklik.operations.auditing import Asked, lines
from otklik.organisations import door
from otklik.organisations.models import DoorEvent
from otklik.organisations.staffing import give_role
from tests.making import SYSTEM, logged_in, make_staff, make_user, place, send

pytestmark = pytest.mark.django_db
HOME, AWAY = "gorod-kamyshin", "gorod-volzhskiy"
PHONE = "+79005557711"


def officer(code: str = HOME):
    return make_staff(("security", code), name="Охранный Ян Ильич")


def verbs(who, **asked):
    return [line.verb for line in lines(who, Asked(**asked), 100)]


def come(user, password="pass-word-1234"):
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": password})
    return client


@pytest.fixture
def busy():
    """A day at two centres: log-ins, a reveal, an erasure, a role."""
    user = make_user(("coordinator", HOME), name="Показная Ия Львовна")
    come(user, "не тот")
    come(user)
    from otklik.organisations.staffing import staff_actor

    sent = send(phone=PHONE)
    reveal_contacts(staff_actor(user, timezone.localdate()), sent.case_id, reason="позвонить")
    other = send(phone="+79001112233", code=AWAY)
    stranger = make_staff(("coordinator", AWAY), name="Дальняя Яна")
    reveal_contacts(stranger, other.case_id, reason="тоже")
    give_role(make_staff(("administrator", HOME)), user.pk, "head", place(HOME).pk, timezone.localdate())
    return user, sent, other


def test_an_officer_of_one_centre_sees_what_happened_there(busy):
    user, _sent, _other = busy
    who = officer()
    erase(who, ask(who, sought=PHONE, reason="вх. 1").pk, confirmed="стереть")
    assert verbs(who, kind="door") == ["came", "failed"]
    assert verbs(who, kind="contacts") == ["reveal"]
    assert set(verbs(who, kind="erasures")) == {"erasure_asked", "erasure_done", "erased"}
    assert verbs(who, kind="people") == ["role_given"]
    assert {line.who for line in lines(who, Asked(kind="contacts"), 9)} == {user.short_name}


def test_the_region_sees_both_and_a_stranger_only_theirs(busy):
    _user, sent, other = busy
    assert verbs(officer("volgograd"), kind="contacts") == ["reveal", "reveal"]
    theirs = lines(officer(AWAY), Asked(), 100)
    assert {line.about for line in theirs if line.kind == "contacts"} == {shown(other.number)}
    assert not any(shown(sent.number) in line.about or line.kind == "door" for line in theirs)


def test_filters_by_person_case_and_time(busy):
    user, sent, other = busy
    who = officer("volgograd")
    assert verbs(who, number=shown(sent.number)) == ["reveal"]
    assert {line.about for line in lines(who, Asked(number=shown(other.number)), 9)} == {shown(other.number)}
    assert "reveal" in verbs(who, user_id=user.pk) and verbs(who, user_id=user.pk).count("reveal") == 1
    assert verbs(who, before=timezone.now() - timezone.timedelta(days=1)) == []
    assert verbs(who, number="чепуха") == []


def test_the_page_shows_no_content_and_takes_no_nonsense(busy):
    client = logged_in(make_user(("security", HOME)))
    page = client.get("/settings/audit/").content.decode()
    assert "Показаны контакты" in page and "Дана роль" in page and "127.0.0.1" in page
    assert "позвонить" not in page and "5557711" not in page and "фонарь" not in page
    for query in ("?user=x&kind=y&since=z&until=99999-01-01&before=..", "?number=%00", "?since=0001-01-01"):
        assert client.get("/settings/audit/" + query).status_code == 200


@pytest.mark.parametrize("role", ["operator", "coordinator", "head", "approver"])
def test_who_works_with_cases_does_not_watch(role):
    client = logged_in(make_user((role, HOME)))
    for address in ("/settings/audit/", "/settings/audit/sessions/"):
        assert client.get(address).status_code == 403
    assert client.post("/settings/audit/export/").status_code == 403


def test_the_file_holds_the_same_and_its_taking_is_an_event(busy):
    user = make_user(("security", HOME))
    answer = logged_in(user).post("/settings/audit/export/", {"kind": "contacts"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0][0] == "Когда" and rows[1][3] == "показаны контакты" and len(rows) == 2
    entry = Entry.objects.get(verb="audit_exported")
    assert entry.stream == f"user:{user.pk}" and entry.fields == {"rows": 1}
    assert verbs(officer(), kind="exports") == ["audit_exported"]


def test_older_pages_follow(busy):
    user, _sent, _other = busy
    for _n in range(60):
        door.note(DoorEvent.Kind.LEFT, user, address="127.0.0.1")
    client = logged_in(make_user(("security", HOME)))
    first = client.get("/settings/audit/?kind=door")
    assert len(first.context["lines"]) == 50 and first.context["before"]
    second = client.get("/settings/audit/", {"kind": "door", "before": first.context["before"]})
    assert len(second.context["lines"]) == 12


def test_a_session_is_seen_and_ended(busy):
    user, _sent, _other = busy
    inside = come(user)
    assert inside.get("/desk/").status_code == 200
    client = logged_in(make_user(("security", HOME)))
    assert user.full_name in client.get("/settings/audit/sessions/").content.decode()
    assert logged_in(make_user(("security", AWAY))).post(f"/settings/audit/sessions/{user.pk}/end/").status_code == 404
    assert inside.get("/desk/").status_code == 200
    assert "Закрыто сеансов" in client.post(f"/settings/audit/sessions/{user.pk}/end/", follow=True).content.decode()
    assert inside.get("/desk/").status_code == 302
    assert Entry.objects.filter(stream=f"user:{user.pk}", verb="session_ended").exists()


def test_asking_for_a_check_leaves_it_to_the_worker():
    client = logged_in(make_user(("security", "volgograd")))
    assert client.post("/settings/audit/check/", follow=True).status_code == 200
    from django.db import connection

    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'journal.check'")
        assert cursor.fetchone() == (1,)
