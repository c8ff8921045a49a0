"""A letter as it is kept: its bytes, its identity, its size.

The id of an arrival is a digest of what the letter says, not its place in a mailbox: the same letter may come by IMAP,
by a pipe and out of a mailbox that was moved (another UIDVALIDITY), and is taken once. A Message-ID alone is no
identity: somebody could send a letter with the id of another and so suppress the true one.
"""

import hashlib
import re
from typing import Final

from otklik.channels.kit.channel import Came

MOST_BYTES: Final = 35 * 1024 * 1024  # mail services take letters of 20–30 MB; the rest is not fetched
_HEADERS_KEPT: Final = 64 * 1024
_OVERSIZE: Final = b"\0otklik-oversize "  # no letter begins with NUL: `came` sees to it
_WITHHELD: Final = b"\0otklik-withheld "
_SENT: Final = b"\0otklik-sent\n"
_SAYS: Final = frozenset({
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"content-type",
    b"content-transfer-encoding", b"reply-to", b"auto-submitted",
})
_NEEDED: Final = frozenset({b"date", b"message-id"})
_NAME: Final = re.compile(rb"([!-9;-~]+)[ \t]*:")


def came(raw: bytes) -> Came:
    """An arrival of these bytes. One that is too large is kept as its headers only."""
    raw = raw.lstrip(b"\0")
    if len(raw) > MOST_BYTES:
        return oversize(raw, len(raw))
    return Came(identity(raw), raw)


def oversize(raw: bytes, size: int) -> Came:
    """An arrival of a letter of that size, of which only the beginning is here."""
    heads = re.split(rb"\r?\n\r?\n", raw.lstrip(b"\0"), maxsplit=1)[0][:_HEADERS_KEPT]
    body = _OVERSIZE + str(size).encode() + b"\n" + heads + b"\n\n"
    return Came(f"oversize:{hashlib.sha256(body).hexdigest()}", body)


def withheld(place: str) -> Came:
    """An arrival of a letter that the mail server lists and does not give. `place`: UIDVALIDITY and UID."""
    return Came(f"withheld:{place}", _WITHHELD + place.encode() + b"\n\n")


def from_our_folder(one: Came) -> Came | None:
    """The same out of our own folder of sent letters, which only we can fill; None when it answers nobody."""
    heads = re.split(rb"\r?\n\r?\n", one.body, maxsplit=1)[0]
    if one.body.startswith(b"\0") or not re.search(rb"(?im)^in-reply-to:", heads):
        return None
    return Came(f"sent:{one.external_id}", _SENT + one.body)


def unmarked(body: bytes) -> tuple[bytes, bool]:
    """The letter, and whether it lay among our sent ones."""
    return (body[len(_SENT):], True) if body.startswith(_SENT) else (body, False)


def is_withheld(body: bytes) -> bool:
    """Whether the mail server did not give this letter."""
    return body.startswith(_WITHHELD)


def size_if_oversize(body: bytes) -> tuple[int, bytes] | None:
    """The size of a letter that was too large, and its headers."""
    if not body.startswith(_OVERSIZE):
        return None
    first, _newline, heads = body.partition(b"\n")
    return int(first[len(_OVERSIZE):] or b"0"), heads


def identity(raw: bytes) -> str:
    """The digest of what its author wrote and said of it; of everything where it has no date or no id of its own."""
    raw = re.sub(rb"\A(?:From |>From )[^\n]*\n", b"", raw)  # a line of mbox
    raw = raw.replace(b"\r\n", b"\n")
    heads, _blank, body = raw.partition(b"\n\n")
    fields = _fields(heads[:1_000_000])
    if not fields.keys() >= _NEEDED:
        whole = raw.rstrip(b"\n")
        return f"sha256:{hashlib.sha256(whole).hexdigest()}"
    digest = hashlib.sha256()
    for name in sorted(fields):
        digest.update(name + b":" + fields[name] + b"\n")
    digest.update(b"\n" + body.rstrip(b"\n"))
    return f"mail:{digest.hexdigest()}"


def _fields(heads: bytes) -> dict[bytes, bytes]:
    """The headers that its author wrote, without those that mail servers add on the way."""
    found: dict[bytes, bytes] = {}
    for line in re.sub(rb"\n[ \t]+", b" ", heads).split(b"\n"):
        name = _NAME.match(line)
        if name and name[1].lower() in _SAYS:
            key = name[1].lower()
            found[key] = found.get(key, b"") + b"\x1f" + b" ".join(line[name.end():].split())
    return found
