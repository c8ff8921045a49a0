"""An invitation (text/calendar, RFC 5545) in words: what, when, where."""

import re
from typing import Final

_LOOKED_AT: Final = 200_000
_FIELD: Final = re.compile(r"^(SUMMARY|LOCATION|DESCRIPTION|DTSTART|DTEND)(?:;[^:\r\n]*)?:(.*)$", re.MULTILINE)
_WORDS: Final = {"SUMMARY": "Приглашение", "DTSTART": "Начало", "DTEND": "Конец", "LOCATION": "Место",
                 "DESCRIPTION": ""}
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")


def invitation(content: str) -> str:
    """Its lines for a person; empty when it holds no event."""
    event = content[:_LOOKED_AT].partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    event = re.sub(r"\r?\n[ \t]", "", event)
    found = {name: value.strip() for name, value in reversed(_FIELD.findall(event))}
    lines = []
    for name, word in _WORDS.items():
        value = _plain(found.get(name, ""))
        if value:
            lines.append(f"{word}: {value}" if word else value)
    return "\n".join(lines)


def _plain(value: str) -> str:
    when = _TIME.fullmatch(value)
    if when:
        year, month, day, hour, minute, utc = when.groups()
        return f"{day}.{month}.{year}" + (f" {hour}:{minute}{' UTC' if utc else ''}" if hour else "")
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", "\n", value)).strip()
