"""The trained model: what a region's own cases teach, seen through the base.

Six experts say how much a text belongs to a label: its likeness to the cases seen, by words and letters and by
the profile that the base gives (so few cases teach much); the same for the label's category; the likeness to the
label's own name, by profile, by word and by letter, which speaks also for labels that no case has had yet; and
how common the label is. Their say is weighed on what each would have said of cases it had not seen, so that the
probabilities mean what they say.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.model.base import Base
from otklik.triage.model.pieces import Pieces
from otklik.triage.model.ridge import Matrix, fit_ridge
from otklik.triage.model.sparse import Columns, Floats, Row, likeness_of_all, read_off
from otklik.triage.model.sureness import Sureness, learn_sureness
from otklik.triage.model.vocabulary import Vocabulary

MOST_ROWS: Final = 6_000  # cases learned from; the newest. Work grows with the cube
_PENALTY: Final = 1.5
_TEXT: Final = 0.5  # the share of words and letters in the likeness of two cases, beside their profiles
_NEAR: Final = 3.0  # how fast likeness of profiles fades
_FLOOR: Final = 0.01  # what an expert's «no» is worth
_UNSEEN: Final = 0.3  # cases that a label without any counts as
_LEAST: Final = 2  # texts a feature must be met in: what only one person wrote is not kept
# What the experts' say was on a big history: where there is little to weigh them on, it stays near.
_USUAL_SAY: Final = np.array([1.7, 0.5, 2.8, 2.4, 1.5, -0.25])
_NONE: Final = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Example:
    """One case to learn from. `group` is the same for near-identical texts."""

    pieces: Pieces
    label: str
    group: Hashable


@dataclass(frozen=True, slots=True)
class Trained:
    """Arrays of the model. `by_text`: features × (labels + categories); `landmarks`: profiles of cases seen;
    `by_profile`: cases × (labels + categories); `told`: profiles of the labels' names; `named`: their features;
    `common`: how common each label is, as a logarithm; `say`: weights of the experts; `sureness`: how far to trust
    the first."""

    labels: tuple[str, ...]
    categories: tuple[str, ...]
    category_of: npt.NDArray[np.int64]
    vocabulary: Vocabulary
    by_text: npt.NDArray[np.floating]
    landmarks: npt.NDArray[np.floating]
    by_profile: npt.NDArray[np.floating]
    told: npt.NDArray[np.floating]
    named: Columns
    common: Floats
    say: Floats
    sureness: Sureness
    base: str

    def chances(self, pieces: Pieces, profile: Floats) -> Floats:
        """Probabilities of the labels for a text with this profile of the base."""
        row, count = self.vocabulary.row(pieces), len(self.labels)
        seen = unit(profile[None, :])[0]
        near = np.exp(_NEAR * (self.landmarks @ seen - 1))
        met = read_off(row, self.by_text) + near @ self.by_profile
        named = _by_name(self.named, row, self.vocabulary)
        experts = _experts(met[:count], met[count:][self.category_of], self.told @ seen, named)
        return self.sureness.mended(_softmax(np.column_stack([experts, self.common]) @ self.say))

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many cases each label had."""
        return np.rint(np.exp(self.common) - _UNSEEN).astype(np.int64)

    def grounds(self, pieces: Pieces, label: int) -> tuple[Row, Floats]:
        """How much each feature of the text speaks for a label."""
        row = self.vocabulary.row(pieces)
        return row, row.weight * self.by_text[row.at, label].astype(np.float32)


def unit(profiles: npt.NDArray[np.floating]) -> Floats:
    """Profiles without what speaks against, at length one."""
    clipped = np.maximum(profiles, 0)
    return np.asarray(clipped / np.maximum(np.linalg.norm(clipped, axis=1, keepdims=True), 1e-9), np.float32)


def learn(
    examples: Sequence[Example], base: Base, names: Mapping[str, Pieces], categories: Mapping[str, str] | None = None
) -> Trained:
    """Learn from cases (the newest `MOST_ROWS`). `names` are all labels that exist with what is said of them,
    `categories` the label's category, where there is one. Pure: the same rows give the same model."""
    examples = examples[-MOST_ROWS:]
    if not examples:
        raise ValueError("nothing to learn from")
    labels = tuple(sorted({*names, *(example.label for example in examples)}))
    of = categories or {}
    kinds = tuple(sorted({of.get(label, "") for label in labels}))
    category_of = np.array([kinds.index(of.get(label, "")) for label in labels], np.int64)
    place = {label: number for number, label in enumerate(labels)}
    said = np.array([place[example.label] for example in examples])
    groups = [example.group for example in examples]

    pieces = [example.pieces for example in examples]
    vocabulary = Vocabulary.of([*pieces, *names.values()], _LEAST)
    rows = [vocabulary.row(one) for one in pieces]
    columns = Columns.of(rows, len(vocabulary.hashes))
    landmarks = unit(np.array([base.profile(one) for one in pieces]))
    nameless = Pieces((_NONE, _NONE, _NONE))
    told = unit(np.array([base.profile(names.get(label, nameless)) for label in labels]))
    named = Columns.of([vocabulary.row(names.get(label, nameless)) for label in labels], len(vocabulary.hashes))

    likeness = likeness_of_all(rows, columns) * _TEXT
    likeness += (1 - _TEXT) * np.exp(_NEAR * (landmarks @ landmarks.T - 1))
    ones = _one_hot(said, len(labels))
    ridge = fit_ridge(likeness, np.hstack([ones, _one_hot(category_of[said], len(kinds))]), _PENALTY, groups)
    count = ones.sum(0)
    unseen, common = ridge.unseen, np.log(count[None, :] - ones + _UNSEEN)
    experts = _experts(
        unseen[:, : len(labels)], unseen[:, len(labels) :][:, category_of],
        landmarks @ told.T, np.stack([_by_name(named, row, vocabulary) for row in rows], axis=1),
    )  # fmt: skip
    heard = np.concatenate([experts, common[..., None]], axis=-1)
    say = _weigh(heard, said)
    return Trained(
        labels, kinds, category_of, vocabulary,
        columns.weighted(ridge.dual * _TEXT).astype(np.float16), landmarks,
        ((1 - _TEXT) * ridge.dual).astype(np.float32), told, named,
        np.log(count + _UNSEEN).astype(np.float32), say, learn_sureness(_softmax(heard @ say), said), base.digest,
    )  # fmt: skip


def _experts(
    met: npt.NDArray[np.floating], category: npt.NDArray[np.floating],
    told: npt.NDArray[np.floating], named: npt.NDArray[np.floating],
) -> Matrix:  # fmt: skip
    """What all experts but the last say, the last axis being theirs; the last is how common the label is."""
    heard = [np.log(np.maximum(one, 0) + _FLOOR) for one in (met, category)]
    return np.stack([*heard, told, *named], axis=-1).astype(np.float64)


def _by_name(named: Columns, row: Row, vocabulary: Vocabulary) -> Floats:
    """Likeness to the labels' names: by words, and by pieces of words."""
    words, letters = np.searchsorted(row.at, [vocabulary.edges[1], vocabulary.edges[2]])
    return np.stack(
        [
            named.likeness(Row(row.at[:words], row.weight[:words])),
            named.likeness(Row(row.at[letters:], row.weight[letters:])),
        ]
    )


def _weigh(experts: Matrix, said: npt.NDArray[np.int64]) -> Floats:
    """The experts' weights that make what was said likeliest (multinomial logit, Newton's steps, halved
    while they overshoot)."""
    here, count = np.arange(len(said)), experts.shape[-1]

    def loss(say: npt.NDArray[np.float64]) -> float:
        scores = experts @ say
        top = scores.max(1)
        spread = np.log(np.exp(scores - top[:, None]).sum(1)) + top
        return float((spread - scores[here, said]).sum() + np.square(say - _USUAL_SAY).sum() / 2)

    say = _USUAL_SAY.copy()
    now = loss(say)
    for _ in range(50):
        chances = _softmax(experts @ say)
        mean = np.einsum("nc,ncm->nm", chances, experts)
        slope = (mean - experts[here, said]).sum(0) + say - _USUAL_SAY
        bend = np.einsum("nc,ncm,nck->mk", chances, experts, experts, optimize=True) - mean.T @ mean + np.eye(count)
        step = np.linalg.solve(bend, slope)
        while (then := loss(say - step)) > now and np.abs(step).max() > 1e-6:
            step = step / 2
        if then > now or now - then < 1e-4:
            break
        say, now = say - step, then
    return say.astype(np.float32)


def _softmax(scores: npt.NDArray[np.floating]) -> Floats:
    odds = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(odds / odds.sum(-1, keepdims=True), np.float32)


def _one_hot(places: npt.NDArray[np.int64], count: int) -> Matrix:
    ones = np.zeros((len(places), count))
    ones[np.arange(len(places)), places] = 1
    return ones
