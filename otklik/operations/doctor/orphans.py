"""Checks of what hangs in the air: rows that point to nothing, files without rows, rows without files."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from otklik.cases.rescoping import tables_of_a_case
from otklik.files.storage import is_whole, path_of, stored_digests
from otklik.operations.doctor.findings import (
    EXAMPLES,
    Finding,
    Level,
    Visit,
    counted,
    examples,
    reading,
    rows,
    streamed,
)

# Plain ids that no foreign key guards: column → the table they name.
PLAIN_IDS = (
    ("intake_formkey", "case_id", "cases_case"),
    ("insight_casefact", "case_id", "cases_case"),
    ("files_storedfile", "scope_id", "territory_territory"),
)
WHOLE_REGION = ("insight_cell", "scope_id")  # its 0 is all places together, by intent
YOUNG_SECONDS = 24 * 3600  # a file without a row may belong to a form that is being sent


def references(visit: Visit) -> Iterator[Finding]:
    """Every reference has what it points to, also where a foreign key was taken away."""
    pairs = [*PLAIN_IDS, *_foreign_keys()]
    with reading():
        for table, column, target in pairs:
            sql = (
                f'FROM "{table}" t WHERE t."{column}" IS NOT NULL'
                f' AND NOT EXISTS (SELECT FROM "{target}" o WHERE o.id = t."{column}")'
            )
            if (table, column) == WHOLE_REGION:
                sql += f' AND t."{column}" <> 0'
            if rows(f"SELECT EXISTS (SELECT {sql})")[0][0]:
                total = rows(f"SELECT count(*) {sql}")[0][0]
                some = rows(f'SELECT DISTINCT t."{column}" {sql} LIMIT {EXAMPLES}')
                names = examples([row[0] for row in some], len(some))
                yield Finding(f"{table}: строк, чей {column} указывает в никуда, {total} ({names}).")


def _foreign_keys() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.target_field.column == "id":
                yield model._meta.db_table, field.column, field.related_model._meta.db_table


def threads(visit: Visit) -> Iterator[Finding]:
    """Every message belongs to a case, every case has its message, and both lie in one scope."""
    yield from counted(
        "SELECT m.id FROM channels_message m WHERE NOT EXISTS"
        " (SELECT FROM cases_casemessage j WHERE j.message_id = m.id)",
        "Записи без карточки, id:",
    )
    yield from counted(
        "SELECT c.number FROM cases_case c WHERE NOT EXISTS (SELECT FROM cases_casemessage j WHERE j.case_id = c.id)",
        "Карточки без единой записи:",
    )
    for table in tables_of_a_case():
        yield from counted(
            f'SELECT c.number FROM "{table}" t JOIN cases_case c ON c.id = t.case_id WHERE t.scope_id <> c.scope_id',
            f"{table}: строки лежат не в муниципалитете своей карточки:",
        )


def photos(visit: Visit) -> Iterator[Finding]:
    """Every row of a photo has its file, whole, and every file has a row. Both sides are walked in one order."""
    lost: list[str] = []
    spoilt: list[str] = []
    loose: list[Path] = []
    numbers = [0, 0, 0]
    with reading():
        known = streamed('SELECT DISTINCT sha256 COLLATE "C", size FROM files_storedfile ORDER BY 1')
        for sha, size, path in _joined(known, stored_digests()):
            if path is None:
                numbers[0] += 1
                lost = [*lost, (sha or "")[:12]][:EXAMPLES]
            elif sha is None:
                if visit.now.timestamp() - path.stat().st_mtime > YOUNG_SECONDS:
                    numbers[1] += 1
                    if visit.fix:
                        path.unlink(missing_ok=True)
                    loose = [*loose, path][:EXAMPLES]
            elif path.stat().st_size != size or (visit.deep and not is_whole(sha)):
                numbers[2] += 1
                spoilt = [*spoilt, sha[:12]][:EXAMPLES]
    if numbers[0]:
        some = examples(lost, numbers[0])
        yield Finding(f"Фотографий, чьего файла нет на диске: {numbers[0]} ({some}). Верните их из копии.")
    if numbers[2]:
        some = examples(spoilt, numbers[2])
        yield Finding(f"Испорченных файлов фотографий: {numbers[2]} ({some}). Верните их из копии.")
    if numbers[1] and visit.fix:
        yield Finding(f"Файлов, которых никто не ждал, было {numbers[1]}: удалены.", Level.MENDED)
    elif numbers[1]:
        yield Finding(f"Файлов без записи в базе: {numbers[1]} ({loose[0].name[:12]}…). Удалит --fix.", Level.NOTICE)


def _joined(
    known: Iterator[tuple[str, int]], files: Iterator[str]
) -> Iterator[tuple[str, int, Path] | tuple[str, int, None] | tuple[None, int, Path]]:
    """Both sorted sides merged: (digest, size, path) with None for the side that is missing."""
    row, name = next(known, None), next(files, None)
    while row is not None or name is not None:
        if name is None or (row is not None and row[0] < name):
            assert row is not None
            yield row[0], row[1], None
            row = next(known, None)
        elif row is None or name < row[0]:
            yield None, 0, path_of(name)
            name = next(files, None)
        else:
            yield row[0], row[1], path_of(name)
            row, name = next(known, None), next(files, None)
