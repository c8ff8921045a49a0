"""What VK's Callback API says, for tests: invented people, the documented shapes."""

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
from tests.channels.vk.peer import GROUP, TOKEN
from tests.making import place

ACTOR = System("channels")
SECRET = "secret-of-the-page"
ADA, IVAN = 11, 12  # residents
DATE = 1764060000  # 25 November 2025
_events = count(1)


def make_account(api: str = "", *, code: str = "vk-k", **settings: Any) -> Account:
    """A community of Камышин, connected by Callback API."""
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="vk", code=code, name="Пробный город", territory=place("gorod-kamyshin"))
        setup = Setup(account=made, settings={
            "group_id": GROUP, "way": "callback", "confirmation": "c0nf1rm", "api": api, **settings,
        })
        secrets.keep(setup, {"secret": SECRET, "token": TOKEN})
        setup.save()
    return made


def comment(
    ident: int = 7, text: str = "Яма на дороге у школы", *, by: int = ADA, post: int = 5, **more: Any
) -> dict[str, Any]:
    """The object of wall_reply_new."""
    return {"id": ident, "from_id": by, "date": DATE, "text": text, "post_id": post, "owner_id": -GROUP,
            "post_owner_id": -GROUP, "parents_stack": [], **more}


def message(
    ident: int = 70, text: str = "Яма на дороге у школы", *, by: int = ADA, peer: int = 0, **more: Any
) -> dict[str, Any]:
    """A private message, as message_reply has it; message_new puts it into `message`."""
    return {"id": ident, "conversation_message_id": ident, "from_id": by, "peer_id": peer or by, "date": DATE,
            "text": text, "attachments": [], **more}


def event(kind: str, thing: dict[str, Any], *, event_id: str = "", **more: Any) -> dict[str, Any]:
    """One event as VK posts it."""
    inner = {"message": thing, "client_info": {}} if kind == "message_new" else thing
    return {"type": kind, "object": inner, "group_id": GROUP, "event_id": event_id or f"event-{next(_events)}",
            "v": "5.199", "secret": SECRET, **more}


def call(body: Any, code: str = "vk-k") -> HttpResponse:
    """VK calls us."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(f"/hooks/vk/{code}/", raw, content_type="application/json")


def happens(account: Account, kind: str, thing: dict[str, Any], **more: Any) -> None:
    """An event comes, and is taken."""
    assert call(event(kind, thing, **more), account.code).content == b"ok"
    take_waiting(account.pk)


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
