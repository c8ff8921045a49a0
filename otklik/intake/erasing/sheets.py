"""A person in what imports left behind: rows that were not taken, and uploaded files that still wait."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from otklik.intake.models import ImportRun, RejectedRow
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Row, SheetRejected
from otklik.residents.traces import Traces


def rejected_rows(marks: Traces) -> Iterator[RejectedRow]:
    """Rows of reports in which the person stands. Inside `acting` and `widened`."""
    for row in RejectedRow.objects.order_by("pk").iterator(chunk_size=1000):
        if any(marks.are_in(str(value)) for value in row.values.values()):
            yield row


def redact_rejected(marks: Traces) -> int:
    """Take the person out of those rows; the report still says why each was not taken. Returns how many."""
    changed = 0
    for row in list(rejected_rows(marks)):
        row.values = {key: marks.without(str(value), own=True) for key, value in row.values.items()}
        row.reason = marks.without(row.reason)
        row.save(update_fields=["values", "reason"])
        changed += 1
    return changed


def waiting_runs(marks: Traces) -> list[ImportRun]:
    """Loadings whose uploaded file is still there and holds the person."""
    runs = ImportRun.objects.exclude(state=ImportRun.State.DONE).exclude(stored_at="").order_by("pk")
    return [run for run in runs if Path(run.stored_at).exists() and _stands_in(Path(run.stored_at), run, marks)]


def drop_files(marks: Traces) -> list[Path]:
    """Stop those loadings; returns the files, to be deleted when all is committed."""
    files = []
    for run in waiting_runs(marks):
        run.state = ImportRun.State.FAILED
        run.failure = _("Файл удалён: в нём был человек, чьи данные стёрли. Загрузите таблицу снова без его строк.")
        files.append(Path(run.stored_at))
        run.stored_at = ""
        run.save(update_fields=["state", "failure", "stored_at"])
    return files


def _stands_in(path: Path, run: ImportRun, marks: Traces) -> bool:
    try:
        with open_sheet(path, run.file_name) as sheet:
            return any(
                isinstance(row, Row) and any(marks.are_in(str(value)) for value in row.values.values())
                for row in sheet.rows(after=0)
            )
    except (SheetRejected, OSError):
        return True  # nobody can say what is in it: it goes
