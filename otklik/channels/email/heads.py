"""Headers as people meant them: encoded words in all their abuses, addresses, ids, dates, names of files."""

import binascii
import re
from datetime import UTC, datetime
from email._policybase import Compat32
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from otklik.channels.email.charsets import decode

MOST_OF_A_HEADER: Final = 100_000  # signs; a longer one is cut, the letter is still read
_WORD: Final = re.compile(r"=\?([^?=\s]{1,60})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,253}")
_BRACKETED: Final = re.compile(r"<\s*([^\s<>]{1,320})\s*>")
_ID: Final = re.compile(r"<[^<>\s]{1,300}>")
_SPACE: Final = re.compile(r"\s+")


class AsItCame(Compat32):
    """Headers are given as they stand: the standard policy replaces bytes beyond ASCII before anybody can read them."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value itself."""
        return value


def raw_head(letter: Message, name: str) -> str:
    """A header as it stands, unfolded; bytes beyond ASCII are lone surrogates."""
    try:
        value = letter.get(name, "")
    except (ValueError, TypeError, AttributeError, IndexError):
        return ""
    return str(value)[:MOST_OF_A_HEADER]


def head(letter: Message, name: str) -> str:
    """A header as people read it: one line."""
    return readable(raw_head(letter, name))


def readable(value: str) -> str:
    """Encoded words decoded (RFC 2047), also cut within a letter, unpadded, with spaces, glued to other words."""
    value = _unfolded(value)
    out, at, pending, charset = [], 0, b"", ""
    for found in _WORD.finditer(value):
        between = value[at:found.start()]
        content = _content(found[2], found[3])
        name = found[1].partition("*")[0].lower()
        # A word may end within a letter of several bytes: neighbours of one charset are decoded together.
        if pending and not between.strip() and name == charset:
            pending += content
        else:
            if pending:
                out.append(decode(pending, charset))
                between = between if between.strip() else ""
            out.append(_plain(between))
            pending, charset = content, name
        at = found.end()
    if pending:
        out.append(decode(pending, charset))
    out.append(_plain(value[at:]))
    return _SPACE.sub(" ", "".join(out)).strip()


def _unfolded(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\n ", " ").replace("\n\t", " ").replace("\n", " ")


def _plain(value: str) -> str:
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape"))


def _content(how: str, content: str) -> bytes:
    raw = content.encode("utf-8", "surrogateescape")
    if how in "bB":
        return from_base64(raw)
    return binascii.a2b_qp(raw.replace(b"_", b" "), header=False)


def from_base64(raw: bytes) -> bytes:
    """Base64 as it comes: foreign signs left out, padding mended, a broken tail dropped."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.split(b"=", 1)[0] if raw.rstrip().endswith(b"=") else raw)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def mailbox(value: str) -> tuple[str, str]:
    """(name, address in small letters) of the first person in From or Reply-To; empty where there is none."""
    value = _unfolded(value)
    for found in _BRACKETED.finditer(value):
        one = _ADDRESS.fullmatch(found[1].strip("'\" "))
        if one:
            return _name(value[:found.start()]), one[0].lower()
    bare = _ADDRESS.search(_plain(value))
    if bare is None:
        return _name(value), ""
    return _name(re.sub(r"[()]", " ", _plain(value).replace(bare[0], ""))), bare[0].lower()


def _name(value: str) -> str:
    words = readable(value.strip().lstrip(",;"))
    return words.replace('\\"', '"').strip(" \"',;<>")[:200]


def addresses(letter: Message, *names: str) -> list[str]:
    """Every address in these headers, in small letters."""
    found: list[str] = []
    for name in names:
        for value in letter.get_all(name, []):
            found += [one.lower() for one in _ADDRESS.findall(_plain(str(value)[:MOST_OF_A_HEADER]))]
    return found


def ids(letter: Message, *names: str) -> list[str]:
    """Message-IDs in these headers, as they stand, each once, the last first: the nearest is at the end."""
    found: list[str] = []
    for name in names:
        for value in letter.get_all(name, []):
            found += reversed(_ID.findall(_unfolded(str(value)[:MOST_OF_A_HEADER])))
    return list(dict.fromkeys(found))


def moment(letter: Message, received_at: datetime) -> datetime | None:
    """When it was written, if its clock can be believed: not later than it came, nor a month before."""
    try:
        said = parsedate_to_datetime(raw_head(letter, "Date"))
        said = said if said.tzinfo is not None else said.replace(tzinfo=UTC)
        late = (received_at - said).days
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return said if 0 <= late <= 31 else None


def file_name(part: Message) -> str:
    """The name of an attached file: RFC 2231 with its continuations, RFC 2047 where it must not be, raw bytes."""
    for header, param in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            given = part.get_param(param, header=header)
        except (ValueError, TypeError, IndexError, AttributeError, LookupError):
            given = _by_hand(raw_head(part, header), param)
        if given:
            return _file_words(given)[:255]
    return ""


def _file_words(given: object) -> str:
    if isinstance(given, tuple):
        charset, _language, value = given
        raw = str(value).encode("latin-1", "surrogateescape") if _latin(str(value)) else str(value).encode()
        return readable(decode(raw, str(charset or "")))
    value = str(given)
    if not value.isascii():
        raw = value.encode("utf-8", "surrogateescape")
        return readable(decode(raw))
    words = readable(value)
    if "%" in words and re.search(r"(?:%[0-9A-Fa-f]{2}){2}", words):
        named = re.match(r"([\w-]{3,30})'[\w-]*'(.*)", words, re.DOTALL)
        charset, coded = (named[1], named[2]) if named else ("", words)
        return decode(unquote_to_bytes(coded), charset)
    return words


def _latin(value: str) -> bool:
    return all(sign < "\u0100" or "\udc80" <= sign <= "\udcff" for sign in value)


def _by_hand(value: str, param: str) -> str:
    found = re.search(rf"{param}\*?=\s*(\"[^\"]*\"|[^;\s]+)", value, re.IGNORECASE)
    return found[1].strip('"') if found else ""
