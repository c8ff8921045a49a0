"""A second message of the same person: it lands in the thread, tells what it seems to be, and rings in danger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.more_words import MOST_A_TURN, add_words
from otklik.cases.actions.resident import refute
from otklik.cases.following_up import earlier_matters
from otklik.cases.models import Alarm, Case, CaseMessage
from otklik.cases.resident_links import open_link
from otklik.failures import BadInput, Refused
from otklik.journal.models import Entry
from tests.cases.invariants import check
from tests.cases.problems_steps import coordinator
from tests.cases.steps import answered
from tests.cases.steps import coordinator as work_coordinator
from tests.making import SYSTEM, reread, send

pytestmark = pytest.mark.django_db


def seems_of(case_id: int) -> list[str]:
    with acting(SYSTEM):
        return list(CaseMessage.objects.filter(case_id=case_id).order_by("pk").values_list("seems", flat=True))


def test_more_words_stand_in_the_thread_with_what_they_seem_to_be() -> None:
    sent = send("На Садовой глубокая яма, колесо пробил")
    link = open_link(sent.token)
    add_words(link, text="Добавлю: яма напротив дома 12, у остановки", once="a")
    add_words(link, text="Скажите, пожалуйста, когда сделают?", once="b")
    assert seems_of(sent.case_id) == ["", "addition", "question"]
    check(sent.case_id)
    with acting(SYSTEM):
        entry = Entry.objects.filter(stream=f"case:{sent.case_id}", verb="add_words").first()
    assert entry is not None and entry.fields["seems"] == "addition"
    assert "яма" not in str(entry.fields)


def test_the_same_form_twice_is_one_message_and_nothing_is_no_message() -> None:
    sent = send()
    link = open_link(sent.token)
    add_words(link, text="Фонарь напротив школы", once="a")
    add_words(link, text="Фонарь напротив школы", once="a")
    assert len(seems_of(sent.case_id)) == 2
    with pytest.raises(BadInput):
        add_words(link, text="  \n ", once="b")


def test_more_words_start_no_clock_and_leave_the_state() -> None:
    sent = send()
    before = reread(sent.case_id)
    add_words(open_link(sent.token), text="Уточняю: дом 12", once="a")
    after = reread(sent.case_id)
    assert (after.state, after.due_at, after.turn) == (before.state, before.due_at, before.turn)


def test_danger_told_later_rings() -> None:
    sent = send("Упала ветка у дома 12")
    add_words(open_link(sent.token), text="Теперь оборван провод, лежит под напряжением на дорожке, искрит", once="a")
    assert reread(sent.case_id).importance == 4
    with acting(SYSTEM):
        assert Alarm.objects.filter(case_id=sent.case_id).exists()


def test_after_the_answer_words_go_by_not_fixed_and_a_story_has_an_end() -> None:
    sent = send()
    link = open_link(sent.token)
    for number in range(MOST_A_TURN):
        add_words(link, text=f"Ещё слова {number}", once=f"k{number}")
    with pytest.raises(Refused):
        add_words(link, text="И ещё", once="last")
    other = send("На улице Мира второй день не горит фонарь у аптеки")
    answered(work_coordinator(), other.case_id, timezone.now())
    with pytest.raises(Refused):
        add_words(open_link(other.token), text="Спасибо", once="z")


def test_not_fixed_with_words_of_thanks_is_told_apart_for_the_clerk() -> None:
    sent = send("Не горит фонарь на Садовой")
    answered(work_coordinator(), sent.case_id, timezone.now())
    refute(open_link(sent.token), text="Ничего не починили, фонарь так и не горит", once="n")
    assert seems_of(sent.case_id)[-1] == "not_fixed"


def test_a_new_form_of_the_same_person_is_shown_beside_what_it_goes_on_with() -> None:
    who = coordinator()
    before = timezone.now() - timedelta(days=2)
    first = send("Не горит фонарь на улице Садовой у дома 12", phone="+79005550101", now=before)
    again = send("Фонарь на Садовой так и не горит, никто не приезжал", phone="+79005550101")
    stranger = send("Фонарь на Садовой так и не горит, никто не приезжал", phone="+79005550202")
    with acting(who, read_only=True):
        found = earlier_matters(who, Case.objects.get(pk=again.case_id))
        assert [(one.case.pk, one.seems.kind) for one in found] == [(first.case_id, "not_fixed")]
        assert earlier_matters(who, Case.objects.get(pk=stranger.case_id)) == []
