"""An update of MAX, as its webhook or `GET /updates` brings it.

The shape: https://dev.max.ru/docs-api/objects/Update (read 2026-11-25) and the examples `stabs/` of MAX's own Go client
(github.com/max-messenger/max-bot-api-client-go). Updates have no id of their own.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Unreadable


@dataclass(frozen=True, slots=True)
class Update:
    """`type` says what happened; `told` is the whole of it."""

    type: str
    told: Mapping[str, Any]


def update_of(body: bytes) -> Update:
    """Raises `Unreadable` when it is no update."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Это не JSON.")) from error
    if not isinstance(given, dict) or not isinstance(given.get("update_type"), str):
        raise Unreadable(_("В событии нет поля update_type."))
    return Update(given["update_type"], given)


def identity(given: Any) -> str:
    """The same when it is delivered again: what happened, to which message, at which millisecond."""
    about = _about(given) if isinstance(given, dict) else ""
    moment = given.get("timestamp") if isinstance(given, dict) else None
    if about and isinstance(moment, int):
        return f"{given.get('update_type')}:{about}:{moment}"[:190]
    said = json.dumps(given, sort_keys=True, ensure_ascii=False).encode(errors="replace")
    return f"sha256:{hashlib.sha256(said).hexdigest()}"


def _about(given: Mapping[str, Any]) -> str:
    callback = part(given, "callback").get("callback_id")
    mid = part(part(given, "message"), "body").get("mid") or given.get("message_id")
    who = part(given, "user").get("user_id") or given.get("user_id")
    told = callback or mid or (f"{given['chat_id']}/{who}" if given.get("chat_id") and who else "")
    return str(told or "")


def part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside, or an empty one."""
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def words(given: Mapping[str, Any], name: str) -> str:
    """A text, or an empty one."""
    value = given.get(name)
    return value if isinstance(value, str) else ""


def number(given: Mapping[str, Any], name: str) -> int:
    """A whole number, or 0."""
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def moment(given: Mapping[str, Any]) -> datetime | None:
    """`timestamp`, Unix time in milliseconds."""
    value = number(given, "timestamp")
    return datetime.fromtimestamp(value / 1000, UTC) if 0 < value < 4_102_444_800_000 else None
