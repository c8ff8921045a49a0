"""Answers through MAX, against a peer that is as strict as its pages (see `peer.py`): sent once, or shown why not."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.outgoing import came_after_all, send_again
from otklik.cases.models import Case
from otklik.channels.kit import calling, delivering
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.delivering import deliver
from otklik.channels.kit.polling import ports_of
from otklik.channels.max import CHANNEL as CHANNEL_MAX
from otklik.channels.models import Account, Delivery, Health
from otklik.failures import BadInput
from tests.cases.steps import answered, coordinator
from tests.channels.max import peer as max_
from tests.channels.max.saying import (
    ACTOR,
    ADA,
    GROUP,
    IN_GROUP,
    IVAN,
    SECRET,
    UNDER_POST,
    cases,
    deliveries,
    happens,
    make_account,
    message,
    messages,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(monkeypatch):
    with max_.max_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


@pytest.fixture
def account(far) -> Account:
    return make_account(far.url)


def answer(case: Case, text: str = "Здравствуйте! Яму засыпали.") -> None:
    answered(coordinator(), case.pk, timezone.now(), text=text)


def again(account: Account) -> None:
    """The rest is over, and the account sends."""
    with acting(ACTOR), widened():
        Health.objects.filter(account=account).update(rests_until=None)
        Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
        Delivery.objects.filter(state="sending").update(held_until=timezone.now() - timedelta(seconds=1))
    deliver(account.pk)


def checked(account: Account) -> tuple[bool, str]:
    with Caller(ports=ports_of(account)) as caller:
        found = CHANNEL_MAX.check(account, caller)
    return found.fine, found.words


@pytest.mark.parametrize(("kind", "to", "path", "query"), [
    ("message_created", None, "/messages", {"user_id": str(ADA)}),
    ("message_created", IN_GROUP, "/messages", {"chat_id": str(GROUP)}),
    ("comment_created", UNDER_POST, f"/messages/{max_.POST_ID}/comments", {}),
])
def test_an_answer_goes_to_where_the_person_wrote_as_a_reply(account, far, kind, to, path, query):
    happens(account, kind, message(to=to))
    answer(cases()[0])
    deliver(account.pk)
    deliver(account.pk)
    (made,) = far.made
    assert (made.path, made.query) == (path, query)
    assert made.body == {"text": "Здравствуйте! Яму засыпали.", "link": {"type": "reply", "mid": "mid.a1"}}
    (row,) = deliveries()
    assert (row.state, row.receipt) == ("done", "mid.own1")


def test_a_reply_to_our_answer_goes_on_with_its_case(account, far):
    happens(account, "comment_created", message("mid.c1", to=UNDER_POST))
    answer(cases()[0])
    deliver(account.pk)
    link = {"type": "reply", "message": {"mid": "mid.own1"}}
    happens(account, "comment_created", message("mid.c2", "Спасибо, засыпали!", to=UNDER_POST, link=link))
    (case,) = cases()
    assert [one.external_id for one in messages(case)][-1] == "mid.c2"


REFUSED = [
    ((401, {"code": "verify.token", "message": "Invalid access_token"}), "failed", "Токен бота"),
    ((403, {"code": "chat.denied", "message": "Key: error.dialog.suspended"}), "failed", "остановил бота"),
    ((403, {"code": "access.denied", "message": "no"}), "failed", "администратором"),
    ((404, {"code": "chat.not.found", "message": "dialog.not.found"}), "failed", "не начинал диалог"),
    ((404, {"code": "chat.not.found", "message": "x"}), "failed", "Этого чата больше нет"),
    ((404, b"<html>"), "failed", "не найдены"),
    ((400, {"code": "proto.payload", "message": "text"}), "failed", "proto.payload"),
    ((422, {"code": "comments.disabled", "message": "x"}), "failed", "Комментарии там закрыты"),
    ((405, {"code": "method.not.allowed", "message": "x"}), "failed", "метода"),
    ((200, {"success": False, "message": "as MAX words it"}), "failed", "as MAX words it"),
    ((302, b""), "failed", "302"),
    ((429, {"code": "too.many.requests", "message": "x"}), "waiting", "подождать"),
    ((400, {"code": "attachment.not.ready", "message": "x"}), "waiting", "подождать"),
    ((503, b"<html>"), "waiting", "503"),
    ((500, b"<html>"), "unknown", "500"),
    ((502, b"<html>"), "unknown", "502"),
    ((200, b'{"message": {"body"'), "unknown", "не понять"),
    ((200, b"[]"), "unknown", "не понять"),
]


@pytest.mark.parametrize(("said", "state", "says"), REFUSED)
def test_each_refusal_stops_waits_or_asks_a_person_and_says_why(account, far, said, state, says):
    happens(account, "message_created", message())
    answer(cases()[0])
    far.next_faults.append(max_.status(*said))
    deliver(account.pk)
    (row,) = deliveries()
    assert row.state == state
    assert says in row.failure
    again(account)
    assert len(far.made) == (1 if state == "waiting" else 0)
    assert deliveries()[0].state == ("done" if state == "waiting" else state)


@pytest.mark.parametrize(("fault", "state"), [(max_.cut_before, "unknown"), (max_.cut_after, "unknown")])
def test_a_cut_answer_is_a_persons_question_and_is_never_sent_again_by_itself(account, far, fault, state):
    happens(account, "message_created", message())
    answer(cases()[0])
    far.next_faults.append(fault)
    deliver(account.pk)
    again(account)
    (row,) = deliveries()
    assert row.state == state
    assert len(far.calls) == 1
    if fault is max_.cut_after:
        came_after_all(coordinator(), row.target["case"], row.pk)
    else:
        send_again(coordinator(), row.target["case"], row.pk)
        again(account)
    assert deliveries()[0].state == "done"
    assert len(far.made) == 1


def test_nobody_listening_is_tried_again_later(account, far, monkeypatch):
    happens(account, "message_created", message())
    answer(cases()[0])
    with acting(ACTOR), widened():
        account.setup.settings["api"] = "http://127.0.0.1:9"
        account.setup.save()
    monkeypatch.setenv("OTKLIK_INNER_HOSTS", "127.0.0.1:9")
    deliver(account.pk)
    (row,) = deliveries()
    assert (row.state, row.failure) == ("waiting", "Нет связи с 127.0.0.1.")


def test_a_slow_answer_is_a_persons_question(account, far, monkeypatch):
    monkeypatch.setattr(delivering, "Caller", lambda ports: calling.Caller(ports=ports, read_seconds=0.2))
    happens(account, "message_created", message())
    answer(cases()[0])
    late = threading.Event()

    def slow(handler: max_.Handler, call: max_.Call) -> bool:
        late.wait(2)
        return False

    far.next_faults.append(slow)
    deliver(account.pk)
    late.set()
    assert deliveries()[0].state == "unknown"


def test_max_asks_to_wait_and_is_left_alone_for_as_long(account, far):
    happens(account, "message_created", message())
    answer(cases()[0])
    far.next_faults.append(max_.status(429, {"code": "too.many.requests"}, Retry_After="700"))
    deliver(account.pk)
    deliver(account.pk)
    assert len(far.calls) == 1
    assert deliveries()[0].next_at > timezone.now() + timedelta(seconds=600)


def test_what_is_answered_was_deleted_there_and_the_answer_comes_without_the_link(account, far):
    happens(account, "message_created", message())
    answer(cases()[0])
    far.gone.add("mid.a1")
    deliver(account.pk)
    (made,) = far.made
    assert "link" not in made.body
    assert deliveries()[0].state == "done"


def test_a_person_who_stopped_the_bot_is_answered_otherwise(account, far):
    happens(account, "message_created", message())
    answer(cases()[0])
    far.suspended.add(ADA)
    deliver(account.pk)
    (row,) = deliveries()
    assert row.state == "failed"
    assert "остановил бота" in row.failure


def test_answers_into_one_chat_keep_its_pace_and_none_is_refused(account, far):
    for number in range(3):
        happens(account, "comment_created" if number == 2 else "message_created",
                message(f"mid.{number}", f"Яма № {number} на Мира", by=21 + number,
                        to=UNDER_POST if number == 2 else IN_GROUP))
    for case in cases():
        answer(case, f"Ответ на {case.number}")
    deliver(account.pk)
    assert {row.state for row in deliveries()} == {"done"}
    assert len(far.calls) == len(far.made) == 3


def test_our_own_echo_is_known_and_closes_a_sending_that_was_cut_off(account, far):
    happens(account, "comment_created", message("mid.c1", to=UNDER_POST))
    answer(cases()[0])
    deliver(account.pk)
    link = {"type": "reply", "message": {"mid": "mid.c1"}}
    own = message("mid.own1", "Здравствуйте! Яму засыпали.", by=max_.BOT, to=UNDER_POST, link=link)
    happens(account, "comment_created", own)
    assert len(messages(cases()[0])) == 2
    happens(account, "comment_created", message("mid.d1", "Не горит фонарь на Ленина", by=IVAN, to=UNDER_POST))
    answer(cases()[1], "Здравствуйте! Горит.")
    far.next_faults.append(max_.cut_after)
    deliver(account.pk)
    assert deliveries()[1].state == "unknown"
    link = {"type": "reply", "message": {"mid": "mid.d1"}}
    own = message("mid.own2", "Здравствуйте! Горит.", by=max_.BOT, to=UNDER_POST, link=link)
    happens(account, "comment_created", own)
    row = deliveries()[1]
    assert (row.state, row.receipt) == ("done", "mid.own2")
    assert len(messages(cases()[1])) == 2


def test_an_answer_too_long_for_max_is_told_before_it_is_published(account):
    happens(account, "message_created", message())
    with pytest.raises(BadInput, match="4000"):
        answer(cases()[0], "а" * 4001)


def test_a_target_from_outside_leads_nowhere_but_to_max(account, far):
    from otklik.channels.kit.outgoing import Outgoing, Permanent

    bad = [{}, {"kind": "comment", "post": "../subscriptions"}, {"kind": "comment", "post": ""}, {"kind": "user"}]
    with Caller(ports=ports_of(account)) as caller:
        for target in bad:
            with pytest.raises(Permanent):
                CHANNEL_MAX.send(account, Outgoing("Ответ", target, "once"), caller)
        CHANNEL_MAX.send(account, Outgoing("Ответ", {"kind": "user", "user": ADA, "mid": "a/../b"}, "once"), caller)
    assert "link" not in far.made[0].body
    assert len(far.calls) == 1


def test_a_check_makes_the_subscription_and_says_in_words_what_is_wrong(account, far):
    assert checked(account) == (True, "Бот «Пробный город» подключён.")
    (made,) = far.subscriptions
    assert made["url"] == "https://otklik.example/hooks/max/max-k/"
    assert {"message_created", "comment_removed"} <= set(made["update_types"])
    assert far.calls[-2].body["secret"] == SECRET
    assert checked(account)[0]
    assert len(far.subscriptions) == 1
    far.takes_subscriptions, far.subscriptions = False, []
    assert "не подтвердил" in checked(account)[1]
    for name, value, says in (
        ("address", "", "Впишите наш адрес"), ("address", "http://otklik.example", "https://"),
        ("address", "https://otklik.example:8443", "443"), ("bot_id", 5, "Впишите номер бота: 900"),
    ):
        kept = account.setup.settings[name]
        account.setup.settings[name] = value
        fine, words = checked(account)
        assert not fine
        assert says in words
        account.setup.settings[name] = kept
    far.next_faults.append(max_.status(401, {"code": "verify.token"}))
    assert "Токен бота" in checked(account)[1]
    assert not far.made


def test_asking_beside_a_subscription_is_told_to_be_impossible(far):
    account = make_account(far.url, way="poll")
    assert checked(account)[0]
    far.subscriptions.append({"url": "https://other.example/hook", "time": 1, "update_types": None})
    assert "https://other.example/hook" in checked(account)[1]


def test_a_trial_message_goes_to_ones_own_number(account):
    assert CHANNEL_MAX.own_target(account, " 11 ") == {"kind": "user", "user": 11}
    for wrong in ("", "я", "https://max.ru/u", "-5", "1" * 20):
        with pytest.raises(BadInput):
            CHANNEL_MAX.own_target(account, wrong)
