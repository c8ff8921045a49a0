"""Danger to life: a line until a named person took it over, day and night, in every turn."""

from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.triage import triage
from otklik.cases.alarms import NEXT_AFTER, confirm, move_unanswered_on, open_alarms, whom_to_call
from otklik.cases.jobs import understand_waiting
from otklik.cases.models import Alarm, Case, Notice
from otklik.failures import BadInput, NotYours
from otklik.organisations.directories import save_duty
from tests.cases.steps import RECEIVED, answered, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, place, reread

pytestmark = pytest.mark.django_db
DANGER = "В подъезде сильный запах газа, людям плохо"


@pytest.fixture
def who():
    return coordinator()


def the_alarm() -> Alarm:
    with acting(SYSTEM):
        return Alarm.objects.select_related("scope").latest("id")


def count() -> int:
    with acting(SYSTEM):
        return Alarm.objects.count()


def duty(*names: str) -> None:
    save_duty(SYSTEM, place("gorod-kamyshin").pk, [(name, "112") for name in names])


def test_a_message_of_danger_rings_at_once(who):
    received(DANGER)
    assert the_alarm().raised_at == RECEIVED
    with acting(who):
        assert open_alarms(who).count() == 1


def test_what_was_taken_over_waits_in_nobodys_bell(who):
    head = make_staff(("head", "gorod-kamyshin"))
    received(DANGER)
    received(DANGER + ", ул. Мира")

    def waiting():
        with acting(SYSTEM), widened():
            rows = Notice.objects.filter(kind="danger", seen_at=None, user_id__in=[who.user_id, head.user_id])
            return rows.count(), rows.values("case").distinct().count()

    assert waiting() == (4, 2)
    confirm(who, the_alarm().pk, taken_by="Дежурный Ким", now=o_clock("10:05"))
    assert waiting() == (2, 1), "of the other danger both are still told"


def test_danger_that_a_person_sees_rings_once_in_a_turn(who):
    case_id = received().case_id
    triage(who, case_id, importance=4, now=o_clock("10:10"))
    triage(who, case_id, importance=3, now=o_clock("10:20"))
    triage(who, case_id, importance=4, now=o_clock("10:30"))
    assert count() == 1


def test_the_same_matter_dangerous_again_in_the_next_turn_rings_again(who):
    case_id = received(DANGER).case_id
    confirm(who, the_alarm().pk, taken_by="Дежурова", now=o_clock("10:05"))
    answered(who, case_id, o_clock("11:00"))
    reopen(who, case_id, reason="снова пахнет", now=o_clock("12:00"))
    assert count() == 1, "a turn begins at most at the policy's importance"
    triage(who, case_id, importance=4, now=o_clock("12:10"))
    assert count() == 2
    assert the_alarm().confirmed_at is None


def test_history_rings_only_when_a_person_says_so(who):
    case_id = received().case_id
    with acting(SYSTEM), widened():
        Case.objects.update(notifies=False, suggestion=None, text=DANGER)
    understand_waiting(o_clock("10:05"))
    assert reread(case_id).importance == 4
    assert count() == 0
    triage(who, case_id, title="Запах газа", now=o_clock("10:10"))
    assert count() == 0
    triage(who, case_id, importance=3, now=o_clock("10:15"))
    triage(who, case_id, importance=4, now=o_clock("10:20"))
    assert count() == 1


def test_an_alarm_stays_when_the_case_is_set_aside_and_can_be_confirmed(who):
    case_id = received(DANGER).case_id
    set_aside(who, case_id, outcome="spam", now=o_clock("10:05"))
    with acting(who):
        assert open_alarms(who).count() == 1
    confirm(who, the_alarm().pk, taken_by="Дежурова", now=o_clock("10:06"))
    with acting(who):
        assert open_alarms(who).count() == 0


def test_who_took_it_is_named_and_a_second_confirmation_changes_nothing(who):
    case_id = received(DANGER).case_id
    alarm = the_alarm().pk
    for name in (" ", "\x00", "ю" * 201):
        with pytest.raises(BadInput) as told:
            confirm(who, alarm, taken_by=name)
        assert told.value.field == "taken_by"
    confirm(who, alarm, taken_by="Дежурова", now=o_clock("10:05"))
    confirm(who, alarm, taken_by="Другая", now=o_clock("10:06"))
    assert (the_alarm().taken_by, the_alarm().confirmed_at) == ("Дежурова", o_clock("10:05"))
    assert len(entries(case_id, "confirm_alarm")) == 1


def test_unanswered_for_ten_minutes_it_goes_to_the_next_and_stays_with_the_last():
    duty("Первый", "Второй")
    case_id = received(DANGER).case_id
    assert move_unanswered_on(RECEIVED + NEXT_AFTER - timedelta(seconds=1)) == 0
    assert move_unanswered_on(RECEIVED + NEXT_AFTER) == 1
    with acting(SYSTEM):
        person = whom_to_call(the_alarm())
    assert person is not None
    assert person.name == "Второй"
    assert move_unanswered_on(RECEIVED + 2 * NEXT_AFTER) == 0
    assert entries(case_id, "pass_alarm_on")[0].fields == {"alarm": the_alarm().pk, "step": 2}


def test_a_confirmed_alarm_goes_to_nobody_else(who):
    duty("Первый", "Второй")
    received(DANGER)
    confirm(who, the_alarm().pk, taken_by="Дежурова", now=o_clock("10:05"))
    assert move_unanswered_on(RECEIVED + 3 * NEXT_AFTER) == 0


def test_an_alarm_of_a_neighbour_is_not_there():
    received(DANGER)
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    with acting(stranger):
        assert not open_alarms(stranger).exists()
    with pytest.raises(NotYours):
        confirm(stranger, the_alarm().pk, taken_by="Чужой")


def test_a_text_that_cannot_be_read_does_not_hold_up_the_next(monkeypatch):
    from otklik.cases import jobs

    first, second = received().case_id, received(DANGER).case_id
    with acting(SYSTEM), widened():
        Case.objects.update(suggestion=None, importance=2)
        Alarm.objects.all().delete()
    honest = jobs.understand

    def trips(text, *more):
        if text != DANGER:
            raise ValueError("a text nobody thought of")
        return honest(text, *more)

    monkeypatch.setattr(jobs, "understand", trips)
    assert understand_waiting(o_clock("10:05")) == 2
    assert reread(second).importance == 4
    assert reread(first).suggestion == {"themes": []}
    assert understand_waiting(o_clock("10:06")) == 0
