"""The JSON of a site's form, and its signature."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Unreadable

AGE = timedelta(minutes=5)  # a signature older or newer than that is refused
MOST_PHOTOS = 10


@dataclass(frozen=True, slots=True)
class Form:
    """What a site sends. Only `id` and `text` must be there; `id` is the site's own, the same when it sends again."""

    id: str
    text: str
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    theme: str = ""
    answer_on: str = "page"
    photos: list[str] = field(default_factory=list)
    written_at: datetime | None = None


def signature(secret: str, stamp: str, body: bytes) -> str:
    """`HMAC-SHA256(secret, stamp + "." + body)`, hexadecimal: what the site puts into `X-Otklik-Signature`."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def holds(secret: str, stamp: str, given: str, body: bytes, now: datetime) -> bool:
    """Whether the signature is the secret's and fresh. `stamp`: Unix seconds, as sent in `X-Otklik-Time`."""
    if not secret or not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12:
        return False
    fresh = abs(int(stamp) - now.timestamp()) <= AGE.total_seconds()
    return fresh and hmac.compare_digest(signature(secret, stamp, body).encode(), given.lower().encode())


def form_of(body: bytes) -> Form:
    """The form. Raises `Unreadable` that names the wrong field."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Это не JSON в UTF-8.")) from error
    if not isinstance(given, dict):
        raise Unreadable(_("Нужен объект JSON с полями id и text."))
    words = {name: _word(given, name) for name in ("id", "text", "name", "phone", "email", "address", "theme")}
    if not words["id"] or len(words["id"]) > 150:
        raise Unreadable(_("Поле id: номер сообщения на сайте, от 1 до 150 знаков."))
    if not words["text"].strip():
        raise Unreadable(_("Поле text пустое."))
    on = _word(given, "answer_on") or "page"
    if on not in ("page", "phone"):
        raise Unreadable(_("Поле answer_on: page или phone."))
    photos = given.get("photos") or []
    if not isinstance(photos, list) or not all(isinstance(one, str) for one in photos):
        raise Unreadable(_("Поле photos: список адресов."))
    return Form(
        **words, answer_on=on, photos=photos[:MOST_PHOTOS], latitude=_number(given, "latitude", 90),
        longitude=_number(given, "longitude", 180), written_at=_moment(given),
    )


def _word(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise Unreadable(_("Поле %(name)s: нужна строка.") % {"name": name})
    return str(value)


def _number(given: dict[str, Any], name: str, most: float) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        raise Unreadable(_("Поле %(name)s: нужно число градусов.") % {"name": name})
    return float(value)


def _moment(given: dict[str, Any]) -> datetime | None:
    value = given.get("written_at")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Unreadable(_("Поле written_at: нужно время с часовым поясом, 2026-01-31T10:00:00+03:00.")) from error
    if moment.tzinfo is None:
        raise Unreadable(_("Поле written_at: нужно время с часовым поясом, 2026-01-31T10:00:00+03:00."))
    return moment
