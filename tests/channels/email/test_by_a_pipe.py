"""A mail server hands letters over by `otklik mail deliver`: exit code 0 only when the letter is kept."""

import pytest
from click.testing import CliRunner

from otklik.acting import acting, widened
from otklik.channels.email import kept
from otklik.channels.models import Account
from otklik.intake.receiving import take_waiting
from otklik.operations.commands.mail import TEMPORARY, mail
from tests.channels.email.connecting import ACTOR, arrivals, make_account
from tests.channels.email.letters import letter

pytestmark = pytest.mark.django_db


def given(raw: bytes, *options: str):
    return CliRunner().invoke(mail, ["deliver", *options], input=raw)


def test_a_letter_is_kept_once():
    account = make_account(way="pipe")
    assert [given(letter(), "--account", "mail-k").exit_code for _time in range(2)] == [0, 0]
    assert len(arrivals()) == 1
    take_waiting(account.pk)
    assert arrivals()[0].state == "asked"


def test_the_address_of_the_envelope_tells_the_account():
    make_account(way="pipe")
    other = make_account("other", address="other@example.org", more_addresses="second@example.org")
    assert given(letter(), "--to", "second+k1-abc@example.org").exit_code == 0
    assert given(letter("Ещё", ident="<2@x>"), "--to", "OTHER@example.org").exit_code == 0
    assert {row.account_id for row in arrivals()} == {other.pk}


@pytest.mark.parametrize("options", [(), ("--account", "nobody"), ("--to", "who@example.org")])
def test_where_it_is_not_clear_for_whom_the_server_is_asked_to_come_again(options):
    make_account(way="pipe")
    make_account("other", way="pipe")
    assert given(letter(), *options).exit_code == TEMPORARY
    assert not arrivals()


def test_nothing_and_a_sleeping_account_are_no_bounce_either():
    make_account(way="pipe")
    assert given(b"  \n").exit_code == TEMPORARY
    with acting(ACTOR), widened():
        Account.objects.filter(code="mail-k").update(active=False)
    assert given(letter()).exit_code == TEMPORARY


def test_a_letter_that_is_too_large_is_kept_as_its_beginning(monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 2_000_000)
    account = make_account(way="pipe")
    assert given(letter("а" * 3_000_000)).exit_code == 0
    take_waiting(account.pk)
    (row,) = arrivals()
    assert (row.state, len(bytes(row.body)) < 10_000) == ("quarantined", True)
    assert "5 МБ" in row.reason
