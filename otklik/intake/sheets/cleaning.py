"""`clean`: a text as a person wrote it, without the markup and tricks it travelled with.

The rules, in the order they are applied:

1. Line ends become `\\n`; NUL, control characters, lone surrogates and non-characters go, a tab is a space.
2. Bidirectional controls go (they can show words in another order than they stand); so do invisible
   characters, except the joiner inside an emoji and the marks of a flag.
3. Unicode is composed (NFC): «и» with a breve is «й».
4. HTML: tags that HTML knows go, with the content of script and style; `<br>` and ends of blocks
   become line breaks. «цена < 100», «<3» and «<не тег>» stay.
5. HTML entities with a semicolon become their characters; `?a=1&copy=2` in an address stays.
6. VK markup becomes what a reader of VK sees: `[id1|Имя]`, `[club1|Название]`, `@id1 (Имя)`,
   `[https://…|слова]`.
7. Steps 1 to 6 are repeated while they change something (markup may be wrapped several times); after
   four turns the signs that begin markup are dropped, so nothing stays hidden in the wrapping.
8. Spaces are single, lines have none at their ends, at most one empty line stands between lines.
9. A text longer than 100,000 characters is cut there, and its last line says so.

`clean(clean(text)) == clean(text)`, and any text whatever is accepted. The result is plain text, not
HTML: a page must still escape it. The raw text stays with the message.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from typing import Final

MAX_LENGTH: Final = 100_000
# What lies beyond is not even looked at: cleaning takes a bounded time.
_LOOKED_AT: Final = 500_000
_TURNS: Final = 4

_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES: Final = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls (line ends and the tab are done before)
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # surrogates, non-characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional
    "\u00ad\u180e\u200b\u200c\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb]"  # invisible
    # the marks of a flag, without their flag
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
# A joiner is kept between two pictures: 👨‍👩‍👧. A picture may end with a tone or a variation mark.
_LONE_JOINER: Final = re.compile(
    "(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)

_INLINE: Final = (
    "a abbr acronym area audio b base bdi bdo big button cite code del dfn em font g i iframe img input ins "
    "kbd label link map mark meta nobr o:p path picture s samp small source span strike strong sub sup svg "
    "tt u var video wbr"
)
_BLOCK: Final = (
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol optgroup option p "
    "pre section select summary table tbody textarea tfoot thead title tr ul"
)
_CELL: Final = "td th col colgroup"
_DROPPED: Final = "script style"
_BLOCKS: Final = frozenset(_BLOCK.split())
_CELLS: Final = frozenset(_CELL.split())
_NAMES: Final = "|".join(
    sorted(map(re.escape, f"{_INLINE} {_BLOCK} {_CELL} {_DROPPED} noscript".split()), key=len, reverse=True)
)
# An attribute has a value or is one of the known words, or «<b и c>» would pass for a tag.
_BARE: Final = (
    "disabled|checked|selected|hidden|required|readonly|nowrap|multiple|async|defer|controls|download"
)
_TAG: Final = re.compile(
    rf"<(?P<end>/?)(?P<name>{_NAMES})(?![\w:-])"
    rf"""(?:\s++(?:[A-Za-z_:@][\w:.-]*+\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s<>"']*+)|(?:{_BARE})(?![\w=])))*+"""
    r"\s*+/?>"
    r"|<!--(?P<comment>)|<![a-z][^<>]*+>|<\?[a-z][^<>]*+>",
    re.IGNORECASE,
)
_ENDINGS: Final = re.compile("-->|</(?:script|style)", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MENTION: Final = re.compile(
    r"\[(?:id|club|public|event|app)\d{1,20}(?::bp-?\d{1,20}_\d{1,20})?\|(?P<name>[^\[\]|\n]{0,300})\]"
    r"|\[(?:https?://|(?:m\.)?vk\.(?:com|ru|cc)/)[^\s\[\]|]{0,2000}\|(?P<words>[^\[\]|\n]{0,1000})\]"
    r"|[@*](?:id|club|public|event)\d{1,20} \((?P<shown>[^()\n]{1,300})\)",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text by the rules above: plain, composed, trimmed, at most 100,000 characters."""
    seen = text[:_LOOKED_AT]
    for _turn in range(_TURNS):
        before, seen = seen, _unwrapped(seen)
        if seen == before:
            break
    else:
        if seen != _unwrapped(seen):
            seen = _trimmed(_signs(re.sub(r"[&<\[@*]", "", seen)))
    return _shortened(seen, len(text))


def _unwrapped(text: str) -> str:
    return _trimmed(_mentions(_entities(_tags(_signs(text)))))


def _signs(text: str) -> str:
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    text = _UNWANTED.sub("", text)
    if "\u200d" in text:
        text = _LONE_JOINER.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _tags(text: str) -> str:
    if "<" not in text:
        return text
    kept: list[str] = []
    place = 0
    endings = _Endings(text)
    for tag in _TAG.finditer(text):
        if tag.start() < place:
            continue  # within a script or a comment that is already left out
        kept.append(text[place : tag.start()])
        place = tag.end()
        name = (tag["name"] or "").lower()
        if tag["comment"] is not None:
            place = endings.after("-->", place)
        elif name in _DROPPED.split() and not tag["end"]:
            place = endings.after(f"</{name}", place)
        kept.append("\n" if name in _BLOCKS else " " if name in _CELLS else "")
    kept.append(text[place:])
    return "".join(kept)


class _Endings:
    """Where comments, scripts and styles end; the text is looked through once, when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, list[int]] | None = None

    def after(self, ending: str, place: int) -> int:
        """The place after the next «-->», or of the next closing tag; `place` when there is none."""
        if self._places is None:
            self._places = {}
            for found in _ENDINGS.finditer(self._text):
                self._places.setdefault(found[0].lower(), []).append(found.start())
        places = self._places.get(ending, [])
        nearest = bisect_left(places, place)
        if nearest == len(places):
            return place
        return places[nearest] + (len(ending) if ending == "-->" else 0)


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def _mentions(text: str) -> str:
    if "[" not in text and "@" not in text and "*" not in text:
        return text
    return _MENTION.sub(lambda found: found["name"] or found["words"] or found["shown"] or "", text)


def _trimmed(text: str) -> str:
    text = re.sub(" {2,}", " ", text)
    text = re.sub(" ?\n ?", "\n", text)
    return re.sub("\n{3,}", "\n\n", text).strip()


def _shortened(text: str, given: int) -> str:
    if len(text) <= MAX_LENGTH and given <= _LOOKED_AT:
        return text
    remark = f"\n[текст обрезан: пришло {given} знаков, показаны первые]"
    return (text[: MAX_LENGTH - len(remark)].rstrip(" \n\u200d") + remark).lstrip("\n")
