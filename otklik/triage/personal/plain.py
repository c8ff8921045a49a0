"""A text as a reader sees it, with the way back to the text as given. Pure.

Zero-width signs and accents go, look-alike letters of the other alphabet within a word and zeros written with a letter
are put right, tags of HTML fall out, other digits become ours. Every sign of the plain text knows where it stood.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Signs that show nothing: zero-width, soft hyphen, marks of direction, variation.
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_UNUSUAL: Final = re.compile(
    rf"[{_UNSEEN}\u0300-\u036f\u00a0\u2000-\u200a\u202f\u3000\uff00-\uff5e\U0001d400-\U0001d7ff<&\x00-\x08\x0b-\x1f]"
    r"|[^\W\d_\x00-\u024f\u0400-\u04ff]|(?![0-9])\d"
)
_UNSEEN_SIGN: Final = re.compile(rf"[{_UNSEEN}\x00-\x08\x0b-\x1f]")
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?:\s[^<>]{0,500})?/?>|<!--[^<>]{0,500}-->")
_WITHIN: Final = frozenset({"b", "i", "u", "s", "em", "strong", "span", "a", "font", "small", "big", "mark"})
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_JOINED: Final = {("и", "\u0306"): "й", ("И", "\u0306"): "Й", ("е", "\u0308"): "ё", ("Е", "\u0308"): "Ё"}
# «И в а н о в а»: letters set apart; two spaces part the words.
_SET_APART: Final = re.compile(r"(?<![^\W\d_])[^\W\d_](?: [^\W\d_]){3,}(?![^\W\d_])")
_LATIN: Final = re.compile(r"[A-Za-z]")
_RUN: Final = re.compile(r"[A-Za-zА-Яа-яЁё]{2,}")
_HYPHENS: Final = str.maketrans("\u2010\u2011\u2012\u2212\ufe63", "-----")
# A mobile number in which a nought, a three or a one is written with a letter.
_MOBILE: Final = re.compile(r"(?<!\w)(?:\+?7|8)[\s(.–-]{0,3}9(?:[\s().–-]{0,3}[\dОоOoЗзl]){9}(?![^\W_])")
_ZEROS: Final = str.maketrans("ОоOoЗзl", "0000331")
_LIKE: Final = str.maketrans("ABCEHKMOPTXYaceopxykm", "АВСЕНКМОРТХУасеорхукм")
_SURE_LIKE: Final = frozenset("ABCEHKMOPTXYaceopxykm")
_ZERO: Final = re.compile(r"(?<=\d)[ОоOo](?=[\d\s-]*\d)(?<![ОоOo][ОоOo])(?=\d)")
_THREE: Final = re.compile(r"(?<=\d)[Зз](?=\d)")
_ONE: Final = re.compile(r"(?<=\d\d)[lI|](?=\d\d)")


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` is to be read; its sign `i` stood at `starts[i]:ends[i]` in the text as given (None: at `i`)."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] = ()

    def given(self, start: int, end: int) -> tuple[int, int]:
        """The place of `text[start:end]`, not empty, in the text as given."""
        return (start, end) if self.starts is None else (self.starts[start], self.ends[end - 1])


def plain(text: str) -> Plain:
    """The text to read. Never raises; as long as the text at most."""
    apart = _spaces_within(text)
    if not apart and _UNUSUAL.search(text) is None:
        return Plain(_letters(text))
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        sign = text[at]
        length = 1
        if sign == "<" and (tag := _TAG.match(text, at)):
            length = tag.end() - at
            sign = "" if (tag[2] or "").lower() in _WITHIN else "\n"
        elif sign == "&" and (entity := _ENTITY.match(text, at)):
            length = entity.end() - at
            sign = html.unescape(entity[0])[:1] or " "
        elif at + 1 < len(text) and (sign, text[at + 1]) in _JOINED:
            sign, length = _JOINED[sign, text[at + 1]], 2
        if at in apart:
            sign = ""
        elif sign and not sign.isascii():
            sign = _seen(sign)
        elif sign and _UNSEEN_SIGN.match(sign):
            sign = ""
        if sign:
            signs.append(sign)
            starts.append(at)
            ends.append(at + length)
        elif ends and unicodedata.combining(text[at]):
            ends[-1] = at + length  # an accent goes with its letter
        at += length
    return Plain(_letters("".join(signs)), tuple(starts), tuple(ends))


def _spaces_within(text: str) -> frozenset[int]:
    """Places of the spaces that part the letters of a word."""
    return frozenset(
        word.start() + nth for word in _SET_APART.finditer(text) for nth in range(1, len(word[0]), 2)
    )


def _seen(sign: str) -> str:
    if "\u0400" <= sign <= "\u04ff":
        return sign
    if _UNSEEN_SIGN.match(sign) or unicodedata.category(sign) in ("Mn", "Me"):
        return ""
    if sign.isspace():
        return "\n" if sign in "\u2028\u2029\x85" else " "
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    usual = unicodedata.normalize("NFKC", sign)
    return usual if len(usual) == 1 else sign


def _letters(text: str) -> str:
    """Look-alikes put right sign for sign, so that places stay."""
    text = text.translate(_HYPHENS)
    if _LATIN.search(text) and not text.isascii():
        text = _RUN.sub(_one_alphabet, text)
    text = _MOBILE.sub(lambda found: found[0].translate(_ZEROS), text)
    return _ONE.sub("1", _THREE.sub("3", _ZERO.sub("0", text)))


def _one_alphabet(word: re.Match[str]) -> str:
    latin = [sign for sign in word[0] if sign.isascii()]
    cyrillic = len(word[0]) - len(latin)
    if latin and cyrillic >= len(latin) and _SURE_LIKE.issuperset(latin):
        return word[0].translate(_LIKE)
    return word[0]
