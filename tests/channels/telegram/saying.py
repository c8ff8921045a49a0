"""What Telegram says, for tests: invented people, the documented shapes."""

import json
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from otklik.acting import System, acting, widened
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Arrival, Delivery, Message, OutsideFile, Setup
from otklik.intake.receiving import take_waiting
from tests.channels.telegram.peer import TOKEN
from tests.making import place

ACTOR = System("channels")
SECRET = "secret-of-the-bot"
ADA, IVAN = 11, 12  # residents
GROUP = -1001234567
OUR_CHANNEL = -1007654321
DATE = 1_764_060_000  # 25 November 2025
_ids = count(70_000_001)


def make_account(
    api: str = "", *, code: str = "telegram-k", ours: bool = True, way: str = "callback", **settings: Any
) -> Account:
    """The bot of Камышин, which only listens."""
    with acting(ACTOR), widened():
        made = Account.objects.create(
            channel="telegram", code=code, name="Чаты города", territory=place("gorod-kamyshin"), ours=ours
        )
        setup = Setup(account=made, settings={
            "agreed": True, "way": way, "api": api, "address": "https://otklik.example", "own": str(OUR_CHANNEL),
            **settings,
        })
        secrets.keep(setup, {"secret": SECRET, "token": TOKEN})
        setup.save()
    return made


def person(ident: int = ADA, **more: Any) -> dict[str, Any]:
    """A sender."""
    return {"id": ident, "is_bot": False, "first_name": "Ада", "last_name": f"Пробная-{ident}", **more}


def group(**more: Any) -> dict[str, Any]:
    """A supergroup."""
    return {"id": GROUP, "type": "supergroup", "title": "Наш двор", **more}


def message(
    ident: int = 7, text: str | None = "Яма на дороге у школы", *, by: int = ADA, chat: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A message to the bot, or in `chat`."""
    where = chat or {"id": by, "type": "private", "first_name": "Ада"}
    said = {"text": text} if text is not None else {}
    return {"message_id": ident, "from": person(by), "chat": where, "date": DATE, **said, **more}


def update(thing: dict[str, Any], kind: str = "message", **more: Any) -> dict[str, Any]:
    """One update."""
    return {"update_id": next(_ids), kind: thing, **more}


def call(body: Any, code: str = "telegram-k", **headers: str) -> HttpResponse:
    """Telegram calls us."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"X-Telegram-Bot-Api-Secret-Token": SECRET, **headers}
    return Client().post(f"/hooks/telegram/{code}/", raw, content_type="application/json", headers=given)


def happens(account: Account, thing: dict[str, Any], kind: str = "message") -> None:
    """An update comes, and is taken."""
    assert call(update(thing, kind), account.code).status_code == 200
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


def files() -> list[OutsideFile]:
    with acting(ACTOR, read_only=True):
        return list(OutsideFile.objects.order_by("pk"))


def deliveries() -> list[Delivery]:
    with acting(ACTOR, read_only=True):
        return list(Delivery.objects.select_related("message").order_by("pk"))
