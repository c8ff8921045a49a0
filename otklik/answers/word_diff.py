"""What changed between two texts, word by word. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PARTS = re.compile(r"\w+|\s+|[^\w\s]")
MOST_PARTS = 6_000  # two longer texts are shown as one gone and one come: comparing them would hold the page up


@dataclass(frozen=True)
class Piece:
    """A run of a text: the same in both, only in the earlier one, or only in the later one."""

    kind: Literal["same", "gone", "come"]
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces in order of reading: what went stands before what came in its place."""
    old, new = _PARTS.findall(before), _PARTS.findall(after)
    if len(old) + len(new) > MOST_PARTS:
        return [Piece("same", after)] if before == after else [Piece("gone", before), Piece("come", after)]
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece("gone", "".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("come", "".join(new[j1:j2])))
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes that only a space keeps apart are one change: «три слова подряд» reads better than three patches."""
    out: list[Piece] = []
    at = 0
    while at < len(pieces):
        gone, come, start = "", "", at
        while at < len(pieces) and (
            pieces[at].kind != "same"
            or (at > start and not pieces[at].text.strip() and "\n" not in pieces[at].text
                and at + 1 < len(pieces) and pieces[at + 1].kind != "same")
        ):
            piece = pieces[at]
            gone += piece.text if piece.kind != "come" else ""
            come += piece.text if piece.kind != "gone" else ""
            at += 1
        if gone:
            out.append(Piece("gone", gone))
        if come:
            out.append(Piece("come", come))
        if at < len(pieces):
            out.append(pieces[at])
            at += 1
    return [piece for piece in out if piece.text]
