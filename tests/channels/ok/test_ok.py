"""OK: messages to a group by its webhook, comments under its topics by asking; answers back. Sources: `ok_peer`."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.outgoing import send_again
from otklik.channels.kit import secrets
from otklik.channels.kit.delivering import deliver
from otklik.channels.kit.polling import accounts_to_ask, poll
from otklik.channels.models import Account, Cursor, Delivery, Health, OutsideFile, Setup
from otklik.channels.ok import CHANNEL, discussions
from otklik.intake.receiving import take_waiting
from otklik.intake.replaying import replay
from tests.cases.steps import answered, coordinator
from tests.channels.ok import ok_peer as ok
from tests.channels.vk.saying import ACTOR, arrivals, cases, deliveries, messages
from tests.making import place

pytestmark = pytest.mark.django_db
SECRET = "s" * 24
PAYLOADS = Path(__file__).with_name("payloads")


@pytest.fixture
def far(monkeypatch):
    monkeypatch.setattr(discussions, "PAUSE", 0.0)
    with ok.ok_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


def make_account(far: ok.OkPeer, way: str = "callback") -> Account:
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="ok", code="ok-k", name="Группа", territory=place("gorod-kamyshin"))
        setup = Setup(account=made, settings={
            "group_id": ok.GROUP, "way": way, "api": far.url, "address": "https://otklik.example", "staff": "77",
            "app_key": ok.APP_KEY,
        })
        secrets.keep(setup, {"secret": SECRET, "token": ok.TOKEN, "user_token": ok.USER_TOKEN,
                             "app_secret": ok.APP_SECRET})
        setup.save()
    return made


@pytest.fixture
def account(far) -> Account:
    return make_account(far)


@pytest.fixture
def asked(far) -> Account:
    return make_account(far, "poll_discussions")


def event(mid: str = "mid:C1.a", text: str = "Яма на дороге у школы", *, by: str = "11", **more: Any) -> dict[str, Any]:
    return {
        "webhookType": "MESSAGE_CREATED", "sender": {"user_id": f"user:{by}", "name": "Ада Пробная"},
        "recipient": {"chat_id": f"chat:C{by}"}, "message": {"text": text, "seq": 982110, "mid": mid, **more},
        "timestamp": 1764060000000,
    }


def call(body: Any, key: str = SECRET) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(f"/hooks/ok/ok-k/?key={key}", raw, content_type="application/json")


def says(far: ok.OkPeer, topic: str, ident: str, text: str, *, by: str = "11", ago: int = 0, **more: Any) -> None:
    at = int((time.time() - ago) * 1000)
    far.topics[topic] = at
    far.comments.setdefault(topic, []).append(
        {"id": ident, "text": text, "author_id": by, "author_name": "Ада Пробная", "date_ms": at, **more}
    )


def look(account: Account) -> int:
    with acting(ACTOR), widened():
        for row in Cursor.objects.filter(account=account):
            row.value = {**row.value, "looked": 0}
            row.save()
        Health.objects.filter(account=account).update(rests_until=None)
    new = poll(account.pk)
    take_waiting(account.pk)
    return new


def again(account: Account) -> None:
    with acting(ACTOR), widened():
        Health.objects.filter(account=account).update(rests_until=None)
        Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
    deliver(account.pk)


def test_a_message_becomes_one_case_however_often_it_is_sent(account):
    assert [call(event()).status_code for _time in range(3)] == [200] * 3
    take_waiting(account.pk)
    (case,) = cases()
    assert (case.text, case.answer_by, case.resident.name) == ("Яма на дороге у школы", "channel", "Ада Пробная")
    assert messages(case)[0].external_id == "mid:C1.a"


def test_a_forged_call_keeps_nothing(account):
    assert [call(event(), key).status_code for key in ("", "x", SECRET + "x")] == [403] * 3
    assert call(b"{").status_code == 403
    with acting(ACTOR), widened():
        secrets.keep(account.setup, {"secret": "short"})
        account.setup.save()
    assert call(event(), "short").status_code == 403
    assert not arrivals()


def test_what_is_no_message_is_kept_and_seen(account):
    call({**event("mid:C1.b"), "webhookType": "CHAT_SYSTEM"})
    call({**event("mid:C1.c"), "webhookType": "HOLOGRAM"})
    call({"sender": {}, "recipient": {}, "message": {"mid": "mid:C1.d"}})
    call({"whatever": 1})
    take_waiting(account.pk)
    assert [row.state for row in arrivals()] == ["ignored", "ignored", "quarantined", "quarantined"]
    assert not cases()


def test_attachments_are_fetched_or_told(account):
    call(event(text="", attachments=[
        {"type": "IMAGE", "payload": {"url": "https://i.example/1.jpg"}},
        {"type": "SHARE", "payload": {"url": "https://example.org/"}}, {"type": "VIDEO"}, None,
    ]))
    take_waiting(account.pk)
    assert cases()[0].text.splitlines() == ["Ссылка: https://example.org/", "Вложение: video"]
    with acting(ACTOR, read_only=True):
        assert OutsideFile.objects.get().url == "https://i.example/1.jpg"


def test_an_answer_goes_into_the_conversation_once(account, far):
    call(event())
    take_waiting(account.pk)
    answered(coordinator(), cases()[0].pk, timezone.now(), text="Засыпали.")
    deliver(account.pk)
    deliver(account.pk)
    assert far.made == [
        ("me/messages/chat:C11", {"recipient": {"chat_id": "chat:C11"}, "message": {"text": "Засыпали."}})
    ]
    assert (deliveries()[0].state, deliveries()[0].receipt) == ("done", "mid:C1.1")


@pytest.mark.parametrize(("fault", "state", "says_"), [
    (ok.refuses(102), "failed", "Ключ доступа"), (ok.refuses(50), "failed", "права"),
    (ok.refuses(7777), "failed", "7777"), (ok.refuses(2), "waiting", "подождать"),
    (ok.refuses(8), "waiting", "подождать"), (ok.refuses(11), "waiting", "код 11"),
    (ok.answers(502), "unknown", ""), (ok.cut_after, "unknown", "не ответил"), (ok.refuses(1), "unknown", "Сбой"),
])
def test_each_failure_stops_waits_or_asks_a_person(account, far, fault, state, says_):
    call(event())
    take_waiting(account.pk)
    answered(coordinator(), cases()[0].pk, timezone.now(), text="Засыпали.")
    far.next_faults.append(fault)
    deliver(account.pk)
    (row,) = deliveries()
    assert row.state == state
    assert says_ in row.failure
    if state == "unknown":  # OK cannot tell repeats: nothing is sent again before somebody has looked
        again(account)
        assert len([one for one in far.calls if "/messages" in one[0]]) == 1
        send_again(coordinator(), row.target["case"], row.pk)
    again(account)
    assert deliveries()[0].state == ("failed" if state == "failed" else "done")


def test_who_has_not_allowed_messages_is_told_of(account, far):
    far.blocked.add("chat:C11")
    call(event())
    take_waiting(account.pk)
    answered(coordinator(), cases()[0].pk, timezone.now(), text="Засыпали.")
    deliver(account.pk)
    assert (deliveries()[0].state, "не разрешал" in deliveries()[0].failure) == ("failed", True)


def test_a_dropped_subscription_is_made_again(account, far):
    assert account.pk in accounts_to_ask(timezone.now())
    poll(account.pk)
    assert far.subscriptions == [f"https://otklik.example/hooks/ok/ok-k/?key={SECRET}"]
    poll(account.pk)
    assert len(far.subscriptions) == 1
    assert account.pk not in accounts_to_ask(timezone.now())
    far.subscriptions.clear()
    assert account.pk in accounts_to_ask(timezone.now() + timedelta(hours=1))
    poll(account.pk)
    assert len(far.subscriptions) == 1


def test_a_check_names_the_group_and_what_is_wrong(account, far):
    from otklik.channels.kit.calling import Caller
    from otklik.channels.kit.polling import ports_of

    with Caller(ports=ports_of(account)) as caller, acting(ACTOR, read_only=True):
        assert CHANNEL.check(account, caller).words == "Группа «Пробный город» подключена."
        far.next_faults.append(ok.refuses(102))
        assert "Ключ доступа" in CHANNEL.check(account, caller).words


def test_comments_under_topics_come_once_and_are_answered_there(asked, far):
    far.topics["9"] = int(time.time() * 1000) - 5000
    says(far, "9", "1", "Давно", ago=3600)
    assert look(asked) == 0
    says(far, "9", "2", "Не вывозят мусор у дома 5")
    says(far, "9", "3", "Присоединяюсь, у дома 7 тоже", by="12", reply_to_comment_id="2")
    assert look(asked) == 2
    assert look(asked) == 0
    assert [case.text for case in cases()] == ["Не вывозят мусор у дома 5", "Присоединяюсь, у дома 7 тоже"]
    answered(coordinator(), cases()[0].pk, timezone.now(), text="Вывезли.")
    deliver(asked.pk)
    ((method, given),) = far.made
    assert method == "discussions.addDiscussionComment"
    assert (given["entityId"], given["entityType"], given["comment"]) == ("9", "GROUP_TOPIC", "Вывезли.")
    assert (given["reply_to_comment_id"], given["as_admin"]) == ("2", "true")
    says(far, "9", "c1", "Вывезли.", by=ok.GROUP, reply_to_comment_id="2")
    look(asked)
    assert len(messages(cases()[0])) == 2  # our own echo is known


def test_a_colleague_who_answers_there_by_hand_stops_the_clock(asked, far):
    far.topics["9"] = 1
    look(asked)
    says(far, "9", "2", "Не вывозят мусор у дома 5")
    look(asked)
    says(far, "9", "4", "Вывезем завтра", by="77", reply_to_comment_id="2")
    look(asked)
    assert cases()[0].state == "answered"
    assert messages(cases()[0])[-1].outside


def test_a_wrong_signature_or_token_is_shown(asked, far):
    with acting(ACTOR), widened():
        secrets.keep(asked.setup, {"app_secret": "another"})
        asked.setup.save()
    assert poll(asked.pk) == 0
    with acting(ACTOR, read_only=True):
        assert "Ключ доступа" in Health.objects.get(account=asked).failure


def test_recorded_events_are_taken_again_once(account):
    fates = [item.fate for item in replay(account, PAYLOADS)]
    assert fates == ["case", "existing", "followup", "case", "quarantined", "quarantined"]
    assert [item.fate for item in replay(account, PAYLOADS)] == ["existing"] * 6
