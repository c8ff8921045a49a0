"""An answer out: a message into a dialog or chat, a comment under a post; as a reply to what the person wrote.

https://dev.max.ru/docs-api/methods/POST/messages and …/POST/messages/-messageId-/comments (read 2026-11-25): text up to
4000 signs, no more than two messages a second into one chat. Nothing there tells repeats apart.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt
from otklik.channels.max.api import MID, NotThere, call
from otklik.channels.max.updates import part, words
from otklik.channels.models import Account

PAUSE = 0.55  # seconds between two messages into one chat
_lately: dict[tuple[int, str], float] = {}
_lock = threading.Lock()


def send(account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
    """One answer, to where `target` (the `reply` of the message that was read) says."""
    path, params = _where(outgoing.target)
    mid = str(outgoing.target.get("mid") or "")
    body: dict[str, Any] = {"text": outgoing.text}
    if MID.fullmatch(mid):
        body["link"] = {"type": "reply", "mid": mid}
    _pause(account, f"{path}{params}")
    try:
        told = call(account, caller, "POST", path, params=params, json=body, sends=True)
    except NotThere as gone:
        if "message" not in gone.about or "link" not in body:
            raise
        # Only what we answer is gone, not the conversation: surely nothing was sent. Without the link, then.
        told = call(account, caller, "POST", path, params=params, json={"text": outgoing.text}, sends=True)
    message = part(told, "message")
    url = words(message, "url")
    return Receipt(words(part(message, "body"), "mid"), url if url.startswith("https://") else "")


def _where(target: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = target.get("kind")
    if kind == "user" and target.get("user"):
        return "/messages", {"user_id": int(target["user"])}
    if kind == "chat" and target.get("chat"):
        return "/messages", {"chat_id": int(target["chat"])}
    if kind == "comment" and MID.fullmatch(str(target.get("post") or "")):
        return f"/messages/{target['post']}/comments", {}
    raise Permanent(_("Неизвестно, где отвечать. Опубликуйте ответ вручную."))


def _pause(account: Account, place: str) -> None:
    """Hold the pace of one chat. One process at a time sends through an account, so this one knows."""
    with _lock:
        now = time.monotonic()
        at = max(now, _lately.get((account.pk, place), 0.0))
        _lately[account.pk, place] = at + PAUSE
        for old in [key for key, moment in _lately.items() if moment < now]:
            del _lately[old]
    time.sleep(at - now)
