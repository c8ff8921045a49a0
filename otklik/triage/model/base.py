"""The base: how much a text resembles each theme of a classifier, from its words and the seed alone.

No message of residents takes part. Names, help and synonyms come from the classifier, and the seed gives
sentences of the project's own in the voices people use; a region with a classifier of its own has the first
three, and the seed where the codes are the same.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.model.pieces import Pieces, pieces_of
from otklik.triage.model.sparse import Columns, Floats, Row, likeness_of_all, read_off
from otklik.triage.model.vocabulary import Vocabulary
from otklik.triage.words import tokens_of

SEED: Final = Path(__file__).parents[1] / "seed"
_PENALTY: Final = 1.0
_SYNONYMS_TOGETHER: Final = 3  # one is two words long and would outvote sentences by its number
# How the likeness to a group's themes makes the group's chance: the first orders (0.72 of groups right on real
# messages), the second only makes «0.7» mean seven of ten; a theme within its group goes by the third.
_POWER, _SHARPNESS, _WITHIN = 1.5, 2.0, 3.0
_MOST_DOCUMENTS: Final = 9_000
_FEW: Final = 500
FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """A theme as its classifier tells it."""

    code: str
    name: str
    group: str = ""
    help: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """Weights of features for each theme. `profile` is what everything else asks."""

    codes: tuple[str, ...]
    groups: tuple[str, ...]
    vocabulary: Vocabulary
    weights: npt.NDArray[np.floating]
    digest: str

    def profile(self, pieces: Pieces) -> Floats:
        """One number for each theme, about 0 for «nothing of it» and up to 1."""
        return self.profile_of(self.vocabulary.row(pieces))

    def profile_of(self, row: Row) -> Floats:
        """The same, for a text whose features have been weighed already."""
        return read_off(row, self.weights)

    def chances(self, profile: Floats) -> Floats:
        """Probabilities of the themes by their profile: the group's chance, shared out within the group."""
        grounds = np.maximum(profile.astype(np.float64), 1e-6)
        names, member = np.unique(np.array(self.groups), return_inverse=True)
        group = np.bincount(member, grounds**_POWER, len(names)) ** _SHARPNESS
        within = grounds**_WITHIN
        share = within / np.bincount(member, within, len(names))[member]
        return np.asarray((group / group.sum())[member] * share, np.float32)


def make_base(themes: Sequence[ThemeWords]) -> Base:
    """Learn from the words of a classifier and the seed (some five seconds of work for 283 themes)."""
    documents = list(_documents(themes))[:_MOST_DOCUMENTS]
    codes = tuple(theme.code for theme in themes)
    place = {code: number for number, code in enumerate(codes)}
    pieces = [pieces_of(tokens_of(text)) for _, text in documents]
    vocabulary = Vocabulary.of(pieces, least=1 if len(documents) < _FEW else 2)
    rows = [vocabulary.row(one) for one in pieces]
    columns = Columns.of(rows, len(vocabulary.hashes))
    targets = np.zeros((len(documents), len(codes)))
    targets[np.arange(len(documents)), [place[code] for code, _ in documents]] = 1
    likeness = likeness_of_all(rows, columns).astype(np.float64)
    dual = np.linalg.solve(likeness + _PENALTY * np.eye(len(documents)), targets)
    weights = columns.weighted(dual).astype(np.float16)
    return Base(codes, tuple(theme.group for theme in themes), vocabulary, weights, digest_of(themes))


def digest_of(themes: Sequence[ThemeWords]) -> str:
    """What the base is made of, as a short digest: it changes with any word of the classifier or the seed."""
    told = hashlib.sha256()
    for theme in themes:
        told.update(repr((theme.code, theme.name, theme.group, theme.help, theme.synonyms)).encode())
    told.update(repr(seed()).encode())
    told.update(f"{FORMAT} {_PENALTY} {_SYNONYMS_TOGETHER}".encode())
    return told.hexdigest()[:16]


@cache
def seed() -> tuple[tuple[str, str], ...]:
    """The seed: (theme, text), in the order of the files; a line that is no line of the table is passed over."""
    found: list[tuple[str, str]] = []
    for path in sorted(SEED.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as source:
            found += [(line["theme"], line["text"]) for line in csv.DictReader(source) if line.get("text")]
    return tuple(found)


def _documents(themes: Sequence[ThemeWords]) -> Iterable[tuple[str, str]]:
    """Everything that is known of the themes: (code, text). What is worth most comes first."""
    known = {theme.code for theme in themes}
    for theme in themes:
        yield theme.code, theme.name
        if theme.help:
            yield theme.code, theme.help
        for first in range(0, len(theme.synonyms), _SYNONYMS_TOGETHER):
            yield theme.code, ". ".join(theme.synonyms[first : first + _SYNONYMS_TOGETHER])
    for code, text in seed():
        if code in known:
            yield code, text
