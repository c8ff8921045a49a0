"""Import of a sheet: idempotent, resumable after a kill at any row, in batches of one transaction each."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases import clocks
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case
from otklik.cases.opening import open_cases
from otklik.channels.models import Account, Message
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.intake.models import ImportRun, RejectedRow, SheetProfile
from otklik.intake.sheet_rows import ReadRow, RowReader, RowRejected
from otklik.intake.sheets.columns import (
    REQUIRED,
    ColumnMap,
    Field,
    MapRejected,
    guessed,
    parse_map,
    recognise,
)
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, Row, SheetRejected
from otklik.intake.words import Words
from otklik.journal.appending import NewEntry, append
from otklik.organisations import region_settings
from otklik.residents.recording import record_many
from otklik.territory.models import Territory
from otklik.typed_text import line

BATCH = 500
IMPORTERS = frozenset({"operator", "coordinator", "curator"})
MAX_UPLOAD = 200 * 1024 * 1024
Progress = Callable[[ImportRun], None]


def begin(
    actor: Actor, path: Path, *, into: Territory, profile: str = "", written_map: str = "", file_name: str = "",
    stored: bool = False, incomplete: bool = False, now: datetime | None = None,
) -> ImportRun:
    """Prepare a run of a file: columns recognised, the profile found or made. An unfinished run of the same file
    in the same profile is taken up again. Raises `BadInput` when the file or the columns cannot be read; with
    `incomplete` a person will say the missing columns before the start.
    """
    now = now or timezone.now()
    columns = _columns(path, written_map, incomplete=incomplete)
    digest = file_digest(path)
    with acting(actor), widened():
        require_importer(actor, into)
        found = _profile((line(profile, 60, "profile") or f"sheet-{into.code}")[:70], into)
        # Two beginnings of one file at once take up one run.
        SheetProfile.objects.select_for_update().get(pk=found.pk)
        row = (
            ImportRun.objects.filter(profile=found, file_digest=digest)
            .exclude(state=ImportRun.State.DONE).order_by("-id").first()
        )
        chosen = {str(k): v for k, v in columns.items()}
        if row is not None:
            row.columns, row.stored_at = chosen, str(path) if stored else row.stored_at
            row.save(update_fields=["columns", "stored_at"])
            return row
        row = ImportRun.objects.create(
            profile=found, scope_id=into.scope_id or into.pk, file_name=(file_name or path.name)[:255],
            file_digest=digest, stored_at=str(path) if stored else "", columns=chosen, started_by=actor.reference,
            started_at=now,
        )
        append(NewEntry(f"import:{row.pk}", "import_begun", actor.reference, now, {"profile": found.code}))
        return row


def prepare(
    actor: Actor, uploaded: "UploadedFile[Any]", into_territory_id: int, profile: str = "", now: datetime | None = None
) -> ImportRun:
    """Keep an uploaded sheet under the data folder and begin a run of it."""
    into = Territory.objects.filter(pk=into_territory_id).first()
    if into is None:
        raise BadInput(_("Выберите, куда загружать."), "into")
    if (uploaded.size or 0) > MAX_UPLOAD:
        raise BadInput(_("Файл больше 200 МБ: загрузите его командой otklik import."), "file")
    folder = Path(settings.OTKLIK_HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{timezone.now():%Y%m%d%H%M%S%f}"
    with draft.open("wb") as out:
        for chunk in uploaded.chunks():
            out.write(chunk)
    kept = folder / f"{file_digest(draft)[:32]}{Path(uploaded.name or '').suffix.lower()[:6]}"
    draft.replace(kept)
    return begin(
        actor, kept, into=into, profile=profile, file_name=uploaded.name or "", stored=True, incomplete=True, now=now
    )


def set_columns(actor: Actor, run_id: int, columns: dict[str, str]) -> ImportRun:
    """Correct which column is which of our fields, before the run has started."""
    with acting(actor), widened():
        row = _own_run(actor, run_id)
        if row.state != ImportRun.State.WAITING:
            raise Refused(_("Загрузка уже началась, столбцы поздно менять."))
        _require_columns(columns)
        row.columns = {str(Field(f)): c for f, c in columns.items() if c}
        row.save(update_fields=["columns"])
        return row


def start(actor: Actor, run_id: int) -> ImportRun:
    """Queue a run for the worker."""
    from procrastinate.contrib.django import app

    with acting(actor), widened():
        row = _own_run(actor, run_id)
        if row.state == ImportRun.State.DONE:
            raise Refused(_("Эта загрузка уже закончена."))
        _require_columns(row.columns)
        row.state, row.failure = ImportRun.State.RUNNING, ""
        row.save(update_fields=["state", "failure"])
        app.configure_task("intake.import", lock=f"import:{run_id}").defer(run_id=run_id)
        return row


def accept_result(actor: Actor, run_id: int, now: datetime | None = None) -> ImportRun:
    """«Открыто N, просрочено M — принять?»: a person has seen the result."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _own_run(actor, run_id)
        if row.state != ImportRun.State.DONE:
            raise Refused(_("Загрузка ещё не закончена."))
        if row.accepted_at is None:
            row.accepted_at = now
            row.save(update_fields=["accepted_at"])
            append(NewEntry(f"import:{row.pk}", "import_accepted", actor.reference, now, {}))
        return row


def run(run_id: int, *, path: Path | None = None, progress: Progress | None = None) -> ImportRun:
    """Take the rows of a run, from where it stopped. Called by the worker and the command.

    A file that cannot be read fails the run with its reason; nothing that was taken is lost.
    """
    actor = System(f"import:{run_id}")
    with acting(actor, read_only=True):
        row = ImportRun.objects.select_related("profile__account", "profile__into").get(pk=run_id)
        if row.state == ImportRun.State.DONE:
            return row
        now = timezone.now()
        columns = ColumnMap({Field(k): v for k, v in row.columns.items()})
        go_live = region_settings.get("go_live")
        reader = RowReader(
            columns, row.profile.account, row.profile.into, now, clocks.zone(),
            date.fromisoformat(go_live) if go_live else None,
        )
    try:
        with open_sheet(path or Path(row.stored_at), row.file_name) as sheet:
            words: Words | None = None
            for batch in _batches(sheet.rows(after=row.last_row)):
                with acting(actor), widened():
                    words = words or Words(row.profile, row.profile.into)
                    row = _take(row, batch, reader, words, actor)
                if progress:
                    progress(row)
    except (SheetRejected, OSError) as error:
        with acting(actor), widened():
            ImportRun.objects.filter(pk=run_id).update(state=ImportRun.State.FAILED, failure=str(error)[:500])
        raise Failure(str(error)) from error
    return _finish(run_id, actor)


def _take(
    row: ImportRun, batch: list[Row | Broken], reader: RowReader, words: Words, actor: System
) -> ImportRun:
    """One batch in one transaction: cases, rejected rows and the run's place move together.

    The profile is locked, so that two files with the same numbers cannot both take a row for new.
    """
    SheetProfile.objects.select_for_update().get(pk=row.profile_id)
    locked = ImportRun.objects.select_for_update().get(pk=row.pk)
    if locked.last_row != row.last_row:
        raise Failure(_("Этот же импорт идёт в другом процессе: дождитесь его или остановите."))
    ready: list[ReadRow] = []
    rejected: list[tuple[int, str, str, dict[str, object]]] = []
    for item in batch:
        if isinstance(item, Broken):
            rejected.append(reader.rejected(item))
            continue
        try:
            ready.append(reader.read(item))
        except RowRejected as error:
            rejected.append(reader.rejected(item, error))
    fresh, existing = _split(ready, row.profile.account, reader, rejected)
    _open(fresh, words, actor)
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(run=locked, scope_id=locked.scope_id, row=number, column=column[:200], reason=reason[:500],
                        values={k: str(v) for k, v in values.items()})
            for number, column, reason, values in rejected
        ]
    )
    locked.rows += len(batch)
    locked.created += len(fresh)
    locked.existing += existing
    locked.rejected += len(rejected)
    locked.last_row = batch[-1].number
    locked.state = ImportRun.State.RUNNING
    locked.save(update_fields=["rows", "created", "existing", "rejected", "last_row", "state"])
    locked.profile = row.profile
    return locked


def _split(
    ready: list[ReadRow], account: Account, reader: RowReader,
    rejected: list[tuple[int, str, str, dict[str, object]]],
) -> tuple[list[ReadRow], int]:
    """New rows, and how many are here already. One number with two texts is never silently one case."""
    here = dict(
        Message.objects.filter(account=account, external_id__in=[r.outside_id for r in ready], version=1)
        .values_list("external_id", "text")
    )
    fresh: list[ReadRow] = []
    existing = 0
    for item in ready:
        text = here.get(item.outside_id)
        if text is None:
            here[item.outside_id] = item.case.text
            fresh.append(item)
        elif text == item.case.text:
            existing += 1
        else:
            error = RowRejected(Field.ID, _("Под этим номером уже есть карточка с другим текстом"))
            rejected.append(reader.rejected(Row(item.number, item.values), error))
    return fresh, existing


def _open(fresh: list[ReadRow], words: Words, actor: System) -> None:
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
    words.save_uses(
        [(w, c.pk) for w, c in itertools.chain(zip(themes, cases, strict=True), zip(organisations, cases, strict=True))]
    )


def _finish(run_id: int, actor: System) -> ImportRun:
    now = timezone.now()
    with acting(actor), widened():
        row = ImportRun.objects.select_for_update().select_related("profile__into").get(pk=run_id)
        mine = Case.objects.filter(account_id=row.profile.account_id, state__in=IN_WORK)
        row.opened = mine.count()
        row.overdue = mine.filter(Q(control_at__lt=now)).count()
        row.state, row.finished_at = ImportRun.State.DONE, now
        row.save()
        append(
            NewEntry(
                f"import:{row.pk}", "import_done", actor.reference, now,
                {"rows": row.rows, "created": row.created, "existing": row.existing, "rejected": row.rejected},
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


def _require_columns(columns: Mapping[str, str]) -> None:
    for field in REQUIRED:
        if not columns.get(field):
            raise BadInput(_("Укажите столбцы с номером и с текстом."), str(field))


def _columns(path: Path, written_map: str, *, incomplete: bool) -> Mapping[Field, str]:
    try:
        with open_sheet(path) as sheet:
            if incomplete:
                return guessed(sheet.columns)
            return (parse_map(written_map, sheet.columns) if written_map else recognise(sheet.columns)).columns
    except (SheetRejected, MapRejected) as error:
        raise BadInput(error.message, "file") from error
    except OSError as error:
        raise BadInput(_("Файл %(path)s не читается: %(why)s.") % {"path": path, "why": error.strerror}) from error


def _profile(code: str, into: Territory) -> SheetProfile:
    found = SheetProfile.objects.select_related("into").filter(code=code).first()
    if found is not None:
        if found.into_id != into.pk:
            raise BadInput(
                _("Профиль «%(code)s» уже загружает в «%(into)s». Выберите другое имя профиля.")
                % {"code": code, "into": found.into.short_name}, "profile",
            )
        return found
    # The name tells outside numbers apart, so no two profiles share one.
    name = code if code != f"sheet-{into.code}" else _("Таблица: %(into)s") % {"into": into.short_name}
    try:
        with transaction.atomic():
            account = Account.objects.create(
                channel=Account.Channel.SHEET, code=f"sheet:{code}"[:80], name=name[:80], territory=into
            )
            return SheetProfile.objects.create(code=code[:80], name=name[:80], account=account, into=into)
    except IntegrityError:  # somebody began the same a moment ago
        return _profile(code, into)


def _own_run(actor: Actor, run_id: int) -> ImportRun:
    row = ImportRun.objects.select_for_update().select_related("profile__into").filter(pk=run_id).first()
    if row is None:
        raise NotYours(_("Такой загрузки нет."))
    require_importer(actor, row.profile.into)
    return row


def require_importer(actor: Actor, into: Territory) -> None:
    if isinstance(actor, System):
        return
    scope = into.scope_id or into.pk
    if not isinstance(actor, Staff) or not (IMPORTERS & actor.roles_at(scope)):
        raise Refused(_("Загружать таблицы сюда может оператор или координатор этого центра."))


def file_digest(path: Path) -> str:
    """The hash by which a file is known again. Raises `BadInput` when it cannot be read."""
    seen = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                seen.update(chunk)
    except OSError as error:
        raise BadInput(_("Файл %(path)s не читается: %(why)s.") % {"path": path, "why": error.strerror}) from error
    return seen.hexdigest()


@dataclass(frozen=True)
class Totals:
    """What a run did, as the command prints it."""

    rows: int
    created: int
    existing: int
    rejected: int


def totals(row: ImportRun) -> Totals:
    """The counts of a run."""
    return Totals(row.rows, row.created, row.existing, row.rejected)
