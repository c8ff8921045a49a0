"""Bytes of mail as text: the charset that is named, where it is true; the one that fits, where it is not."""

import codecs
import re
from typing import Final

from otklik.russian_letters import russian_likeness

# Which single-byte tables Russian mail has come in, the commonest first: it wins a draw.
CYRILLIC: Final = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
# Names that say nothing: mailers put them on whatever they send. iso-8859-1 stands on half of the world's Cyrillic.
_EMPTY_NAMES: Final = frozenset({
    "", "ascii", "us-ascii", "iso8859-1", "cp1252", "unknown-8bit", "unknown", "x-unknown", "8bit", "default", "binary",
})
_ALIASES: Final = {
    "windows1251": "cp1251", "win-1251": "cp1251", "win1251": "cp1251", "x-cp1251": "cp1251", "ansi": "cp1251",
    "koi8": "koi8-r", "koi-8": "koi8-r", "koi8r": "koi8-r", "x-koi8-r": "koi8-r", "dos": "cp866", "x-cp866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic", "utf8": "utf-8", "utf-8mb4": "utf-8", "unicode": "utf-16",
    "ansi_x3.4-1968": "ascii",
    "ks_c_5601-1987": "cp949", "x-sjis": "shift_jis", "iso-8859-8-i": "iso8859-8", "unicode-1-1-utf-7": "utf-7",
}
# Not text at all, or dangerous as such: `codecs` would take them for charsets.
_NO_CHARSETS: Final = frozenset({
    "base64", "bz2", "hex", "quopri", "rot-13", "uu", "zlib", "idna", "punycode", "raw-unicode-escape", "undefined",
    "unicode-escape", "mbcs", "oem",
})
_SAMPLE: Final = 60_000  # bytes by which a charset is told
# How much better than the named table another must fit, in all and a letter (measured on 8,000 cuts of letters: one
# cut of a few words in capitals was taken for another table).
_BETTER: Final = 8.0
_BETTER_A_LETTER: Final = 0.7
_WORD: Final = re.compile(rb"[\x80-\xff]+")


def decode(raw: bytes, named: str = "") -> str:
    """The text of these bytes. Never fails: what fits nothing has its signs replaced."""
    name = _codec(named)
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:].decode("utf-8", "replace")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    if name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7") or name.startswith(("iso2022", "hz")):
        return raw.decode(name, "replace")
    if raw.isascii():
        return raw.decode("ascii")
    return unmixed(raw.decode(_fitting(raw, name), "replace"))


def _codec(named: str) -> str:
    """The name Python has for it, or an empty string for one that nobody knows."""
    name = named.strip(" \t\r\n\"';").lower()[:60]
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if found in _NO_CHARSETS else found


def _fitting(raw: bytes, name: str) -> str:
    sample = raw[:_SAMPLE]
    if _is_utf8(sample, whole=len(raw) <= _SAMPLE):
        return "utf-8"
    if _damaged_utf8(sample):
        return "utf-8"
    holds = name and name not in _EMPTY_NAMES and _decodes(sample, name)
    if holds and name not in CYRILLIC:
        return name  # a Chinese or a Polish letter: nothing to compare with
    letters = sum(len(word) for word in _WORD.findall(sample)) or 1
    fits = {table: russian_likeness(sample.decode(table, "replace")) for table in CYRILLIC}
    best = max(CYRILLIC, key=lambda table: fits[table])
    if holds:
        return best if fits[best] - fits[name] > max(_BETTER, _BETTER_A_LETTER * letters) else name
    return best if _looks_russian(sample, best) else "cp1252" if name in _EMPTY_NAMES else "utf-8"


def _is_utf8(sample: bytes, *, whole: bool) -> bool:
    """Whether it reads as UTF-8; a sign cut at the end of a sample does not count."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _damaged_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return wrong * 10 < sum(sign >= "\x80" for sign in text)


def _decodes(sample: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True


def _looks_russian(sample: bytes, table: str) -> bool:
    """Russian words are whole runs of high bytes; a French or a German word has one or two among ASCII."""
    runs = _WORD.findall(sample)
    long = sum(len(run) for run in runs if len(run) >= 3)
    text = b" ".join(runs).decode(table, "replace")
    cyrillic = sum("А" <= sign <= "я" or sign in "Ёё" for sign in text)
    return long * 2 >= sum(len(run) for run in runs) and cyrillic * 10 >= len(text.replace(" ", "")) * 7


_MIXED: Final = re.compile("(?:[РС][\x80-\xbf\u0402-\u045f\u2010-\u2122°±·»¤¦§©«¬®№µ¶ ]){4,}")


def unmixed(text: str) -> str:
    """«РџСЂРёРІРµС‚» is UTF-8 that somebody before us read as windows-1251: read it back, if all of it can be."""
    if not _MIXED.search(text):
        return text
    try:
        back = text.encode("cp1251").decode("utf-8")
    except UnicodeError:
        return text
    return back if back else text
