"""«Молчащие очереди»: the ЦУР sees, reminds and notes its call; a municipality sees its own and presses nothing."""

import pytest
from django.utils import timezone

from otklik.cases.models import HelpAct, Notice, SilentQueue
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db

HOME = "gorod-kamyshin"


def silent() -> SilentQueue:
    now = timezone.now()
    return SilentQueue.objects.create(
        place=place(HOME), reason="idle", since=now, noticed_at=now, waiting=3, oldest_at=now
    )


def test_the_region_reminds_and_calls() -> None:
    clerk, queue = make_user(("operator", HOME), name="Ковыльная Анна Ильинична"), silent()
    curator = logged_in(make_user(("curator", "volgograd")))
    assert "Молчащих очередей: 1" in curator.get("/region/").content.decode()
    page = curator.get("/region/queues/").content.decode()
    assert "Камышин" in page and "Ковыльная Анна Ильинична" in page
    assert curator.post(f"/region/queues/{queue.pk}/remind/").status_code == 302
    assert Notice.objects.get().user == clerk
    empty = curator.post(f"/region/queues/{queue.pk}/call/", {"words": " "})
    assert empty.status_code == 422 and "с кем говорили" in empty.content.decode()
    assert curator.post(f"/region/queues/{queue.pk}/call/", {"words": "Разберут сегодня"}).status_code == 302
    assert "Разберут сегодня" in curator.get("/region/queues/").content.decode()
    assert HelpAct.objects.count() == 2


def test_others_see_no_more_than_their_own_and_cannot_press() -> None:
    queue = silent()
    own = logged_in(make_user(("coordinator", HOME)))
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert "Камышин" in own.get("/region/queues/").content.decode()
    assert "Молчащих очередей нет" in stranger.get("/region/queues/").content.decode()
    for browser in (own, stranger):
        assert browser.post(f"/region/queues/{queue.pk}/remind/").status_code == 403
    assert not HelpAct.objects.exists()
