"""Two workers at once: each person is told of each thing once."""

from datetime import timedelta

import pytest

from otklik.cases import noticing
from otklik.cases.escalating import escalate_due
from otklik.cases.notice_posting import post_waiting
from otklik.cases.warnings import warn_due
from tests.at_once import at_once, failures
from tests.cases.test_escalating import at_percent, begun, people, told
from tests.cases.test_notices import DAY, tell, worker
from tests.channels.email.connecting import make_account as make_mailbox
from tests.channels.email.smtp_peer import Post, smtp_on_loopback


def test_two_workers_tell_each_person_once(committed) -> None:
    who = people()
    _case_id, limit = begun(who)
    moment = at_percent(limit, 100)
    came = at_once(*(lambda: warn_due(moment) for _ in range(2)))
    came += at_once(*(lambda: escalate_due(moment + timedelta(days=2)) for _ in range(2)))
    assert not failures(came), came
    assert told(who) == {
        "owner": ["overdue"], "coordinator": ["overdue"], "head": ["overdue", "overdue"], "curator": ["overdue"]
    }


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_two_workers_send_each_notice_once(committed, monkeypatch) -> None:
    with smtp_on_loopback(Post()) as post:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"127.0.0.1:{post.port}")
        make_mailbox(smtp_host="127.0.0.1", smtp_port=post.port, smtp_security="plain")
        for number in range(4):
            user = worker(f"worker{number}@example.test")
            tell(user, kind="silent", words="Ждут 3.", link="/region/queues/")
        later = DAY + noticing.GATHER
        came = at_once(*(lambda: post_waiting(later) for _ in range(3)))
        assert not failures(came), came
        assert sorted(letter["To"] for letter in post.letters) == [f"worker{n}@example.test" for n in range(4)]
