"""Cases of restricted access: a possible call to panic is read by coordinators, heads and the ЦУР only."""

from dataclasses import replace

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.drafting import save_draft
from otklik.answers.models import Answer, AnswerVersion
from otklik.cases import alarms, exporting, queue, reading
from otklik.cases.actions import notes, restricting, spam, take, triage
from otklik.cases.actions import problems as joining
from otklik.cases.jobs import understand_waiting
from otklik.cases.models import (
    Alarm,
    Assignment,
    Case,
    CaseMessage,
    Evidence,
    Mention,
    OutsideNumber,
    Remark,
    TaskReply,
)
from otklik.cases.queue import Filters
from otklik.channels.models import Message
from otklik.failures import NotYours, Refused
from tests.cases.steps import RECEIVED, assigned, entries, o_clock, received
from tests.making import SYSTEM, make_staff, make_user, place, reread

pytestmark = pytest.mark.django_db
PANIC = "Воды нет неделю. Завтра в восемь утра выходим перекрывать трассу, берите покрышки!"
HERE = "gorod-kamyshin"


@pytest.fixture
def operator():
    return make_staff(("operator", HERE))


@pytest.fixture
def coordinator():
    return make_staff(("coordinator", HERE))


def region():
    from otklik.territory.models import Kind, Territory

    return Territory.objects.get(kind=Kind.REGION).code


def sees(who, case_id):
    with acting(who, read_only=True):
        return reading.visible_cases(who).filter(pk=case_id).exists()


def tabs_with(who, case_id):
    with acting(who, read_only=True):
        now = timezone.now()
        return {
            tab for tab in queue.TABS
            if any(row.pk == case_id for row in queue.page(who, Filters(tab=tab), now, size=1000).rows)
        }  # fmt: skip


def test_a_possible_call_to_panic_is_closed_as_it_comes_and_the_journal_says_so():
    case = reread(received(PANIC).case_id)
    assert (case.restricted, case.tone, case.kind) == (True, "panic_call", "complaint")
    opened = entries(case.pk, "opened")[0].fields
    assert (opened["restricted"], opened["tone"]) == (True, "panic_call")
    assert PANIC[:10] not in str(opened)


def test_an_ordinary_complaint_is_closed_to_nobody(operator):
    case = reread(received().case_id)
    assert not case.restricted and sees(operator, case.pk)


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        ((("operator", HERE),), False), ((("approver", HERE),), False), ((("analyst", HERE),), False),
        ((("coordinator", HERE),), True), ((("head", HERE),), True), ((("curator", HERE),), True),
        ((("coordinator", "gorod-volgograd"),), False),
        ((("operator", HERE), ("coordinator", "gorod-volgograd")), False),
        ((("operator", "gorod-volgograd"), ("coordinator", HERE)), True),
    ],
)  # fmt: skip
def test_who_reads_it(roles, seen):
    case_id = received(PANIC).case_id
    assert sees(make_staff(*roles), case_id) is seen


@pytest.mark.parametrize(
    ("role", "seen"), [("operator", True), ("coordinator", True), ("curator", True), ("head", True), ("analyst", False)]
)
def test_the_level_above_reads_it_but_who_only_counts(role, seen):
    case_id = received(PANIC).case_id
    who = make_staff((role, region()))
    assert sees(who, case_id) is seen
    assert bool(tabs_with(who, case_id)) is seen


def test_the_database_itself_closes_all_that_hangs_on_it(operator, coordinator):
    case_id = received(PANIC).case_id
    now = o_clock("11:00")
    triage.triage(coordinator, case_id, title="Призыв", now=now)
    assigned(coordinator, case_id, now)
    save_draft(coordinator, case_id, text="Ответ на призыв", now=now)
    notes.note(coordinator, case_id, text="Звонил в полицию", now=now)
    tables = (
        Case, CaseMessage, Remark, Assignment, TaskReply, Evidence, OutsideNumber, Mention, Message, Answer,
        AnswerVersion,
    )  # fmt: skip
    with acting(coordinator, read_only=True):
        mine = {table.__name__: table.objects.count() for table in tables}
    with acting(operator, read_only=True):
        theirs = {table.__name__: table.objects.count() for table in tables}
    assert {"Case", "CaseMessage", "Remark", "Assignment", "Message", "Answer", "AnswerVersion"} <= {
        name for name, count in mine.items() if count
    }
    assert not any(theirs.values()), theirs


def test_an_operator_finds_it_in_no_tab_by_no_search_and_in_no_figure_of_the_queue(operator, coordinator):
    case = reread(received(PANIC, phone="+79023334455", name="Пробная Ия").case_id)
    assert tabs_with(operator, case.pk) == set()
    assert tabs_with(coordinator, case.pk) >= {"restricted", "triage", "open", "all"}
    with acting(operator, read_only=True):
        for text in (str(case.number), "перекрывать трассу", "+79023334455", "Пробная"):
            assert not queue.page(operator, Filters(tab="all", text=text), timezone.now()).rows
        assert queue.counts(operator, timezone.now())["triage"] == 0
        with pytest.raises(NotYours):
            reading.the_case(operator, case.pk)


def test_every_gate_refuses_the_operator_and_the_stranger_as_if_there_were_no_case(operator):
    case_id = received(PANIC).case_id
    for who in (operator, make_staff(("coordinator", "gorod-volgograd"))):
        for act in (
            lambda who: take.take(who, case_id),
            lambda who: triage.triage(who, case_id, importance=0),
            lambda who: spam.set_aside(who, case_id, outcome="spam"),
            lambda who: restricting.open_up(who, case_id),
            lambda who: restricting.restrict(who, case_id),
        ):
            with pytest.raises(NotYours):
                act(who)
    assert reread(case_id).restricted and reread(case_id).state == "new"


def test_who_carries_a_table_away_carries_none_of_them(operator, coordinator):
    case = reread(received(PANIC).case_id)
    plain = reread(received().case_id)
    for who in (operator, coordinator, make_staff(("coordinator", region()))):
        exporting.begin(who, Filters(tab="all"), "csv", timezone.now())
        whole = b"".join(exporting.parts(who, Filters(tab="all"), "csv", timezone.now(), with_text=True)).decode()
        assert str(plain.number) in whole.replace("-0", "").replace("34", "") or plain.text in whole
        assert case.text not in whole and "перекрывать" not in whole


def test_a_reader_opens_it_to_all_and_anybody_before_it_closes_it_again(operator, coordinator):
    case_id = received(PANIC).case_id
    restricting.open_up(coordinator, case_id, reason="Проверили: слова в сердцах", now=o_clock("10:30"))
    assert sees(operator, case_id)
    restricting.restrict(operator, case_id, reason="Снова зовут на трассу", now=o_clock("10:40"))
    assert not sees(operator, case_id)
    assert [entry.verb for entry in entries(case_id)][-2:] == ["open_up", "restrict"]
    assert "трассу" not in str(entries(case_id)[-1].fields)
    with acting(coordinator, read_only=True):
        assert Remark.objects.filter(case_id=case_id).count() == 2


def test_closing_twice_leaves_one_entry(coordinator):
    case_id = received(PANIC).case_id
    restricting.restrict(coordinator, case_id)
    assert not entries(case_id, "restrict")
    restricting.open_up(coordinator, case_id)
    restricting.open_up(coordinator, case_id)
    assert len(entries(case_id, "open_up")) == 1


def test_an_approver_of_the_centre_may_not_open_it():
    case_id = received(PANIC).case_id
    with pytest.raises(NotYours):
        restricting.open_up(make_staff(("approver", HERE)), case_id)


def test_it_stands_in_no_problem_and_joins_none_while_it_is_closed(coordinator):
    plain, closed = received().case_id, received(PANIC).case_id
    problem = joining.make_problem(coordinator, plain, title="Нет света", now=o_clock("11:00"))
    with pytest.raises(Refused):
        joining.join(coordinator, closed, problem_id=problem.pk, now=o_clock("11:10"))
    with pytest.raises(Refused):
        joining.make_problem(coordinator, closed, title="Призыв", now=o_clock("11:10"))
    restricting.restrict(coordinator, plain, now=o_clock("11:20"))
    assert reread(plain).problem_id is None


def test_danger_rings_for_everybody_though_the_words_are_read_by_few(operator, coordinator):
    text = "Взорвём офис управляющей, в подвале пахнет газом, все на площадь с канистрами!"
    case = reread(received(text).case_id)
    assert case.restricted and case.importance == 4
    with acting(coordinator, read_only=True):
        assert alarms.open_alarms(coordinator).count() == 1
        assert alarms.closed_alarms(coordinator) == []
    with acting(operator, read_only=True):
        assert alarms.open_alarms(operator).count() == 0
        closed = alarms.closed_alarms(operator)
    assert [alarm.scope_id for alarm in closed] == [place(HERE).pk]
    stranger = make_staff(("operator", "gorod-volgograd"))
    with acting(stranger, read_only=True):
        assert alarms.closed_alarms(stranger) == []
        assert Alarm.objects.count() == 0


def test_what_an_import_brought_is_closed_when_it_is_read_unless_somebody_works_on_it(coordinator):
    first, second = received().case_id, received("Ещё одна яма на Мира").case_id
    take.take(coordinator, second, now=o_clock("10:10"))
    from otklik.acting import widened

    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=[first, second]).update(text=PANIC, suggestion=None)
    understand_waiting(RECEIVED)
    assert (reread(first).restricted, reread(second).restricted) == (True, False)
    assert entries(first, "understand")[-1].fields["restricted"] is True


def test_who_stands_in_for_a_coordinator_reads_it_while_they_are_away(operator):
    case_id = received(PANIC).case_id
    lent = replace(operator, grants=(*operator.grants, replace(make_staff(("coordinator", HERE)).grants[0], of=7)))
    assert sees(lent, case_id)


def test_a_queue_of_one_person_costs_no_more_queries(operator, django_assert_max_num_queries):
    received(PANIC)
    with acting(operator, read_only=True), django_assert_max_num_queries(4):
        queue.page(operator, Filters(tab="open"), timezone.now())
        queue.counts(operator, timezone.now())


def test_no_page_of_the_desk_shows_it_to_an_operator():
    from otklik.cases import numbers
    from tests.making import logged_in

    case = reread(received(PANIC).case_id)
    shown = numbers.shown(case.number)
    client = logged_in(make_user(("operator", HERE)))
    assert client.get(f"/desk/case/{shown}/").status_code == 404
    for address in ("/desk/?tab=all", "/desk/?tab=restricted", "/desk/?tab=all&tone=panic_call", "/desk/map/"):
        page = client.get(address).content.decode()
        assert shown not in page and "перекрывать" not in page
    reader = logged_in(make_user(("coordinator", HERE)))
    assert "перекрывать" in reader.get(f"/desk/case/{shown}/").content.decode()
    assert shown in reader.get("/desk/?tab=restricted").content.decode()


def test_rude_words_and_calls_never_come_before_the_public_whoever_writes_them():
    from otklik.cases.public_words import spans_of

    assert [(span.what, span.firm) for span in spans_of("Это пиздец, а не двор")] == [("бранное слово", True)]
    assert [(span.what, span.firm) for span in spans_of("Идиоты не вывезли мусор")] == [("оскорбление", False)]
    assert "призыв" in {span.what for span in spans_of("Завтра перекроем трассу у моста")}
    assert not spans_of("Во дворе не горит фонарь, страховка и мандарины ни при чём")
