"""The passport as a paper of two pages, and two of them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from otklik.cases.clock_rules import zone
from otklik.practice.models import PassportVersion
from otklik.practice.papers import Block, Heading, Paper, Rows
from otklik.practice.passport_fields import Row, Section, restored

MOST_ROW = 420  # letters of one row on paper, so that two pages hold the whole


def paper_of(name: str, version: PassportVersion) -> Paper:
    """An approved version as a paper. `name`: how the centre is called."""
    when = version.decided_at or version.made_at
    by = f", {version.decided_by.full_name}" if version.decided_by else ""
    return drawn(name, restored(version.content), f"Версия {version.number}, утверждена {_day(when)}{by}")


def drawn(name: str, sections: Sequence[Section], below: str) -> Paper:
    """A passport of these sections."""
    blocks: list[Block] = []
    for section in sections:
        blocks.append(Heading(section.title))
        blocks.append(Rows(tuple((row.label, _on_paper(row)) for row in section.rows), widths=(27, 73)))
    return Paper(f"Паспорт центра: {name}", below, tuple(blocks), "Сделано в программе «Отклик» по её данным.", size=9)


def _on_paper(row: Row) -> str:
    text = row.text if len(row.text) <= MOST_ROW else f"{row.text[:MOST_ROW].rstrip()}…"
    return f"{text} ({row.checked_words})" if row.checked_words else text


def _day(at: datetime) -> str:
    return f"{at.astimezone(zone()):%d.%m.%Y}"


@dataclass(frozen=True)
class Pair:
    """One row of two passports side by side; empty where one of them does not have it."""

    label: str
    left: Row | None
    right: Row | None

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same."""
        return self.left is not None and self.right is not None and self.left.text != self.right.text


def side_by_side(left: Sequence[Section], right: Sequence[Section]) -> list[tuple[str, list[Pair]]]:
    """Two passports by section and row, in the order of the left, then what only the right has."""
    out: list[tuple[str, list[Pair]]] = []
    titles = dict.fromkeys([section.code for section in (*left, *right)])
    for code in titles:
        here = next((one for one in left if one.code == code), None)
        there = next((one for one in right if one.code == code), None)
        rows = {row.code: row for row in here.rows} if here else {}
        others = {row.code: row for row in there.rows} if there else {}
        pairs = [
            Pair((rows.get(one) or others[one]).label, rows.get(one), others.get(one))
            for one in dict.fromkeys([*rows, *others])
        ]
        out.append(((here or there).title if (here or there) else "", pairs))  # type: ignore[union-attr]
    return out
