"""A colleague answers out of the mailbox itself: seen in the folder of sent letters, which only we can fill."""

import pytest

from otklik.acting import acting
from otklik.channels.kit.polling import poll
from otklik.channels.models import Account, Message
from otklik.intake.asking import answer_key
from otklik.intake.receiving import take_waiting
from tests.cases.steps import running
from tests.channels.email.connecting import ACTOR, arrivals, comes, make_account
from tests.channels.email.imap_peer import Peer, imap_on_loopback
from tests.channels.email.letters import ANNA, BOX, letter
from tests.making import make_staff, reread

pytestmark = pytest.mark.django_db
SENT = b"&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"


@pytest.fixture
def box(monkeypatch):
    with imap_on_loopback(Peer(others={SENT: {1: letter("Старое", ident="<s0@x>", In_Reply_To="<0@x>")}})) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"127.0.0.1:{peer.port}")
        yield peer


@pytest.fixture
def account(box) -> Account:
    return make_account(
        imap_host="127.0.0.1", imap_port=box.port, imap_security="plain", sent_folder="Отправленные"
    )


def ours(text: str, ident: str, **heads: str) -> bytes:
    return letter(text, ident=ident, sender=BOX, To=ANNA, **heads)


def look(account: Account) -> None:
    poll(account.pk)
    take_waiting(account.pk)


def test_an_answer_given_by_hand_joins_its_case_and_stops_the_clock(account, box):
    comes(account, letter())
    case = answer_key(make_staff(("operator", "gorod-kamyshin")), arrivals()[0].pk, "message")
    look(account)
    assert len(arrivals()) == 1  # what was sent before is not looked at
    box.others[SENT] |= {
        2: ours("Здравствуйте! Фонарь починили.\n\n> горит ли?", "<s1@x>", In_Reply_To="<1@example.net>"),
        3: ours("Коллеге о своём", "<s2@x>"), 4: ours("О другом", "<s3@x>", In_Reply_To="<unknown@x>"),
    }
    look(account)
    look(account)
    assert [row.state for row in arrivals()] == ["taken", "taken", "ignored"]
    with acting(ACTOR, read_only=True):
        said = Message.objects.get(direction="out")
    assert (said.text, said.outside) == ("Здравствуйте! Фонарь починили.", True)
    assert reread(case.pk).answered_at is not None
    assert "answer" not in running(case.pk)


def test_a_letter_from_outside_that_calls_itself_ours_is_none(account, box):
    comes(account, letter())
    case = answer_key(make_staff(("operator", "gorod-kamyshin")), arrivals()[0].pk, "message")
    forged = ours("Всё починили", "<f@x>", In_Reply_To="<1@example.net>")
    box.add(forged)
    box.add(b"\0otklik-sent\n" + forged.replace(b"<f@x>", b"<f2@x>"))
    look(account)
    assert [row.state for row in arrivals()[1:]] == ["ignored", "asked"]  # the second: broken headers, from nobody
    assert "answer" in running(case.pk)
