"""A case in the wrong place goes to the right centre with all that hangs on it, and leaves nothing behind."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from otklik.acting import acting
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.reply import reply
from otklik.cases.actions.reveal import reveal_contacts
from otklik.cases.models import Case
from otklik.cases.reading import thread
from otklik.cases.resident_links import open_link
from otklik.cases.task_links import LinkEnded, link_for, open_task
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.models import StoredFile
from otklik.insight.following import catch_up
from otklik.insight.models import Cell
from otklik.journal.sequencing import sequence
from otklik.residents.models import Resident
from tests.cases.steps import (
    answered,
    approved,
    assigned,
    clock,
    coordinator,
    executor,
    o_clock,
    photo,
    received,
    running,
)
from tests.making import SYSTEM, make_staff, place, reread

pytestmark = pytest.mark.django_db
THERE = "gorod-volzhskiy"


@pytest.fixture
def who():
    return coordinator()


def given(who, case_id: int, code: str = THERE, now=None) -> Case:
    return hand_over(who, case_id, territory_id=place(code).pk, reason="улица у них", now=now or o_clock("11:00"))


def lived(who) -> tuple[int, str]:
    """A case on which everything hangs that can."""
    sent = received("В подъезде сильный запах газа, людям плохо", phone="+7 900 555-66-77", name="Сомова Ия")
    task = assigned(who, sent.case_id, o_clock("10:10"))
    reply(executor(who, task, o_clock("10:11")), kind="done", no_photo="dark", once="a", now=o_clock("10:12"))
    answered(who, sent.case_id, o_clock("10:20"), text="Проверяем.", kind="interim", promised_for=date(2026, 3, 9))
    approved(who, sent.case_id, o_clock("10:30"))
    return sent.case_id, sent.token


def test_nothing_of_the_case_stays_behind_and_all_of_it_is_there(who):
    case_id, _token = lived(who)
    given(who, case_id)
    here, there = place("gorod-kamyshin").pk, place(THERE).pk
    with acting(SYSTEM), connection.cursor() as cursor:
        left, come = set(), set()
        for model in apps.get_models():
            names = {f.column for f in model._meta.concrete_fields}
            if "scope_id" not in names or model._meta.app_label in ("territory", "insight"):
                continue
            for scope, found in ((here, left), (there, come)):
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE scope_id = %s', [scope])
                if cursor.fetchone()[0]:
                    found.add(model._meta.db_table)
    assert left == set()
    assert come >= {
        "cases_case", "cases_casemessage", "cases_clock", "cases_assignment", "cases_taskreply", "cases_alarm",
        "cases_remark", "channels_message", "channels_delivery", "answers_answer", "answers_answerversion",
        "answers_promise", "residents_resident", "residents_contact",
    }


def test_the_giver_sees_it_no_longer_and_the_other_centre_works_on(who):
    case_id, _token = lived(who)
    given(who, case_id)
    with acting(who):
        assert not Case.objects.exists()
    with pytest.raises(NotYours):
        given(who, case_id)
    theirs = make_staff(("coordinator", THERE))
    with acting(theirs):
        case = Case.objects.get()
        assert len(thread(case)) > 5
    assert (case.state, case.owner_id, case.executor_id, case.hops) == ("new", None, None, 1)  # a hop, like a redirect
    assert reveal_contacts(theirs, case_id, reason="перезвонить") == [("phone", "+79005556677")]
    assigned(theirs, case_id, o_clock("12:00"))


def test_its_clocks_run_on_and_its_tasks_end(who):
    sent = received()
    task = assigned(who, sent.case_id, o_clock("10:10"))
    token, due = link_for(who, task.pk, now=o_clock("10:11")), clock(sent.case_id, "answer").due_at
    given(who, sent.case_id)
    assert running(sent.case_id) == {"answer"}
    assert clock(sent.case_id, "answer").due_at == due
    with pytest.raises(LinkEnded):
        open_task(token, o_clock("11:10"))


def test_the_residents_link_stays_good(who):
    sent = received()
    given(who, sent.case_id)
    with acting(open_link(sent.token)):
        assert Case.objects.get().territory == place(THERE)


def test_a_person_with_other_matters_here_is_known_in_both_centres(who):
    received(phone="+7 900 555-66-77")
    second = received("Яма на дороге", phone="+7 900 555-66-77")
    given(who, second.case_id)
    with acting(SYSTEM):
        assert Resident.objects.count() == 2
        people = dict(Case.objects.values_list("scope__code", "resident__scope__code"))
    assert people == {"gorod-kamyshin": "gorod-kamyshin", THERE: THERE}


def test_the_figures_follow(who):
    sent = received()
    sequence_and_follow()
    given(who, sent.case_id)
    sequence_and_follow()
    with acting(SYSTEM):
        rows = dict(Cell.objects.filter(span="d", dimension="").values_list("scope__code", "received"))
    assert rows == {THERE: 1}


def sequence_and_follow() -> None:
    with acting(SYSTEM):
        sequence()
    while catch_up(o_clock("12:00")):
        pass


def test_it_goes_to_another_centre_and_to_a_place(who):
    with pytest.raises(BadInput) as told:
        given(who, received().case_id, "gorod-kamyshin")
    assert told.value.field == "territory"


def test_what_is_answered_stays(who):
    sent = received()
    answered(who, sent.case_id, o_clock("10:20"))
    with pytest.raises(Refused):
        given(who, sent.case_id)


def test_a_photo_goes_along(who):
    sent = received(photos=(photo(),))
    given(who, sent.case_id)
    with acting(make_staff(("operator", THERE))):
        assert StoredFile.objects.count() == 1
    with acting(who):
        assert not StoredFile.objects.exists()
    assert reread(sent.case_id).scope == place(THERE)
