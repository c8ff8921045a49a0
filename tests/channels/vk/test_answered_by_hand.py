"""Answered straight from our own page: seen, joined, the clock stops at its time, the waiting draft is asked about."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers import outside
from otklik.answers.approval import send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.models import Answer
from otklik.cases.models import Case, Clock
from otklik.channels.models import Account
from otklik.failures import NotYours, Refused
from otklik.intake.receiving import take_waiting
from tests.cases.steps import answered, coordinator
from tests.channels.vk.saying import (
    ACTOR,
    GROUP,
    call,
    cases,
    comment,
    event,
    happens,
    make_account,
    messages,
)
from tests.making import logged_in, make_staff, make_user

pytestmark = pytest.mark.django_db
SAID = {"by": -GROUP, "reply_to_comment": 7, "parents_stack": [7]}


@pytest.fixture
def account() -> Account:
    return make_account()


def with_draft(account: Account, *, minutes: int = 30) -> tuple[Case, Answer, datetime]:
    """Ada wrote an hour ago, a draft waits here, and the page answered her so many minutes ago."""
    now = timezone.now().replace(microsecond=0)
    call(event("wall_reply_new", comment(date=int((now - timedelta(hours=1)).timestamp()))))
    with acting(ACTOR), widened():
        from otklik.channels.models import Arrival

        Arrival.objects.update(received_at=now - timedelta(hours=1))
    take_waiting(account.pk)
    (case,) = cases()
    draft = save_draft(coordinator(), case.pk, text="Наш черновик", now=now - timedelta(minutes=45))
    at = now - timedelta(minutes=minutes)
    happens(account, "wall_reply_new", comment(8, "Засыпали вчера", date=int(at.timestamp()), **SAID))
    return cases()[0], draft, at.astimezone(UTC)


def reread(draft: Answer) -> str:
    with acting(ACTOR, read_only=True):
        return Answer.objects.get(pk=draft.pk).state


def test_the_clock_stops_at_the_time_of_the_answer_there(account):
    case, draft, at = with_draft(account)
    assert case.state == "answered"
    assert case.answered_at == at
    with acting(ACTOR, read_only=True):
        assert Clock.objects.get(case=case, kind="answer").stopped_at == at
    assert reread(draft) == "draft"
    assert case.heard_at is not None  # somebody has to look before silence may close it


def test_the_page_shows_it_and_asks_about_the_draft(account):
    case, draft, _at = with_draft(account)
    browser = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    page = browser.get(f"/desk/case/{case.number}/").content.decode()
    assert "Засыпали вчера" in page
    assert "Ответ дан вне программы" in page
    assert "Снять черновик" in page
    assert "Наш черновик" in page
    browser.post(f"/desk/case/{case.number}/outside-answer/", {"what": "burn"}, follow=True)
    assert reread(draft) == "draft"
    answer = browser.post(f"/desk/case/{case.number}/outside-answer/", {"what": "drop"}, follow=True)
    assert "Черновик снят" in answer.content.decode()
    assert reread(draft) == "withdrawn"
    page = browser.get(f"/desk/case/{case.number}/").content.decode()
    assert 'value="drop"' not in page
    assert cases()[0].state == "answered"


def test_kept_the_draft_goes_on_to_its_publication(account):
    case, draft, at = with_draft(account)
    who = coordinator()
    outside.keep_draft(who, case.pk)
    case = cases()[0]
    assert (case.state, case.answered_at) == ("new", None)
    with acting(ACTOR, read_only=True):
        running = dict(Clock.objects.filter(case=case).values_list("kind", "stopped_at"))
    assert running["answer"] == at
    assert running["final"] is None
    send_to_review(who, draft.pk)
    with acting(ACTOR, read_only=True):
        assert outside.asks_about_draft(case) is None


def test_a_question_is_answered_once_and_by_those_who_may(account):
    case, _draft, _at = with_draft(account)
    with pytest.raises(NotYours):
        outside.drop_draft(make_staff(("coordinator", "gorod-volgograd")), case.pk)
    with pytest.raises(Refused):
        outside.drop_draft(make_staff(("approver", "gorod-kamyshin")), case.pk)
    outside.drop_draft(coordinator(), case.pk)
    with pytest.raises(Refused):
        outside.drop_draft(coordinator(), case.pk)
    with pytest.raises(Refused):
        outside.keep_draft(coordinator(), case.pk)


def test_without_a_draft_nothing_is_asked(account):
    happens(account, "wall_reply_new", comment())
    happens(account, "wall_reply_new", comment(8, "Засыпали", **SAID))
    (case,) = cases()
    assert (case.state, case.heard_at) == ("answered", None)
    page = logged_in(make_user(("coordinator", "gorod-kamyshin"))).get(f"/desk/case/{case.number}/").content.decode()
    assert "Снять черновик" not in page


def test_a_draft_that_could_be_dropped_only_because_of_an_outside_answer(account):
    happens(account, "wall_reply_new", comment())
    (case,) = cases()
    save_draft(coordinator(), case.pk, text="Черновик")
    with pytest.raises(Refused):
        outside.drop_draft(coordinator(), case.pk)


def test_words_of_the_page_after_our_answer_only_join_the_thread(account):
    happens(account, "wall_reply_new", comment())
    answered(coordinator(), cases()[0].pk, timezone.now(), text="Ответ")
    at = cases()[0].answered_at
    happens(account, "wall_reply_new", comment(9, "Хорошего дня!", **SAID))
    (case,) = cases()
    assert (case.state, case.answered_at) == ("answered", at)
    assert messages(case)[-1].text == "Хорошего дня!"


def test_under_a_law_words_on_the_page_end_nothing(account):
    happens(account, "wall_reply_new", comment())
    with acting(ACTOR), widened():
        Case.objects.update(regime="law8")
    happens(account, "wall_reply_new", comment(8, "Засыпали", **SAID))
    (case,) = cases()
    assert (case.state, case.answered_at) == ("new", None)
    assert messages(case)[-1].outside


def test_an_answer_under_another_post_or_to_nobody_is_no_answer_of_a_case(account):
    happens(account, "wall_reply_new", comment())
    happens(account, "wall_reply_new", comment(9, "Всем спасибо", by=-GROUP, post=6))
    assert [case.state for case in cases()] == ["new"]
