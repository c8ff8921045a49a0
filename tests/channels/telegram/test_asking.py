"""Polling, the webhook, files: nothing lost, nothing twice, the token nowhere, and nobody is ever written to.

https://core.telegram.org/bots/api (#getupdates, #setwebhook, #getfile), read 2026-11-25. 41-ФЗ of 01.04.2025: since
01.06.2025 state bodies may not write to people through foreign messengers.
"""

import inspect
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.models import Answer
from otklik.answers.publishing import published_by_hand
from otklik.channels.kit import secrets
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.connecting import send_to_self
from otklik.channels.kit.delivering import deliver
from otklik.channels.kit.outgoing import Permanent
from otklik.channels.kit.polling import accounts_to_ask, poll, ports_of
from otklik.channels.models import Account, Attachment, Cursor, Delivery, Health, Message
from otklik.channels.telegram import CHANNEL, api
from otklik.failures import Refused
from otklik.intake.enclosing import fetch
from otklik.intake.receiving import take_waiting
from tests.cases.steps import answered, approved, coordinator
from tests.channels.telegram import peer as tg
from tests.channels.telegram.saying import (
    ACTOR,
    SECRET,
    arrivals,
    cases,
    deliveries,
    files,
    happens,
    make_account,
    message,
    update,
)
from tests.making import make_staff

pytestmark = pytest.mark.django_db
ASKING = {"getMe", "getUpdates", "getFile", "getWebhookInfo", "setWebhook"}


@pytest.fixture
def far(monkeypatch):
    with tg.telegram_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer
        assert set(peer.methods) <= ASKING  # whatever a test did, nobody was written to


def wrote(far: tg.Peer, numbers: range) -> None:
    for number in numbers:
        far.updates.append(update(message(number + 1, f"Яма № {number} на Мира", by=100 + number)))


def checked(account: Account) -> tuple[bool, str]:
    with Caller(ports=ports_of(account)) as caller:
        found = CHANNEL.check(account, caller)
    return found.fine, found.words


def failure() -> str:
    with acting(ACTOR, read_only=True):
        return Health.objects.get().failure


def test_all_that_waits_comes_in_order_and_once_and_the_offset_is_forgotten(far):
    account = make_account(far.url, way="poll")
    wrote(far, range(250))
    assert poll(account.pk) == 250
    assert far.updates == []
    assert poll(account.pk) == 0
    assert "offset" not in far.asked[-1]
    with acting(ACTOR, read_only=True):
        assert Cursor.objects.get().value == {}
    texts = [f"u042f\\u043c\\u0430 \\u2116 {number} ".encode() in bytes(row.body) for number, row in
             enumerate(arrivals())]
    assert len(texts) == 250
    assert all(texts)


def test_a_reader_that_died_before_it_kept_anything_loses_nothing(far):
    account = make_account(far.url, way="poll")
    wrote(far, range(5))
    far.answer("getUpdates", {"limit": 100})  # read by somebody who never came back
    assert poll(account.pk) == 5
    take_waiting(account.pk)
    assert len(cases()) == 5


def test_numbers_that_begin_anew_are_heard(far):
    account = make_account(far.url, way="poll")
    wrote(far, range(2))
    poll(account.pk)
    anew = update(message(90, "Не горит фонарь на Ленина", by=55))
    far.updates.append({**anew, "update_id": 17})  # smaller than all before
    assert poll(account.pk) == 1


@pytest.mark.parametrize(("fault", "says"), [
    (tg.refuses(429, "Too Many Requests: retry after 700", retry_after=700), "подождать"),
    (tg.refuses(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
                     "running"), "ещё одна программа"),
    (tg.refuses(401, "Unauthorized"), "Токен бота не принят"), (tg.refuses(404, "Not Found"), "Токен бота не принят"),
    (tg.refuses(500, "Internal Server Error"), "Сбой"), (tg.refuses(400, "Bad Request: odd"), "Bad Request: odd"),
    (tg.status(502), "502"), (tg.status(200, b'{"ok": true, "resu'), "не понять"),
    (tg.status(200, b'{"ok": true, "result": {}}'), "не понять"), (tg.cut, "не ответил"),
])
def test_a_look_that_fails_is_told_in_words_and_loses_nothing(far, fault, says):
    account = make_account(far.url, way="poll")
    wrote(far, range(3))
    far.next_faults.append(fault)
    assert poll(account.pk) == 0
    assert says in failure()
    assert poll(account.pk) == 3


def test_telegram_asks_to_wait_and_is_left_alone_for_as_long(far):
    account = make_account(far.url, way="poll")
    far.next_faults.append(tg.refuses(429, "Too Many Requests: retry after 700", retry_after=700))
    poll(account.pk)
    assert accounts_to_ask(timezone.now() + timedelta(seconds=600)) == []
    assert accounts_to_ask(timezone.now() + timedelta(seconds=701)) == [account.pk]


def test_a_webhook_beside_it_is_told_in_words(far):
    account = make_account(far.url, way="poll")
    far.webhook = {"url": "https://other.example/hook"}
    assert poll(account.pk) == 0
    assert "webhook" in failure()
    assert "https://other.example/hook" in checked(account)[1]


def test_until_the_decision_is_written_down_nobody_asks(far):
    account = make_account(far.url, way="poll", agreed=False)
    wrote(far, range(1))
    assert poll(account.pk) == 0
    assert "Отметьте решение" in failure()
    assert checked(account) == (False, failure())
    assert not far.methods


def test_a_check_makes_the_webhook_and_a_look_makes_it_again(far):
    account = make_account(far.url)
    assert checked(account) == (True, "Бот @probny_bot подключён.")
    assert far.webhook["url"] == "https://otklik.example/hooks/telegram/telegram-k/"
    assert (far.webhook["secret_token"], far.webhook["max_connections"]) == (SECRET, 1)
    far.webhook = {}
    assert accounts_to_ask(timezone.now()) == [account.pk]
    poll(account.pk)
    assert far.webhook["url"]
    assert accounts_to_ask(timezone.now()) == []
    far.webhook |= {"last_error_date": int(timezone.now().timestamp()), "last_error_message": "Connection refused"}
    with acting(ACTOR), widened():
        Cursor.objects.update(value={})
    poll(account.pk)
    assert "Connection refused" in failure()


@pytest.mark.parametrize(("name", "value"), [
    ("address", ""), ("address", "http://otklik.example"), ("address", "https://otklik.example:5000"),
    ("address", "https://[bad"),
])
def test_an_address_that_telegram_would_not_call_is_told_before(far, name, value):
    account = make_account(far.url, **{name: value})
    assert "Впишите наш адрес" in checked(account)[1]
    assert not far.webhook


@pytest.mark.parametrize("token", ["", "abc", "123456:../../x/getMe?aaaaaaaaaaaaaaaaa", "1:a b"])
def test_a_token_that_is_none_is_never_put_into_an_address(far, token):
    account = make_account(far.url)
    with acting(ACTOR), widened():
        account.setup.secrets = b""
        secrets.keep(account.setup, {"token": token})
        account.setup.save()
    assert "не похож на токен" in checked(account)[1]
    assert not far.methods


def test_a_photo_is_fetched_by_its_id_and_the_token_stands_nowhere(far, caplog):
    account = make_account(far.url, way="poll")
    far.files["p-x"] = ("photos/file 1.jpg", b"plain bytes that are no picture")
    photo = [{"file_id": "p-x", "width": 9, "height": 9}, {"file_id": "p-s", "width": 2, "height": 2}]
    far.updates.append(update(message(7, "Смотрите", photo=photo)))
    with caplog.at_level(logging.DEBUG):
        poll(account.pk)
        take_waiting(account.pk)
        (row,) = files()
        assert row.url == "telegram:p-x"
        assert fetch(row.pk)
        far.files.clear()
        with acting(ACTOR), widened():
            type(row).objects.update(state="waiting", next_at=timezone.now())
        assert not fetch(row.pk)
        far.next_faults.append(tg.refuses(401, "Unauthorized"))
        poll(account.pk)
    with acting(ACTOR, read_only=True):
        assert Attachment.objects.get().file.original_name == "photo.jpg"
    assert tg.TOKEN not in caplog.text
    assert _tables_with(tg.TOKEN) == []


def _tables_with(words: str) -> list[str]:
    found = []
    with acting(ACTOR), widened(), connection.cursor() as cursor:
        for table in ("channels_outsidefile", "channels_arrival", "channels_message", "channels_health",
                      "channels_cursor", "channels_setup", "channels_account"):
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", [f"%{words}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(table)
    return found


@pytest.mark.parametrize(("path", "says"), [
    ("/etc/passwd", "Файла там больше нет"), ("../../bot1:x/getMe", "Файла там больше нет"),
    ("", "Файла там больше нет"),
])
def test_a_path_that_leads_elsewhere_is_not_followed(far, path, says):
    account = make_account(far.url)
    far.files["p-x"] = (path, b"x")
    happens(account, message(7, "Смотрите", photo=[{"file_id": "p-x", "width": 9, "height": 9}]))
    assert not fetch(files()[0].pk)
    assert files()[0].state == "failed"
    assert says in files()[0].failure


def test_a_file_too_big_and_one_that_is_gone_are_told(far):
    account = make_account(far.url)
    far.files["big"] = ("x.bin", b"0" * (20 * 1024 * 1024 + 1))
    for number, ident in enumerate(("big", "gone")):
        happens(account, message(number + 1, "Смотрите", by=20 + number, document={"file_id": ident}))
    assert [fetch(row.pk) for row in files()] == [False, False]
    assert ["20 МБ" in row.failure for row in files()] == [True, False]
    assert {row.state for row in files()} == {"failed"}


# Nobody is ever written to


def test_nothing_of_the_channel_can_write_to_anybody(far):
    account = make_account(far.url)
    assert not CHANNEL.can.sends
    assert not hasattr(CHANNEL, "send")
    assert not hasattr(CHANNEL, "own_target")
    assert api.ASKING == ASKING
    with Caller(ports=ports_of(account)) as caller:
        for method in ("sendMessage", "copyMessage", "editMessageText", "sendPhoto", "answerCallbackQuery",
                       "setMessageReaction", "sendChatAction", "forwardMessage", "../sendMessage"):
            with pytest.raises(Permanent, match="41-ФЗ"):
                api.call(account, caller, method, {"chat_id": 1, "text": "Здравствуйте"})
    folder = Path(inspect.getfile(CHANNEL.__class__)).parent
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.py")))
    assert source.count("caller.call(") == 1  # the one place, and it knows the five methods
    assert "sendMessage" not in source
    assert not far.methods


def test_an_answer_to_who_wrote_there_is_published_by_hand_elsewhere(far):
    account = make_account(far.url)
    happens(account, message())
    (case,) = cases()
    now = timezone.now()
    with pytest.raises(Refused, match="41-ФЗ"):
        answered(coordinator(), case.pk, now)
    with acting(ACTOR, read_only=True):
        answer = Answer.objects.get(case=case)
    published_by_hand(coordinator(), answer.pk, at=now, now=now)
    deliver(account.pk)
    assert [(row.state, row.target) for row in deliveries()] == [("done", {})]
    assert cases()[0].state == "answered"
    assert not far.methods


def test_even_a_sending_that_somebody_put_into_the_ledger_goes_nowhere(far):
    account = make_account(far.url)
    happens(account, message())
    approved(coordinator(), cases()[0].pk, timezone.now())
    with acting(ACTOR), widened():
        first = Message.objects.get(account=account, direction="in")
        row = Delivery.objects.create(
            message=first, scope_id=first.scope_id, state="waiting", next_at=timezone.now(),
            target={"kind": "user", "user": 11, "chat_id": 11},
        )
    assert deliver(account.pk) == 0
    with acting(ACTOR, read_only=True):
        row.refresh_from_db()
    assert (row.state, row.attempts) == ("by_hand", 0)
    assert not far.methods


def test_send_to_self_is_refused(far):
    account = make_account(far.url)
    administrator = make_staff(("administrator", "gorod-kamyshin"), name="Админ Ия Львовна")
    with pytest.raises(Refused):
        send_to_self(administrator, account.pk, "11")
    assert not far.methods
