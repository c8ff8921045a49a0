"""Voices: the same matter said shortly, angrily, politely, in chancery style, or with slips of the pen."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from otklik.operations.demo_texts.matters import FOLDER, Saying

MISSPELT = "misspelt"
_MISSPELT_SHARE = 0.3
_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"(^|[.!?…]\s+)$")


@dataclass(frozen=True)
class Manners:
    """The parts common to all themes, as `voices.toml` gives them."""

    openers: Mapping[str, tuple[str, ...]]
    closers: Mapping[str, tuple[str, ...]]
    again: Mapping[str, tuple[str, ...]]
    clerk: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]
    slips: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def manners() -> Manners:
    """What `voices.toml` says."""
    content = tomllib.loads((FOLDER / "voices.toml").read_text(encoding="utf-8"))
    parts = {
        part: {key: tuple(values) for key, values in content[part].items()}
        for part in ("openers", "closers", "again", "clerk", "slots")
    }
    return Manners(**parts, slips=tuple((slip["right"], slip["wrong"]) for slip in content["slips"]))


def say(rng: Random, saying: Saying, place_slots: Mapping[str, str], plainly: bool) -> tuple[str, str]:
    """The text of a message and the voice it came out in; `plainly` leaves out greetings, pleas and slips."""
    common = manners()
    voice = saying.voice
    if plainly:
        return fill(rng, saying.body, place_slots), voice
    template = rng.choice(common.openers[voice]) + saying.body
    ending = rng.choice(common.closers[voice])
    if voice in ("short", "angry") and rng.random() < _MISSPELT_SHARE:
        spoilt = misspell(rng, template)
        voice = MISSPELT if spoilt != template else voice
        template = spoilt
    if template.endswith((".", "!", "?")) and ending.startswith((".", "!", "?", ",")):
        ending = ""
    return fill(rng, template + ending, place_slots), voice


def fill(rng: Random, template: str, place_slots: Mapping[str, str]) -> str:
    """Put values into the slots; one that begins a sentence gets a capital letter, but «с.» and «ул.» do not.

    Raises KeyError for a slot nobody knows. One template gives a slot the same value wherever it stands.
    """
    chosen: dict[str, str] = {}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in chosen:
            chosen[name] = place_slots[name] if name in place_slots else rng.choice(manners().slots[name])
        text = chosen[name]
        starts = (
            name not in place_slots and found.start() > 0 and _SENTENCE_END.search(template[: found.start()])
        )
        return text[:1].upper() + text[1:] if starts else text

    return _SLOT.sub(value, template)


def misspell(rng: Random, template: str) -> str:
    """The template as a hurried hand would write it. Slots stay as they are, so addresses stay readable."""
    for right, wrong in manners().slips:
        if rng.random() < 0.7:
            template = template.replace(right, wrong)
    if rng.random() < 0.5:
        template = template.replace(", ", " ")
    if rng.random() < 0.5:
        template = template.lower()
    return template.replace("ё", "е") if rng.random() < 0.6 else template
