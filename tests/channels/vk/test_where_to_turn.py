"""«Не наше»: the words of the clerk reach whoever wrote, where they wrote and on their page; never one taken back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers.undoing import undo
from otklik.answers.where_to_turn import tell_waiting
from otklik.cases.actions.resident import refute
from otklik.cases.actions.spam import set_aside
from otklik.cases.resident_links import open_link
from otklik.channels.kit.delivering import deliver
from tests.cases.registering import mirrored
from tests.channels.vk.peer import Peer, vk_on_loopback
from tests.channels.vk.saying import cases, comment, deliveries, happens, make_account
from tests.making import make_staff, reread, send

pytestmark = pytest.mark.django_db
WORDS = "Пенсии назначает Социальный фонд: обратитесь в его клиентскую службу."
EARLIER, JUST_NOW = timedelta(minutes=2), timedelta(0)


@pytest.fixture
def vk(monkeypatch):
    with vk_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


@pytest.fixture
def who():
    return make_staff(("operator", "gorod-kamyshin"))


def aside(who, case_id, outcome="not_ours", reason=WORDS, ago=EARLIER):
    set_aside(who, case_id, outcome=outcome, reason=reason, now=timezone.now() - ago)


def test_who_wrote_in_vk_is_told_there_once(vk: Peer, who) -> None:
    account = make_account(vk.url)
    happens(account, "wall_reply_new", comment(7, "Почему не прибавили пенсию?"))
    (case,) = cases()
    aside(who, case.pk)
    assert tell_waiting(timezone.now()) == 1
    assert tell_waiting(timezone.now()) == 0
    deliver(account.pk)
    assert [row.state for row in deliveries()] == ["done"]
    assert [one.given["message"].split("], ")[-1] for one in vk.made] == [WORDS]


def test_the_page_of_the_message_says_where_to_turn_and_lets_disagree(who) -> None:
    sent = send("Почему не прибавили пенсию?", answer_by="page")
    aside(who, sent.case_id)
    assert tell_waiting(timezone.now()) == 1
    page = Client().get(f"/c/{sent.token}/").content.decode()
    assert WORDS in page
    assert "это решает другое ведомство" in page
    assert "Куда обратиться" in page
    assert "Исправлено, спасибо" not in page, "nothing was mended here"
    assert "Не согласны?" in page


@pytest.mark.parametrize(("outcome", "reason"), [("spam", "Рассылка"), ("thanks", "Хвалит дворника")])
def test_nobody_is_told_why_theirs_is_spam_or_thanks(who, outcome, reason) -> None:
    sent = send("Спасибо")
    aside(who, sent.case_id, outcome, reason)
    assert tell_waiting(timezone.now()) == 0
    assert reason not in Client().get(f"/c/{sent.token}/").content.decode()


def test_what_may_yet_be_taken_back_was_taken_back_or_opened_again_tells_nobody(who) -> None:
    fresh, taken_back, opened = (send(f"Почему не прибавили пенсию, {n}?") for n in range(3))
    aside(who, fresh.case_id, ago=JUST_NOW)
    aside(who, taken_back.case_id)
    undo(who, taken_back.case_id, now=timezone.now() - EARLIER)
    aside(who, opened.case_id)
    refute(open_link(opened.token), text="Это ваш вопрос", once="b" * 20)
    assert tell_waiting(timezone.now()) == 0
    assert reread(opened.case_id).turn == 2


def test_who_is_answered_in_another_system_is_told_there_by_hand(who) -> None:
    aside(who, mirrored("social"))
    assert tell_waiting(timezone.now()) == 0
