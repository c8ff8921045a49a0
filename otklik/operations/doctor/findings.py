"""What a check is given and what it gives."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from otklik.acting import System, acting

ACTOR = System("doctor")
EXAMPLES = 5


class Level(StrEnum):
    """How bad it is. Only a problem makes the exit code 1."""

    PROBLEM = "problem"  # something is broken and stays so
    MENDED = "mended"  # it was, and the doctor put it right
    NOTICE = "notice"  # not broken; a person should know


@dataclass(frozen=True)
class Finding:
    """One sentence for the administrator: what is wrong, with examples, and what to do."""

    text: str
    level: Level = Level.PROBLEM
    fatal: bool = False  # nothing further can be examined


@dataclass(frozen=True)
class Visit:
    """The circumstances of an examination. `now` is aware. `fix`: mend what is not quite safe, too.

    `owner_url`: the owner's address of the database where it is known; grants can be mended only then.
    `deep`: read every photo, not only its size.
    """

    now: datetime
    fix: bool = False
    owner_url: str = ""
    deep: bool = False


@dataclass(frozen=True)
class Check:
    """One check: its name for machines, its label for people."""

    name: str
    label: str
    run: Callable[[Visit], Iterable[Finding]]


@dataclass(frozen=True)
class Diagnosis:
    """All that was found, by check."""

    found: Sequence[tuple[str, Finding]]
    seconds: float
    checks: Sequence[str] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        """Whether no problem is left."""
        return not any(finding.level == Level.PROBLEM for _name, finding in self.found)


@contextmanager
def reading() -> Iterator[None]:
    """Read the whole region, write nothing."""
    with acting(ACTOR, read_only=True):
        yield


def rows(sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """All rows of a small result. Inside `reading`."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def streamed(sql: str, params: Sequence[Any] | None = None, batch: int = 2000) -> Iterator[tuple[Any, ...]]:
    """The rows of a big result, a batch at a time. Inside `reading`, whose transaction keeps the cursor."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(batch):
            yield from some


def examples(names: Sequence[object], total: int | None = None) -> str:
    """«17, 18, 19 и ещё 4»: a few of many."""
    shown = ", ".join(str(name) for name in names[:EXAMPLES])
    more = (total if total is not None else len(names)) - min(len(names), EXAMPLES)
    return f"{shown} и ещё {more}" if more > 0 else shown


def counted(sql: str, sentence: str, level: Level = Level.PROBLEM) -> Iterator[Finding]:
    """A finding when a query that names the guilty (one column) gives rows. `sentence` ends before the examples."""
    with reading():
        total = rows(f"SELECT count(*) FROM ({sql}) AS guilty")[0][0]
        if total:
            names = [row[0] for row in rows(f"{sql} LIMIT {EXAMPLES}")]
            yield Finding(f"{sentence} {examples(names, total)}.", level)
