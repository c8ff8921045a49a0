"""`otklik evaluate importance`: how often danger to life is heard, and how often it is heard where there is none.

A labelled table has `text` and `level4` (1 or 0); perhaps `danger` (the kind), `source`, `part`, `id`. Rows without a
text are looked up by `id` in the table of texts, and counted as left out where that has none. A table without labels
gives the share raised and the ids raised, for a person to read. No database.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from otklik.failures import BadInput
from otklik.triage.evaluating.place import share
from otklik.triage.knowledge import Hints, Knowledge
from otklik.triage.understanding import CRITICAL, Understanding, understand

_YES: Final = frozenset({"1", "да", "true", "yes", "4"})
_COLUMNS: Final = {"id": "id", "text": "text", "label": "level4", "danger": "danger", "source": "source"}
Read = Callable[[str], Understanding]


@dataclass(frozen=True, slots=True)
class Row:
    """One text; `is_danger` is None where nobody labelled it."""

    id: str
    text: str
    is_danger: bool | None
    danger: str
    source: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with what the program says, and why."""

    row: Row
    raised: bool
    reason: str


def measure(
    test: Path, columns: Mapping[str, str] | None = None, part: str = "", texts: Path | None = None,
    read: Read | None = None,
) -> dict[str, Any]:
    """The figures of a table. `read` stands for the reader, else ours with the classifier that is shipped.

    Raises `BadInput` for a table that has neither texts nor ids, or nothing of the part asked for.
    """
    rows, left_out = read_rows(test, columns, part, texts)
    if not rows:
        raise BadInput("В таблице нет строк этой части: проверьте файл, --part и --texts.", "test")
    judged, spent = judge(rows, read or reader())
    figures: dict[str, Any] = {"n": len(judged), "left_out": left_out}
    labelled = [one for one in judged if one.row.is_danger is not None]
    if labelled:
        figures |= _shares(labelled)
        figures["danger"] = {
            kind: share(sum(one.raised for one in group), len(group)) for kind, group in _by_kind(labelled)
        }
        for source in sorted({one.row.source for one in labelled if one.row.source}):
            figures[source] = _shares([one for one in labelled if one.row.source == source])
        figures["missed"] = [one.row.id for one in labelled if one.row.is_danger and not one.raised]
        figures["raised_wrongly"] = [one.row.id for one in labelled if not one.row.is_danger and one.raised]
    else:
        figures["raised"] = share(sum(one.raised for one in judged), len(judged))
        figures["raised_ids"] = [one.row.id for one in judged if one.raised]
    return {**figures, "ms_per_text": round(spent * 1000 / len(judged), 3)}


def judge(rows: Sequence[Row], read: Read) -> tuple[list[Judged], float]:
    """Every row as the program reads it, and the seconds it took."""
    read(rows[0].text)  # loads the dictionary and the tables, which is no time of a text
    began = time.perf_counter()
    found = [read(row.text) for row in rows]
    spent = time.perf_counter() - began
    return [
        Judged(row, one.importance == CRITICAL, one.importance_reason) for row, one in zip(rows, found, strict=True)
    ], spent


def reader() -> Read:
    """`understand` with the themes that are shipped, as on the first day."""
    from otklik.classifier.reading import shipped
    from otklik.triage.themes import ThemeEntry

    known = Knowledge(
        tuple(
            ThemeEntry(one.code, one.name, one.group, one.group, one.synonyms, one.importance, one.executor_kind)
            for one in shipped().themes
        )
    )
    return lambda text: understand(text, Hints(), known)


def read_rows(
    test: Path, columns: Mapping[str, str] | None = None, part: str = "", texts: Path | None = None
) -> tuple[list[Row], int]:
    """The rows of a table, and how many were left out for want of a text."""
    name = {**_COLUMNS, **(columns or {})}
    lines = [line for line in _lines(test) if not part or line.get("part", part) == part]
    if lines and name["text"] not in lines[0] and name["id"] not in lines[0]:
        raise BadInput(f"В файле нет столбца {name['text']}.", "test")
    known = {line["id"]: line["text"] for line in _lines(texts)} if texts else {}
    rows = [
        Row(
            line.get(name["id"]) or str(number + 1),
            line.get(name["text"]) or known.get(line.get(name["id"]) or "", ""),
            line[name["label"]].strip().lower() in _YES if line.get(name["label"]) else None,
            line.get(name["danger"]) or "",
            line.get(name["source"]) or "",
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip
    kept = [row for row in rows if row.text]
    return kept, len(rows) - len(kept)


def _shares(judged: Sequence[Judged]) -> dict[str, Any]:
    danger = [one for one in judged if one.row.is_danger]
    ordinary = [one for one in judged if not one.row.is_danger]
    return {
        "recall": share(sum(one.raised for one in danger), len(danger)),
        "ordinary_raised": share(sum(one.raised for one in ordinary), len(ordinary)),
    }


def _by_kind(judged: Sequence[Judged]) -> Iterable[tuple[str, list[Judged]]]:
    kinds = sorted({one.row.danger for one in judged if one.row.is_danger and one.row.danger})
    return [(kind, [one for one in judged if one.row.is_danger and one.row.danger == kind]) for kind in kinds]


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            return list(csv.DictReader(source))
    except UnicodeDecodeError as error:
        raise BadInput(f"«{path.name}» — не в UTF-8. Сохраните таблицу как CSV UTF-8.", "test") from error
    except csv.Error as error:
        raise BadInput(f"«{path.name}» — не CSV: {error}.", "test") from error
