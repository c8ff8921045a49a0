"""Files that are no pictures: kept byte for byte and only ever downloaded. Nothing here opens or unpacks them."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 25 * 1024 * 1024
DOWNLOADED: Final = "application/octet-stream"  # whatever its sender called it: no browser shows it as a page
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as they came. Without sides: it is no picture."""

    data: bytes
    sha256: str
    name: str
    content_type: str = DOWNLOADED
    width: int = 0
    height: int = 0


def accept_document(data: bytes, name: str) -> Document:
    """Any bytes up to `MAX_BYTES` (the rest is cut where they come in). The name loses signs that lead astray."""
    plain = _UNSAFE.sub("", name).strip(" .")[-200:] or "файл"
    return Document(data, hashlib.sha256(data).hexdigest(), plain)
