"""What hangs on a post, comment or message: photos and documents to fetch, the rest told in a line of words.

Objects: https://dev.vk.com/ru/reference/objects/attachments-message, …/attachments-wall, …/photo-sizes.
The lines become part of the message's text in the database, so they are Russian whatever the reader's language.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from otklik.channels.kit.incoming import Enclosed
from otklik.channels.vk.events import words

MOST = 30
NAMED = {
    "video": "видео", "audio": "аудиозапись", "poll": "опрос", "market": "товар", "note": "заметка", "page": "страница",
    "album": "альбом", "story": "история", "sticker": "стикер", "gift": "подарок", "graffiti": "рисунок",
    "wall": "запись", "wall_reply": "комментарий", "call": "звонок", "clip": "клип", "event": "встреча",
}


def files_of(attachments: Any) -> list[Enclosed]:
    """Photos in their biggest size, documents, voice messages: addresses to fetch."""
    return [file for kind, one in _each(attachments) if (file := _file(kind, one)) is not None]


def lines_of(attachments: Any) -> list[str]:
    """What is no file: a line for each, with its link where it has one."""
    return [line for kind, one in _each(attachments) if (line := _line(kind, one))]


def _each(attachments: Any) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    for one in attachments[:MOST] if isinstance(attachments, list) else []:
        kind = one.get("type") if isinstance(one, dict) else None
        inner = one.get(kind) if isinstance(kind, str) else None
        if isinstance(kind, str):
            found.append((kind, inner if isinstance(inner, dict) else {}))
    return found


def _file(kind: str, one: Mapping[str, Any]) -> Enclosed | None:
    if kind in ("photo", "posted_photo"):
        url = _biggest(one)
        return Enclosed(name=f"photo{one.get('owner_id')}_{one.get('id')}.jpg", url=url) if url else None
    if kind == "doc" and words(one, "url"):
        title, tail = words(one, "title")[:200] or "документ", words(one, "ext")
        named = title if not tail or title.lower().endswith(f".{tail.lower()}") else f"{title}.{tail}"
        return Enclosed(name=named, url=words(one, "url"))
    if kind == "audio_message" and words(one, "link_mp3"):
        return Enclosed(name="голосовое сообщение.mp3", url=words(one, "link_mp3"))
    if kind == "graffiti" and words(one, "url"):
        return Enclosed(name="рисунок.png", url=words(one, "url"))
    return None


def _biggest(photo: Mapping[str, Any]) -> str:
    told = photo.get("sizes") or photo.get("images")
    sizes: Sequence[Any] = told if isinstance(told, list) else []
    known = [one for one in sizes if isinstance(one, dict) and (words(one, "url") or words(one, "src"))]
    original = photo.get("orig_photo")
    if isinstance(original, dict) and words(original, "url"):
        known.append(original)
    best = max(known, key=_area, default=None)
    return words(best, "url") or words(best, "src") if best else ""


def _area(size: Mapping[str, Any]) -> tuple[int, int]:
    width, height = size.get("width"), size.get("height")
    area = width * height if isinstance(width, int) and isinstance(height, int) else 0
    return area, "smxopqryzw".find(words(size, "type")[:1])  # old photos tell no sizes: the letter does


def _line(kind: str, one: Mapping[str, Any]) -> str:
    if kind == "link":
        return " ".join(filter(None, ("Ссылка:", words(one, "title")[:200], words(one, "url")[:500])))
    if kind == "audio_message":
        heard = words(one, "transcript")
        return f"Голосовое сообщение: {heard}" if heard else ""
    if kind in ("wall", "wall_reply") and words(one, "text"):
        return f"Пересланная запись: {words(one, 'text')[:2000]}"
    if kind in ("photo", "posted_photo", "doc") and _file(kind, one) is not None:
        return ""
    named = NAMED.get(kind, "вложение")
    title = words(one, "title") or words(one, "question")
    owner, ident = one.get("owner_id"), one.get("id")
    link = f" https://vk.com/{kind}{owner}_{ident}" if kind in ("video", "wall") and owner and ident else ""
    return f"Вложение: {named}{' «' + title[:200] + '»' if title else ''}{link}"
