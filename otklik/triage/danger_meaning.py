"""A small reader of meaning: how surely a piece of a text tells of danger, by context and not by words. Numpy only.

Four layers of a transformer that reads pieces of words, taught on our own sentences (`bench/meaning`); it
begins with the lowest layers of multilingual-e5-small (MIT), cut down to the pieces of Russian words. The file is an
archive of numbers read without pickle, and only when it is the very file that was measured (`DIGEST`); without it, or
with another, the other readers go on.

It costs some ten milliseconds a window, so it is asked only where a faster reader doubts (`dangers.py`).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).with_name("danger_meaning.npz")
DIGEST: Final = "f3b170143bad507b8cd52d01ed8ab861730dade3b503c4ee2d56b8c245338f41"  # sha256 of that file
WINDOW: Final = 40  # pieces of words: sentences are put together up to so many
LONGEST: Final = 100  # pieces in a window at most
_WORDS: Final = 26  # a longer sentence is read in parts
_SENTENCE: Final = re.compile(r"(?<=[.!?…\n])\s+|\n+")
_LETTERS: Final = 24  # of a word: what is longer is no word
UNKNOWN: Final = 2
_BOS, _EOS = 0, 1
_LEAST_SCORE: Final = -1e30

Floats = npt.NDArray[np.float32]

_expected = DIGEST


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences: where they stand in the text, and their pieces."""

    start: int
    end: int
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of words with their numbers and how usual each is."""

    known: dict[str, tuple[int, float]]
    unusual: float
    longest: int

    def likeliest(self, word: str) -> list[int]:
        """The numbers of the likeliest pieces of a word that begins with «▁»; a letter may be unknown."""
        size = len(word)
        best = [0.0] + [_LEAST_SCORE] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for begin in range(size):
            for end in range(begin + 1, min(size, begin + self.longest) + 1):
                known = self.known.get(word[begin:end])
                piece, score = known or (UNKNOWN, self.unusual)
                if (known or end == begin + 1) and best[begin] + score > best[end]:
                    best[end], came[end] = best[begin] + score, (piece, begin)
        found: list[int] = []
        at = size
        while at:
            piece, at = came[at]
            found.append(piece)
        return found[::-1]


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights stand ready to be multiplied from the right."""

    qkv: Floats
    qkv_add: Floats
    out: Floats
    out_add: Floats
    norm: Floats
    wide: Floats
    wide_add: Floats
    narrow: Floats
    narrow_add: Floats
    last_norm: Floats


@dataclass(frozen=True, slots=True)
class _Model:
    pieces: Pieces
    words: npt.NDArray[np.int8]
    words_scale: Floats
    places: Floats
    norm: Floats
    layers: tuple[_Layer, ...]
    head: Floats
    head_add: float
    heads: int
    eps: float


def is_there() -> bool:
    """False when the file of weights is missing or not whole."""
    return _model() is not None


def windows(text: str, size: int = WINDOW) -> list[Window]:
    """A text as windows of neighbouring sentences, in order. Without the file of weights there are none."""
    if _model() is None:
        return []
    found: list[Window] = []
    start, end = 0, 0
    pieces: list[int] = []
    for first, last in _parts(text):
        more = _pieces(text[first:last])
        if pieces and len(pieces) + len(more) > size:
            found.append(Window(start, end, tuple(pieces[:LONGEST])))
            pieces = []
        if not pieces:
            start = first
        pieces = pieces + more
        end = last
    if pieces:
        found.append(Window(start, end, tuple(pieces[:LONGEST])))
    return found


def whole(text: str, size: int = LONGEST) -> Window:
    """A short text as one window, cut off at so many pieces. Without the file of weights it has no pieces."""
    return Window(0, len(text), tuple(_pieces(text)[:size]) if _model() is not None else ())


def scores(read: Sequence[Window]) -> list[float]:
    """How surely each window tells of danger: about 0 is even chances, greater is surer."""
    model = _model()
    if model is None or not read:
        return []
    return [float(one) + model.head_add for one in _means(model, read, (len(model.layers),)) @ model.head]


def meanings(read: Sequence[Window], layers: Sequence[int]) -> Floats | None:
    """What each window means, as a row of numbers: the means of its pieces after each of these layers (the first is 1),
    side by side. None without the file of weights."""
    model = _model()
    return _means(model, read, layers) if model is not None and read else None


def _means(model: _Model, read: Sequence[Window], layers: Sequence[int]) -> Floats:
    lengths = [len(one.pieces) + 2 for one in read]
    bounds = np.cumsum([0, *lengths])
    ids = np.array([piece for one in read for piece in framed(one.pieces)])
    places = np.concatenate([np.arange(length) for length in lengths])
    state = model.words[ids].astype(np.float32) * model.words_scale[ids] + model.places[places]
    state = _normed(state.astype(np.float32), model.norm, model.eps)
    found: list[Floats] = []
    for number, layer in enumerate(model.layers[: max(layers)], 1):
        state = _through(layer, state, bounds, model)
        if number in layers:
            sums = np.add.reduceat(state, bounds[:-1], axis=0)
            found.append((sums / np.array(lengths)[:, None]).astype(np.float32))
    return np.hstack(found)


def framed(pieces: Sequence[int]) -> list[int]:
    """The pieces of a window between the signs of its beginning and end."""
    return [_BOS, *pieces, _EOS]


def read_from(path: Path, digest: str = DIGEST) -> None:
    """Take the file of weights from another place from now on; with another `digest` another file."""
    global WEIGHTS, _expected
    WEIGHTS, _expected = path, digest
    _model.cache_clear()
    _of_word.cache_clear()


def _through(layer: _Layer, state: Floats, bounds: npt.NDArray[np.int64], model: _Model) -> Floats:
    """One layer: every piece looks at the others of its window, then is thought over by itself."""
    asked = state @ layer.qkv + layer.qkv_add
    seen = np.empty_like(state)
    for begin, end in zip(bounds[:-1], bounds[1:], strict=True):
        q, k, v = asked[begin:end].reshape(end - begin, 3, model.heads, -1).transpose(1, 2, 0, 3)
        like = q @ k.transpose(0, 2, 1)
        like = np.exp(like - like.max(-1, keepdims=True))
        like /= like.sum(-1, keepdims=True)
        seen[begin:end] = (like @ v).transpose(1, 0, 2).reshape(end - begin, -1)
    state = _normed(state + seen @ layer.out + layer.out_add, layer.norm, model.eps)
    wide: Floats = state @ layer.wide + layer.wide_add
    wide *= 0.5 * (1 + np.tanh(0.7978845608 * (wide + 0.044715 * wide * wide * wide)))
    thought: Floats = state + wide @ layer.narrow + layer.narrow_add
    return _normed(thought, layer.last_norm, model.eps)


def _normed(state: Floats, by: Floats, eps: float) -> Floats:
    state = state - state.mean(-1, keepdims=True)
    spread = np.einsum("ij,ij->i", state, state)[:, None] / np.float32(state.shape[1])
    result: Floats = state / np.sqrt(spread + np.float32(eps)) * by[0] + by[1]
    return result


def _parts(text: str) -> list[tuple[int, int]]:
    """Sentences, the long ones in parts, by their places."""
    found: list[tuple[int, int]] = []
    start = 0
    for stop in [*_SENTENCE.finditer(text), None]:
        end = stop.start() if stop else len(text)
        words = list(re.finditer(r"\S+", text[start:end]))
        for at in range(0, len(words), _WORDS):
            part = words[at : at + _WORDS]
            found.append((start + part[0].start(), start + part[-1].end()))
        start = stop.end() if stop else len(text)
    return found


def _pieces(text: str) -> list[int]:
    return [piece for word in text.lower().split() for piece in _of_word(word)]


@lru_cache(maxsize=1 << 14)
def _of_word(word: str) -> tuple[int, ...]:
    """The likeliest pieces of a word (what comes after a space begins with «▁»)."""
    model = _model()
    assert model is not None
    words = unicodedata.normalize("NFKC", word).split()
    return tuple(piece for one in words for piece in model.pieces.likeliest("\u2581" + one[:_LETTERS]))


@cache
def _model() -> _Model | None:
    try:
        written = WEIGHTS.read_bytes()
        if sha256(written).hexdigest() != _expected:
            return None
        with np.load(io.BytesIO(written), allow_pickle=False) as kept:
            return _assembled(dict(kept))
    except (OSError, ValueError, KeyError, BadZipFile, EOFError):
        return None


def _assembled(kept: dict[str, npt.NDArray[Any]]) -> _Model:
    """The model from the archive. Raises `ValueError` or `KeyError` for one that is not whole."""
    heads, eps = int(kept["heads"]), float(kept["eps"])
    names = bytes(kept["pieces"]).decode("utf-8").split("\n")
    worth = kept["worth"].astype(np.float32)
    if not len(names) == len(worth) == len(kept["words"]) == len(kept["words_scale"]):
        raise ValueError("pieces of words and their numbers differ")
    layers: list[_Layer] = []
    while f"{len(layers)}.qkv" in kept:
        number = len(layers)
        layers.append(_Layer(*(_real(kept, f"{number}.{name}") for name in _Layer.__slots__)))
    if not layers:
        raise ValueError("no layers")
    known = {name: (number, float(worth[number])) for number, name in enumerate(names) if number > UNKNOWN}
    real = {name: kept[name].astype(np.float32) for name in ("words_scale", "places", "norm", "head")}
    return _Model(
        pieces=Pieces(known, float(kept["unknown"]), max(map(len, names))),
        words=kept["words"],
        words_scale=real["words_scale"][:, None],
        places=real["places"],
        norm=real["norm"],
        layers=tuple(layers),
        head=real["head"],
        head_add=float(kept["head_add"]),
        heads=heads,
        eps=eps,
    )


def _real(kept: dict[str, npt.NDArray[Any]], name: str) -> Floats:
    """Numbers of eight bits with a scale for each column, or plain ones."""
    scale = kept.get(f"{name}.scale")
    found: Floats = kept[name].astype(np.float32)
    return np.ascontiguousarray(found * scale.astype(np.float32)) if scale is not None else found
