"""Chancery: phrases that nobody says aloud, each with a plainer one, and the index of a whole text. Pure."""

from __future__ import annotations

import re
from typing import Final

from otklik.answers.coach.finding import Finding, found
from otklik.answers.coach.reading import Sentence, lowered, part_of_speech
from otklik.answers.coach.tables import patterns

_NOUNS: Final = re.compile(r"(?<![а-я])[а-я]{3,}(?:ени|ани|яни|ути|аци|яци|ици|ност)(?:е|я|ю|й|ем|ями|ях|и|ь|"
    r"ью)(?![а-я])")
_ABSTRACTS: Final = re.compile(
    r"(?<![а-я])[а-я]{3,}(?:ени|ани|яни|ути|аци|яци|ици|ност|тельств|ств)(?:е|я|ю|й|ем|ями|ях|и|ь|ью|о|а|у|"
    r"ом)(?![а-я])"
)
_SIGNS, _DENSITY = 3.2, 0.33  # by the open part of the exam
_SAY_IT: Final = "скажите глаголами: кто, что и когда сделает"
_WORDS: Final = re.compile(r"[а-я]+")
_LONG: Final = 25  # words of a sentence that is hard to follow
_LETTER_HEAD: Final = re.compile(r"уважаем|добрый|здравствуйте|с уважением")


def officialese(text: str, sentences: list[Sentence]) -> list[Finding]:
    """Phrases of the table, in order; of two that meet the longer."""
    hits: list[tuple[int, int, str]] = []
    low = lowered(text)
    for pattern, row in patterns("officialese.csv"):
        hits += [(hit.start(), hit.end(), row["plainer"]) for hit in pattern.finditer(low) if hit.end() > hit.start()]
    hits.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
    kept: list[tuple[int, int, str]] = []
    for hit in hits:
        if not any(other[0] < hit[1] and hit[0] < other[1] for other in kept):
            kept.append(hit)
    weights = {row["plainer"]: int(row["weight"]) for _pattern, row in patterns("officialese.csv")}
    heavy = [hit for hit in kept if _counts(hit, kept, weights, sentences)]
    for one in sentences:
        if not any(one.start <= hit[0] < one.end for hit in heavy) and _is_chancery(one):
            heavy.append((one.start, one.end, _SAY_IT))
    return [found("officialese", text, start, end, plainer) for start, end, plainer in sorted(heavy)]


def _is_chancery(one: Sentence) -> bool:
    """A sentence of nouns made of verbs, participles, passives and heavy prepositions, though no phrase is known."""
    signs = float(len(_ABSTRACTS.findall(one.text)))
    for pattern, row in patterns("chancery_signs.csv"):
        signs += float(row["weight"]) * len(pattern.findall(one.text))
    for word in one.words:
        part = part_of_speech(word)
        passive = part == "PRTS" or (part == "VERB" and word.endswith(("тся", "лась", "лось", "лись")))
        signs += 1.0 if part == "PRTF" else 0.7 if passive else 0.0
    return signs >= _SIGNS and signs / max(4, len(one.words)) >= _DENSITY


def _counts(hit: tuple[int, int, str], all_hits: list[tuple[int, int, str]], weights: dict[str, int],
            sentences: list[Sentence]) -> bool:
    """A light phrase is a finding only beside others, or among nouns made of verbs."""
    if weights[hit[2]] >= 2:
        return True
    home = next((one for one in sentences if one.start <= hit[0] < one.end), None)
    if home is None:
        return False
    here = sum(home.start <= other[0] < home.end for other in all_hits)
    return here >= 2 or len(_NOUNS.findall(home.text)) >= 2


def index(text: str, findings: list[Finding], sentences: list[Sentence]) -> int:
    """How much of a text is chancery, 0 to 100: phrases, nouns made of verbs and long sentences by its words."""
    low = lowered(text)
    words = max(20, len(_WORDS.findall(low)))
    phrases = sum(one.kind == "officialese" for one in findings)
    nouns = len(_NOUNS.findall(low))
    long = sum(len(one.words) > _LONG for one in sentences if not _LETTER_HEAD.match(one.text))
    return min(100, round((phrases * 8 + nouns * 2.5 + long * 6) * 100 / words / 1.6))
