"""What a stranger may not do: every gate and every reading, by everybody who is not of the place."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.acting import Actor, Link, Staff, Visitor, acting
from otklik.answers import approval, drafting, publishing
from otklik.answers.models import Answer, AnswerVersion, Promise
from otklik.cases import alarms, queue, reading, task_links
from otklik.cases.actions import (
    assign,
    close,
    hand_over,
    pause,
    redirect,
    reopen,
    reply,
    resident,
    reveal,
    spam,
    take,
    triage,
)
from otklik.cases.models import (
    Alarm,
    Assignment,
    Case,
    CaseMessage,
    Clock,
    Evidence,
    OutsideNumber,
    Remark,
    TaskReply,
)
from otklik.cases.resident_links import open_link
from otklik.channels.models import Attachment, Delivery, Message
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.files.models import StoredFile
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.intake.models import ImportRun, RejectedRow
from otklik.journal.models import Entry
from otklik.organisations.models import RoleAssignment
from otklik.organisations.staffing import staff_actor
from otklik.residents.models import Contact, Resident
from tests.cases.steps import answered, approved, assigned, coordinator, executor, o_clock, photo, received
from tests.making import SYSTEM, make_staff, make_user, organisation, place

ROLES = ("operator", "coordinator", "approver", "head")
CONTENT = (
    Case, CaseMessage, Clock, Assignment, TaskReply, Evidence, Alarm, OutsideNumber, Remark, Message, Attachment,
    Delivery, StoredFile, Resident, Contact, Answer, AnswerVersion, Promise, ImportRun, RejectedRow,
)


def today() -> date:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate()


class World:
    """A case of Камышин in which every table of content has a row."""

    def __init__(self) -> None:
        who = coordinator()
        sent = received("В подъезде сильный запах газа", phone="+7 900 555-66-77", photos=(photo(),))
        self.case_id, self.token = sent.case_id, sent.token
        pause_at = o_clock("10:01")
        reveal.reveal_contacts(who, sent.case_id, reason="перезвонить", now=pause_at)
        task = assigned(who, sent.case_id, o_clock("10:02"))
        self.link = executor(who, task, o_clock("10:03"))
        reply.reply(self.link, kind="done", once="a", photos=(photo("red"),), now=o_clock("10:04"))
        answered(who, sent.case_id, o_clock("10:05"), text="Едем.", kind="interim", promised_for=date(2026, 3, 9))
        self.answer = approved(who, sent.case_id, o_clock("10:06")).pk
        self.task = task.pk
        with acting(SYSTEM):
            self.alarm = Alarm.objects.get().pk


@pytest.fixture
def world(db) -> World:
    return World()


def gates(w: World) -> dict[str, Callable[[Any], object]]:
    """Every gate that staff call, with arguments that are right for whoever may."""
    own, case = organisation().pk, w.case_id
    return {
        "take": lambda who: take.take(who, case),
        "triage": lambda who: triage.triage(who, case, importance=1),
        "hand_over": lambda who: hand_over.hand_over(
            who, case, territory_id=place("gorod-volzhskiy").pk, reason="туда"
        ),
        "set_aside": lambda who: spam.set_aside(who, case, outcome="spam"),
        "assign": lambda who: assign.assign(who, case, organisation_id=own, task="дело"),
        "co_executor": lambda who: assign.add_co_executor(who, case, organisation_id=own, task="дело"),
        "redirect": lambda who: redirect.redirect(who, case, assignment_id=w.task, organisation_id=own, reason="к ним"),
        "word": lambda who: reply.note_word(
            who, case, assignment_id=w.task, kind="done", said_by="мастер", said_at=o_clock("10:07")
        ),
        "link": lambda who: task_links.link_for(who, w.task),
        "revoke": lambda who: task_links.revoke(who, w.task),
        "pause": lambda who: pause.pause(who, case, reason="ждём"),
        "resume": lambda who: pause.resume(who, case),
        "close": lambda who: close.close(who, case, outcome="explained"),
        "silence": lambda who: close.close_by_silence(who, case),
        "reopen": lambda who: reopen.reopen(who, case, reason="снова"),
        "reveal": lambda who: reveal.reveal_contacts(who, case, reason="нужно"),
        "alarm": lambda who: alarms.confirm(who, w.alarm, taken_by="Чужой"),
        "draft": lambda who: drafting.save_draft(who, case, text="Чужой ответ"),
        "review": lambda who: approval.send_to_review(who, w.answer),
        "approve": lambda who: approval.approve(who, w.answer),
        "return": lambda who: approval.return_to_author(who, w.answer, reason="не то"),
        "publish": lambda who: publishing.publish(who, w.answer),
        "by_hand": lambda who: publishing.published_by_hand(who, w.answer, at=o_clock("10:08")),
    }


def ended(code: str) -> Staff:
    return _dated(code, until=today() - timedelta(days=1))


def not_yet(code: str) -> Staff:
    return _dated(code, since=today() + timedelta(days=1))


def _dated(code: str, **when: date) -> Staff:
    user = make_user(*((role, code) for role in ROLES))
    RoleAssignment.objects.filter(user=user).update(**when)
    return staff_actor(user, today())


def kept_out(code: str) -> Staff:
    user = make_user(*((role, code) for role in ROLES))
    user.is_active = False
    user.save()
    return staff_actor(user, today())


def strangers(w: World) -> dict[str, Actor]:
    other = received("Другая яма", code="gorod-volzhskiy")
    return {
        "another municipality": make_staff(*((role, "gorod-volzhskiy") for role in ROLES)),
        "the region's administrator": make_staff(("administrator", "volgograd"), ("security", "volgograd")),
        "a role that has ended": ended("gorod-kamyshin"),
        "a role to come": not_yet("gorod-kamyshin"),
        "kept out": kept_out("gorod-kamyshin"),
        "no role at all": make_staff(),
        "a visitor": Visitor(),
        "the link of another case": open_link(other.token),
        "an executor of another case": Link(other.case_id, "executor", w.link.link_id),
    }


def test_no_gate_opens_for_a_stranger_and_nothing_is_written(world):
    opened = []
    for who, actor in strangers(world).items():
        with acting(SYSTEM):
            before = Entry.objects.count()
        for name, gate in gates(world).items():
            try:
                gate(actor)
            except NotYours:
                continue
            except Failure as failure:
                opened.append((who, name, repr(failure)))
            else:
                opened.append((who, name, "came through"))
        with acting(SYSTEM):
            assert Entry.objects.count() == before, who
    assert opened == []


def test_no_reading_shows_a_stranger_anything(world):
    for who, actor in strangers(world).items():
        if isinstance(actor, Visitor):
            continue  # to whom the database gives no right at all: see tests/acting
        with acting(actor, read_only=True):
            for model in CONTENT:
                rows = model.objects.all()
                own = rows.filter(case_id=world.case_id) if hasattr(model, "case_id") else rows.none()
                assert not own.exists(), (who, model)
            assert not Case.objects.filter(pk=world.case_id).exists(), who
            if not isinstance(actor, Staff):
                continue  # links have no right to the tables that the desk joins
            with pytest.raises(NotYours):
                reading.the_case(actor, world.case_id)
            assert world.case_id not in reading.visible_cases(actor).values_list("pk", flat=True)
            for tab in queue.TABS:
                shown = queue.page(actor, queue.Filters(tab=tab, text=""), o_clock("11:00")).rows
                assert world.case_id not in {c.pk for c in shown}, (who, tab)
            for text in ("газа", "8 900 555-66-77"):
                assert not queue.page(actor, queue.Filters(tab="all", text=text), o_clock("11:00")).rows, who
            assert not alarms.open_alarms(actor).exists(), who


def test_those_of_the_place_see_all_of_it(world):
    with acting(make_staff(("operator", "gorod-kamyshin")), read_only=True):
        empty = {model.__name__ for model in CONTENT if not model.objects.exists()}
    assert empty == {"OutsideNumber", "ImportRun", "RejectedRow"}


def test_people_of_an_inner_district_see_only_their_own(db):
    districts = list(place("gorod-volgograd").children.filter(kind="district").order_by("pk"))[:2]
    in_city = received("В городе", code="gorod-volgograd").case_id
    first, second = (received("В районе", code=d.code).case_id for d in districts)
    reach = {
        districts[0].code: {first}, districts[1].code: {second}, "gorod-volgograd": {in_city, first, second},
    }
    for code, seen in reach.items():
        actor = make_staff(("operator", code))
        with acting(actor, read_only=True):
            assert set(Case.objects.values_list("pk", flat=True)) == seen, code
        for case_id in {in_city, first, second} - seen:
            with pytest.raises(NotYours):
                take.take(actor, case_id)
        for case_id in seen:
            take.take(actor, case_id)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("approver", {"approve", "return"}),
        ("head", {"close", "reopen", "reveal", "alarm", "draft", "review", "approve", "return", "publish", "by_hand",
                  "pause", "resume"}),
        ("analyst", set()),
    ],
)
def test_in_ones_own_place_the_role_decides(world, role, may):
    """Which moves a state allows is another test's matter: here only «no right» counts."""
    actor = make_staff((role, "gorod-kamyshin"))
    refused = set()
    for name, gate in gates(world).items():
        try:
            gate(actor)
        except Refused as failure:
            if "нет права" in str(failure):
                refused.add(name)
        except Failure:
            pass
    assert set(gates(world)) - refused == may


def test_an_administrators_role_gives_no_gate_of_a_case(world):
    for code in ("gorod-kamyshin", "volgograd"):
        actor = make_staff(("administrator", code))
        for gate in gates(world).values():
            with pytest.raises(NotYours):
                gate(actor)


def test_a_residents_link_does_what_a_resident_does_and_no_more(world):
    link = open_link(world.token)
    for name, gate in gates(world).items():
        with pytest.raises(Failure):
            gate(link)
        assert name
    with acting(link, read_only=True):
        assert not Answer.objects.exclude(state="published").exists()
        assert not AnswerVersion.objects.exists()
        assert not Resident.objects.exists()
        assert not Contact.objects.exists()
        assert not Remark.objects.exists()


def test_an_executor_neither_confirms_nor_refutes(world):
    with acting(SYSTEM):
        Case.objects.filter(pk=world.case_id).update(state="answered")
    with pytest.raises(Refused):
        resident.confirm(world.link)
    with pytest.raises(Refused):
        resident.refute(world.link, text="не исправлено", once="x")


def test_a_forged_residents_token_opens_nothing(world):
    for token in ("", world.token[:-1], world.token + "A", "\x00", "\ud800", "' OR 1=1 --"):
        with pytest.raises(NotYours):
            open_link(token)


def incoming(channel: str, code: str) -> Incoming:
    return Incoming(channel, issue_key(), "Яма", place(code).pk, phone="+7 900 555-66-77", answer_by="phone")


def test_a_call_is_noted_by_those_who_work_there(db):
    for role in ("operator", "coordinator", "head"):
        assert accept(incoming("phone", "gorod-kamyshin"), actor=make_staff((role, "gorod-kamyshin")))
    assert accept(incoming("phone", "gorod-kamyshin"), actor=make_staff(("operator", "volgograd")))
    for actor in (make_staff(("analyst", "gorod-kamyshin")), make_staff(("operator", "gorod-volzhskiy")), make_staff()):
        with pytest.raises(BadInput) as told:
            accept(incoming("phone", "gorod-kamyshin"), actor=actor)
        assert told.value.field == "territory"
    with pytest.raises(Refused):
        accept(incoming("phone", "gorod-kamyshin"), actor=Visitor())
