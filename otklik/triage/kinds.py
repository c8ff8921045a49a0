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

from otklik.triage.lookalikes import Sounding, sounding
from otklik.triage.matching import Matcher, PlacedTokens
from otklik.triage.themes import Span

Kind = Literal["complaint", "question", "suggestion", "thanks", "spam", "not_for_us"]

_LONG_THANKS: Final = 120  # words; a long text that also thanks is rarely only that
_LONG: Final = 60  # words; a long letter holds many cues by chance
_SHOWN: Final = 3  # words of a reason
_ASKS: Final = re.compile(r"\b(?:когда|где|куда|как|какой|какая|какие|почему|зачем|кто|кому|сколько|чей|чья|ли|или)\b")
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
    """The kind, and why in words of the text; nothing for a complaint, which needs no reason.

    `words` are the words that spoke for it, in the text as given. `whose` names the body of `elsewhere.csv` that a
    matter which is not for us belongs to.
    """

    kind: Kind
    reason: str = ""
    words: tuple[Span, ...] = ()
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Whose matter it is, and what a resident is told: where to turn to."""

    whose: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the cues of one kind weigh in a text, each piece of it once, and the pieces."""

    weight: int
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()
    first: int = 0  # where the first piece stands
    is_strong: bool = False  # one piece alone weighs two


def tokens_of_kind(text: PlacedTokens, *kinds: str) -> frozenset[int]:
    """Tokens of phrases of these kinds: «polite» are greetings and formulas, as «заранее спасибо»."""
    return frozenset(at for match in _matcher().find(text) if match.phrase.owner in kinds for at in match.at)


def kind_of(written: str, text: PlacedTokens, in_danger: bool, polite: frozenset[int]) -> KindFound:
    """The kind by rules; danger makes everything a complaint."""
    if in_danger:
        return KindFound("complaint")
    sound = sounding(written)
    plain = sound.text
    long = len(text.tokens) > _LONG
    trouble = _weigh("trouble", plain)
    spam = _weigh("spam", plain)
    if _is_spam(spam, trouble, long):
        return _found("spam", spam, written, sound)
    foreign = _weigh("not_for_us", _masked(plain))
    local = bool(_cues()["local"][0][1].search(_masked(plain)))
    if foreign.weight >= 2 + 2 * long + 2 * local and (not local or foreign.weight >= trouble.weight):
        return _found("not_for_us", foreign, written, sound)
    kind, why = _talk(plain, text, trouble, polite)
    return _found(kind, why, written, sound) if why else KindFound(kind)


def trouble_in(written: str) -> tuple[str, ...]:
    """Words that say that something is wrong: «не горит», «сломана», as they sound."""
    return _weigh("trouble", sounding(written).text).words


def _is_spam(spam: _Weighed, trouble: _Weighed, long: bool) -> bool:
    enough = 6 if long else 4 if trouble.weight > 2 else 2
    return spam.weight >= enough and spam.weight > trouble.weight and (spam.is_strong or spam.weight > 2)


def _talk(plain: str, text: PlacedTokens, trouble: _Weighed, polite: frozenset[int]) -> tuple[Kind, _Weighed | None]:
    """Thanks, a suggestion or a question, when no trouble outweighs it."""
    thanks = _weigh("thanks", _without_polite(plain, text, polite))
    idea = _weigh("suggestion", plain)
    asks = _weigh("question", plain)
    if thanks.weight > trouble.weight and idea.weight < 3 and _only_thanks(plain, text, thanks):
        return "thanks", thanks
    if idea.weight >= 2 and idea.weight > trouble.weight:
        return "suggestion", idea
    # A «?» alone asks something when it ends the text; in the midst of it it is often scorn.
    really = asks.weight >= 2 or (asks.weight and (plain.rstrip().endswith("?") or _ASKS.search(plain) is not None))
    if really and (not trouble.weight or (asks.weight >= 2 and asks.weight > trouble.weight)):
        return "question", asks
    return "complaint", None


def _only_thanks(plain: str, text: PlacedTokens, thanks: _Weighed) -> bool:
    """Whether nothing is asked for beside the thanks, and they are the matter, not a closing formula."""
    if "?" in plain or _IMPERATIVE.search(plain) or _cues()["request"][0][1].search(plain):
        return False
    count = len(text.tokens)
    return count <= _BRIEF or (count <= _LONG_THANKS and thanks.first < _OPENING)


def _found(kind: Kind, weighed: _Weighed, written: str, sound: Sounding) -> KindFound:
    at: list[tuple[int, int]] = []
    for start, end in (sound.span(*span) for span in weighed.spans):
        if len(at) < _SHOWN and not any(start < other[1] and other[0] < end for other in at):
            at.append((start, end))
    words = tuple(Span(start, end, written[start:end]) for start, end in at)
    shown = ", ".join(f"«{word.word}»" for word in words if word.word.strip() != "?")
    whose = _whose(weighed.words) if kind == "not_for_us" else ""
    return KindFound(kind, f"{REASONS[kind]}: {shown}" if shown else REASONS[kind], words, whose)


REASONS: Final[dict[Kind, str]] = {
    "spam": "Похоже на рекламу или рассылку",
    "not_for_us": "Похоже на дело другого ведомства",
    "thanks": "Похоже на благодарность",
    "suggestion": "Похоже на предложение",
    "question": "Похоже на вопрос",
}


def elsewhere(whose: str) -> Elsewhere | None:
    """Whose matter it is, by the code that `KindFound.whose` gives."""
    return next((one for _pattern, one in _bodies() if one.whose == whose), None)


def _whose(words: tuple[str, ...]) -> str:
    """The body that most of the words belong to; of equal ones the first of the table."""
    counts = [(sum(bool(pattern.search(word)) for word in words), -at) for at, (pattern, _one) in enumerate(_bodies())]
    best, at = max(counts)
    return _bodies()[-at][1].whose if best else ""


@cache
def _bodies() -> tuple[tuple[re.Pattern[str], Elsewhere], ...]:
    with Path(__file__).with_name("elsewhere.csv").open(encoding="utf-8", newline="") as source:
        return tuple(
            (re.compile(row["pattern"]), Elsewhere(row["whose"], row["name"], row["text"]))
            for row in csv.DictReader(source)
        )


def _weigh(kind: str, plain: str) -> _Weighed:
    words: dict[str, tuple[int, int]] = {}
    total, first, strong = 0, len(plain), False
    for weight, cues in _cues()[kind]:
        for met in cues.finditer(plain):
            if met[0] not in words:
                words[met[0]] = met.span()
                total += weight
                first, strong = min(first, met.start()), strong or weight > 1
    return _Weighed(total, tuple(words), tuple(words.values()), first, strong)


def _masked(plain: str) -> str:
    """Without landmarks and threats: «яма у Сбербанка», «подадим в суд» are no matter of a bank or a court."""
    return _cues()["mask"][0][1].sub(lambda met: " " * len(met[0]), plain)


def _without_polite(plain: str, text: PlacedTokens, polite: frozenset[int]) -> str:
    words = [f"{token.word}" for at, token in enumerate(text.tokens) if at in polite]
    for word in words:
        plain = plain.replace(word.replace("ё", "е"), " " * len(word), 1)
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
