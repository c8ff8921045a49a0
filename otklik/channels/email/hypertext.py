"""HTML of a letter as plain text: what its reader would see. Nothing is fetched, nothing is kept of the markup.

A reader of its own, since the standard library's takes quadratic time over openings that never end: a letter of one
megabyte would hold a worker for minutes.
"""

import html as entities
import re
from typing import Final

MOST: Final = 1_000_000  # signs of HTML that are looked at
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tr", "ul",
})
_SPACED: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_UNSEEN: Final = frozenset({"head", "noscript", "object", "svg", "math", "iframe", "select", "template"})
_RAW: Final = frozenset({"script", "style", "title", "textarea", "xmp"})  # no tags inside, until its own end
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})
_HIDDEN: Final = re.compile(
    r"style\s*=[^>]{0,500}?(?:display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden)", re.IGNORECASE
)
_TAG: Final = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_DEEPEST: Final = 500
_MOST_TAGS: Final = 60_000  # a letter of a whole newspaper has a few thousand


def text_of(html: str) -> str:
    """The words, with line breaks where blocks end and `> ` before what stands in a quotation."""
    reader = _Reader(html[:MOST])
    reader.read()
    return reader.text()


class _Reader:
    def __init__(self, html: str) -> None:
        self._html = html
        self._small = html.lower() if len(html.lower()) == len(html) else html
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool]] = []  # tag, whether its content is unseen
        self._unseen = self._quoted = self._pre = 0
        self._missing: set[str] = set()  # ends that do not come any more: not looked for again

    def read(self) -> None:
        at = 0
        for _tag in range(_MOST_TAGS):
            if at >= len(self._html):
                break
            opening = self._html.find("<", at)
            if opening < 0:
                opening = len(self._html)
            if opening > at:
                self._words(self._html[at:opening])
            at = self._markup(opening) if opening < len(self._html) else opening

    def _markup(self, at: int) -> int:
        """Take what begins with `<` there; returns where it ends."""
        if self._html.startswith("<!--", at):
            return self._after("-->", at + 4)
        if self._html.startswith(("<!", "<?"), at):
            return self._after(">", at + 2)
        found = _TAG.match(self._html, at + 1)
        if found is None:
            self._words("<")
            return at + 1
        end = self._after(">", found.end())
        tag = found[2].lower()
        if found[1]:
            self._end(tag)
        else:
            self._begin(tag, self._html[found.end():min(end, found.end() + 3_000)])
            if tag in _RAW:
                end = self._after(f"</{tag}", end)
                end = self._after(">", end) if end < len(self._html) else end
        return end

    def _after(self, what: str, at: int) -> int:
        found = -1 if what in self._missing else self._small.find(what, at)
        if found < 0:
            self._missing.add(what)
            return len(self._html)
        return found + len(what)

    def _begin(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self._break()
            return
        if tag in _BLOCKS:
            self._block(tag)
        if tag in _VOID or tag in _RAW or len(self._open) >= _DEEPEST:
            return
        unseen = tag in _UNSEEN or bool(_HIDDEN.search(attributes))
        self._open.append((tag, unseen))
        self._unseen += unseen
        self._quoted += tag == "blockquote"
        self._pre += tag == "pre"

    def _end(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._line.append(" ")
        elif tag in _BLOCKS:
            self._flush()
        if any(one == tag for one, _unseen in self._open[-30:]):
            self._close(tag)
        if tag in _BLOCKS:
            self._block(tag)

    def _close(self, tag: str) -> None:
        while self._open:
            one, unseen = self._open.pop()
            self._unseen -= unseen
            self._quoted -= one == "blockquote"
            self._pre -= one == "pre"
            if one == tag:
                break

    def _words(self, words: str) -> None:
        if self._unseen:
            return
        words = entities.unescape(words)
        if not self._pre:
            self._line.append(_SPACES.sub(" ", words))
            return
        first, *rest = words.split("\n")
        self._line.append(first)
        for line in rest:
            self._break()
            self._line.append(line)

    def _break(self) -> None:
        line = "".join(self._line)
        self._lines.append((self._quoted, line.rstrip() if self._pre else _SPACES.sub(" ", line).strip()))
        self._line = []

    def _flush(self) -> None:
        if "".join(self._line).strip():
            self._break()
        self._line = []

    def _block(self, tag: str) -> None:
        self._flush()
        if tag in _SPACED and self._lines and self._lines[-1][1]:
            self._lines.append((self._quoted, ""))

    def text(self) -> str:
        """What was read so far."""
        self._break()
        lines = [("> " * min(depth, 5) + line if depth else line).rstrip() for depth, line in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).replace("\xa0", " ").strip("\n ")
