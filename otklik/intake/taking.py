"""Taking the rows of a run: idempotent, resumable after a kill at any row, in batches of one transaction each."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.cases import clocks
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case
from otklik.cases.opening import open_cases
from otklik.channels.models import Account, Message
from otklik.failures import Failure
from otklik.intake import mirroring
from otklik.intake.layouts import column_map
from otklik.intake.models import ImportRun, RejectedRow, SheetProfile
from otklik.intake.sheet_rows import ReadRow, RowReader, RowRejected
from otklik.intake.sheets.columns import Field
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.report import Rejected
from otklik.intake.sheets.rows import Broken, Row, SheetRejected
from otklik.intake.words import Words
from otklik.journal.appending import NewEntry, append
from otklik.organisations import region_settings
from otklik.residents.recording import record_many

BATCH = 500
Progress = Callable[[ImportRun], None]


def run(
    run_id: int, *, path: Path | None = None, progress: Progress | None = None, now: datetime | None = None
) -> ImportRun:
    """Take the rows of a run, from where it stopped. Called by the worker and the command. `now`: as if it were then.

    A file that cannot be read fails the run with its reason; nothing that was taken is lost.
    """
    actor = System(f"import:{run_id}")
    with acting(actor, read_only=True):
        row = ImportRun.objects.select_related("profile__account", "profile__into").get(pk=run_id)
        if row.state == ImportRun.State.DONE:
            return row
        moment = now or timezone.now()
        columns = column_map(row.columns)
        go_live = region_settings.get("go_live")
        reader = RowReader(
            columns, row.profile.account, row.profile.into, moment, clocks.zone(),
            date.fromisoformat(go_live) if go_live else None,
        )
    try:
        with open_sheet(path or Path(row.stored_at), row.file_name, row.tab) as sheet:
            words: Words | None = None
            for batch in _batches(sheet.rows(after=row.last_row)):
                with acting(actor), widened():
                    words = words or Words(row.profile, row.profile.into)
                    row = _take(row, batch, reader, words, actor, now or timezone.now())
                if progress:
                    progress(row)
    except (SheetRejected, OSError) as error:
        with acting(actor), widened():
            ImportRun.objects.filter(pk=run_id).update(state=ImportRun.State.FAILED, failure=str(error)[:500])
        raise Failure(str(error)) from error
    return _finish(run_id, actor, now or timezone.now())


def _take(
    row: ImportRun, batch: list[Row | Broken], reader: RowReader, words: Words, actor: System, now: datetime
) -> ImportRun:
    """One batch in one transaction: cases, rejected rows and the run's place move together.

    The profile is locked, so that two files with the same numbers cannot both take a row for new.
    """
    SheetProfile.objects.select_for_update().get(pk=row.profile_id)
    locked = ImportRun.objects.select_for_update().get(pk=row.pk)
    if locked.last_row != row.last_row:
        raise Failure(_("Эта таблица уже загружается: дождитесь конца или остановите ту загрузку."))
    ready: list[ReadRow] = []
    rejected: list[Rejected] = []
    for item in batch:
        if isinstance(item, Broken):
            rejected.append(Rejected.of(item))
            continue
        try:
            ready.append(reader.read(item))
        except RowRejected as error:
            rejected.append(reader.rejected(item, error))
    fresh, here, erased = _split(ready, row.profile.account, reader, rejected)
    fresh, joined = _joined(row, fresh, reader, rejected)
    _open(row, fresh, words, actor)
    for known in (*here, *joined):
        known.case.executor = words.meant_organisation(known.organisation_word)
    for known in joined:  # it is found by this number too, from now on
        known.case.numbers = [*known.case.numbers, (known.case.outside_system, known.outside_id)]
    step = mirroring.keep_in_step(row, [*here, *joined], actor, now)
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(
                run=locked, scope_id=locked.scope_id, row=bad.number, column=(bad.column or "")[:200],
                reason=bad.reason[:500], values={k: str(v) for k, v in bad.values.items()},
            )
            for bad in rejected
        ]
    )
    locked.rows += len(batch)
    locked.created += len(fresh)
    locked.existing += len(here) + len(joined) + erased
    locked.changed += step.changed
    locked.conflicts += step.conflicts
    locked.rejected += len(rejected)
    locked.last_row = batch[-1].number
    locked.state = ImportRun.State.RUNNING
    locked.save(
        update_fields=["rows", "created", "existing", "changed", "conflicts", "rejected", "last_row", "state"]
    )
    locked.profile = row.profile
    return locked


def _split(
    ready: list[ReadRow], account: Account, reader: RowReader,
    rejected: list[Rejected],
) -> tuple[list[ReadRow], list[ReadRow], int]:
    """New rows, those that are here already, and how many are of erased people. One number with two texts is never
    silently one case."""
    known = Message.objects.filter(account=account, external_id__in=[r.outside_id for r in ready], version=1)
    rows = list(known.values_list("external_id", "text", "salt"))
    here = {number: text for number, text, _salt in rows}
    erased = {number for number, _text, salt in rows if not bytes(salt)}  # its person was erased: nothing comes back
    fresh: list[ReadRow] = []
    existing: list[ReadRow] = []
    left = 0
    for item in ready:
        text = here.get(item.outside_id)
        if text is None:
            here[item.outside_id] = item.case.text
            fresh.append(item)
        elif item.outside_id in erased:
            left += 1
        elif text == item.case.text:
            existing.append(item)
        else:
            error = RowRejected(Field.ID, _("Под этим номером уже есть карточка с другим текстом"))
            rejected.append(reader.rejected(Row(item.number, item.values), error))
    return fresh, existing, left


def _joined(
    row: ImportRun, fresh: list[ReadRow], reader: RowReader, rejected: list[Rejected]
) -> tuple[list[ReadRow], list[ReadRow]]:
    """New rows in two: really new, and of matters that are here already under another of their numbers."""
    decided = mirroring.join_known(row, fresh)
    for item in fresh:
        if decided.get(item.outside_id) == "elsewhere":
            error = RowRejected(Field.ID, mirroring.elsewhere())
            rejected.append(reader.rejected(Row(item.number, item.values), error))
    return (
        [item for item in fresh if item.outside_id not in decided],
        [item for item in fresh if decided.get(item.outside_id) == "joined"],
    )


def _open(row: ImportRun, fresh: list[ReadRow], words: Words, actor: System) -> None:
    if not fresh:
        return
    scopes = [r.case.territory.scope_id or r.case.territory.pk for r in fresh]
    people = record_many(scopes, [r.person for r in fresh], fresh[0].case.opened_at)
    themes = [words.theme(r.theme_word) for r in fresh]
    organisations = [words.organisation(r.organisation_word) for r in fresh]
    for item, person, theme, organisation in zip(fresh, people, themes, organisations, strict=True):
        item.case.resident = person
        item.case.theme = theme.theme if theme else None
        item.case.executor = organisation.organisation if organisation else None
    cases = open_cases([r.case for r in fresh], actor)
    mirroring.note_new(row, fresh, cases)
    words.save_uses(
        [(w, c.pk) for w, c in itertools.chain(zip(themes, cases, strict=True), zip(organisations, cases, strict=True))]
    )


def _finish(run_id: int, actor: System, now: datetime) -> ImportRun:
    with acting(actor), widened():
        row = ImportRun.objects.select_for_update().select_related("profile__into").get(pk=run_id)
        mine = Case.objects.filter(account_id=row.profile.account_id, state__in=IN_WORK)
        row.opened = mine.count()
        row.overdue = mine.filter(Q(control_at__lt=now)).count()
        row.missing = len(mirroring.missing_of(row)) if row.full else 0
        row.state, row.finished_at = ImportRun.State.DONE, now
        row.save()
        append(
            NewEntry(
                f"import:{row.pk}", "import_done", actor.reference, now,
                {"rows": row.rows, "created": row.created, "existing": row.existing, "rejected": row.rejected,
                 "changed": row.changed, "conflicts": row.conflicts, "missing": row.missing},
            )
        )
        wanted = ImportRun.objects.filter(stored_at=row.stored_at).exclude(state=ImportRun.State.DONE).exists()
    if row.stored_at and not wanted:
        # An uploaded sheet holds contacts in the clear. Its rows are taken; those that were not stand in the report.
        Path(row.stored_at).unlink(missing_ok=True)
    return row


def _batches(rows: Iterable[Row | Broken]) -> Iterator[list[Row | Broken]]:
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch
