"""An answer from its first words to publication: who may, in which order, and what is never lost."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.approval import approve, chain_is_empty, return_to_author, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.jobs import close_silent
from otklik.answers.models import Answer, AnswerVersion
from otklik.answers.publishing import publish, published_by_hand
from otklik.answers.reading import answer_of, published_of, text_of
from otklik.cases.actions.reopen import reopen
from otklik.cases.models import Case
from otklik.channels.models import Delivery, Message
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import salted_digest
from otklik.organisations import region_settings
from tests.cases.steps import answered, approved, approver, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, place, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return coordinator()


@pytest.fixture
def case_id(db) -> int:
    return received().case_id


def draft(who, case_id: int, text: str = "Лампу заменили.", **fields) -> Answer:
    return save_draft(who, case_id, text=text, **({"now": o_clock("10:10")} | fields))


def state(answer: Answer) -> str:
    with acting(SYSTEM):
        return Answer.objects.get(pk=answer.pk).state


def test_every_saving_is_a_version_and_the_same_text_is_none(who, case_id):
    answer = draft(who, case_id, "Первый")
    draft(who, case_id, "Первый", base_version=1)
    draft(who, case_id, "Второй", base_version=1)
    with acting(SYSTEM):
        assert list(answer.versions.values_list("number", "text")) == [(1, "Первый"), (2, "Второй")]
        assert text_of(answer).text == "Второй"
    written = entries(case_id, "draft")
    assert [e.fields["version"] for e in written] == [1, 2]
    assert written[1].fields["text"] == salted_digest(bytes(reread(case_id).salt), "Второй")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " \x00 "}, "text"),
        ({"text": "ю" * 20_001}, "text"),
        ({"text": "да", "kind": "maybe"}, "kind"),
        ({"text": "да", "kind": "interim"}, "promised_for"),
        ({"text": "да", "kind": "interim", "promised_for": date(2026, 3, 3)}, "promised_for"),
    ],
)
def test_what_is_wrong_with_a_draft_is_told_beside_its_field(who, case_id, fields, field):
    with pytest.raises(BadInput) as told:
        draft(who, case_id, **fields)
    assert told.value.field == field


def test_another_person_than_the_author_approves(who, case_id):
    answer = draft(who, case_id)
    send_to_review(who, answer.pk)
    with pytest.raises(Refused, match="другой сотрудник"):
        approve(who, answer.pk)
    assert approve(approver(), answer.pk).state == Answer.State.APPROVED


def test_whoever_wrote_any_of_its_versions_is_an_author(who, case_id):
    other = coordinator()
    answer = draft(who, case_id)
    draft(other, case_id, "Поправлено", base_version=1)
    send_to_review(other, answer.pk)
    for author in (who, other):
        with pytest.raises(Refused):
            approve(author, answer.pk)


def test_agreed_by_word_of_mouth_is_a_step_that_says_by_whom(who, case_id):
    answer = draft(who, case_id)
    send_to_review(who, answer.pk)
    approve(who, answer.pk, note="согласовано устно: глава, 04.03 10:00")
    with acting(SYSTEM):
        assert "глава" in Answer.objects.get().approval_note
    with pytest.raises(BadInput):
        approve(who, answer.pk, note="ю" * 301)


def test_in_a_centre_of_one_person_nobody_else_is_waited_for(who, case_id):
    region_settings.put(SYSTEM, "one_person", True, place("gorod-kamyshin").pk)
    answer = draft(who, case_id)
    publish(who, answer.pk, now=o_clock("10:20"))
    assert reread(case_id).state == Case.State.ANSWERED


def test_one_person_is_a_centres_own_matter_and_only_in_social(case_id):
    region_settings.put(SYSTEM, "one_person", True, place("gorod-volzhskiy").pk)
    with acting(SYSTEM):
        case = Case.objects.select_related("scope").get(pk=case_id)
        assert not chain_is_empty(case)
        region_settings_of_city = place("gorod-volgograd")
    region_settings.put(SYSTEM, "one_person", True, region_settings_of_city.pk)
    district = region_settings_of_city.children.filter(kind="district")[0]
    inside = received("Яма", code=district.code).case_id
    with acting(SYSTEM), widened():
        case = Case.objects.select_related("scope").get(pk=inside)
        assert chain_is_empty(case)
        case.regime = "law59"
        assert not chain_is_empty(case)


@pytest.mark.parametrize("prepare", [lambda who, answer: None, send_to_review])
def test_nothing_is_published_before_it_is_approved(who, case_id, prepare):
    answer = draft(who, case_id)
    prepare(who, answer.pk)
    with pytest.raises(Refused, match="согласует"):
        publish(who, answer.pk)
    with pytest.raises(Refused):
        published_by_hand(who, answer.pk, at=o_clock("10:20"))


def test_a_changed_answer_is_a_draft_again(who, case_id):
    answer = approved(who, case_id, o_clock("10:10"))
    draft(who, case_id, "Другое", base_version=1)
    assert state(answer) == Answer.State.DRAFT
    with pytest.raises(Refused):
        publish(who, answer.pk)


def test_returned_it_is_a_draft_with_the_reason_kept(who, case_id):
    answer = draft(who, case_id)
    send_to_review(who, answer.pk)
    with pytest.raises(BadInput):
        return_to_author(approver(), answer.pk, reason=" ")
    return_to_author(approver(), answer.pk, reason="уберите обещание")
    assert state(answer) == Answer.State.DRAFT
    with pytest.raises(Refused):
        return_to_author(approver(), answer.pk, reason="ещё раз")


def test_published_it_stands_in_the_thread_and_nothing_of_it_changes(who, case_id):
    answer = answered(who, case_id, o_clock("10:20"))
    with acting(SYSTEM):
        message = Message.objects.get(direction="out")
        assert (message.text, message.written_at) == ("Лампу заменили.", o_clock("10:20"))
        assert Delivery.objects.get(message=message).state == Delivery.State.DONE
        case = Case.objects.get(pk=case_id)
        assert answer_of(case) is None
        assert [a.pk for a in published_of(case)] == [answer.pk]
    for act in (
        lambda: draft(who, case_id, "Поздно"), lambda: publish(who, answer.pk), lambda: send_to_review(who, answer.pk),
        lambda: approve(approver(), answer.pk), lambda: return_to_author(approver(), answer.pk, reason="поздно"),
    ):
        with pytest.raises(Refused):
            act()


def test_a_new_turn_has_an_answer_of_its_own(who, case_id):
    first = answered(who, case_id, o_clock("10:20"))
    reopen(who, case_id, reason="снова", now=o_clock("11:00"))
    second = draft(who, case_id, "Второй ответ", now=o_clock("11:10"))
    assert (second.pk != first.pk, second.turn) == (True, 2)


def test_an_outside_case_is_published_by_hand_with_link_and_time(who, case_id):
    with acting(SYSTEM), widened():
        Case.objects.update(answer_by=Case.AnswerBy.OUTSIDE)
    answer = approved(who, case_id, o_clock("10:10"))
    with pytest.raises(Refused, match="вручную"):
        publish(who, answer.pk)
    for link in ("javascript:alert(1)", "vk.com/wall1", "https://" + "x" * 600, "ftp://x.example"):
        with pytest.raises(BadInput) as told:
            published_by_hand(who, answer.pk, link=link, at=o_clock("10:15"), now=o_clock("10:20"))
        assert told.value.field == "link"
    published_by_hand(who, answer.pk, link="https://example.org/1", at=o_clock("10:15"), now=o_clock("10:20"))
    with acting(SYSTEM):
        delivery = Delivery.objects.get()
    assert (delivery.link, delivery.done_at) == ("https://example.org/1", o_clock("10:15"))
    assert entries(case_id, "publish")[0].fields["by_hand"] is True


def test_an_answer_of_a_neighbour_is_not_there(who, case_id):
    answer = draft(who, case_id)
    stranger = make_staff(("coordinator", "gorod-volzhskiy"), ("approver", "gorod-volzhskiy"))
    with acting(stranger):
        assert not Answer.objects.exists()
        assert not AnswerVersion.objects.exists()
    with pytest.raises(NotYours):
        publish(stranger, answer.pk)


def test_silence_closes_after_three_working_days_and_says_so(who, case_id):
    answered(who, case_id, o_clock("10:20"))  # a Wednesday; Monday the 9th is a day off
    assert close_silent(o_clock("12:00", "2026-03-10")) == 0
    assert close_silent(o_clock("12:00", "2026-03-11")) == 1
    case = reread(case_id)
    assert (case.state, case.outcome, case.fix) == ("closed", "silent", "unknown")
    assert close_silent(o_clock("12:00", "2026-03-12")) == 0


def test_imported_history_is_not_closed_by_our_silence(who, case_id):
    answered(who, case_id, o_clock("10:20"))
    with acting(SYSTEM), widened():
        Case.objects.update(notifies=False)
    assert close_silent(timezone.now() + timedelta(days=60)) == 0
