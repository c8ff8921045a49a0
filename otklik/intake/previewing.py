"""The first rows of a sheet as they would be taken, with what is wrong in each: nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases import clocks
from otklik.cases.models import Case
from otklik.intake.layouts import column_map
from otklik.intake.models import ImportRun
from otklik.intake.sheet_rows import ReadRow, RowReader, RowRejected
from otklik.intake.sheets.columns import REQUIRED
from otklik.intake.sheets.reading import Sheet, open_sheet
from otklik.intake.sheets.rows import Broken, Row
from otklik.intake.words import Words
from otklik.organisations import region_settings

SHOWN = 20
SAMPLES = 3
SAMPLE_LENGTH = 60  # characters
TEXT_LENGTH = 160


@dataclass(frozen=True)
class SeenRow:
    """One row as it would be taken, or why it would not."""

    number: int
    outside_id: str = ""
    numbers: Sequence[tuple[str, str]] = ()
    text: str = ""
    place: str = ""
    received_at: datetime | None = None
    due_at: datetime | None = None
    state: str = ""
    theme: str = ""
    theme_known: bool = True
    organisation: str = ""
    organisation_known: bool = True
    column: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Look:
    """What a look into a kept sheet gives: columns with examples, its sheets, and the rows once columns are said."""

    columns: Sequence[str]
    samples: Sequence[Sequence[str]]
    tab: str
    tabs: Sequence[str]
    rows: Sequence[SeenRow] = field(default_factory=tuple)

    @property
    def bad(self) -> int:
        """How many of the rows seen would not be taken."""
        return sum(bool(row.reason) for row in self.rows)


def look_into(run: ImportRun) -> Look:
    """A look into the kept sheet of a run. Inside `acting`. Raises `SheetRejected`, or OSError when it is gone."""
    with open_sheet(Path(run.stored_at), run.file_name, run.tab) as sheet:
        seen = list(islice(sheet.rows(), SHOWN))
        rows = _as_taken(run, seen) if all(run.columns.get(name) for name in REQUIRED) else []
        return Look(sheet.columns, _samples(sheet, seen), sheet.tab, sheet.tabs, rows)


def _samples(sheet: Sheet, seen: Sequence[Row | Broken]) -> list[list[str]]:
    """The first different values of each column."""
    out = []
    for column in sheet.columns:
        texts = (str(row.values.get(column, "")).strip() for row in seen if isinstance(row, Row))
        found = dict.fromkeys(text[:SAMPLE_LENGTH] for text in texts if text)
        out.append(list(found)[:SAMPLES])
    return out


def _as_taken(run: ImportRun, seen: Sequence[Row | Broken]) -> list[SeenRow]:
    go_live = region_settings.get("go_live")
    reader = RowReader(
        column_map(run.columns), run.profile.account, run.profile.into, timezone.now(), clocks.zone(),
        date.fromisoformat(go_live) if go_live else None,
    )
    words = Words(run.profile, run.profile.into)
    out = []
    for row in seen:
        if isinstance(row, Broken):
            out.append(SeenRow(row.number, column=row.column or "", reason=row.reason))
            continue
        try:
            out.append(_seen(reader.read(row), words))
        except RowRejected as error:
            bad = reader.rejected(row, error)
            out.append(SeenRow(row.number, column=bad.column or "", reason=bad.reason))
    return out


def _seen(item: ReadRow, words: Words) -> SeenRow:
    case = item.case
    theme, organisation = words.known_theme(item.theme_word), words.known_organisation(item.organisation_word)
    place = ", ".join(part for part in (case.territory.short_name, case.street, case.house) if part)
    return SeenRow(
        item.number, item.outside_id, case.numbers, case.text[:TEXT_LENGTH], place, case.received_at, case.source_due,
        _state(item), theme.name if theme else item.theme_word, theme is not None or not item.theme_word,
        organisation.short_name if organisation else item.organisation_word,
        organisation is not None or not item.organisation_word,
    )


def _state(item: ReadRow) -> str:
    case = item.case
    if case.closed_at:
        return str(Case.Outcome(case.outcome).label if case.outcome else Case.State.CLOSED.label)
    if case.answered_at:
        return str(Case.State.ANSWERED.label)
    return str(Case.State.TRIAGED.label if case.sorted_outside else Case.State.NEW.label) or _("новая")
