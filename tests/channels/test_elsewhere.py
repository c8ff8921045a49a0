"""A resident goes on in another channel: with a one-time code, and the history stays one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.models import Case, CaseMessage, ContinueCode
from otklik.channels.kit.delivering import deliver
from otklik.channels.models import Account, Delivery, Setup
from otklik.organisations import limits
from tests.cases.steps import answered, coordinator
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import ADA, IVAN, happens, make_account, message
from tests.making import reread, send

pytestmark = pytest.mark.django_db
ACTOR = System("channels")


def code_of(token: str) -> str:
    page = Client().post(f"/c/{token}/elsewhere/").content.decode()
    return re.search(r"\d{3}-\d{3}-\d{3}", page).group()


def thread(case_id: int) -> list[str]:
    with acting(ACTOR, read_only=True):
        rows = CaseMessage.objects.filter(case_id=case_id).select_related("message").order_by("pk")
        return [row.message.text for row in rows]


def cases() -> int:
    with acting(ACTOR, read_only=True):
        return Case.objects.count()


def test_what_they_write_there_goes_on_in_the_same_case_and_the_answer_goes_there(monkeypatch):
    with vk.vk_on_loopback() as far:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", far.url.removeprefix("http://"))
        account = make_account(far.url)
        sent = send()
        assert "Отвечать мне в другом месте" in Client().get(f"/c/{sent.token}/").content.decode()
        happens(account, "message_new", message(1, f"Здравствуйте, мой код {code_of(sent.token)}"))
        assert reread(sent.case_id).answer_by == "channel"
        happens(account, "message_new", message(2, "Фонарь всё ещё не горит, и второй погас"))
        assert cases() == 1
        assert len(thread(sent.case_id)) == 3
        answered(coordinator(), sent.case_id, timezone.now(), text="Фонарь починим завтра")
        deliver(account.pk)
        assert [one.given["message"] for one in far.made] == ["Фонарь починим завтра"]
        assert far.made[0].given["peer_id"] == str(ADA)
    with acting(ACTOR, read_only=True):
        assert Delivery.objects.get().state == "done"


def test_a_code_works_once_and_for_a_day():
    account = make_account()
    sent = send()
    first = code_of(sent.token)
    happens(account, "message_new", message(1, first))
    happens(account, "message_new", message(2, first, by=IVAN))
    assert len(thread(sent.case_id)) == 2  # the second person's is a matter of their own
    second = code_of(sent.token)
    with acting(ACTOR), widened():
        ContinueCode.objects.filter(used_at=None).update(made_at=timezone.now() - timedelta(hours=25))
    happens(account, "message_new", message(3, second, by=IVAN))
    assert len(thread(sent.case_id)) == 2


def test_a_new_code_ends_the_one_before():
    account = make_account()
    sent = send()
    old, _new = code_of(sent.token), code_of(sent.token)
    happens(account, "message_new", message(1, old))
    assert len(thread(sent.case_id)) == 1


def test_guesses_are_counted(monkeypatch):
    account = make_account()
    sent = send()
    right = code_of(sent.token)
    monkeypatch.setitem(limits.SHIPPED, "continue", limits.Limit(3, 60))
    for number in range(3):
        happens(account, "message_new", message(number + 1, f"{number:03}-111-22{number}", by=IVAN))
    happens(account, "message_new", message(9, right, by=IVAN))
    assert len(thread(sent.case_id)) == 1


def test_where_nothing_can_be_sent_nothing_is_offered():
    sent = send()
    assert "Отвечать мне в другом месте" not in Client().get(f"/c/{sent.token}/").content.decode()


def test_the_page_tells_where_to_send_the_code_and_nothing_else_of_the_settings():
    account = make_account()
    mailbox = Account.objects.create(channel="email", code="box", name="Приёмная")
    with acting(ACTOR), widened():
        group = Setup.objects.get(account=account).settings["group_id"]
        Setup.objects.create(account=mailbox, settings={"address": "box@example.org", "imap_host": "imap.example.org"})
    page = Client().post(f"/c/{send().token}/elsewhere/").content.decode()
    assert f'href="https://vk.com/club{group}"' in page and 'href="mailto:box@example.org"' in page
    assert "imap.example.org" not in page
