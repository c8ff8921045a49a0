"""What hangs on a message: pictures, files and voices to fetch; the rest told in a line of words.

Objects: https://dev.max.ru/docs-api/objects/Message (read 2026-11-25) and `schema.yaml` of MAX's own Go client. The
lines become part of the message's text in the database, so they are Russian whatever the reader's language.
"""

import re
from collections.abc import Mapping
from typing import Any

from otklik.channels.kit.incoming import Enclosed
from otklik.channels.max.updates import number, part, words

MOST = 30
VIDEO = "max-video:"  # an address of our own: the real one is asked for when the video is fetched
NAMED = {"video": "видео", "audio": "голосовое сообщение", "sticker": "стикер", "image": "картинка", "file": "файл"}
SILENT = frozenset({"inline_keyboard", "reply_keyboard", "data"})


def files_of(attachments: Any) -> list[Enclosed]:
    """Pictures, files, voices and videos: addresses to fetch."""
    return [file for one in each(attachments) if (file := _file(one)) is not None]


def lines_of(attachments: Any) -> list[str]:
    """What is no file: a line for each."""
    return [line for one in each(attachments) if (line := _line(one))]


def place_of(attachments: Any) -> tuple[float | None, float | None]:
    """Coordinates of the first place sent."""
    for one in each(attachments):
        told = (one.get("latitude"), one.get("longitude"))
        if words(one, "type") == "location" and all(isinstance(x, int | float) for x in told):
            latitude, longitude = told
            if abs(latitude) <= 90 and abs(longitude) <= 180:  # type: ignore[arg-type]
                return float(latitude), float(longitude)  # type: ignore[arg-type]
    return None, None


def own_phone(attachments: Any, writer: int) -> str:
    """The phone that a person sent of themselves; a stranger's contact is only words."""
    for one in each(attachments):
        payload = part(one, "payload")
        if words(one, "type") == "contact" and writer and number(part(payload, "max_info"), "user_id") == writer:
            return _of_card(words(payload, "vcf_info"), "TEL")
    return ""


def unknown_of(attachments: Any) -> list[str]:
    """Kinds that we do not know, for the raw facts beside the text."""
    known = {*NAMED, *SILENT, "share", "contact", "location"}
    return sorted({kind for one in each(attachments) if (kind := words(one, "type")) not in known})


def each(attachments: Any) -> list[Mapping[str, Any]]:
    """Attachments that are objects, so many as anybody may send."""
    rows = attachments[:MOST] if isinstance(attachments, list) else []
    return [one for one in rows if isinstance(one, dict)]


def _file(one: Mapping[str, Any]) -> Enclosed | None:
    kind, payload = words(one, "type"), part(one, "payload")
    url = words(payload, "url")
    if kind == "video" and words(payload, "token"):
        return Enclosed(name="видео.mp4", url=f"{VIDEO}{words(payload, 'token')}")
    if not url.startswith(("https://", "http://")):
        return None
    if kind == "image":
        return Enclosed(name=f"photo{number(payload, 'photo_id') or ''}.jpg", url=url)
    if kind == "file":
        return Enclosed(name=words(one, "filename")[:200] or "файл", url=url)
    if kind == "audio":
        return Enclosed(name="голосовое сообщение.mp3", url=url)
    return None


def _line(one: Mapping[str, Any]) -> str:
    kind, payload = words(one, "type"), part(one, "payload")
    if kind in SILENT:
        return ""
    if kind == "location":
        latitude, longitude = place_of([one])
        return f"Место на карте: {latitude:.5f}, {longitude:.5f}" if latitude is not None else ""
    if kind == "audio" and words(one, "transcription"):
        return f"Голосовое сообщение: {words(one, 'transcription')[:4000]}"
    if kind == "share":
        told = (words(one, "title")[:200], words(one, "description")[:300], words(payload, "url")[:500])
        return " ".join(filter(None, ("Ссылка:", *told)))
    if kind == "contact":
        card = words(payload, "vcf_info")
        info = part(payload, "max_info")
        name = _of_card(card, "FN") or " ".join(filter(None, (words(info, "first_name"), words(info, "last_name"))))
        return " ".join(filter(None, ("Контакт:", name[:200], _of_card(card, "TEL"))))
    if _file(one) is not None:
        return ""
    return f"Вложение: {NAMED.get(kind) or kind[:40] or 'неизвестное'}"


def _of_card(card: str, name: str) -> str:
    """One value of a vCard: `TEL;TYPE=cell:79…` → the number."""
    found = re.search(rf"(?im)^{name}(?:;[^:\r\n]*)?:([^\r\n]+)", card)
    return found[1].strip()[:100] if found else ""
