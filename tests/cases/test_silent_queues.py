"""A queue that nobody watches is seen and told to the ЦУР, which helps; what it may not do is refused."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting
from otklik.answers import for_problem
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases import silent_queues, upper_help
from otklik.cases.actions.problems import make_problem
from otklik.cases.actions.take import take
from otklik.cases.models import Case, HelpAct, HelpAgreement, Notice, SilentQueue
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.operations.beats import follow_journal
from otklik.organisations.models import Absence
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import RECEIVED, entries, o_clock, received
from tests.making import SYSTEM, logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db

HOME = "gorod-kamyshin"
DAY = date(2026, 3, 4)


def journal() -> list[str]:
    with acting(SYSTEM):
        written = Entry.objects.filter(stream=f"queue:{place(HOME).pk}").order_by("seq")
        return list(written.values_list("verb", flat=True))


def look(now) -> int:
    follow_journal(now)
    return silent_queues.look(now)


def test_silence_is_found_told_helped_and_ended_by_the_first_act() -> None:
    clerk = make_user(("operator", HOME))
    head, curator = make_user(("head", HOME)), make_user(("curator", "volgograd"))
    sent = received()
    assert look(o_clock("13:00")) == 0
    assert look(o_clock("14:30")) == 1 and look(o_clock("14:40")) == 0
    queue = SilentQueue.objects.get()
    assert (queue.reason, queue.waiting, queue.oldest_at) == ("idle", 1, RECEIVED)
    assert set(Notice.objects.filter(kind="silent").values_list("user_id", flat=True)) == {head.pk, curator.pk}
    above = staff_actor(curator, DAY)
    assert silent_queues.remind(above, queue.pk, now=o_clock("14:45")) == 1
    assert Notice.objects.get(kind="reminder").user == clerk
    silent_queues.note_call(above, queue.pk, words="Глава обещал посадить сотрудника", now=o_clock("14:50"))
    assert set(HelpAct.objects.values_list("kind", flat=True)) == {"remind", "call"}
    take(staff_actor(clerk, DAY), sent.case_id, now=o_clock("15:00"))
    look(o_clock("15:10"))
    assert SilentQueue.objects.get().ended_at == o_clock("15:10")
    assert journal() == ["queue_silent", "queue_reminded", "queue_called", "queue_awake"]
    with pytest.raises(NotYours):
        silent_queues.remind(above, queue.pk, now=o_clock("15:20"))


def test_all_on_leave_is_silence_at_once_and_a_substitute_ends_it() -> None:
    clerk, other = make_user(("operator", HOME)), make_user(("coordinator", HOME))
    received()
    leave = [
        Absence.objects.create(user=one, since=DAY, until=DAY, entered_at=RECEIVED) for one in (clerk, other)
    ]
    assert look(o_clock("10:10")) == 1 and SilentQueue.objects.get().reason == "away"
    Absence.objects.filter(pk=leave[0].pk).update(substitute=make_user(("operator", HOME)))
    look(o_clock("10:20"))
    assert SilentQueue.objects.get().ended_at is not None


def test_only_the_region_helps_and_words_are_needed() -> None:
    received()
    look(o_clock("11:00"))
    queue = SilentQueue.objects.get()
    assert queue.reason == "nobody"
    for stranger in (make_staff(("coordinator", HOME)), make_staff(("analyst", "volgograd"))):
        with pytest.raises(Refused):
            silent_queues.remind(stranger, queue.pk, now=RECEIVED)
    with pytest.raises(BadInput):
        silent_queues.note_call(make_staff(("curator", "volgograd")), queue.pk, words=" ", now=RECEIVED)
    mine, theirs = make_staff(("coordinator", HOME)), make_staff(("coordinator", "gorod-volzhskiy"))
    with acting(mine):
        assert silent_queues.silent_queues(mine) == [queue]
    with acting(theirs):
        assert silent_queues.silent_queues(theirs) == []


def test_history_that_was_imported_and_outside_answers_wait_for_nobody() -> None:
    sent = received()
    with acting(SYSTEM):
        Case.objects.filter(pk=sent.case_id).update(notifies=False)
    assert look(o_clock("17:00")) == 0


def test_the_region_triages_a_silent_queue_and_the_journal_says_that_it_helped() -> None:
    sent = received()
    look(o_clock("11:00"))
    above = make_staff(("operator", "volgograd"))
    take(above, sent.case_id, now=o_clock("11:05"))
    (entry,) = entries(sent.case_id, "take")
    assert entry.fields["silent_queue"] == SilentQueue.objects.get().pk


def drafted(case_id: int) -> int:
    clerk = make_staff(("operator", HOME), ("coordinator", HOME), name="Пишущая Ада Львовна")
    answer = save_draft(clerk, case_id, text="Лампу заменили 4 марта.", now=o_clock("12:00"))
    send_to_review(clerk, answer.pk, now=o_clock("12:01"))
    return answer.pk


def agreed(**fields) -> HelpAgreement:
    administrator = make_staff(("administrator", HOME))
    told = {
        "territory_id": place(HOME).pk, "number": "12-С", "signed_on": DAY, "since": DAY, "until": None,
        "regimes": ["social"], "covers": ["approve", "publish"], "now": o_clock("09:00"),
    }
    return upper_help.enter(administrator, **(told | fields))


def test_the_region_answers_for_a_municipality_by_agreement_only() -> None:
    sent = received()
    answer, above = drafted(sent.case_id), make_staff(("coordinator", "volgograd"))
    with pytest.raises(Refused, match="соглашени"):
        approve(above, answer, now=o_clock("12:05"))
    agreement = agreed(covers=["approve"])
    approve(above, answer, now=o_clock("12:10"))
    assert entries(sent.case_id, "approve")[0].fields["agreement"] == agreement.pk
    with pytest.raises(Refused):
        publish(above, answer, now=o_clock("12:15"))
    wide = agreed(number="13-С", until=DAY)
    with pytest.raises(Refused):
        publish(above, answer, now=o_clock("12:15", "2026-03-05"))
    publish(above, answer, now=o_clock("12:20"))
    assert entries(sent.case_id, "publish")[0].fields["agreement"] == wide.pk


def test_an_agreement_ends_and_a_person_of_the_municipality_needs_none() -> None:
    sent = received()
    answer, agreement = drafted(sent.case_id), agreed()
    upper_help.end(make_staff(("administrator", HOME)), agreement.pk, now=o_clock("11:00"))
    with pytest.raises(Refused):
        approve(make_staff(("head", "volgograd")), answer, now=o_clock("12:05"))
    both = make_staff(("coordinator", "volgograd"), ("approver", HOME))
    approve(both, answer, now=o_clock("12:05"))
    assert "agreement" not in entries(sent.case_id, "approve")[0].fields


def test_never_for_the_laws_whatever_is_agreed() -> None:
    with pytest.raises(BadInput):
        agreed(regimes=["social", "law59"])
    agreement = agreed()
    sent = received()
    answer = drafted(sent.case_id)
    HelpAgreement.objects.filter(pk=agreement.pk).update(regimes=["social", "pos", "law59", "law8"])
    with acting(SYSTEM):
        Case.objects.filter(pk=sent.case_id).update(regime="law59")
    with pytest.raises(Refused, match="сам муниципалитет"):
        approve(make_staff(("coordinator", "volgograd")), answer, now=o_clock("12:05"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": " "}, "number"),
        ({"signed_on": DAY + timedelta(days=1), "since": DAY + timedelta(days=1)}, "signed_on"),
        ({"since": DAY - timedelta(days=1)}, "since"), ({"until": DAY - timedelta(days=1)}, "until"),
        ({"regimes": []}, "regimes"), ({"covers": ["everything"]}, "covers"),
    ],
)  # fmt: skip
def test_an_agreement_without_sense_is_refused_in_words(wrong, field) -> None:
    with pytest.raises(BadInput) as error:
        agreed(**wrong)
    assert error.value.field == field


def test_a_stranger_enters_and_ends_no_agreement() -> None:
    words = {"number": "1", "signed_on": DAY, "since": DAY, "until": None, "regimes": ["social"], "covers": ["approve"]}
    stranger = make_staff(("administrator", "gorod-volzhskiy"))
    with pytest.raises(Refused):
        upper_help.enter(stranger, territory_id=place(HOME).pk, now=o_clock("09:00"), **words)
    with pytest.raises(Refused):
        upper_help.end(stranger, agreed().pk, now=o_clock("09:00"))


def test_the_page_of_a_case_offers_the_region_only_what_the_gate_would_take() -> None:
    sent = received()
    drafted(sent.case_id)
    browser = logged_in(make_user(("coordinator", "volgograd")))
    address = "/desk/case/" + shown_number(sent.case_id) + "/"
    assert "/approve/" not in browser.get(address).content.decode()
    agreed(signed_on=date(2026, 3, 4))
    assert "/approve/" in browser.get(address).content.decode()


def shown_number(case_id: int) -> str:
    from otklik.cases.numbers import shown
    from tests.making import reread

    return shown(reread(case_id).number)


def test_one_answer_to_a_problem_needs_the_agreement_as_well() -> None:
    clerk = make_staff(("coordinator", HOME), name="Пишущая Ада Львовна")
    problem = make_problem(clerk, received().case_id, title="Нет воды", now=o_clock("10:05"))
    common = for_problem.save(clerk, problem.pk, text="Воду дали.", now=o_clock("10:10"))
    for_problem.send_to_review(clerk, problem.pk, now=o_clock("10:11"))
    above = make_staff(("coordinator", "volgograd"))
    with pytest.raises(Refused):
        for_problem.approve(above, problem.pk, version=common.version, now=o_clock("10:12"))
    agreed(covers=["approve"])
    for_problem.approve(above, problem.pk, version=common.version, now=o_clock("10:13"))
    with pytest.raises(Refused):
        for_problem.begin(above, problem.pk, version=common.version, now=o_clock("10:14"))
