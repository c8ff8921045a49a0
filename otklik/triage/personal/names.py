"""Names of people: chains of words weighed by what each may be and by what stands around. Pure.

A hidden name beats a shown one: in doubt it is a name. Streets, schools and firms called after people are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from otklik.triage.personal.name_chains import Chain, Word, chains_of, words_of
from otklik.triage.personal.name_weights import ENOUGH, weigh
from otklik.triage.personal.spans import PersonalSpan


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
    return spans


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
        if re.fullmatch(r"\.?\s?(?:,|и|или|либо|а|, а|, и)\s", gap.replace("\n", " ")) or gap in (
            ", ",
            " и ",
            " или ",
        ):
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
    return word.lower[: max(4, len(word.lower) - 2)] if len(word.lower) > 3 else word.lower
