"""What MAX's webhook says, for tests: invented people, the documented shapes."""

import json
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from otklik.acting import System, acting, widened
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Arrival, Delivery, Message, Setup
from otklik.intake.receiving import take_waiting
from tests.channels import killing
from tests.channels.max.peer import BOT, CHANNEL, POST_ID, TOKEN, Peer
from tests.making import place

ACTOR = System("channels")
SECRET = "secret-of-the-bot"
ADA, IVAN = 11, 12  # residents
GROUP = -60
DATE = 1_764_060_000_000  # 25 November 2025, milliseconds
_moments = count(DATE)


def make_account(api: str = "", *, code: str = "max-k", ours: bool = True, **settings: Any) -> Account:
    """The bot of Камышин, connected by webhook."""
    with acting(ACTOR), widened():
        made = Account.objects.create(
            channel="max", code=code, name="Пробный бот", territory=place("gorod-kamyshin"), ours=ours
        )
        setup = Setup(account=made, settings={
            "way": "callback", "bot_id": BOT, "api": api, "address": "https://otklik.example", **settings,
        })
        secrets.keep(setup, {"secret": SECRET, "token": TOKEN})
        setup.save()
    return made


def person(ident: int = ADA, **more: Any) -> dict[str, Any]:
    """A sender."""
    return {"user_id": ident, "first_name": "Ада", "last_name": f"Пробная-{ident}", "is_bot": ident == BOT,
            "last_activity_time": DATE, **more}


def message(
    mid: str = "mid.a1", text: str | None = "Яма на дороге у школы", *, by: int = ADA, to: dict[str, Any] | None = None,
    attachments: list[Any] | None = None, **more: Any,
) -> dict[str, Any]:
    """A message in a dialog with the bot, or where `to` says."""
    to = to or {"chat_id": 500 + by, "chat_type": "dialog", "user_id": BOT}
    body = {"mid": mid, "seq": 1, "text": text, **({"attachments": attachments} if attachments else {})}
    return {"sender": person(by), "recipient": to, "timestamp": DATE, "body": body, **more}


IN_GROUP = {"chat_id": GROUP, "chat_type": "chat", "user_id": None}
UNDER_POST = {"chat_id": CHANNEL, "chat_type": "channel", "post_id": POST_ID}


def update(kind: str, thing: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One update as MAX posts it."""
    told = {"message": thing} if thing is not None else {}
    return {"update_type": kind, "timestamp": next(_moments), **told, **more}


def call(body: Any, code: str = "max-k", **headers: str) -> HttpResponse:
    """MAX calls us."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"X-Max-Bot-Api-Secret": SECRET, **headers}
    return Client().post(f"/hooks/max/{code}/", raw, content_type="application/json", headers=given)


def happens(account: Account, kind: str, thing: dict[str, Any] | None = None, **more: Any) -> None:
    """An update comes, and is taken."""
    assert call(update(kind, thing, **more), account.code).status_code == 200
    take_waiting(account.pk)


def max_way(far: Peer) -> killing.Way:
    """This channel in a campaign of killed workers: dialogs, each with a person of their own."""
    account = make_account(far.url)
    far.dialogs = set(range(1, 1_000_000))

    def say(number: int) -> None:
        said = message(f"mid.k{number}", f"На улице Мира яма № {number}", by=1000 + number)
        assert call({**update("message_created", said), "timestamp": DATE + number}).status_code == 200

    return killing.Way(account, say, answers=True, made=lambda: [one.body["text"] for one in far.made])


def arrivals() -> list[Arrival]:
    with acting(ACTOR, read_only=True):
        return list(Arrival.objects.order_by("id"))


def cases() -> list[Case]:
    with acting(ACTOR, read_only=True):
        return list(Case.objects.select_related("resident", "scope").order_by("id"))


def messages(case: Case) -> list[Message]:
    """The thread of a case."""
    with acting(ACTOR, read_only=True):
        rows = CaseMessage.objects.filter(case=case).select_related("message").order_by("pk")
        return [row.message for row in rows]


def deliveries() -> list[Delivery]:
    with acting(ACTOR, read_only=True):
        return list(Delivery.objects.select_related("message").order_by("pk"))
