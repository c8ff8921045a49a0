"""«Отменить» for ten seconds: all stands again as it stood, once, for whoever did it, if nothing came between."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from otklik.acting import Staff, acting
from otklik.answers.models import Answer, Promise
from otklik.answers.publishing import publish
from otklik.answers.undoing import undo
from otklik.cases.actions.assign import assign
from otklik.cases.actions.close import close
from otklik.cases.actions.notes import note
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.triage import triage
from otklik.cases.actions.undo_last import HOLD
from otklik.cases.models import Assignment, Case, CaseMessage, Clock, LastAct, Responsibility
from otklik.cases.resident_links import open_link
from otklik.channels.models import Delivery
from otklik.classifier.models import Theme
from otklik.faces.portal.story import tell
from otklik.failures import NotYours, Refused
from tests.cases import invariants
from tests.cases.steps import answered, approved, assigned, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, organisation, reread

pytestmark = pytest.mark.django_db
LATER = {"version", "heard_at"}  # what only grows, or is seen by whoever acts


def standing(case_id: int) -> dict[str, Any]:
    """All that an act may change, as it is in the database; a first action of a person stays one."""
    with acting(SYSTEM):
        case = {k: v for k, v in Case.objects.filter(pk=case_id).values().get().items() if k not in LATER}
        clocks = list(Clock.objects.filter(case_id=case_id).exclude(kind="react").order_by("id").values())
        tasks = list(Assignment.objects.filter(case_id=case_id).order_by("id").values())
        learnt = list(Responsibility.objects.filter(assigned__gt=0).order_by("id").values())
        said = list(CaseMessage.objects.filter(case_id=case_id).values_list("message_id", flat=True))
        answers = list(Answer.objects.filter(case_id=case_id).order_by("id").values())
        answers += list(Promise.objects.filter(case_id=case_id).order_by("id").values())
    return {"case": case, "clocks": clocks, "tasks": tasks, "learnt": learnt, "said": said, "answers": answers}


def to_assign(who: Staff, case_id: int, now: datetime) -> None:
    assign(who, case_id, organisation_id=organisation().pk, task="Заменить лампу", now=now,
           co_executors=[(organisation("adm-gorod-volzhskiy").pk, "Дать вышку")])  # fmt: skip


def to_set_aside(who: Staff, case_id: int, now: datetime) -> None:
    set_aside(who, case_id, outcome=Case.Outcome.SPAM, now=now)


def to_redirect(who: Staff, case_id: int, now: datetime) -> None:
    with acting(SYSTEM):
        task = Assignment.objects.get(case_id=case_id)
    redirect(who, case_id, assignment_id=task.pk, organisation_id=organisation("adm-gorod-volzhskiy").pk,
             reason="Не их фонарь", now=now)  # fmt: skip


def to_close(who: Staff, case_id: int, now: datetime) -> None:
    close(who, case_id, outcome=Case.Outcome.EXPLAINED, now=now)


def to_publish(who: Staff, case_id: int, now: datetime) -> None:
    with acting(SYSTEM):
        answer = Answer.objects.get(case_id=case_id)
    publish(who, answer.pk, now=now, hold=HOLD)


def fresh(who: Staff, case_id: int) -> None:
    triage(who, case_id, theme_id=Theme.objects.order_by("id")[0].pk, now=o_clock("10:05"))


def at_work(who: Staff, case_id: int) -> None:
    fresh(who, case_id)
    assigned(who, case_id, o_clock("10:10"))


def with_an_answer(who: Staff, case_id: int) -> None:
    answered(who, case_id, o_clock("11:00"))


def with_an_approved_answer(who: Staff, case_id: int) -> None:
    approved(who, case_id, o_clock("11:00"))


def with_an_interim_answer(who: Staff, case_id: int) -> None:
    approved(who, case_id, o_clock("11:00"), kind="interim", promised_for=o_clock("12:00", "2026-03-20").date())


@pytest.mark.parametrize(
    ("before", "act"),
    [
        (fresh, to_assign), (fresh, to_set_aside), (at_work, to_redirect),
        (with_an_answer, to_close), (with_an_approved_answer, to_publish), (with_an_interim_answer, to_publish),
    ],
)  # fmt: skip
def test_everything_stands_again_as_it_stood(before: Callable[..., None], act: Callable[..., None]):
    who, case_id = coordinator(), received().case_id
    before(who, case_id)
    stood = standing(case_id)
    act(who, case_id, o_clock("12:00"))
    assert standing(case_id) != stood
    undo(who, case_id, now=o_clock("12:00") + timedelta(seconds=9))
    assert standing(case_id) == stood
    invariants.check(case_id)
    assert [e.fields["undone"][1] for e in entries(case_id, "undo")] == [entries(case_id)[-2].verb]
    with pytest.raises(Refused, match="Отменять нечего"):
        undo(who, case_id, now=o_clock("12:00") + timedelta(seconds=10))
    act(who, case_id, o_clock("12:01"))  # and it can be done again
    invariants.check(case_id)


def test_only_who_did_it_only_at_once_and_only_when_nothing_came_between():
    who, case_id = coordinator(), received().case_id
    colleague = make_staff(("coordinator", "gorod-kamyshin"))
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    to_assign(who, case_id, o_clock("12:00"))
    soon = o_clock("12:00") + timedelta(seconds=5)
    with pytest.raises(Refused, match="только тот"):
        undo(colleague, case_id, now=soon)
    with pytest.raises((Refused, NotYours)):
        undo(stranger, case_id, now=soon)
    with pytest.raises(Refused, match="Десять секунд"):
        undo(who, case_id, now=o_clock("12:00") + HOLD + timedelta(seconds=1))
    note(colleague, case_id, text="Видел, делают", now=soon)
    with pytest.raises(Refused, match="с тех пор"):
        undo(who, case_id, now=soon)
    assert reread(case_id).state == Case.State.ASSIGNED


def test_an_answer_that_can_be_taken_back_has_not_gone_out_and_its_clock_stopped_when_it_was_published():
    who, sent = coordinator(), received()
    approved(who, sent.case_id, o_clock("11:00"))
    to_publish(who, sent.case_id, o_clock("12:00"))
    resident = open_link(sent.token)
    with acting(resident, read_only=True):
        held = tell(sent.case_id, o_clock("12:00") + timedelta(seconds=9))
        assert (held.answers, held.may_judge) == ((), False)
        assert "Готовим ответ" in held.now_title
        shown = tell(sent.case_id, o_clock("12:00") + HOLD)
        assert [line.text for line in shown.answers] == ["Лампу заменили."]
    with acting(SYSTEM):
        assert Clock.objects.get(case_id=sent.case_id, kind="answer").stopped_at == o_clock("12:00")


def test_an_answer_on_its_way_is_not_taken_back():
    who, case_id = coordinator(), received().case_id
    approved(who, case_id, o_clock("11:00"))
    to_publish(who, case_id, o_clock("12:00"))
    with acting(SYSTEM):
        from otklik.acting import widened

        with widened():
            Delivery.objects.filter(message__in_case__case_id=case_id).update(state=Delivery.State.SENDING)
    with pytest.raises(Refused, match="уже уходит"):
        undo(who, case_id, now=o_clock("12:00") + timedelta(seconds=9))
    assert reread(case_id).state == Case.State.ANSWERED


def test_what_the_program_and_executors_do_is_nobodys_to_take_back():
    who, case_id = coordinator(), received().case_id
    set_aside(SYSTEM, case_id, outcome=Case.Outcome.SPAM)
    with acting(SYSTEM):
        assert not LastAct.objects.filter(case_id=case_id).exists()
    with pytest.raises(Refused):
        undo(who, case_id)
