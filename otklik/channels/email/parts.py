"""The tree of a letter: its words and its files. Whatever is broken in it, something is found."""

import binascii
import mimetypes
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from otklik.channels.email.calendar_part import invitation
from otklik.channels.email.charsets import decode
from otklik.channels.email.heads import file_name, from_base64, head, raw_head
from otklik.channels.email.hypertext import text_of
from otklik.channels.email.tnef import NoTnef, unwrap
from otklik.channels.kit.incoming import Enclosed

MOST_PARTS: Final = 500
DEEPEST: Final = 40
_SAYS_NOTHING: Final = re.compile(
    r"\A[\s>*_-]*\Z"
    r"|\A.{0,40}(?:does not support html|HTML[- ]?(?:e-?)?mail|не поддерживает (?:html|просмотр)).{0,200}\Z",
    re.IGNORECASE | re.DOTALL,
)
_TEXTS: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/calendar", "text/x-amp-html",
                            "application/plain"})
_LETTERS: Final = frozenset({"message/rfc822", "message/global", "message/news"})
_INVISIBLE: Final = frozenset({"text/x-amp-html"})


@dataclass
class Content:
    """What a person sees of it. `letters`: letters inside this one."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)  # words in their order; whether they were HTML
    files: list[Enclosed] = field(default_factory=list)
    letters: list[Message] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)
    seen: int = 0

    def words(self) -> str:
        """All the words in their order, else an invitation's."""
        plain = "\n".join(words for words, html in self.pieces if not html)
        kept: list[str] = []
        for words, html in self.pieces:
            if html and _same(words, plain):  # some mailers put both forms side by side
                continue
            kept.append(words.strip("\n"))
        whole = "\n\n".join(one for one in kept if one.strip())
        return whole or "\n\n".join(filter(None, self.invitations))

    def is_html(self) -> bool:
        """Whether its words came as HTML only."""
        return bool(self.pieces) and all(html for _words, html in self.pieces)


def _same(one: str, other: str) -> bool:
    return bool(other.strip()) and "".join(one.split())[:200] == "".join(other.split())[:200]


def content_of(letter: Message) -> Content:
    """Look through the tree, at most `MOST_PARTS` parts and `DEEPEST` levels."""
    found = Content()
    _walk(letter, found, 0)
    return found


def kind_of(part: Message) -> str:
    """Its media type in small letters; what cannot be read counts as plain text, as RFC 2045 wants it."""
    try:
        return part.get_content_type()
    except (ValueError, TypeError, IndexError, AttributeError):
        return "text/plain"


def _walk(part: Message, found: Content, depth: int) -> None:
    found.seen += 1
    if found.seen > MOST_PARTS or depth > DEEPEST:
        return
    kind, inner = kind_of(part), part.get_payload()
    if kind in _LETTERS and isinstance(inner, list):
        _letter_inside(part, found)
    elif isinstance(inner, list):
        _several(kind, [one for one in inner if isinstance(one, Message)], found, depth)
    else:
        _leaf(part, kind, found)


def _several(kind: str, inner: list[Message], found: Content, depth: int) -> None:
    if kind != "multipart/alternative":
        for one in inner:
            _walk(one, found, depth + 1)
        return
    # One content in several forms: the files of each are files, but the words are those of the best form.
    plain = html = ""
    for one in inner:
        form = Content(seen=found.seen)
        _walk(one, form, depth + 1)
        words, found.seen = form.words(), form.seen
        if form.is_html():
            html = html or words
        elif not _SAYS_NOTHING.match(words):
            plain = plain or words
        found.files += form.files
        found.letters += form.letters
        found.invitations += form.invitations
    if plain or html:
        found.pieces.append((plain or html, not plain))


def bytes_of(part: Message) -> bytes:
    """The content as it was before it was encoded for the way, as far as it can be decoded."""
    inner = vars(part).get("_payload")  # `get_payload` replaces bytes that do not fit the named charset
    raw = inner.encode("utf-8", "surrogateescape") if isinstance(inner, str) else b""
    how = raw_head(part, "Content-Transfer-Encoding").split(";")[0].strip(" \t\"'").lower()
    if how == "base64":
        return raw if _no_base64(raw) else from_base64(raw)
    if how == "quoted-printable":
        return binascii.a2b_qp(raw)
    if how in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uudecoded(raw)
    return raw


def _no_base64(raw: bytes) -> bool:
    """Plain words that only call themselves base64."""
    words = raw.strip()
    return bool(re.search(rb"[^A-Za-z0-9+/=\s]", words[:2_000])) or (b" " in words[:200] and len(words) < 4_000)


def _uudecoded(raw: bytes) -> bytes:
    out = bytearray()
    for line in raw.splitlines():
        if line.startswith((b"begin ", b"end")):
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(out)


def _leaf(part: Message, kind: str, found: Content) -> None:
    name = file_name(part)
    attached = raw_head(part, "Content-Disposition").strip().lower().startswith("attachment")
    if kind in _INVISIBLE:
        return
    if kind == "text/calendar":
        raw = bytes_of(part)
        found.invitations.append(invitation(decode(raw, _charset(part))))
        found.files.append(Enclosed(name or "приглашение.ics", raw, media_type=kind))
        return
    if (kind in _TEXTS or kind.startswith("multipart/")) and not attached and not name:
        _words(part, kind, found)
        return
    raw = bytes_of(part)
    if kind == "application/ms-tnef" or name.lower() == "winmail.dat":
        try:
            _outlook(raw, found)
            return
        except NoTnef:
            pass
    if kind == "message/external-body":
        found.pieces.append(("[Вложение хранится не в письме: автор прислал только ссылку на него.]", False))
        return
    if raw:
        found.files.append(Enclosed(name or _named(part, kind, len(found.files) + 1), raw, media_type=kind))


def _words(part: Message, kind: str, found: Content) -> None:
    text = decode(bytes_of(part), _charset(part)).replace("\r\n", "\n").replace("\r", "\n")
    if kind == "text/html":
        found.pieces.append((text_of(text), True))
    elif kind == "text/enriched":
        found.pieces.append((re.sub(r"<[^<>\n]{0,200}>", "", text), False))
    else:
        found.pieces.append((_flowed(part, text), False))


def _charset(part: Message) -> str:
    try:
        given = part.get_param("charset")
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        return ""
    return str(given[2] if isinstance(given, tuple) else given or "")


def _flowed(part: Message, text: str) -> str:
    """format=flowed (RFC 3676): a line that ends in a space goes on in the next one."""
    try:
        flowed = str(part.get_param("format") or "").lower() == "flowed"
        joined = str(part.get_param("delsp") or "").lower() == "yes"
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        return text
    if not flowed:
        return text
    out: list[str] = []
    soft = False
    for written in text.split("\n"):
        line = written[1:] if written.startswith(" ") else written
        if soft and not line.startswith(">") and line != "-- ":
            out[-1] += line
        else:
            out.append(line)
        soft = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if soft and joined:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def _outlook(raw: bytes, found: Content) -> None:
    inside = unwrap(raw)
    if not found.words().strip():
        if inside.text.strip():
            found.pieces.append((inside.text.replace("\r\n", "\n"), False))
        elif inside.html:
            found.pieces.append((text_of(inside.html), True))
    for name, content in inside.files:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found.files.append(Enclosed(name or f"вложение-{len(found.files) + 1}", content, media_type=kind))


def _letter_inside(part: Message, found: Content) -> None:
    for one in part.get_payload():
        if not isinstance(one, Message):
            continue
        found.letters.append(one)
        try:
            raw = one.as_bytes()
        except Exception:  # noqa: BLE001 - the generator fails in many ways on broken letters
            raw = _pieces(one)
        words = head(one, "Subject")[:80] or "письмо"
        found.files.append(Enclosed(f"{words}.eml", raw, media_type="message/rfc822"))


def _pieces(letter: Message) -> bytes:
    """A broken letter put together by hand: its headers and whatever text it has."""
    heads = "".join(f"{name}: {value}\n" for name, value in letter.items())
    inner = letter.get_payload()
    body = inner if isinstance(inner, str) else ""
    return f"{heads}\n{body}".encode("utf-8", "surrogateescape")


def _named(part: Message, kind: str, number: int) -> str:
    words = head(part, "Content-Description")[:80]
    return words if "." in words else f"вложение-{number}{mimetypes.guess_extension(kind) or ''}"
