"""A calendar file of a meeting (RFC 5545), that every calendar program opens. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from otklik.practice.models import Exchange

_STATUS = {Exchange.State.PLANNED: "CONFIRMED", Exchange.State.HELD: "CONFIRMED", Exchange.State.CANCELLED: "CANCELLED"}


def calendar_file(row: Exchange, now: datetime) -> bytes:
    """One event. A changed meeting keeps its UID and has a higher SEQUENCE: calendars move it."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Otklik//Exchange//RU", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "BEGIN:VEVENT", f"UID:{row.uid}@otklik", f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(row.begins_at)}",
        f"DTEND:{_utc(row.ends_at)}", f"SEQUENCE:{row.version}", f"STATUS:{_STATUS[Exchange.State(row.state)]}",
        f"SUMMARY:{_text(f'Обмен опытом: {row.host_name} — {row.guest_name}')}",
        f"DESCRIPTION:{_text(filter_words(row.topic, row.programme))}",
        *([f"LOCATION:{_text(row.where)}"] if row.where else []),
        "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT30M", f"DESCRIPTION:{_text(row.topic)}", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]
    return "".join(part + "\r\n" for line in lines for part in _folded(line)).encode()


def filter_words(*words: str) -> str:
    """The words that are there, apart by an empty line."""
    return "\n\n".join(filter(None, words))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """TEXT of 3.3.11: backslash, semicolon, comma and line ends are written with a backslash."""
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        words = words.replace(sign, written)
    return words


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets (3.1), the next ones beginning with a space; never in the middle of a letter."""
    part, octets = "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > 75:
            yield part
            part, octets = " ", 1
        part += letter
        octets += size
    yield part
