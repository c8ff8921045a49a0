"""Letters in files: one a file, a mailbox, a folder of Maildir."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LETTERS: Final = frozenset({".eml", ".msg822", ".emlx"})
_BOXES: Final = frozenset({".mbox", ".mbx"})
_FROM: Final = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)


def letters(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) in the order of names. A single file is a letter whatever its name; in a folder names tell them."""
    if path.is_file():
        yield from _of_file(path, path.name)
        return
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        if file.suffix.lower() in _LETTERS | _BOXES or file.parent.name in ("cur", "new"):
            yield from _of_file(file, str(file.relative_to(path)))


def _of_file(file: Path, name: str) -> Iterator[tuple[str, bytes]]:
    raw = file.read_bytes()
    if file.suffix.lower() not in _BOXES:
        yield name, raw
        return
    starts = [found.end() for found in _FROM.finditer(raw)]
    ends = [found.start() for found in _FROM.finditer(raw)][1:] + [len(raw)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        yield f"{name}:{number}", re.sub(rb"(?m)^>(>*From )", rb"\1", raw[start:end])
