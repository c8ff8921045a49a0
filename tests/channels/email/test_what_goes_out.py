"""Answers by mail: in their thread, once, with every outcome told apart; and what comes back."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.email import dialling, smtp
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.delivering import LEASE, deliver
from otklik.channels.kit.outgoing import Outgoing, Permanent
from otklik.channels.models import Account, Delivery, Health
from otklik.channels.registered import channel
from otklik.intake.asking import answer_key
from tests.cases.steps import answered
from tests.channels.email.connecting import ACTOR, arrivals, authority, cases, comes, deliveries, make_account
from tests.channels.email.letters import ANNA, BOX, bounce, letter
from tests.channels.email.smtp_peer import Post, smtp_on_loopback
from tests.making import make_staff

pytestmark = [
    pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
]


@pytest.fixture
def post(monkeypatch):
    with smtp_on_loopback(Post()) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"127.0.0.1:{peer.port}")
        yield peer


@pytest.fixture
def account(post) -> Account:
    return account_of(post)


def account_of(post: Post, **settings) -> Account:
    return make_account(**{
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_security": "plain", "sender_name": "Администрация",
        **settings,
    })


def staff():
    return make_staff(("operator", "gorod-kamyshin"), ("coordinator", "gorod-kamyshin"))


def asked_and_answered(account: Account, raw: bytes = b"", text: str = "Фонарь починили.") -> None:
    comes(account, raw or letter())
    who = staff()
    case = answer_key(who, arrivals()[-1].pk, "message")
    answered(who, case.pk, timezone.now(), text=text)
    deliver(account.pk)


def again(account: Account) -> None:
    with acting(ACTOR), widened():
        Health.objects.filter(account=account).update(rests_until=None)
        Delivery.objects.filter(state="waiting").update(next_at=timezone.now() - timedelta(seconds=1))
    deliver(account.pk)


def test_an_answer_stands_in_the_thread_of_its_letter(account, post):
    asked_and_answered(account, letter(References="<0@example.net>", In_Reply_To="<0@example.net>"))
    (sent,) = post.letters
    (row,) = deliveries()
    assert (row.state, row.receipt) == ("done", sent["Message-ID"])
    assert (sent["To"], sent["From"]) == (ANNA, f"Администрация <{BOX}>")
    assert (sent["Subject"], sent["In-Reply-To"]) == ("Re: Фонарь", "<1@example.net>")
    assert sent["References"] == "<0@example.net> <1@example.net>"
    assert "Auto-Submitted" not in sent
    assert sent["Reply-To"] is None
    body = sent.get_content()
    assert body.startswith("Фонарь починили.")
    assert "просто ответьте на это письмо" in body
    assert post.envelopes == [(BOX, [ANNA])]


def test_a_long_answer_of_russian_lines_keeps_to_the_protocols_lines(account, post):
    text = "Строка с точкой в начале следующей.\n.\n..и так\n" + "длинное слово " * 500
    asked_and_answered(account, text=text)
    assert post.letters[0].get_content().splitlines()[1:3] == [".", "..и так"]
    assert deliveries()[0].state == "done"


def test_the_same_delivery_has_the_same_id_in_every_attempt_and_another_accounts_is_another(account):
    target = {"to": ANNA, "case": 1}
    first, second = (smtp.letter_of(account, Outgoing("т", target, once="otklik-5")) for _time in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    other = make_account("mail-2")
    assert smtp.letter_of(other, Outgoing("т", target, once="otklik-5"))["Message-ID"] != first["Message-ID"]


@pytest.mark.parametrize("evil", [
    {"to": f"{ANNA}\r\nBcc: many@example.net"}, {"to": f"{ANNA}, many@example.net"}, {"to": ""},
    {"to": "анна@example.net"}, {"to": f"<{ANNA}>"},
])
def test_an_address_that_could_add_a_header_or_a_recipient_is_refused(account, evil):
    with pytest.raises(Permanent):
        smtp.letter_of(account, Outgoing("т", evil, once="otklik-5"))


def test_nothing_of_the_letter_that_is_answered_can_add_a_header(account):
    target = {"to": ANNA, "message_id": "<a@b>\r\nBcc: x@y>", "references": ["<ok@x>", "<a b>", "x\ny"], "case": 1}
    made = smtp.letter_of(account, Outgoing("т", target, once="otklik-5", subject="Тема\r\nBcc: x@example.net\nТо"))
    assert "Bcc" not in made
    assert "In-Reply-To" not in made
    assert made["Subject"] == "Re: Тема Bcc: x@example.net То" or "Bcc" in made["Subject"]
    target = {"to": ANNA, "message_id": "<a@b>", "references": ["<ok@x>", "<a b>", "x\ny"]}
    assert smtp.letter_of(account, Outgoing("т", target, once="o"))["References"] == "<ok@x> <a@b>"


@pytest.mark.parametrize(
    ("says", "state", "words"),
    [
        ({"RCPT": "550 5.1.1 no such user"}, "failed", "Такого адреса нет."),
        ({"RCPT": "552 5.2.2 full"}, "failed", "Ящик получателя переполнен."),
        ({"RCPT": "450 4.7.1 greylisted"}, "waiting", "пока не принимает получателя"),
        ({"MAIL": "451 4.3.0 later"}, "waiting", "пока не принимает отправителя"),
        ({"DATA": "554 5.7.1 spam"}, "failed", "нежелательным"),
        ({"DATA": "452 4.3.1 no room"}, "waiting", "пока не принимает письма"),
    ],
)
def test_an_answer_of_4xx_comes_again_and_one_of_5xx_stops_in_plain_words(account, post, says, state, words):
    post.says = says
    asked_and_answered(account)
    (row,) = deliveries()
    assert (row.state, words in row.failure) == (state, True), row.failure
    if state == "waiting":
        post.says = {}
        again(account)
        assert deliveries()[0].state == "done"
        assert len(post.taken) == 1


@pytest.mark.parametrize("cut", ["kept", "lost"])
def test_a_line_cut_after_the_letters_end_is_unknown_and_not_sent_again(account, post, cut):
    post.cut = cut
    asked_and_answered(account)
    again(account)
    (row,) = deliveries()
    assert (row.state, row.attempts) == ("unknown", 1)
    assert len(post.taken) == (cut == "kept")


@pytest.mark.parametrize(("command", "state"), [("MAIL", "waiting"), ("DATA", "unknown")])
def test_a_server_that_drips_for_ever_is_left_before_the_lease_ends(account, post, monkeypatch, command, state):
    monkeypatch.setattr(smtp, "WHOLE", 0.5)
    post.drips = command
    began = time.monotonic()
    asked_and_answered(account)
    assert time.monotonic() - began < 10
    assert deliveries()[0].state == state
    assert LEASE.total_seconds() > smtp.GREETED + dialling.WHOLE
    post.drips = ""
    again(account)
    assert (deliveries()[0].state, len(post.taken)) == ("done" if command == "MAIL" else "unknown", 1)


def test_no_connection_and_a_wrong_password_are_told_apart(account, post):
    post.password = "another"
    asked_and_answered(account)
    assert (deliveries()[0].state, "имя или пароль" in deliveries()[0].failure) == ("failed", True)
    post.log_in_says = "454 4.7.0 Temporary authentication failure"
    with Caller(ports=[post.port]) as caller:
        assert "сейчас не впускает" in channel("email").check(account, caller).words


def test_starttls_is_done_before_the_password_is_said(tmp_path, monkeypatch):
    tls, trusted = authority(tmp_path)
    with smtp_on_loopback(Post(), tls) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"localhost:{peer.port}")
        account = account_of(peer, smtp_host="localhost", smtp_security="starttls")
        asked_and_answered(account)
        assert "Сертификат" in deliveries()[0].failure
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        with Caller(ports=[peer.port]) as caller:
            assert "Отправка работает." in channel("email").check(account, caller).words


def test_a_notice_that_it_did_not_come_marks_the_answer(account, post):
    asked_and_answered(account)
    sent = post.letters[0]["Message-ID"]
    comes(account, bounce(sent, action="delayed"))
    assert deliveries()[0].state == "done"
    comes(account, bounce(sent))
    (row,) = deliveries()
    assert row.state == "failed"
    assert row.failure.startswith("Такого адреса нет")
    assert [row.state for row in arrivals()] == ["taken", "ignored", "taken"]


def test_a_forged_notice_about_a_letter_that_was_never_sent_changes_nothing(account, post):
    asked_and_answered(account)
    sent = post.letters[0]["Message-ID"]
    forged = sent.replace(".", ".a", 1) if "." in sent else sent
    comes(account, bounce(forged))
    comes(account, bounce("<otklik-1.aaaaaaaaaaaaaaaa@example.org>"))
    assert deliveries()[0].state == "done"
    assert [row.state for row in arrivals()][1:] == ["ignored", "ignored"]


def test_our_own_letter_and_automatic_ones_come_back_to_nobody(account, post):
    asked_and_answered(account)
    comes(account, post.taken[0])  # a loop: what we sent is delivered to us
    reply = {"In_Reply_To": post.letters[0]["Message-ID"]}
    comes(account, letter("Я в отпуске", ident="<2@x>", Auto_Submitted="auto-replied", **reply))
    comes(account, letter("Я в отпуске", ident="<3@x>", subject="Автоответ: Re: Фонарь", **reply))
    comes(account, letter("Я в отпуске", ident="<4@x>", X_Autoreply="yes"))
    comes(account, letter("Я в отпуске", ident="<5@x>", Precedence="auto_reply"))
    comes(account, letter("Себе", ident="<6@x>", sender=BOX))
    assert [row.state for row in arrivals()][1:] == ["ignored"] * 6
    assert all(row.reason for row in arrivals()[1:])
    assert len(cases()) == 1
    deliver(account.pk)
    assert len(post.taken) == 1


def test_a_list_or_a_program_waits_for_a_person_and_is_not_answered_by_mail(account, post):
    comes(account, letter(List_Id="<news.example.net>", Precedence="bulk"))
    assert answer_key(staff(), arrivals()[0].pk, "message").answer_by == "outside"


def test_who_wants_the_answer_elsewhere_gets_it_there_but_never_at_our_own_address(account, post):
    asked_and_answered(account, letter(Reply_To="Анна <anna@work.example>"))
    asked_and_answered(account, letter("Другое", ident="<9@x>", Reply_To=BOX))
    assert [sent["To"] for sent in post.letters] == ["anna@work.example", ANNA]


def test_a_letter_to_oneself_shows_that_sending_works(account, post):
    target = channel("email").own_target(account, "me@example.org")
    with Caller(ports=[post.port]) as caller:
        channel("email").send(account, Outgoing("Проверка", target, once="trial-1.5", subject="Проверка"), caller)
    assert (post.letters[0]["To"], post.letters[0]["Subject"]) == ("me@example.org", "Проверка")
