"""What a message carries: files to fetch by their id; the rest told in a line of words.

https://core.telegram.org/bots/api#message. An address of a file holds the bot's token, so it is asked for when the file
is fetched and kept nowhere: here a file is `telegram:<file_id>`. The lines become part of the message's text in the
database, so they are Russian whatever the reader's language.
"""

from collections.abc import Mapping
from typing import Any

from otklik.channels.kit.incoming import Enclosed
from otklik.channels.telegram.updates import number, part, words

FILE = "telegram:"
MOST_BYTES = 20 * 1024 * 1024  # «bots can download files of up to 20MB in size»: #getfile
# Kinds of files, with the name of those that have none. An animation comes as a document, too: it stands before it.
FILES: Mapping[str, str] = {
    "animation": "анимация.mp4", "document": "документ", "video": "видео.mp4", "video_note": "видеосообщение.mp4",
    "voice": "голосовое сообщение.ogg", "audio": "аудиозапись.mp3",
}


def files_of(message: Mapping[str, Any]) -> list[Enclosed]:
    """The photo in the greatest size that a bot gets, or the file."""
    photo = _best(message.get("photo"))
    if photo:
        return [Enclosed(name="photo.jpg", url=f"{FILE}{photo}")]
    for kind, name in FILES.items():
        one = part(message, kind)
        if words(one, "file_id") and number(one, "file_size") <= MOST_BYTES:
            return [Enclosed(name=words(one, "file_name")[:200] or name, url=f"{FILE}{words(one, 'file_id')}")]
    return []


def lines_of(message: Mapping[str, Any]) -> list[str]:
    """What is no file, a line for each."""
    lines = [_too_big(message), _contact(part(message, "contact")), _poll(part(message, "poll"))]
    if words(part(message, "sticker"), "file_id"):
        lines.append(f"Вложение: стикер {words(part(message, 'sticker'), 'emoji')[:10]}".strip())
    venue = part(message, "venue")
    latitude, longitude = place_of(message)
    if venue:
        lines.append(" ".join(filter(None, ("Место:", words(venue, "title")[:200], words(venue, "address")[:300]))))
    elif latitude is not None:
        lines.append(f"Место на карте: {latitude:.5f}, {longitude:.5f}")
    return list(filter(None, lines))


def place_of(message: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Coordinates, of a place that was sent."""
    told = part(message, "location") or part(part(message, "venue"), "location")
    latitude, longitude = told.get("latitude"), told.get("longitude")
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None, None
    fits = abs(latitude) <= 90 and abs(longitude) <= 180
    return (float(latitude), float(longitude)) if fits else (None, None)


def own_phone(message: Mapping[str, Any], writer: int) -> str:
    """The phone that a person sent of themselves; a stranger's contact is only words."""
    contact = part(message, "contact")
    return words(contact, "phone_number") if writer and number(contact, "user_id") == writer else ""


def _best(sizes: Any) -> str:
    known = [one for one in sizes if isinstance(one, dict)] if isinstance(sizes, list) else []
    fit = [one for one in known if words(one, "file_id") and number(one, "file_size") <= MOST_BYTES]
    best = max(fit, key=lambda one: number(one, "width") * number(one, "height"), default=None)
    return words(best, "file_id") if best else ""


def _too_big(message: Mapping[str, Any]) -> str:
    for kind, name in FILES.items():
        one = part(message, kind)
        if words(one, "file_id"):
            return "" if number(one, "file_size") <= MOST_BYTES else (
                f"Вложение больше 20 МБ, Telegram его не отдаёт: {words(one, 'file_name')[:200] or name}"
            )
    return ""


def _contact(contact: Mapping[str, Any]) -> str:
    told = [words(contact, name)[:100] for name in ("first_name", "last_name", "phone_number")]
    return " ".join(("Контакт:", *filter(None, told))) if any(told) else ""


def _poll(poll: Mapping[str, Any]) -> str:
    return f"Опрос: {words(poll, 'question')[:300]}" if words(poll, "question") else ""
