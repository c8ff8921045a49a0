"""The file of a model: plain arrays behind a header in JSON, and a signature over all of it at the end.

Nothing in it can be run: no pickle. It is checked before anything of it is used, and read without copying, so
that all workers share one copy of its tables in memory.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MAGIC: Final = b"OTKLIKM1"
_LINE: Final = 64  # bytes; arrays begin at its multiples
_SIGNATURE: Final = hashlib.sha256().digest_size
_KINDS: Final = frozenset({"float16", "float32", "float64", "int64", "int32", "uint32"})
Arrays = Mapping[str, npt.NDArray[Any]]


class BadModel(Exception):
    """The file is no model, is cut short, was changed, or was signed with another key."""


def pack(header: Mapping[str, Any], arrays: Arrays, key: bytes) -> bytes:
    """The bytes of a model's file."""
    told, place = {}, 0
    for name, array in arrays.items():
        told[name] = {"type": array.dtype.name, "shape": list(array.shape), "at": place}
        place += -(-array.nbytes // _LINE) * _LINE
    text = json.dumps({**header, "arrays": told}, ensure_ascii=False, sort_keys=True).encode()
    start = len(MAGIC) + 4 + len(text)
    text += b" " * (-start % _LINE)
    body = bytearray(MAGIC + struct.pack("<I", len(text)) + text)
    for array in arrays.values():
        body += np.ascontiguousarray(array).tobytes()
        body += b"\0" * (-array.nbytes % _LINE)
    return bytes(body) + hmac.digest(key, bytes(body), "sha256")


def unpack(path: Path, key: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """The header and the arrays of a model, the arrays as views of the file. Raises `BadModel` or `OSError`."""
    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        if size < len(MAGIC) + 4 + _SIGNATURE:
            raise BadModel("cut short")
        seen = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    signed = hmac.new(key, memoryview(seen)[: size - _SIGNATURE], "sha256").digest()
    if not hmac.compare_digest(signed, seen[size - _SIGNATURE :]):
        raise BadModel("the signature does not fit")
    try:
        return _read(seen, size - _SIGNATURE)
    except (ValueError, KeyError, TypeError, UnicodeDecodeError, struct.error) as error:
        raise BadModel("the header cannot be read") from error


def digest(model: bytes | memoryview) -> str:
    """What tells two model files apart: 16 hexadecimal digits."""
    return hashlib.sha256(model).hexdigest()[:16]


def put(path: Path, model: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(model)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _read(seen: mmap.mmap, end: int) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    if seen[: len(MAGIC)] != MAGIC:
        raise ValueError("no model")
    (length,) = struct.unpack_from("<I", seen, len(MAGIC))
    start = len(MAGIC) + 4 + length
    header = json.loads(seen[len(MAGIC) + 4 : start].decode())
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, told in header.pop("arrays").items():
        if told["type"] not in _KINDS:
            raise ValueError("an array of another kind")
        kind, shape = np.dtype(told["type"]), tuple(int(side) for side in told["shape"])
        count, at = int(np.prod(shape, dtype=np.int64)), start + int(told["at"])
        if count < 0 or at < start or at + count * kind.itemsize > end:
            raise ValueError("an array beyond the end")
        arrays[name] = np.frombuffer(seen, kind, count, at).reshape(shape)
    return header, arrays
