"""Which encoding a text file is in, told by its bytes: UTF-8, UTF-16 with a mark, cp1251 or koi8-r."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from otklik.russian_letters import russian_likeness

_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 21


def detect(stream: BinaryIO) -> str:
    """The name of the encoding: "utf-8-sig", "utf-8", "utf-16", "cp1251" or "koi8-r".

    Reads the stream from its start in pieces, so the memory does not grow with the file, and leaves
    it at the start.
    """
    stream.seek(0)
    start = stream.read(4)
    try:
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if _is_utf8(stream):
            return "utf-8"
        sample = _foreign_lines(stream)
        if _is_damaged_utf8(sample):
            return "utf-8"
        return max(("cp1251", "koi8-r"), key=lambda name: russian_likeness(sample.decode(name, "replace")))
    finally:
        stream.seek(0)


def open_text(stream: BinaryIO, encoding: str, newline: str) -> io.TextIOWrapper:
    """The stream from its start as text. Unreadable bytes become lone surrogates.

    Closing the text leaves the stream open: it belongs to the caller.
    """
    stream.seek(0)
    borrowed = io.BufferedReader(_Borrowed(stream), 1 << 16)
    return io.TextIOWrapper(borrowed, encoding=encoding, errors="surrogateescape", newline=newline)


class _Borrowed(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._stream.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(_CHUNK):
        yield piece


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _chunks(stream):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_lines(stream: BinaryIO) -> bytes:
    """Lines that hold more than ASCII, up to two megabytes of them."""
    kept = bytearray()
    for piece in _chunks(stream):
        for line in piece.split(b"\n"):
            if not line.isascii():
                kept += line + b"\n"
        if len(kept) >= _SAMPLE:
            break
    return bytes(kept[:_SAMPLE])


def _is_damaged_utf8(sample: bytes) -> bool:
    """True when most of the sample is UTF-8 and only a few bytes are spoilt."""
    text = sample.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= sign <= "\udcff" for sign in text)
    good = sum("\u0400" <= sign <= "\u04ff" for sign in text)
    return good > bad * 10
