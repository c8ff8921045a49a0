"""Whatever stands in the place of any value of a payload: the call is answered, and what came is taken or shown."""

import json
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.kit import arriving, secrets
from otklik.channels.kit.channel import Came
from otklik.channels.kit.incoming import Ignored, Unreadable, storable
from otklik.channels.models import Account, Arrival, Setup
from otklik.channels.registered import channel as channel_of
from otklik.channels.site.payload import signature
from otklik.intake.channel_cases import cleaned
from otklik.intake.receiving import take_waiting
from tests.api.open311_steps import HOLE, KEY, program
from tests.channels.max import saying as max_says
from tests.channels.ok.ok_peer import GROUP as OK_GROUP
from tests.channels.telegram import saying as telegram_says
from tests.channels.vk import saying as vk_says
from tests.making import place

pytestmark = pytest.mark.django_db
ACTOR = System("channels")
SECRET = "a secret, long enough for all"
WEIRD: list[Any] = [
    None, True, 10**400, float("nan"), "", "a\x00b", "\ud800", "я" * 3000, [], {"a": {"b": []}}, ["x", {}],
]


def variants(whole: dict[str, Any], renew: Callable[[dict[str, Any]], Any]) -> Iterator[dict[str, Any]]:
    """The payload with one value replaced, each value by each weird one; each another message."""
    for way in list(_ways(whole)):
        for weird in WEIRD:
            made = deepcopy(whole)
            renew(made)
            where = made
            for step in way[:-1]:
                where = where[step]
            where[way[-1]] = weird
            yield made


def _ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from _ways(one, (*way, name))


def made(channel: str, settings: dict[str, Any] | None = None) -> Account:
    with acting(ACTOR), widened():
        account = Account.objects.create(channel=channel, code=f"{channel}-k", name="Проба",
                                         territory=place("gorod-kamyshin"))
        setup = Setup(account=account, settings=settings or {})
        secrets.keep(setup, {"secret": SECRET})
        setup.save()
    return account


def signed(body: Any) -> Any:
    raw, stamp = json.dumps(body).encode(), str(int(time.time()))
    return Client().post(
        "/hooks/site/site-k/", raw, content_type="application/json",
        headers={"x-otklik-time": stamp, "x-otklik-signature": signature(SECRET, stamp, raw)},
    )


def posted(address: str, headers: dict[str, str] | None = None) -> Callable[[Any], Any]:
    return lambda body: Client().post(
        address, json.dumps(body), content_type="application/json", headers=headers or {}
    )


GEO = {"type": "point", "coordinates": {"latitude": 50.1, "longitude": 45.4}}
PHOTO = {"type": "photo", "photo": {"id": 3, "owner_id": 11, "sizes": [
    {"url": "https://example.org/1.jpg", "width": 10, "height": 10, "type": "x"}]}}
WAYS: dict[str, Callable[[], tuple[Account, Callable[[Any], Any], list[dict[str, Any]]]]] = {
    "vk": lambda: (vk_says.make_account(), vk_says.call, [
        vk_says.event("wall_reply_new", vk_says.comment(attachments=[PHOTO], reply_to_comment=4, parents_stack=[4])),
        vk_says.event("message_new", vk_says.message(geo=GEO, fwd_messages=[{"text": "слово"}])),
    ]),
    "max": lambda: (max_says.make_account(), max_says.call, [max_says.update("message_created", max_says.message(
        attachments=[
            {"type": "image", "payload": {"url": "https://example.org/1.jpg", "photo_id": 4}},
            {"type": "location", "latitude": 50.1, "longitude": 45.4},
            {"type": "contact", "payload": {"vcf_info": "TEL:+79000000001", "max_info": {"user_id": 11}}},
        ], link={"type": "reply", "message": {"mid": "mid.x", "text": "слово"}}, url="https://max.ru/1",
    ))]),
    "telegram": lambda: (telegram_says.make_account(), telegram_says.call, [
        telegram_says.update(telegram_says.message(
            chat=telegram_says.group(), location={"latitude": 50.1, "longitude": 45.4}, media_group_id="5",
            photo=[{"file_id": "x", "width": 5, "height": 5, "file_size": 7}], message_thread_id=5,
            reply_to_message={"message_id": 5}, contact={"phone_number": "+79000000001", "user_id": 11},
        )),
    ]),
    "ok": lambda: (made("ok", {"group_id": OK_GROUP, "way": "callback"}), posted(
        f"/hooks/ok/ok-k/?key={SECRET.replace(' ', '%20')}"), [{
            "webhookType": "MESSAGE_CREATED", "sender": {"user_id": "user:11", "name": "Ада Пробная"},
            "recipient": {"chat_id": "chat:C11"}, "timestamp": 1764060000000,
            "message": {"text": "Яма у школы", "seq": 98, "mid": "mid:C1.a", "reply_to": "mid:C1.b", "attachments": [
                {"type": "IMAGE", "payload": {"url": "https://example.org/1.jpg", "name": "1.jpg"}}]},
        }]),
    "site": lambda: (made("site"), signed, [{
        "id": "7", "text": "Яма у школы", "name": "Проба", "phone": "+79000000001", "email": "p@example.org",
        "address": "Мира, 1", "latitude": 50.1, "longitude": 45.4, "theme": "road.pothole", "answer_on": "page",
        "photos": ["https://example.org/1.jpg"], "written_at": "2026-11-01T10:00:00+03:00",
    }]),
    "line": lambda: (made("line"), posted("/hooks/line/line-k/", {"X-Otklik-Secret": SECRET}), [
        {"call": "1", "event": "missed", "from": "+79000000001", "at": "2026-11-01T10:00:00+03:00"}]),
    "open311": lambda: (program(), posted("/open311/v2/requests.json"), [
        {"api_key": KEY, **HOLE, "lat": "50.08", "long": "45.4", "first_name": "Ада", "email": "p@example.org",
         "phone": "+79000000001", "media_url": "https://example.org/1.jpg", "attribute": {"depth": "2"}}]),
}


# How a payload becomes another message than the one before it.
RENEWED: dict[str, Callable[[dict[str, Any], int], Any]] = {
    "vk": lambda one, n: (one.update(event_id=f"e{n}"), one["object"].get("message", one["object"]).update(id=n)),
    "max": lambda one, n: one["message"]["body"].update(mid=f"mid.{n}"),
    "telegram": lambda one, n: (one.update(update_id=n), one["message"].update(message_id=n, media_group_id=f"{n}")),
    "ok": lambda one, n: one["message"].update(mid=f"mid:{n}"),
    "site": lambda one, n: one.update(id=f"{n}"),
    "line": lambda one, n: one.update(call=f"{n}"),
    "open311": lambda one, n: one.update(description=f"Яма {n}"),
}
EACH = 17  # every so manieth goes all the way to its case; all are read


def _is_read(account: Account, payload: dict[str, Any]) -> None:
    """Whatever `read` makes of it, columns take; what it refuses, it refuses in words."""
    body, now = json.dumps(payload).encode(), timezone.now()
    assert storable(arriving.id_of(Came(str(payload)[:400], body)))
    try:
        found = [cleaned(one, now) for one in channel_of(account.channel).read(account, body, now)]
    except (Unreadable, Ignored):
        return
    assert all(replace(one, answers_to=list(one.answers_to)) == storable(one) for one in found)


@pytest.mark.parametrize("channel", WAYS)
def test_any_value_may_be_anything(channel):
    account, call, payloads = WAYS[channel]()
    answers, number = set(), count(1000)
    for whole in payloads:
        for at, one in enumerate(variants(whole, lambda made: RENEWED[channel](made, next(number)))):
            _is_read(account, one)
            if at % EACH == 0 or channel in ("line", "open311"):
                answers.add(call(one).status_code)
    assert answers <= {200, 201, 202, 400, 403, 404, 429}
    take_waiting(account.pk, most=10_000)
    with acting(ACTOR, read_only=True):
        failed = set(Arrival.objects.filter(reason__startswith="Ошибка программы").values_list("reason", flat=True))
        left = Arrival.objects.filter(state=Arrival.State.NEW).count()
        taken = Arrival.objects.filter(state=Arrival.State.TAKEN).count()
    assert (failed, left) == (set(), 0)
    assert taken > 2  # of Open311 no more: a key has its limit
