"""What a text is for: a complaint, a question, thanks, or spam. Simple rules over `kinds.csv`.

In doubt it is a complaint: thanks or spam taken for a complaint costs a person a second, the other
way round costs a resident the answer.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

from otklik.triage.matching import Matcher, PlacedTokens
from otklik.triage.words import NO

Kind = Literal["complaint", "question", "thanks", "spam"]

_LINK: Final = re.compile(r"https?://|t\.me/|bit\.ly|www\.", re.IGNORECASE)
_ASKS: Final = re.compile(
    r"\b(?:когда|где|куда|как|какой|какая|какие|почему|зачем|кто|сколько|подскажите|скажите|"
    r"можно ли|будет ли|планируется ли|есть ли)\b",
    re.IGNORECASE,
)
# «поставьте», «уберите»: who asks for something does not only thank
_IMPERATIVE: Final = re.compile(r"\b(?!здравствуйте|извините|простите)\w{3,}(?:йте|ите|ьте)\b", re.IGNORECASE)
_LONG_THANKS: Final = 120  # words; a long text that also thanks is rarely only that


def tokens_of_kind(text: PlacedTokens, *kinds: str) -> frozenset[int]:
    """Tokens of phrases of these kinds: «polite» are greetings and formulas, as «заранее спасибо»."""
    return frozenset(at for match in _matcher().find(text) if match.phrase.owner in kinds for at in match.at)


def kind_of(written: str, text: PlacedTokens, in_danger: bool, polite: frozenset[int]) -> Kind:
    """The kind by rules; danger makes everything a complaint."""
    if in_danger:
        return "complaint"
    met = {
        match.phrase.owner
        for match in _matcher().find(text)
        if match.phrase.owner == "spam" or polite.isdisjoint(match.at)
    }
    spam = {match.phrase.written for match in _matcher().find(text) if match.phrase.owner == "spam"}
    if len(spam) > 1 or (spam and _LINK.search(written)):
        return "spam"
    denies = any(NO in token.lemmas for token in text.tokens)
    asks = "?" in written or "question" in met
    wants = "request" in met or _IMPERATIVE.search(written) is not None
    if "thanks" in met and not (denies or asks or wants) and len(text.tokens) <= _LONG_THANKS:
        return "thanks"
    if asks and "request" not in met and not denies and ("question" in met or _ASKS.search(written)):
        return "question"
    return "complaint"


@cache
def _matcher() -> Matcher[str]:
    with Path(__file__).with_name("kinds.csv").open(encoding="utf-8", newline="") as source:
        return Matcher([(line["kind"], line["phrase"]) for line in csv.DictReader(source)], slack=0)
