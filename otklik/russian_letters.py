"""How much a text looks like Russian prose, by its letters: what tells one single-byte encoding from another."""

import math
from collections import Counter
from typing import Final

# Shares of letters in Russian prose, per thousand (Национальный корпус русского языка, rounded).
_SHARES: Final = (
    110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4, 3,
    3, 1, 1,
)
_PER_THOUSAND: Final = dict(zip("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", _SHARES, strict=True))
_WEIGHT: Final = {letter: math.log(share / 1000) for letter, share in _PER_THOUSAND.items()}
_NO_LETTER: Final = math.log(1 / 20_000)
_CAPITAL: Final = 0.4
_CAPITAL_INSIDE: Final = 3.0  # a capital after a small letter within a word: the wrong table swaps cases


def russian_likeness(text: str) -> float:
    """How much the letters of the text look like Russian prose; to be compared between readings of the same bytes."""
    letters = Counter(sign for sign in text if sign >= "\x80")
    score = sum(_WEIGHT.get(sign.lower(), _NO_LETTER) * times for sign, times in letters.items())
    swaps = sum(
        1
        for before, after in zip(text, text[1:], strict=False)
        if before >= "\x80" and before.islower() and after.isupper()
    )
    capitals = sum(times for sign, times in letters.items() if sign.isupper())
    return score - capitals * _CAPITAL - swaps * _CAPITAL_INSIDE
