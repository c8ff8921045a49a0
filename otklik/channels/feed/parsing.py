"""Bytes of a feed as a document. Strict XML first; what is broken goes to the loose reader, within bounds.

Entities of a document's own are never expanded (a few lines of them can make gigabytes): a document that declares one
goes to the loose reader, which knows only the entities of HTML. Nothing outside is loaded.
"""

import html
import re
from collections.abc import Callable
from xml.parsers import expat

from otklik.channels.email.charsets import decode
from otklik.channels.feed.document import Builder, Document, Enough

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_PREFIXES = {
    "http://www.w3.org/2005/Atom": "", "http://purl.org/atom/ns#": "", "http://purl.org/rss/1.0/": "",
    "http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:", "http://wellformedweb.org/CommentAPI/": "wfw:",
    "http://search.yahoo.com/mrss/": "media:", "http://news.yandex.ru": "yandex:", "http://www.w3.org/1999/xhtml": "",
}
_ATTRIBUTE = re.compile(r"""([A-Za-z_:][\w:.-]{0,60})\s*=\s*(?:"([^"]{0,2000})"|'([^']{0,2000})')""")
_NAME = re.compile(r"/?([A-Za-z_][\w:.-]{0,60})")
_MOST_TAGS = 200_000
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _Declares(Exception):
    """The document declares entities of its own."""


def document_of(raw: bytes, content_type: str = "") -> Document:
    """The feed. `is_feed` False: these bytes are none (a page, an error). Never fails."""
    declared = _DECLARED.match(raw[:400])
    told = _CHARSET.search(content_type)
    text = decode(raw, declared[1].decode("ascii") if declared else told[1] if told else "").lstrip("\ufeff \t\r\n")
    try:
        return _strictly(text)
    except (expat.ExpatError, _Declares, ValueError):
        made = _loosely(text)
        made.mended = True
        return made


def _strictly(text: str) -> Document:
    builder = Builder()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True

    def declares(*_what: object) -> None:
        raise _Declares

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start(_known(name), {_known(key): value for key, value in attributes.items()})

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: builder.end(_known(name))
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = declares
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except Enough:
        return builder.made
    return builder.made


def _known(name: str) -> str:
    """A name as feeds write it: «content:encoded»; of a namespace that we do not know, one that means nothing."""
    space, _sign, local = name.rpartition(" ")
    return f"{_PREFIXES.get(space, 'other:') if space else ''}{local}".lower()


def _loosely(text: str) -> Document:
    """Tags in the order in which they come, whatever is between; an entry counts when its end is there."""
    builder, at, missing = Builder(), 0, set[str]()
    text = _NOT_XML.sub("", text)

    def after(what: str, start: int) -> int:
        found = -1 if what in missing else text.find(what, start)
        if found < 0:
            missing.add(what)
            return -1
        return found

    try:
        for _tag in range(_MOST_TAGS):
            opening = text.find("<", at)
            if opening < 0:
                break
            if opening > at:
                builder.data(html.unescape(text[at:opening]))
            at = _markup(text, opening, builder, after)
            if at < 0:
                break
    except Enough:
        pass
    return builder.made


def _markup(text: str, at: int, builder: Builder, find: Callable[[str, int], int]) -> int:
    """Take what begins with `<` there; returns where it ends, -1 when it never does."""
    if text.startswith("<![CDATA[", at):
        end = find("]]>", at)
        if end >= 0:
            builder.data(text[at + 9 : end])
        return end + 3 if end >= 0 else -1
    if text.startswith("<!--", at):
        end = find("-->", at)
        return end + 3 if end >= 0 else -1
    end = find(">", at)
    if end < 0:
        return -1
    named = _NAME.match(text, at + 1)
    if named is None:  # a declaration, or a bare «<»
        if text[at + 1 : at + 2] in ("!", "?"):
            return end + 1
        builder.data("&lt;")
        return at + 1
    name = named[1].lower()
    if text[at + 1] == "/":
        builder.end(name)
    else:
        given = text[named.end() : min(end, named.end() + 4000)]
        builder.start(name, {k.lower(): html.unescape(a or b) for k, a, b in _ATTRIBUTE.findall(given)})
        if given.rstrip().endswith("/"):
            builder.end(name)
    return end + 1
