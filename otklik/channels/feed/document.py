"""What a feed holds, whichever of its dialects it speaks: RSS 2.0 (and 0.9x), RSS 1.0 (RDF), Atom 1.0 and 0.3.

One builder is fed by two readers: the strict one (expat) and the loose one, which takes what broken XML still tells.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone

from otklik.channels.email.hypertext import text_of

MOST_ENTRIES = 500  # the first ones of a document: feeds put the newest first
MOST_SIGNS = 100_000  # of one field
_FIELDS = {  # element → the field it fills; the first that is there wins, so the fuller ones stand first in `_WINS`
    "title": "title", "link": "link", "guid": "guid", "id": "guid", "description": "summary", "summary": "summary",
    "tagline": "summary", "content:encoded": "content", "content": "content", "pubdate": "date", "published": "date",
    "issued": "date", "dc:date": "date", "updated": "updated", "modified": "updated", "dc:creator": "author",
    "author": "author", "wfw:commentrss": "comments", "yandex:full-text": "content",
}
_FEEDS = frozenset({"rss", "feed", "rdf:rdf", "channel"})
_ITEMS = frozenset({"item", "entry"})
_HTML = frozenset({"title", "summary", "content"})
_DEEPEST = 200


@dataclass(slots=True)
class Entry:
    """One item. Texts are HTML until `plain` is asked; `date` is aware or None."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    date: datetime | None = None
    comments: str = ""  # the address of the feed of its comments
    images: list[str] = field(default_factory=list)

    def words(self) -> tuple[str, str]:
        """Title and text without markup; the fuller of content and summary."""
        body = self.content if len(self.content) >= len(self.summary) else self.summary
        return " ".join(text_of(self.title).split()), text_of(body).strip()


@dataclass(slots=True)
class Document:
    """A feed as it was read. `mended`: its XML was broken, and the loose reader took what was whole."""

    is_feed: bool = False
    title: str = ""
    entries: list[Entry] = field(default_factory=list)
    mended: bool = False


class Enough(Exception):
    """As many entries as we take."""


class Builder:
    """Takes elements as they come and makes entries of them. Names are in small letters, with known prefixes."""

    def __init__(self) -> None:
        self.made = Document()
        self._stack: list[str] = []
        self._entry: dict[str, str] | None = None
        self._images: list[str] = []
        self._base = 0  # the depth of the entry's element
        self._into = ""  # the field that is being filled
        self._field_at = 0  # and the depth of its element
        self._plain = False  # Atom's type="text", its default: signs are signs
        self._atom = False
        self._words: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._stack) >= _DEEPEST:
            raise Enough
        if name in _FEEDS:
            self.made.is_feed, self._atom = True, self._atom or name == "feed"
        if name in _ITEMS:
            self._close_entry(whole=False)
            self._entry, self._images, self._base = {}, [], len(self._stack)
            if about := attributes.get("rdf:about"):
                self._entry["guid"] = about
        elif self._into:  # markup inside a text: XHTML of Atom, or tags that nobody escaped
            self._take(f"<{name}>")
        else:
            self._begin_field(name, attributes)
        self._stack.append(name)

    def _begin_field(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._entry is None:
            if name == "title" and not self.made.title:
                self._into, self._plain, self._words, self._size = "feed title", True, [], 0
                self._field_at = len(self._stack)
            return
        if "source" in self._stack[self._base :]:  # Atom's copy of another feed's head
            return
        if name in ("enclosure", "media:content", "media:thumbnail"):
            kind, url = attributes.get("type", ""), attributes.get("url", "")
            if url and (kind.startswith("image/") or attributes.get("medium") == "image") and len(self._images) < 3:
                self._images.append(url)
        elif name == "link" and attributes.get("href"):
            self._linked(attributes)
        elif name in _FIELDS:
            kind = attributes.get("type", "")
            self._into, self._words, self._size = _FIELDS[name], [], 0
            self._field_at = len(self._stack)
            self._plain = self._into in _HTML and kind in ("text", "text/plain", *([""] if self._atom else []))
            if name == "guid" and attributes.get("ispermalink", "").lower() == "false":
                self._entry.setdefault("not a link", "1")

    def _linked(self, attributes: Mapping[str, str]) -> None:
        assert self._entry is not None
        relation = attributes.get("rel", "alternate")
        if relation == "alternate":
            self._entry.setdefault("link", attributes["href"])
        elif relation == "replies" and "html" not in attributes.get("type", ""):
            self._entry.setdefault("comments", attributes["href"])

    def data(self, words: str) -> None:
        """Text between elements."""
        if self._into:
            inner = self._plain or (self._stack and self._stack[-1] not in _FIELDS)
            self._take(html.escape(words, quote=False) if inner else words)

    def _take(self, words: str) -> None:
        if self._size < MOST_SIGNS:
            self._words.append(words[: MOST_SIGNS - self._size])
            self._size += len(words)

    def end(self, name: str) -> None:
        """An element ends; those that were left open inside it end with it."""
        if name not in self._stack[-_DEEPEST:]:
            return
        while self._stack:
            closed = self._stack.pop()
            if closed in _ITEMS and self._entry is not None and len(self._stack) == self._base:
                self._close_field()
                self._close_entry(whole=closed == name)
            elif self._into and len(self._stack) == self._field_at:
                self._close_field()
            elif self._into:
                self._take(f"</{closed}>")
            if closed == name:
                break

    def _close_field(self) -> None:
        if not self._into:
            return
        words, into = "".join(self._words).strip(), self._into
        self._into, self._words, self._plain = "", [], False
        if into == "feed title":
            self.made.title = text_of(words)[:200]
        elif self._entry is not None and words and not (into == "content" and self._entry.get("content")):
            if into in _HTML:
                self._entry.setdefault(into, words)
            else:
                self._entry.setdefault(into, _name(words) if into == "author" else words)

    def _close_entry(self, *, whole: bool) -> None:
        """Keep the entry, if its end was seen: what was cut off comes whole another time."""
        kept, self._entry = self._entry, None
        self._into, self._words = "", []
        if kept is None or not whole:
            return
        guid = kept.get("guid", "").strip()
        link = kept.get("link", "").strip()
        if not link and guid.startswith(("http://", "https://")) and "not a link" not in kept:
            link = guid
        self.made.entries.append(
            Entry(
                guid=guid[:1000], link=link[:1000], title=kept.get("title", ""), summary=kept.get("summary", ""),
                content=kept.get("content", ""), author=kept.get("author", "")[:200],
                date=moment(kept.get("date", "")) or moment(kept.get("updated", "")),
                comments=kept.get("comments", "")[:1000], images=list(self._images),
            )
        )
        if len(self.made.entries) >= MOST_ENTRIES:
            raise Enough


def _name(words: str) -> str:
    """Who wrote, without the mail that some feeds put there: «mail@example.org (Имя)»."""
    return " ".join(one for one in text_of(words).split() if "@" not in one).strip("()")


def moment(text: str) -> datetime | None:
    """A date of RFC 822 or ISO 8601, aware; one without an offset is the region's. None for what is neither."""
    text = text.strip()
    if not text:
        return None
    found: datetime | None = None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return timezone.localtime(found if found.tzinfo else timezone.make_aware(found))
    except (ValueError, OverflowError):
        return None
