"""Answers through VK, against a peer that is as strict as the vendor (see `peer.py`): sent once, or shown why not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.drafting import save_draft
from otklik.answers.outgoing import send_again
from otklik.cases.models import Case
from otklik.channels.kit import secrets
from otklik.channels.kit.delivering import deliver
from otklik.channels.models import Account, Attempt, Delivery, Health
from otklik.channels.vk.sending import random_id
from tests.cases.steps import answered, coordinator
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import (
    ACTOR,
    ADA,
    DATE,
    GROUP,
    IVAN,
    cases,
    comment,
    deliveries,
    happens,
    make_account,
    message,
    messages,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(monkeypatch):
    with vk.vk_on_loopback() as peer:
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


def told(far: vk.Peer) -> list[tuple[str, dict[str, str]]]:
    return [(one.method, {name: value for name, value in one.given.items() if name != "v"}) for one in far.made]


def test_a_comment_is_answered_under_it_by_the_community(account, far):
    happens(account, "wall_reply_new", comment())
    answer(cases()[0])
    deliver(account.pk)
    deliver(account.pk)
    ((method, given),) = told(far)
    assert method == "wall.createComment"
    assert given == {"owner_id": f"-{GROUP}", "post_id": "5", "reply_to_comment": "7", "from_group": str(GROUP),
                     "message": "Здравствуйте! Яму засыпали.", "guid": given["guid"]}
    (row,) = deliveries()
    assert (row.state, row.receipt, row.link) == (
        "done", f"wall-{GROUP}_5_r5001", f"https://vk.com/wall-{GROUP}_5?reply=5001"
    )


def test_a_private_message_goes_back_to_its_conversation(account, far):
    happens(account, "message_new", message())
    answer(cases()[0])
    deliver(account.pk)
    ((method, given),) = told(far)
    assert (method, given["peer_id"]) == ("messages.send", str(ADA))
    assert 0 < int(given["random_id"]) < 2**31
    assert deliveries()[0].receipt == f"im{ADA}_5001"


def test_the_mark_of_a_sending_is_a_number_of_31_bits_and_never_none():
    marks = {random_id(f"otklik-{number}") for number in range(5000)}
    assert len(marks) > 4990
    assert min(marks) > 0
    assert max(marks) < 2**31


def test_places_that_need_a_persons_key_say_so_and_go_out_with_one(account, far):
    where = {
        "board_post_new": {"topic_id": 3, "topic_owner_id": -GROUP},
        "photo_comment_new": {"photo_id": 4, "photo_owner_id": -GROUP},
        "video_comment_new": {"video_id": 6, "video_owner_id": -GROUP},
    }
    for number, (kind, more) in enumerate(where.items()):
        happens(account, kind, {"id": 9, "from_id": ADA + number, "date": DATE, "text": f"Фонарь {number}", **more})
    for case in cases():
        answer(case)
    deliver(account.pk)
    assert {(row.state, row.failure) for row in deliveries()} == {("failed", "Не вписан ключ доступа.")}
    with acting(ACTOR), widened():
        account.setup.refresh_from_db()
        secrets.keep(account.setup, {"user_token": vk.USER_TOKEN})
        account.setup.save()
    for row in deliveries():
        send_again(coordinator(), row.target["case"], row.pk)
    again(account)
    assert [method for method, _given in told(far)] == [
        "board.createComment", "photos.createComment", "video.createComment"
    ]
    assert [row.receipt for row in deliveries()] == [
        f"topic-{GROUP}_3_5001", f"photo-{GROUP}_4_5002", f"video-{GROUP}_6_5003"
    ]


@pytest.mark.parametrize(
    ("code", "state", "says"),
    [
        (5, "failed", "Ключ доступа"), (27, "failed", "Ключ доступа"), (28, "failed", "Ключ доступа"),
        (7, "failed", "права"), (15, "failed", "права"), (203, "failed", "права"), (213, "failed", "закрыты"),
        (14, "failed", "код с картинки"), (901, "failed", "не разрешал"), (902, "failed", "Настройки"),
        (914, "failed", "длинный"), (100, "failed", "удалены"), (77777, "failed", "77777"),
        (6, "waiting", "подождать"), (9, "waiting", "подождать"), (29, "waiting", "подождать"),
        (10, "waiting", "Сбой"), (1, "waiting", "Сбой"),
    ],
)
def test_each_refusal_stops_or_waits_as_it_should_and_says_why(account, far, code, state, says):
    happens(account, "wall_reply_new", comment())
    answer(cases()[0])
    far.next_faults.append(vk.error(code, "as VK words it"))
    deliver(account.pk)
    (row,) = deliveries()
    assert row.state == state
    assert says in row.failure
    if state == "waiting":
        again(account)
        assert deliveries()[0].state == "done"
        assert len(far.made) == 1


BROKEN = [vk.status(502), vk.status(200), vk.cut_before, vk.cut_after, vk.status(429, Retry_After="7")]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_cut_or_broken_answer_is_sent_again_and_posted_once(account, far, fault):
    happens(account, "message_new", message())
    answer(cases()[0])
    far.next_faults.append(fault)
    deliver(account.pk)
    assert deliveries()[0].state == "waiting"
    again(account)
    assert deliveries()[0].state == "done"
    assert len(far.made) == 1


def test_vk_asks_to_wait_and_is_left_alone_for_as_long(account, far):
    happens(account, "message_new", message())
    answer(cases()[0])
    far.next_faults.append(vk.status(429, Retry_After="700"))
    deliver(account.pk)
    deliver(account.pk)
    assert len(far.calls) == 1
    assert deliveries()[0].next_at > timezone.now() + timedelta(seconds=600)


def test_after_an_hour_a_cut_off_sending_is_a_persons_question(account, far):
    happens(account, "message_new", message())
    answer(cases()[0])
    far.next_faults.append(vk.cut_after)
    deliver(account.pk)
    with acting(ACTOR), widened():
        Attempt.objects.update(began_at=timezone.now() - timedelta(hours=1, seconds=1))
    again(account)
    (row,) = deliveries()
    assert (row.state, len(far.calls)) == ("unknown", 1)
    send_again(coordinator(), row.target["case"], row.pk)  # somebody looked: it is not there
    again(account)
    assert deliveries()[0].state == "done"


def test_a_refusal_after_a_cut_off_sending_is_no_proof_that_nothing_came(account, far):
    happens(account, "message_new", message())
    answer(cases()[0])
    far.next_faults.extend([vk.cut_after, vk.error(901)])
    deliver(account.pk)
    again(account)
    assert deliveries()[0].state == "unknown"


def test_our_own_echo_is_known_and_closes_a_sending_that_was_cut_off(account, far):
    happens(account, "wall_reply_new", comment())
    answer(cases()[0])
    deliver(account.pk)
    echo = comment(5001, "Здравствуйте! Яму засыпали.", by=-GROUP, reply_to_comment=7, parents_stack=[7])
    happens(account, "wall_reply_new", echo)
    assert len(messages(cases()[0])) == 2
    happens(account, "message_new", message(by=IVAN))
    answer(cases()[1], "Здравствуйте! Засыпали.")
    far.next_faults.append(vk.cut_after)
    deliver(account.pk)
    happens(account, "message_reply", message(5002, "Здравствуйте! Засыпали.", by=-GROUP, peer=IVAN))
    row = deliveries()[1]
    assert (row.state, row.receipt) == ("done", f"im{IVAN}_5002")
    again(account)
    assert len(far.made) == 2
    assert len(messages(cases()[1])) == 2


def test_an_answer_by_hand_from_our_page_joins_its_case_and_stops_the_clock(account, far):
    happens(account, "wall_reply_new", comment())
    save_draft(coordinator(), cases()[0].pk, text="Черновик", now=timezone.now())
    by_hand = comment(8, "Здравствуйте, Ада! Засыпали.", by=-GROUP, reply_to_comment=7, parents_stack=[7])
    happens(account, "wall_reply_new", by_hand)
    (case,) = cases()
    assert case.state == "answered"
    assert messages(case)[-1].outside
    assert not deliveries()


def test_a_colleagues_own_page_answers_too_when_it_is_named(far):
    account = make_account(far.url, staff=["id55"])
    happens(account, "wall_reply_new", comment())
    happens(account, "wall_reply_new", comment(8, "Засыпали", by=55, reply_to_comment=7, parents_stack=[7]))
    assert [case.state for case in cases()] == ["answered"]


def test_an_answer_too_long_for_vk_is_told_before_it_is_published(account):
    from otklik.failures import BadInput

    happens(account, "message_new", message())
    with pytest.raises(BadInput, match="4096"):
        answer(cases()[0], "а" * 4097)


def test_a_check_says_in_words_what_is_wrong(account, far):
    from otklik.channels.kit.calling import Caller
    from otklik.channels.kit.polling import ports_of
    from otklik.channels.vk import CHANNEL

    def checked() -> tuple[bool, str]:
        with Caller(ports=ports_of(account)) as caller, acting(ACTOR, read_only=True):
            found = CHANNEL.check(account, caller)
        return found.fine, found.words

    assert "Добавьте сервер" in checked()[1]
    far.server = {"id": 1, "url": "https://otklik.example/hooks/vk/vk-k/", "status": "failed"}
    assert "failed" in checked()[1]
    far.server["status"] = "ok"
    assert checked() == (True, "Сообщество «Пробный город» подключено.")
    far.events["wall_reply_delete"] = 0
    assert "wall_reply_delete" in checked()[1]
    far.permissions = ["messages"]
    assert "стена" in checked()[1]
    far.next_faults.append(vk.error(5))
    assert "Ключ доступа" in checked()[1]
    assert not far.made
