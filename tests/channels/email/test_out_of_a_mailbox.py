"""Letters are taken out of an IMAP mailbox: once, in order, whatever the server does; the mailbox stays as it is."""

import threading
import time
from datetime import date

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.email import imap, kept, reading
from otklik.channels.kit import secrets
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.polling import accounts_to_ask, poll
from otklik.channels.models import Account, Arrival, Cursor, Health
from otklik.channels.registered import channel
from otklik.intake.receiving import take_waiting
from tests.channels.email.connecting import ACTOR, PASSWORD, arrivals, authority, cases, make_account
from tests.channels.email.imap_peer import Peer, imap_on_loopback
from tests.channels.email.letters import letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(monkeypatch):
    with imap_on_loopback(Peer()) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"127.0.0.1:{peer.port}")
        yield peer


def account_of(peer: Peer, **settings) -> Account:
    return make_account(
        **{"imap_host": "127.0.0.1", "imap_port": peer.port, "imap_security": "plain", **settings}
    )


def numbered(number: int, text: str = "") -> bytes:
    return letter(text or f"Письмо номер {number}", ident=f"<{number}@example.net>")


def health(account: Account) -> Health:
    with acting(ACTOR, read_only=True):
        return Health.objects.get(account=account)


def kept_rows() -> int:
    with acting(ACTOR, read_only=True):
        return Arrival.objects.count()


def test_letters_are_taken_once_in_their_order_and_nothing_in_the_box_changes(box):
    account = account_of(box)
    for number in range(5):
        box.add(numbered(number))
    assert poll(account.pk) == 5
    assert poll(account.pk) == 0
    box.add(numbered(5))
    assert poll(account.pk) == 1
    assert [bytes(row.body) for row in arrivals()] == [box.letters[uid] for uid in sorted(box.letters)]
    assert {one.split()[0] for one in box.commands} <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}


def test_a_box_that_was_made_anew_is_read_again_and_nothing_is_taken_twice(box):
    account = account_of(box)
    for number in range(4):
        box.add(numbered(number))
    poll(account.pk)
    moved = dict(enumerate(reversed(box.letters.values()), start=100))
    box.validity, box.letters = 8, {**moved, 200: numbered(9)}
    assert poll(account.pk) == 1
    assert kept_rows() == 5
    with acting(ACTOR, read_only=True):
        assert Cursor.objects.get(account=account).value["INBOX"] == {"validity": 8, "uid": 200}


def test_a_copy_that_went_another_way_is_the_same_letter(box):
    account = account_of(box)
    box.add(b"Received: from a by b; now\r\n" + numbered(1))
    box.add(b"Return-Path: <x@example.net>\r\nDelivered-To: y@example.org\r\n" + numbered(1) + b"\r\n")
    poll(account.pk)
    assert kept_rows() == 1


def test_another_letter_with_the_same_id_is_another_letter(box):
    account = account_of(box)
    box.add(numbered(1, "Первое"))
    box.add(numbered(1, "Второе, с чужим номером"))
    poll(account.pk)
    assert kept_rows() == 2


def test_a_big_box_comes_in_batches_over_one_connection(box):
    account = account_of(box)
    for number in range(700):
        box.add(numbered(number))
    assert poll(account.pk) == 700
    assert box.log_ins == 1
    assert sum(one.startswith("EXAMINE") for one in box.commands) >= 700 / imap.MOST_A_LOOK


def test_large_letters_end_a_batch_and_too_large_ones_are_seen_with_their_size(box, monkeypatch):
    monkeypatch.setattr(imap, "BYTES_A_LOOK", 3000)
    monkeypatch.setattr(imap, "MOST_BYTES", 5000)
    monkeypatch.setattr(kept, "MOST_BYTES", 5000)
    monkeypatch.setattr(reading, "MOST_BYTES", 5000)
    account = account_of(box)
    box.add(numbered(1, "а" * 1000))
    box.add(numbered(2, "б" * 1000))
    box.add(numbered(3, "в" * 100_000))
    box.add(numbered(4))
    assert poll(account.pk) == 4
    take_waiting(account.pk)
    states = [(row.state, row.reason[:22]) for row in arrivals()]
    assert [state for state, _why in states] == ["asked", "asked", "quarantined", "asked"]
    assert "больше предела" in arrivals()[2].reason
    assert arrivals()[2].told == {"from": "anna@example.net", "subject": "Фонарь"}
    assert all(len(bytes(row.body)) < 10_000 for row in arrivals())


def test_a_letter_the_server_does_not_give_is_seen_and_holds_up_nobody(box):
    account = account_of(box)
    for number in range(3):
        box.add(numbered(number))
    box.never_gives = {2}
    assert poll(account.pk) == 3
    take_waiting(account.pk)
    assert [row.state for row in arrivals()] == ["asked", "quarantined", "asked"]
    assert "не отдал" in arrivals()[1].reason
    assert poll(account.pk) == 0


@pytest.mark.parametrize("more", [0, 1, 700])
def test_a_large_letter_comes_whole_in_pieces(box, monkeypatch, more):
    monkeypatch.setattr(imap, "BYTES_A_LOOK", 3000)
    monkeypatch.setattr(imap, "_PIECE", 1000)
    account = account_of(box)
    short = numbered(1)
    box.add(short + b"x" * (4000 - len(short) + more))
    box.add(numbered(2))
    assert poll(account.pk) == 2
    assert [bytes(row.body) for row in arrivals()] == [box.letters[1], box.letters[2]]


def test_a_letter_too_large_for_a_slow_line_is_seen_with_its_size_and_holds_up_nobody(box, monkeypatch):
    monkeypatch.setattr(imap, "BYTES_A_LOOK", 3000)
    monkeypatch.setattr(imap, "_PIECE", 1000)
    monkeypatch.setattr(imap, "PIECES_WITHIN", 0.5)
    account = account_of(box)
    box.add(numbered(1, "а" * 20_000))
    box.add(numbered(2))
    box.slow = 0.2
    assert poll(account.pk) == 2
    take_waiting(account.pk)
    slow, usual = arrivals()
    assert (slow.state, usual.state) == ("quarantined", "asked")
    assert "линия медленная" in slow.reason
    assert slow.told == {"from": "anna@example.net", "subject": "Фонарь"}


@pytest.mark.parametrize(("command", "bound"), [(b"CAPABILITY", "GREETED"), (b"EXAMINE", "WHOLE"), (b"UID", "WHOLE")])
def test_a_server_that_drips_for_ever_is_left_in_time(box, monkeypatch, command, bound):
    monkeypatch.setattr(imap, bound, 0.5)
    account = account_of(box)
    box.add(numbered(1))
    box.drips = command
    began = time.monotonic()
    assert poll(account.pk) == 0
    assert "прерв" in health(account).failure and time.monotonic() - began < 10
    box.drips = b""
    monkeypatch.setattr(imap, bound, 40.0)
    assert poll(account.pk) == 1


def test_a_cut_line_loses_nothing(box):
    account = account_of(box)
    for number in range(30):
        box.add(numbered(number))
    box.cut_after = 17
    assert poll(account.pk) == 0
    assert "прерв" in health(account).failure
    box.cut_after = None
    assert poll(account.pk) == 30


def test_only_new_letters_are_taken_when_asked_so_also_after_the_box_was_made_anew(box):
    account = account_of(box, only_new=True)
    for number in range(3):
        box.add(numbered(number), date(2020, 1, 1))
    assert poll(account.pk) == 0
    box.add(numbered(3))
    assert poll(account.pk) == 1
    box.validity = 9
    assert poll(account.pk) == 0
    assert kept_rows() == 1


@pytest.mark.parametrize(
    ("said", "password", "words"),
    [
        ("", "wrong", "не принял имя или пароль"), ("[UNAVAILABLE] try again", PASSWORD, "сейчас не впускает"),
        ("[AUTHENTICATIONFAILED] web login required", PASSWORD, "отдельный пароль"),
    ],
)
def test_a_refused_log_in_says_why_and_the_account_rests(box, said, password, words):
    box.said_at_login, box.password = said, password
    account = account_of(box)
    assert poll(account.pk) == 0
    assert words in health(account).failure
    assert account.pk not in accounts_to_ask(timezone.now())


def test_a_password_in_russian_and_a_folder_in_russian_are_said_as_the_protocol_wants(box, monkeypatch):
    box.password, box.folder = "пароль", b"&BB4EMQRABDAESQQ1BD0EOARP- &- VIP"
    account = account_of(box, folder="Обращения & VIP")
    with acting(ACTOR), widened():
        secrets.keep(account.setup, {"password": "пароль"})
        account.setup.save()
    box.add(numbered(1))
    assert poll(account.pk) == 1


def test_a_missing_folder_a_closed_port_and_an_inner_address_are_told_apart(box, monkeypatch):
    for settings, words in (
        ({"folder": "Нет такой"}, "нет папки"), ({"imap_host": "localhost"}, "внутри своей сети"),
        ({"imap_host": "localhost", "imap_security": "tls"}, "во внутреннюю сеть"), ({"imap_host": ""}, "Не вписан"),
    ):
        account = account_of(box, **settings)
        with Caller(ports=[box.port]) as caller:
            checked = channel("email").check(account, caller)
        assert not checked.fine
        assert words in checked.words, settings
        Account.objects.filter(pk=account.pk).update(code=f"old-{account.pk}")


def test_waiting_on_the_line_brings_a_letter_at_once(box):
    account = account_of(box, idle=True)

    def deliver() -> None:
        box.idling.wait(10)
        box.add(numbered(1))

    threading.Thread(target=deliver, daemon=True).start()
    with Caller(ports=[box.port]) as caller:
        first = channel("email").poll(account, {}, caller)
        assert (list(first.came), first.more) == ([], True)
        second = channel("email").poll(account, first.cursor, caller)
    assert [one.body for one in second.came] == [box.letters[1]]


def test_a_certificate_of_nobody_known_is_refused_and_one_of_the_networks_authority_taken(tmp_path, monkeypatch):
    tls, trusted = authority(tmp_path)
    with imap_on_loopback(Peer(), tls) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"localhost:{peer.port}")
        account = account_of(peer, imap_host="localhost", imap_security="tls")
        peer.add(numbered(1))
        assert poll(account.pk) == 0
        assert "Сертификат" in health(account).failure
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert poll(account.pk) == 1


def test_a_certificate_of_another_host_is_refused(tmp_path, monkeypatch):
    tls, trusted = authority(tmp_path, "mail.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with imap_on_loopback(Peer(), tls) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"localhost:{peer.port}")
        account = account_of(peer, imap_host="localhost", imap_security="tls")
        assert poll(account.pk) == 0
        assert "Сертификат" in health(account).failure


def test_mail_waits_for_its_key_and_makes_no_case_by_itself(box):
    account = account_of(box)
    box.add(numbered(1))
    poll(account.pk)
    take_waiting(account.pk)
    assert [row.state for row in arrivals()] == ["asked"]
    assert not cases()
