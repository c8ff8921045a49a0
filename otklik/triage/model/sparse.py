"""Sparse rows of numbers and the few sums that training needs, by numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]

_AT_ONCE: Final = 40_000  # entries multiplied together, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Row:
    """The features of one text: places in the vocabulary (rising) and their weights."""

    at: Whole
    weight: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows turned on their side: for feature `f`, its texts are `rows[starts[f]:starts[f + 1]]`."""

    starts: Whole
    rows: Whole
    weight: Floats
    count: int

    @staticmethod
    def of(rows: Sequence[Row], features: int) -> Columns:
        """Turn rows of a vocabulary of so many features."""
        at = np.concatenate([row.at for row in rows]) if rows else np.empty(0, np.int64)
        number = np.repeat(np.arange(len(rows)), [len(row.at) for row in rows]) if rows else np.empty(0, np.int64)
        weight = np.concatenate([row.weight for row in rows]) if rows else np.empty(0, np.float32)
        order = np.argsort(at, kind="stable")
        starts = np.zeros(features + 1, np.int64)
        np.cumsum(np.bincount(at, minlength=features), out=starts[1:])
        return Columns(starts, number[order], weight[order], len(rows))

    def likeness(self, row: Row) -> Floats:
        """The product of a row with every row inside."""
        begin, length = self.starts[row.at], self.starts[row.at + 1] - self.starts[row.at]
        total = int(length.sum())
        if not total:
            return np.zeros(self.count, np.float32)
        jump = np.repeat(begin - np.concatenate(([0], np.cumsum(length)[:-1])), length)
        entries = jump + np.arange(total)
        products = self.weight[entries] * np.repeat(row.weight, length)
        return np.bincount(self.rows[entries], products, self.count).astype(np.float32)

    def weighted(self, values: npt.NDArray[np.floating]) -> Floats:
        """Features × labels: for each feature the sum of `values` of its texts, times its weight there."""
        out = np.zeros((len(self.starts) - 1, values.shape[1]), np.float32)
        feature = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        narrow = values.astype(np.float32)
        for begin in range(0, len(self.rows), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            products = narrow[self.rows[part]] * self.weight[part, None]
            heads, first = np.unique(feature[part], return_index=True)
            out[heads] += np.add.reduceat(products, first, axis=0)
        return out


def likeness_of_all(rows: Sequence[Row], columns: Columns) -> Floats:
    """Rows × texts of `columns`."""
    out = np.empty((len(rows), columns.count), np.float32)
    for number, row in enumerate(rows):
        out[number] = columns.likeness(row)
    return out


def read_off(row: Row, weights: npt.NDArray[np.floating]) -> Floats:
    """The row's product with a matrix features × labels, only its own lines of which are touched."""
    if not len(row.at):
        return np.zeros(weights.shape[1], np.float32)
    return np.asarray(row.weight @ weights[row.at].astype(np.float32, copy=False), np.float32)
