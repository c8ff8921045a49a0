"""Names of people: chains of words weighed by what each may be and by what stands around. Pure.

A hidden name beats a shown one: in doubt it is a name. Streets, schools and firms called after people are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from otklik.triage.personal import people
from otklik.triage.personal.name_chains import Chain, Word, chains_of, words_of
from otklik.triage.personal.name_model import likelihood, may_be_asked
from otklik.triage.personal.name_weights import ENOUGH, weigh
from otklik.triage.personal.name_words import look
from otklik.triage.personal.phrases import Seen
from otklik.triage.personal.spans import PersonalSpan, overlaps

_AFTER_PHONE: Final = re.compile(r"[\s,.;:(–—-]{1,4}(?P<name>[а-яё]{3,})(?=\s*(?:[,.;)!\n]|$))")
_BEFORE_PHONE: Final = re.compile(r"(?:^|[.,;:(\n])\s*(?P<name>[а-яё]{3,})[\s,:–—-]{1,3}$")
_LIKELY: Final = 0.6  # the chance from which a word is a name though no rule says so
_SETTLED: Final = -2.0  # rules that say so much against a name have the last word
_CASE_ENDING: Final = re.compile(r"(?:ого|ому|ыми|ий|ых|ым|им|ой|ей|ая|ую|ый|ом|ем|[аяуюеиыойь])$")


def names(text: str, taken: Sequence[PersonalSpan]) -> list[PersonalSpan]:
    """Names of people outside what is taken already (an address, a mail address)."""
    held = bytearray(len(text))
    for one in taken:
        held[one.start : one.end] = b"\1" * (one.end - one.start)
    words = [word for word in words_of(text) if not any(held[word.start : word.end])]
    chains = chains_of(text, words)
    for chain in chains:
        weigh(text, chain, taken)
    _company(text, chains)
    spans: list[PersonalSpan] = []
    family = False
    for chain in chains:
        if chain.weight >= ENOUGH:
            if family and text[spans[-1].end : chain.start] == " и ":
                spans[-1] = PersonalSpan(spans[-1].start, chain.end, "name", spans[-1].reason)
                continue
            family = len(chain.words) > 1 and chain.words[0].lower.endswith(("овы", "евы", "ины", "ие"))
            end = chain.end + (text[chain.end : chain.end + 1] == "." and chain.words[-1].initial)
            spans.append(PersonalSpan(chain.start, end, "name", chain.reason or "имя"))
    spans += (one for one in _beside_phones(text, taken) if not overlaps(spans, one.start, one.end))
    spans += _learned(text, words, chains, spans)
    return sorted(spans, key=lambda one: one.start)


def _learned(
    text: str, words: Sequence[Word], chains: Sequence[Chain], spans: list[PersonalSpan]
) -> list[PersonalSpan]:
    """Names that no rule told, by what was learned; a street or what rules are sure of is not asked about."""
    settled = {word.start for chain in chains if chain.street or chain.weight <= _SETTLED for word in chain.words}
    streets = {chain.end for chain in chains if chain.street}
    found: list[PersonalSpan] = []
    for at, word in enumerate(words):
        if word.start in settled or not may_be_asked(word) or overlaps(spans, word.start, word.end):
            continue
        if likelihood(text, words, at) >= _LIKELY and not _is_place(text, word, streets):
            joined = found and word.start - found[-1].end == 1
            start = found.pop().start if joined else word.start
            found.append(PersonalSpan(start, word.end, "name", "похоже на имя"))
    return found


def _is_place(text: str, word: Word, streets: set[int]) -> bool:
    """«улиц Кирова и Чапаева», «до Карла Маркса 5»: a place after a place, or with a house behind."""
    before, after = text[max(0, word.start - 45) : word.start], text[word.end : word.end + 40]
    last = max((end for end in streets if end < word.start), default=-9)
    listed = text[last : word.start] in (" и ", ", ")
    return listed or people.in_honour(Seen(before)) or people.house_follows(after) or people.names_a_street(after)


def _beside_phones(text: str, taken: Sequence[PersonalSpan]) -> Iterator[PersonalSpan]:
    """«8 900 123-45-67, алмаз»: a first name in small letters alone beside a phone."""
    for phone in taken:
        if phone.kind == "phone":
            begin = max(0, phone.start - 40)
            before, after = _BEFORE_PHONE.search(text[begin : phone.start]), _AFTER_PHONE.match(text, phone.end)
            for near, shift in ((before, begin), (after, 0)):
                if near and _may_sign(near["name"]):
                    yield PersonalSpan(shift + near.start("name"), shift + near.end("name"), "name", "имя у телефона")


def _may_sign(word: str) -> bool:
    seen = look(word)
    return seen.name >= 0.15 or (seen.surname >= 0.3 and seen.ending)


def _company(text: str, chains: list[Chain]) -> None:
    """A name met elsewhere in the text, or in one list with a name, is a name here, too."""
    sure = {
        stem
        for chain in chains
        if chain.weight >= 2.5
        for word in chain.words
        if not word.initial and (stem := _stem(word))
    }
    for chain in chains:
        if (
            chain.weight < ENOUGH
            and chain.weight > -1.5
            and not chain.street
            and any(_stem(word) in sure for word in chain.words if word.capital)
        ):
            chain.add(2.0, "назван в этом тексте")
    marks = {mark for chain in chains if chain.weight >= 2.0 and (mark := _line_mark(text, chain)).strip()}
    for chain in chains if marks else ():
        if chain.weight < ENOUGH and len(chain.words) == 1 and _line_mark(text, chain) in marks:
            chain.add(1.6, "в списке имён")
    for chain, following in zip(chains, chains[1:], strict=False):
        gap = text[chain.end : following.start]
        together = gap == " с " and "ablt" in following.words[0].look.cases  # «Волков с Зайцевым»
        if together or re.fullmatch(r"\.?\s?(?:,|и|или|либо|а|, а|, и)\s", gap.replace("\n", " ")):
            for one, other in ((chain, following), (following, chain)):
                if one.weight >= ENOUGH > other.weight > -1.0 and _may_be_listed(other):
                    other.add(1.4, "в одном ряду с именем")
            if (
                chain.street
                and "," not in gap
                and chain.weight < 0
                and ENOUGH <= following.weight < 4.5
                and not following.role
                and not _has_patronymic(following)
            ):
                following.add(-3.0, "")


def _has_patronymic(chain: Chain) -> bool:
    return any(word.look.patronymic > 0.5 for word in chain.words)


def _line_mark(text: str, chain: Chain) -> str:
    """The sign behind a chain that begins a line."""
    return text[chain.end : chain.end + 1] if text[: chain.start].rstrip(" -–—•\t")[-1:] in ("\n", "") else ""


def _may_be_listed(chain: Chain) -> bool:
    first = chain.words[0]
    return first.look.name > 0.3 or first.capital and (
        first.look.noun or not first.look.known or first.look.personal > 0.02 or not first.first
    )


def _stem(word: Word) -> str:
    """What all cases of a surname have in common: «Ласточкин», «Ласточкиной»."""
    stem = _CASE_ENDING.sub("", word.lower)
    return stem if len(stem) > 3 else word.lower[:4]
