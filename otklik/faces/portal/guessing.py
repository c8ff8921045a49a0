"""While a resident types: does it sound like danger, and which theme may it be? Nothing is kept.

A guess that fails is no loss: the form works without it, so trouble with the database means no guess.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Final

from django.db import InterfaceError, OperationalError

from otklik.acting import Visitor, acting
from otklik.cases.knowledge import knowledge
from otklik.classifier.loading import ClassifierMissing, current
from otklik.classifier.models import Theme
from otklik.faces.portal.place_hint import PlaceHint, place_hint
from otklik.triage import Hints, understand
from otklik.typed_text import whole

DANGER: Final = 4
# The beginning says what it is about; a hundred thousand letters need not be read at every pause.
_READ_LETTERS: Final = 3_000
_FEWEST_LETTERS: Final = 8
_MOST_CHIPS: Final = 3
# A guess costs some milliseconds of the processor; a flood of them must not slow down the sending of reports.
_MOST_PER_SECOND: Final = 20
_asked: Final[deque[float]] = deque(maxlen=_MOST_PER_SECOND)


@dataclass(frozen=True, slots=True)
class Chip:
    """A theme to tap."""

    id: int
    name: str
    picked: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """What the text may be about."""

    danger: bool = False
    themes: tuple[Chip, ...] = ()
    place: PlaceHint | None = None


def in_time() -> bool:
    """Whether this process has room for one more guess in this second."""
    now = time.monotonic()
    if len(_asked) == _MOST_PER_SECOND and now - _asked[0] < 1:
        return False
    _asked.append(now)
    return True


def guess(text: str, picked: object = None, *, with_place: bool = False) -> Guess:
    """The guess for a text; the theme that the resident picked stays among the chips."""
    chosen = whole(picked)
    text = text[:_READ_LETTERS].replace("\x00", "").strip()
    if len(text) < _FEWEST_LETTERS and chosen is None:
        return Guess()
    try:
        with acting(Visitor(), read_only=True):
            understood = understand(text, Hints(), knowledge())
            codes = [theme.code for theme in understood.themes[:_MOST_CHIPS]]
            place = place_hint(understood.where) if with_place else None
            return Guess(understood.importance >= DANGER, _chips(codes, chosen), place)
    except (OperationalError, InterfaceError, ClassifierMissing):
        return Guess()


def _chips(codes: list[str], chosen: int | None) -> tuple[Chip, ...]:
    known = Theme.objects.filter(version=current(), retired=False)
    found = {theme.code: theme for theme in known.filter(code__in=codes)}
    themes = [found[code] for code in codes if code in found]
    if chosen is not None and chosen < 2**31 and all(theme.pk != chosen for theme in themes):
        themes += known.filter(pk=chosen)
    return tuple(Chip(theme.pk, theme.name, theme.pk == chosen) for theme in themes)
