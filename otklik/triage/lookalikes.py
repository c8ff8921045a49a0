"""Text as it sounds: look-alike letters, digits, stretched and split words put back. Pure.

The result has one character for each character of the source that counts, and `source` tells where it came from, so
that a find can be shown in the text as given.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

# Latin, Greek and other letters and signs that look like Cyrillic ones. Read so only inside a word that also has
# Cyrillic letters, so that English stays English.
_ALIKE: Final = {
    "a": "а", "b": "в", "c": "с", "d": "д", "e": "е", "f": "ф", "g": "д", "h": "н", "i": "и", "j": "й", "k": "к",
    "l": "л", "m": "м", "n": "п", "o": "о", "p": "р", "r": "г", "s": "с", "t": "т", "u": "и", "v": "в", "x": "х",
    "y": "у", "z": "з", "0": "о", "1": "и", "3": "з", "4": "ч", "6": "б", "$": "с", "і": "и", "ї": "и", "є": "е",
    "ґ": "г", "ѕ": "с", "ј": "й", "һ": "н", "ү": "у", "ө": "о", "ә": "а", "ӏ": "и", "қ": "к", "ң": "н", "α": "а",
    "β": "в", "ε": "е", "ι": "и", "κ": "к", "ν": "в", "ο": "о", "ρ": "р", "τ": "т", "υ": "у", "χ": "х", "π": "п",
    "γ": "г", "δ": "д", "μ": "м", "л": "л",
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+(?:[$][^\W_]+)*")
_CYRILLIC: Final = re.compile(r"[а-яёіїєґ]")
_LATIN_OR_ALIKE: Final = re.compile(r"[a-zα-ωіїєґѕјһүөәӏқң0-9$]")
_MIXED: Final = re.compile(r"[а-яё][a-z0-9$]|[a-z0-9$][а-яё]", re.IGNORECASE)
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_SPELT: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*,/|]{1,2}){2,}[^\W\d_](?![^\W_])")


@dataclass(frozen=True, slots=True)
class Sounding:
    """`text` in small letters, «ё» as «е», each character from `source[i]` of the text as given."""

    text: str
    source: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of `text` stands in the text as given, with the whole of its first and last word."""
        while start > 0 and self.text[start - 1].isalnum() and self.text[start].isalnum():
            start -= 1
        while end < len(self.text) and self.text[end - 1].isalnum() and self.text[end].isalnum():
            end += 1
        return self.source[start], self.source[end - 1] + 1


@lru_cache(maxsize=8)  # kinds and tones both listen to the same text
def sounding(written: str) -> Sounding:
    """The text without signs that are not seen, look-alike letters read as Cyrillic, «бляяя» made short."""
    letters: list[str] = []
    source: list[int] = []
    for at, sign in enumerate(written):
        if sign.isascii():
            letters.append(sign.lower())
            source.append(at)
            continue
        for one in _plain(sign):
            letters.append(one)
            source.append(at)
    for found in _WORD.finditer("".join(letters)):
        word = found[0]
        if _CYRILLIC.search(word) and _LATIN_OR_ALIKE.search(word):
            letters[found.start() : found.end()] = [_ALIKE.get(one, one) for one in word]
    return _shortened("".join(letters), source)


@cache
def _plain(sign: str) -> str:
    """One sign as small plain letters; nothing for what is not seen (zero-width, combining marks)."""
    if unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return ""
    small = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", sign).lower())
    return "".join("е" if one == "ё" else one for one in small if not unicodedata.combining(one))


def _shortened(text: str, source: list[int]) -> Sounding:
    if _STRETCHED.search(text) is None:
        return Sounding(text, tuple(source))
    kept: list[int] = []
    last = 0
    for run in _STRETCHED.finditer(text):
        if run[1].isalpha():
            kept += range(last, run.start() + 1)
            last = run.end()
    kept += range(last, len(text))
    return Sounding("".join(text[at] for at in kept), tuple(source[at] for at in kept))


def spelt_words(sound: Sounding) -> list[tuple[str, int, int]]:
    """Words written letter by letter («х у й», «е.б.а.н.ы.й»): (word, start, end) in the sounding."""
    out = []
    for found in _SPELT.finditer(sound.text):
        word = "".join(one for one in found[0] if one.isalpha())
        if _CYRILLIC.search(word) and _LATIN_OR_ALIKE.search(word):
            word = "".join(_ALIKE.get(one, one) for one in word)
        out.append((word, found.start(), found.end()))
    return out


def alike_mended(written: str) -> str:
    """The text with look-alike letters of mixed words made Cyrillic («пр0вод»), sign for sign, so that places stay."""
    if not _MIXED.search(written):
        return written
    return _WORD.sub(lambda found: _mended_word(found[0]), written)


def _mended_word(word: str) -> str:
    small = word.lower()
    if len(small) != len(word) or not _CYRILLIC.search(small) or not _LATIN_OR_ALIKE.search(small):
        return word
    if small[:1].isdigit() and not any("a" <= one <= "z" for one in small):
        return word  # «12а», «5й»: a number with an ending
    return "".join(_ALIKE.get(one, one) if one not in "её" else one for one in small)
