"""What of the base is kept (pieces of Russian words), and the file that the program reads."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pymorphy3

from bench.meaning.base import Base
from bench.meaning.network import Network
from otklik.triage import danger_meaning

LONGEST = 110  # pieces in a window, with room to spare
_EACH = 4  # of so many words of the dictionary one is looked at
_SMALL = re.compile("\u2581?[а-яё0-9a-z!-~«»—–„“”]|\u2581|\u2581?\\.\\.\\.|\u2581-|!!!?|\\?\\?|\\)[.,]")


def pieces_kept(base: Base) -> list[int]:
    """Numbers of the pieces that words of the dictionary fall into, letters and marks; the three special first."""
    special = [base.bos, base.eos, base.unknown]
    kept = {number for number, piece in enumerate(base.pieces) if _SMALL.fullmatch(piece)}
    known = {
        piece: (number, float(base.worth[number])) for number, piece in enumerate(base.pieces)
        if re.fullmatch("\u2581?[а-яё-]+", piece)
    }  # fmt: skip
    whole = danger_meaning.Pieces(known, float(base.worth.min()) - 10, max(map(len, known)))
    words = pymorphy3.MorphAnalyzer().dictionary.iter_known_words()
    for number, (word, *_) in enumerate(words):
        if number % _EACH == 0:
            kept.update(whole.likeliest("\u2581" + word))
    return special + sorted(kept - {*special, danger_meaning.UNKNOWN})


def keep(base: Base, network: Network, kept: Sequence[int], path: Path) -> None:
    """Write the file: words and matrices as numbers of eight bits with a scale for each row or column."""
    told = {name: value.float().numpy() for name, value in network.state_dict().items()}
    words, scale = _in_eight_bits(base.tensor("emb.word", base.words, base.width)[list(kept)], 1)
    names = "\n".join(base.pieces[number] for number in kept)
    found = {
        "pieces": np.frombuffer(names.encode(), np.uint8), "worth": base.worth[list(kept)], "words": words,
        "words_scale": scale[:, 0], "unknown": np.float32(base.worth.min() - 10), "heads": np.int64(base.heads),
        "eps": np.float64(base.eps), "places": network.places[:LONGEST].numpy(), "norm": _pair(told, "norm"),
        "head": told["head.weight"][0], "head_add": told["head.bias"][0],
    }  # fmt: skip
    down = 1 / math.sqrt(base.width // base.heads)
    for number in range(len(network.layers)):
        at = f"layers.{number}."
        matrices = {
            "qkv": np.concatenate([told[f"{at}q.weight"] * down, told[f"{at}k.weight"], told[f"{at}v.weight"]]),
            "out": told[f"{at}ao.weight"], "wide": told[f"{at}fi.weight"], "narrow": told[f"{at}fo.weight"],
        }  # fmt: skip
        for name, matrix in matrices.items():
            found[f"{number}.{name}"], found[f"{number}.{name}.scale"] = _in_eight_bits(matrix.T, 0)
        found[f"{number}.qkv_add"] = np.concatenate(
            [told[f"{at}q.bias"] * down, told[f"{at}k.bias"], told[f"{at}v.bias"]]
        )
        for name, theirs in (("out", "ao"), ("wide", "fi"), ("narrow", "fo")):
            found[f"{number}.{name}_add"] = told[f"{at}{theirs}.bias"]
        found[f"{number}.norm"], found[f"{number}.last_norm"] = (
            _pair(told, f"{at}aln"),
            _pair(told, f"{at}oln"),
        )
    np.savez(path, **found)


def _pair(told: dict[str, np.ndarray], name: str) -> np.ndarray:
    return np.stack([told[f"{name}.weight"], told[f"{name}.bias"]])


def _in_eight_bits(matrix: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    scale = np.abs(matrix).max(axis, keepdims=True) / 127
    scale[scale == 0] = 1
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)
