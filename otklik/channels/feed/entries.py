"""What an entry is called, and which entries are one.

- The id is its link (without what counts visitors) where the link is its own; else its guid with the site's name; else
  the digest of its words. So one article in two feeds of an account is one message.
- A link that other entries of the same feed bear, too, names nothing: then the guid is the id.
- Near-identical words with the same numbers are one message as well: a reprint. Other numbers are another day, another
  house: announcements are often alike but for these.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from otklik.channels.feed.document import Entry

MOST_ID = 190
SKETCH = 24  # so many of the smallest hashes of word pairs stand for a text
FEWEST_WORDS = 12  # of shorter texts only the same ones are one
ALIKE = 0.7  # of the pairs of words together
_COUNTS_VISITORS = re.compile(r"(utm_\w+|yclid|gclid|fbclid|from|ref|referrer|source|_openstat|rss)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")


def link_key(link: str) -> str:
    """A link by which the same page is known: no scheme, no «www.», no counters; the fragment stays (a comment)."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query) if not _COUNTS_VISITORS.fullmatch(k)])
    path = parts.path.rstrip("/")
    fragment = parts.fragment if re.search(r"\d", parts.fragment) else ""
    if not path and not query and not fragment:
        return ""  # the site's own front page
    return f"{host}{path}{'?' + query if query else ''}{'#' + fragment if fragment else ''}"


def ids_of(entries: Iterable[Entry], address: str, links: Mapping[str, str]) -> list[str]:
    """The id of each entry. `links`: which guid of this feed bore a link before."""
    entries = list(entries)
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    count = Counter((link_key(one.link), one.guid or one.link) for one in entries)
    bearers = Counter(key for key, _guid in count)
    found = []
    for one in entries:
        key, guid = link_key(one.link), one.guid or one.link
        if key and bearers[key] == 1 and links.get(key, guid) == guid:
            found.append(_short(f"link:{key}"))
        elif one.guid:
            found.append(_short(f"guid:{host}:{one.guid}"))
        else:
            found.append(f"words:{digest(*one.words())}")
    return found


def _short(name: str) -> str:
    return name if len(name) <= MOST_ID else f"{name[:100]}…{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def digest(title: str, text: str) -> str:
    """The same for the same words."""
    words = " ".join(_WORD.findall(f"{title} {text}".lower().replace("ё", "е")))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Print:
    """By what reprints are known: the numbers told, and a sketch of pairs of words."""

    numbers: str
    sketch: tuple[int, ...]

    def alike(self, other: "Print") -> bool:
        """Whether both are near-identical."""
        if self.numbers != other.numbers or not self.sketch or not other.sketch:
            return False
        least = sorted({*self.sketch, *other.sketch})[:SKETCH]
        both = set(self.sketch) & set(other.sketch)
        return sum(one in both for one in least) >= ALIKE * len(least)


def print_of(title: str, text: str) -> Print:
    """The print of an entry's words. A short text is alike only to itself."""
    words = _WORD.findall(f"{title} {text}".lower().replace("ё", "е"))[:3000]
    numbers = hashlib.sha256(" ".join(sorted(_NUMBER.findall(" ".join(words)))).encode()).hexdigest()[:8]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    pieces = [" ".join(words)] if len(words) < FEWEST_WORDS else pairs
    hashes = {int.from_bytes(hashlib.blake2b(one.encode(), digest_size=5).digest()) for one in pieces if one}
    return Print(numbers, tuple(sorted(hashes)[:SKETCH]))


def packed(entry: Entry, **more: Any) -> bytes:
    """An entry as it is kept."""
    kept = {
        "guid": entry.guid, "link": entry.link, "title": entry.title, "summary": entry.summary,
        "content": entry.content, "author": entry.author, "images": entry.images,
        "date": entry.date.isoformat() if entry.date else None, **more,
    }
    return json.dumps(kept, ensure_ascii=False).encode(errors="replace")
