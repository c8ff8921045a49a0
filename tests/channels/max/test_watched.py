"""A subscription that MAX dropped is made again by itself; a video is asked for when it is fetched.

«Если в течение 8 часов … не получен успешный ответ, бот автоматически от него отписывается»:
dev.max.ru/docs-api/methods/POST/subscriptions, read 2026-11-25.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.kit.polling import accounts_to_ask, poll
from otklik.channels.models import Account, Attachment, Cursor, Health, Message, OutsideFile
from otklik.intake.enclosing import fetch
from tests.channels.max import peer as max_
from tests.channels.max.saying import ACTOR, SECRET, cases, happens, make_account, message

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(monkeypatch):
    with max_.max_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


@pytest.fixture
def account(far) -> Account:
    return make_account(far.url)


def health() -> Health:
    with acting(ACTOR, read_only=True):
        return Health.objects.get()


def later(**time: float) -> None:
    """So long ago it was last looked at."""
    with acting(ACTOR), widened():
        at = (timezone.now() - timedelta(**time)).isoformat()
        Cursor.objects.update(value={"watched": at})


def test_a_subscription_is_looked_at_each_quarter_of_an_hour_and_made_where_it_is_not(account, far):
    now = timezone.now()
    assert accounts_to_ask(now) == [account.pk]
    poll(account.pk)
    (made,) = far.subscriptions
    assert made["url"] == "https://otklik.example/hooks/max/max-k/"
    assert [one.body["secret"] for one in far.calls if one.method == "POST"] == [SECRET]
    assert accounts_to_ask(timezone.now()) == []
    assert health().last_success_at is not None
    later(minutes=16)
    assert accounts_to_ask(timezone.now()) == [account.pk]
    poll(account.pk)
    assert sum(one.method == "POST" for one in far.calls) == 1  # it stands: nothing is made anew
    far.subscriptions = []  # MAX has dropped it
    later(minutes=16)
    poll(account.pk)
    assert len(far.subscriptions) == 1


def test_a_subscription_of_too_few_events_is_made_anew(account, far):
    far.subscriptions = [{"url": "https://otklik.example/hooks/max/max-k/", "time": 1, "update_types": ["bot_started"]}]
    poll(account.pk)
    assert "message_created" in far.subscriptions[0]["update_types"]


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda far, account: far.next_faults.append(max_.status(401, {"code": "verify.token"})), "Токен"),
    (lambda far, account: setattr(far, "takes_subscriptions", False), "не подтвердил"),
    (lambda far, account: far.next_faults.append(max_.status(503)), "503"),
    (lambda far, account: far.next_faults.append(max_.cut_before), "не ответил"),
])
def test_a_failed_look_is_seen_and_comes_again(account, far, spoil, says):
    spoil(far, account)
    poll(account.pk)
    assert says in health().failure
    assert accounts_to_ask(timezone.now()) == []  # it rests
    assert accounts_to_ask(timezone.now() + timedelta(minutes=1)) == [account.pk]


def test_a_video_is_asked_for_when_it_is_fetched(account, far):
    far.videos["v1"] = {"token": "v1", "urls": {"mp4_1080": f"{far.url}/big", "mp4_480": f"{far.url}/middle"}}
    far.files["/middle"] = b"\x00\x00\x00\x18ftypmp42 film"
    video = [{"type": "video", "payload": {"url": "https://v.example/page", "token": "v1"}}]
    happens(account, "message_created", message(text="Смотрите", attachments=video))
    with acting(ACTOR, read_only=True):
        (row,) = OutsideFile.objects.all()
    assert row.url == "max-video:v1"
    assert fetch(row.pk)
    with acting(ACTOR, read_only=True):
        (attached,) = Attachment.objects.select_related("file").filter(message__in_case__case=cases()[0])
        assert attached.file.original_name == "видео.mp4"
        assert attached.file.size == len(far.files["/middle"])


@pytest.mark.parametrize("token", ["gone", "../me", "v/../../subscriptions", "", "а"])
def test_a_video_that_is_not_there_is_told_and_leads_nowhere_else(account, far, token):
    with acting(ACTOR), widened():
        happens(account, "message_created", message())
        row = OutsideFile.objects.create(
            message=_first(), scope_id=_first().scope_id, url=f"max-video:{token}", next_at=timezone.now()
        )
    assert not fetch(row.pk)
    with acting(ACTOR, read_only=True):
        row.refresh_from_db()
    assert row.state == "failed"
    assert {one.path for one in far.calls} <= {"/videos/gone"}


def _first() -> Message:
    return Message.objects.order_by("pk")[0]


def test_an_address_of_another_kind_is_never_called(account, far):
    with acting(ACTOR), widened():
        happens(account, "message_created", message())
        made = [
            OutsideFile.objects.create(
                message=_first(), scope_id=_first().scope_id, url=url, next_at=timezone.now()
            ) for url in ("file:///etc/passwd", "ftp://127.0.0.1/x", "telegram:AgAC")
        ]
    assert [fetch(row.pk) for row in made] == [False] * 3
    assert not far.calls
