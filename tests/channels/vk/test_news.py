"""News of a problem reach who wrote in VK: a message each, once; who wrote elsewhere reads them on their page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.news import send_waiting
from otklik.cases.actions.problems import join, make_problem, tell
from otklik.cases.models import Clock
from otklik.channels.kit.delivering import deliver
from tests.channels.vk.peer import Peer, vk_on_loopback
from tests.channels.vk.saying import IVAN, cases, comment, deliveries, happens, make_account
from tests.making import SYSTEM, make_staff, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def vk(monkeypatch):
    with vk_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


def test_news_go_out_once_where_people_wrote_and_stop_no_clock(vk: Peer) -> None:
    account = make_account(vk.url)
    happens(account, "wall_reply_new", comment(7))
    happens(account, "wall_reply_new", comment(8, "Тоже яма у школы на Мира", by=IVAN))
    who = make_staff(("coordinator", "gorod-kamyshin"))
    first, second = cases()
    other = send("Яма у школы", answer_by="page").case_id
    made = make_problem(who, first.pk, title="Яма у школы")
    for case_id in (second.pk, other):
        if case_id != made.main_case_id:
            join(who, case_id, problem_id=made.pk)
    tell(who, made.pk, text="Яму засыплют завтра утром.")
    now = timezone.now()
    assert send_waiting(now) == 2
    assert send_waiting(now) == 0
    deliver(account.pk)
    assert [row.state for row in deliveries()] == ["done", "done"]
    assert sorted(one.given["message"].split("], ")[-1] for one in vk.made) == ["Яму засыплют завтра утром."] * 2
    with acting(SYSTEM, read_only=True):
        assert Clock.objects.filter(case=first, kind="answer", stopped_at=None).exists()
    tell(who, made.pk, text="Засыпали.")
    assert send_waiting(now + timedelta(hours=7)) == 0  # too late to be news
