"""winmail.dat (TNEF, [MS-OXTNEF]): the files and the text that Outlook wraps in it. Read within bounds."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from otklik.channels.email.charsets import decode

_SIGNATURE: Final = 0x223E9F78
_BODY, _CODE_PAGE, _MAPI = 0x0002800C, 0x00069007, 0x00069003
_FILE_BEGINS, _FILE_TITLE, _FILE_CONTENT, _FILE_MAPI = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# MAPI properties: text, HTML, content of a file, its long and short name.
_TEXT, _HTML, _CONTENT, _LONG_NAME, _SHORT_NAME = 0x1000, 0x1013, 0x3701, 0x3707, 0x3704
_FIXED: Final = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8,
                 0x0040: 8, 0x0048: 16}
_VARIABLE: Final = frozenset({0x000D, 0x001E, 0x001F, 0x0102})
_MOST_FILES: Final = 200
_MOST_PROPERTIES: Final = 5_000


class NoTnef(ValueError):
    """It only calls itself winmail.dat."""


@dataclass
class Unwrapped:
    """What was inside."""

    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


def unwrap(raw: bytes) -> Unwrapped:
    """Read it to its end or to where it is broken. Raises `NoTnef` when it is nothing of the kind."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        raise NoTnef
    found = Unwrapped()
    charset = "cp1251"
    name, content = "", None
    for attribute, value in _attributes(raw):
        if attribute == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == _BODY and not found.text:
            found.text = decode(value.rstrip(b"\0"), charset)
        elif attribute == _MAPI:
            _take_body(found, value, charset)
        elif attribute == _FILE_BEGINS:
            _keep(found, name, content)
            name, content = "", None
        elif attribute == _FILE_TITLE and not name:
            name = decode(value.rstrip(b"\0"), charset)
        elif attribute == _FILE_CONTENT:
            content = value
        elif attribute == _FILE_MAPI:
            told, inside = _of_file(value, charset)
            name, content = told or name, content if content is not None else inside
    _keep(found, name, content)
    return found


def _keep(found: Unwrapped, name: str, content: bytes | None) -> None:
    if content and len(found.files) < _MOST_FILES:
        found.files.append((name, content))


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(raw):
        attribute, size = struct.unpack_from("<II", raw, at + 1)
        at += 9
        if at + size > len(raw):
            return
        yield attribute, raw[at:at + size]
        at += size + 2  # a checksum, which mailers get wrong


def _take_body(found: Unwrapped, value: bytes, charset: str) -> None:
    for kind, number, content in _properties(value):
        if number == _TEXT and not found.text:
            found.text = _words(kind, content, charset)
        elif number == _HTML and not found.html:
            found.html = decode(content, charset)


def _of_file(value: bytes, charset: str) -> tuple[str, bytes | None]:
    short, long, content = "", "", None
    for kind, number, given in _properties(value):
        if number == _LONG_NAME:
            long = _words(kind, given, charset)
        elif number == _SHORT_NAME:
            short = _words(kind, given, charset)
        elif number == _CONTENT:
            content = given[16:] if kind == 0x000D else given  # an embedded object begins with its class
    return long or short, content


def _words(kind: int, content: bytes, charset: str) -> str:
    if kind == 0x001F:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return decode(content.rstrip(b"\0"), charset)


def _properties(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(kind, number, value) of each property; stops at what is cut or of a kind without a known length."""
    if len(raw) < 4:
        return
    count, at = min(struct.unpack_from("<I", raw)[0], _MOST_PROPERTIES), 4
    try:
        for _property in range(count):
            kind, number = struct.unpack_from("<HH", raw, at)
            at += 4
            if number >= 0x8000:
                at = _after_name(raw, at)
            if kind & 0x0FFF in _VARIABLE:
                values = struct.unpack_from("<I", raw, at)[0]
                at += 4
                content = b""
                for _value in range(min(values, _MOST_PROPERTIES)):
                    size = struct.unpack_from("<I", raw, at)[0]
                    content = content or raw[at + 4:at + 4 + size]
                    at += 4 + size + (-size) % 4
                yield kind, number, content
            elif kind & 0x1000:
                values = struct.unpack_from("<I", raw, at)[0]
                at += 4 + values * _FIXED[kind & 0x0FFF]
            else:
                at += _FIXED[kind]
    except (struct.error, KeyError):
        return


def _after_name(raw: bytes, at: int) -> int:
    """A named property has its set's id, then a number or a name, before its value."""
    if struct.unpack_from("<I", raw, at + 16)[0] == 0:
        return at + 24
    size = int(struct.unpack_from("<I", raw, at + 20)[0])
    return at + 24 + size + (-size) % 4
