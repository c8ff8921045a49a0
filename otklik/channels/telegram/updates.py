"""An update of Telegram, as its webhook or `getUpdates` brings it. https://core.telegram.org/bots/api#update."""

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
    """`kind` is the name of its one field beside `update_id`; `told` is what stands there."""

    kind: str
    told: Mapping[str, Any]


def update_of(body: bytes) -> Update:
    """Raises `Unreadable` when it is no update."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Это не JSON.")) from error
    if not isinstance(given, dict) or "update_id" not in given:
        raise Unreadable(_("В событии нет поля update_id."))
    kind = kind_of(given)
    return Update(kind, part(given, kind))


def kind_of(given: Mapping[str, Any]) -> str:
    """«At most one of the optional fields can be present.»"""
    return next((name for name in given if name != "update_id"), "")


def identity(given: Any) -> str:
    """The same when it is delivered again. After a week of silence Telegram begins its numbers anew at random.

    So what it is about stands in it, too: two things that happened to get one number are two.
    """
    number_ = given.get("update_id") if isinstance(given, dict) else None
    if not isinstance(number_, int):
        said = json.dumps(given, sort_keys=True).encode()
        return f"sha256:{hashlib.sha256(said).hexdigest()}"
    kind = kind_of(given)
    told = part(given, kind)
    about = (part(told, "chat").get("id"), told.get("message_id"), told.get("edit_date") or told.get("date"))
    return f"{number_}:{kind}:{':'.join(str(one or '') for one in about)}"[:190]


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
    """`date`, Unix time in seconds."""
    value = number(given, "date")
    return datetime.fromtimestamp(value, UTC) if 0 < value < 4_102_444_800 else None
