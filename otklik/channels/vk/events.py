"""An event of a community as VK sends it: by the Callback API, by Bots Long Poll, or made by us of a wall that we read.

The shape: https://dev.vk.com/ru/api/community-events/json-schema, and `callback/objects.json` of VK's own schema
(github.com/VKCOM/vk-api-schema, 5.199, read 2026-11-25).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Unreadable

LOST = "otklik_lost"  # ours: VK told that it did not keep a part of the events


@dataclass(frozen=True, slots=True)
class Event:
    """`type` says what `object` is. `id`: VK's own `event_id`, the same when the event is sent again."""

    type: str
    object: Mapping[str, Any]
    group_id: int
    id: str

    def number(self, name: str, *others: str) -> int:
        """The first of these fields that is a number. Raises `Unreadable` that names the field."""
        return number(self.object, name, *others)


def event_of(body: bytes) -> Event:
    """Raises `Unreadable` when it is no event."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Это не JSON.")) from error
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise Unreadable(_("В событии нет поля type."))
    inner = given.get("object")
    group = given.get("group_id")
    return Event(
        given["type"], inner if isinstance(inner, dict) else {}, group if isinstance(group, int) else 0,
        identity(given),
    )


def identity(given: Mapping[str, Any]) -> str:
    """`event_id`; of an old version of the API, which has none, a digest of what happened."""
    told = given.get("event_id")
    if isinstance(told, str) and told.isascii() and told.isprintable() and 0 < len(told) <= 120:
        return told
    said = json.dumps([given.get("type"), given.get("object")], sort_keys=True).encode()
    return f"sha256:{hashlib.sha256(said).hexdigest()}"


def kept(given: Mapping[str, Any]) -> bytes:
    """The event for keeping: without the secret, which is the account's and not the resident's."""
    return json.dumps({name: value for name, value in given.items() if name != "secret"}).encode()


def number(given: Mapping[str, Any], name: str, *others: str) -> int:
    """The first of these fields that is a whole number. Raises `Unreadable` that names the field."""
    for one in (name, *others):
        value = given.get(one)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    raise Unreadable(_("В событии нет поля %(name)s.") % {"name": name})


def words(given: Mapping[str, Any], name: str) -> str:
    """A text, or an empty one."""
    value = given.get(name)
    return value if isinstance(value, str) else ""


def moment(given: Mapping[str, Any]) -> datetime | None:
    """`date` in Unix seconds."""
    value = given.get("date")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 4_102_444_800:
        return None
    return datetime.fromtimestamp(value, UTC)
