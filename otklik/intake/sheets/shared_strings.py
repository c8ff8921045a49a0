"""The table of texts of a workbook, kept in a temporary file: openpyxl would hold every one of them in memory.

A sheet of 100,000 rows and 30 columns may have three million different texts, which is half a gigabyte of Python.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any, Final

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

IN_MEMORY: Final = 8 * 1024**2  # bytes of texts; a bigger table goes to the disk
_REMEMBERED: Final = 20_000  # texts: what repeats (themes, places) is not read twice
_ITEM: Final = f"{{{SHEET_MAIN_NS}}}si"


class StringTable:
    """Texts by their place, as openpyxl asks for them. They are written once and read from a file."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (lives with the book)
        self._ends = array("Q", [0])
        for text in texts:
            self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))
        self._text = lru_cache(maxsize=_REMEMBERED)(self._read)

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._text(place)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def _read(self, place: int) -> str:
        start, end = self._ends[place], self._ends[place + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")


class FrugalReader(ExcelReader):  # type: ignore[misc]
    """openpyxl's reader of workbooks, but for its table of texts."""

    def read_strings(self) -> None:
        found = self.package.find(SHARED_STRINGS)
        if found is not None:
            with self.archive.open(found.PartName[1:]) as source:
                self.shared_strings = StringTable(_texts(source))


def _texts(source: IO[bytes]) -> Iterator[str]:
    root: Any = None
    for event, node in iterparse(source, events=("start", "end")):
        if root is None:
            root = node
        elif event == "end" and node.tag == _ITEM:
            yield Text.from_tree(node).content.replace("x005F_", "")
            root.clear()  # openpyxl's own loop leaves an empty node for each text
