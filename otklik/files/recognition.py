"""What a stranger's file is, by its first bytes, before any decoder sees it.

The name and the type that the sender claims are never believed.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Look = Literal["picture", "empty", "heic", "avif", "video", "program", "document", "markup", "unknown"]

_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")
_DOCUMENTS: Final = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
)
_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS: Final = {b"avif", b"avis"}
_MARKUP: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|!--|svg|html|head|body|script)", re.IGNORECASE
)


def look_at(content: bytes) -> Look:
    """The kind of file by its opening bytes; "picture" means one of the kinds we can decode."""
    if not content:
        return "empty"
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return "picture"
    if content[4:8] == b"ftyp":
        return _look_at_brand(content[8:12])
    if content.startswith(_PROGRAMS):
        return "program"
    if content.startswith(_DOCUMENTS):
        return "document"
    if content[:4] in (b"\x1aE\xdf\xa3", b"RIFF", b"OggS") or content.startswith(b"\x00\x00\x01\xba"):
        return "video"
    if _MARKUP.match(content[:1024]):
        return "markup"
    return "unknown"


def _look_at_brand(brand: bytes) -> Look:
    if brand in _HEIC_BRANDS:
        return "heic"
    return "avif" if brand in _AVIF_BRANDS else "video"


def webp_size(content: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP file declares, read without a decoder.

    The decoder sets aside memory for the whole canvas as soon as a file is opened, so the size must
    be known before. None when the file is not a WebP or is cut short. Source: RFC 9649, section 2.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    chunk = content[12:16]
    if chunk == b"VP8X":
        return (1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little"))
    if chunk == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF))
    if chunk == b"VP8 ":
        width = int.from_bytes(content[26:28], "little") & 0x3FFF
        return (width, int.from_bytes(content[28:30], "little") & 0x3FFF)
    return None
