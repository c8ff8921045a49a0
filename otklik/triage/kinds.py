"""What a text is for: a complaint, a question, a suggestion, thanks, spam, or a matter of another body.

Rules over `kind_cues.csv` (cues with weights) and `kinds.csv` (polite formulas). In doubt it is a complaint: thanks or
spam taken for a complaint costs a person a second, the other way round costs a resident the answer. The kind proposes;
nothing is set aside by it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from otklik.triage.lookalikes import sounding
from otklik.triage.matching import Matcher, PlacedTokens

Kind = Literal["complaint", "question", "suggestion", "thanks", "spam", "not_for_us"]

_LONG_THANKS: Final = 120  # words; a long text that also thanks is rarely only that
_LONG: Final = 60  # words; a long letter holds many cues by chance
_SHOWN: Final = 3  # words of a reason
# Cues begin where a word begins: «акция» is no part of «вакцинация».
_FROM_START: Final = r"(?<![а-яa-z])"
# «поставьте», «уберите»: who asks for something does not only thank
_IMPERATIVE: Final = re.compile(
    r"\b(?!здравствуй|извинит|простит|передайте|работайте|продолжайте|живите|держите|цените|поощрите|отметьте|"
    r"наградите|примите)\w{3,}(?:йте|ите|ьте)\b"
)
_BRIEF: Final = 25  # words; in a longer text one «спасибо» at its end is mere politeness
_OPENING: Final = 60  # characters in which a letter of thanks says so


@dataclass(frozen=True, slots=True)
class KindFound:
    """The kind, and why in words of the text; empty for a complaint, which needs no reason."""

    kind: Kind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the cues of one kind weigh in a text, each piece of it once, and the pieces."""

    weight: int
    words: tuple[str, ...]
    first: int = 0  # where the first piece stands
    is_strong: bool = False  # one piece alone weighs two


def tokens_of_kind(text: PlacedTokens, *kinds: str) -> frozenset[int]:
    """Tokens of phrases of these kinds: «polite» are greetings and formulas, as «заранее спасибо»."""
    return frozenset(at for match in _matcher().find(text) if match.phrase.owner in kinds for at in match.at)


def kind_of(written: str, text: PlacedTokens, in_danger: bool, polite: frozenset[int]) -> KindFound:
    """The kind by rules; danger makes everything a complaint."""
    if in_danger:
        return KindFound("complaint")
    plain = sounding(written).text
    long = len(text.tokens) > _LONG
    trouble = _weigh("trouble", plain)
    spam = _weigh("spam", plain)
    if _is_spam(spam, trouble, long):
        return KindFound("spam", _because("Похоже на рекламу или рассылку", spam))
    foreign = _weigh("not_for_us", _masked(plain))
    local = bool(_cues()["local"][0][1].search(_masked(plain)))
    if foreign.weight >= 2 + 2 * long + 2 * local and (not local or foreign.weight >= trouble.weight):
        return KindFound("not_for_us", _because("Похоже на дело другого ведомства", foreign))
    return _talk(plain, text, trouble, polite)


def _is_spam(spam: _Weighed, trouble: _Weighed, long: bool) -> bool:
    enough = 6 if long else 4 if trouble.weight > 2 else 2
    return spam.weight >= enough and spam.weight > trouble.weight and (spam.is_strong or spam.weight > 2)


def _talk(plain: str, text: PlacedTokens, trouble: _Weighed, polite: frozenset[int]) -> KindFound:
    """Thanks, a suggestion or a question, when no trouble outweighs it."""
    thanks = _weigh("thanks", _without_polite(plain, text, polite))
    idea = _weigh("suggestion", plain)
    asks = _weigh("question", plain)
    if thanks.weight > trouble.weight and idea.weight < 3 and _only_thanks(plain, text, thanks):
        return KindFound("thanks", _because("Похоже на благодарность", thanks))
    if idea.weight >= 2 and idea.weight > trouble.weight:
        return KindFound("suggestion", _because("Похоже на предложение", idea))
    if asks.weight and (not trouble.weight or (asks.weight >= 2 and asks.weight > trouble.weight)):
        return KindFound("question", _because("Похоже на вопрос", asks))
    return KindFound("complaint")


def _only_thanks(plain: str, text: PlacedTokens, thanks: _Weighed) -> bool:
    """Whether nothing is asked for beside the thanks, and they are the matter, not a closing formula."""
    if "?" in plain or _IMPERATIVE.search(plain) or _cues()["request"][0][1].search(plain):
        return False
    count = len(text.tokens)
    return count <= _BRIEF or (count <= _LONG_THANKS and thanks.first < _OPENING)


def _because(what: str, weighed: _Weighed) -> str:
    words = ", ".join(f"«{word}»" for word in weighed.words[:_SHOWN] if word != "?")
    return f"{what}: {words}" if words else what


def _weigh(kind: str, plain: str) -> _Weighed:
    words: list[str] = []
    total, first, strong = 0, len(plain), False
    for weight, cues in _cues()[kind]:
        for met in cues.finditer(plain):
            if met[0] not in words:
                words.append(met[0])
                total += weight
                first, strong = min(first, met.start()), strong or weight > 1
    return _Weighed(total, tuple(words), first, strong)


def _masked(plain: str) -> str:
    """Without landmarks and threats: «яма у Сбербанка», «подадим в суд» are no matter of a bank or a court."""
    return _cues()["mask"][0][1].sub(" ", plain)


def _without_polite(plain: str, text: PlacedTokens, polite: frozenset[int]) -> str:
    words = [f"{token.word}" for at, token in enumerate(text.tokens) if at in polite]
    for word in words:
        plain = plain.replace(word.replace("ё", "е"), " ", 1)
    return plain


@cache
def _cues() -> dict[str, list[tuple[int, re.Pattern[str]]]]:
    """Cues by kind: one expression a weight."""
    patterns: dict[str, dict[int, list[str]]] = {}
    with Path(__file__).with_name("kind_cues.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            patterns.setdefault(row["kind"], {}).setdefault(int(row["weight"]), []).append(row["pattern"])
    return {
        kind: [(weight, re.compile(f"{_FROM_START}(?:{'|'.join(some)})")) for weight, some in by_weight.items()]
        for kind, by_weight in patterns.items()
    }


@cache
def _matcher() -> Matcher[str]:
    with Path(__file__).with_name("kinds.csv").open(encoding="utf-8", newline="") as source:
        return Matcher([(line["kind"], line["phrase"]) for line in csv.DictReader(source)], slack=0)
