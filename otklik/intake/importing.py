"""A run of an import from its beginning to its acceptance: the file kept, columns chosen, queued, seen by a person.

Its rows are taken by `taking.run`.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.channels.models import Account
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.models import ImportRun, SheetProfile
from otklik.intake.sheets.columns import (
    REQUIRED,
    Field,
    MapRejected,
    guessed,
    parse_map,
    recognise,
)
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import SheetRejected
from otklik.journal.appending import NewEntry, append
from otklik.territory.models import Territory
from otklik.typed_text import line

IMPORTERS = frozenset({"operator", "coordinator", "curator"})
MAX_UPLOAD = 200 * 1024 * 1024


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
    """The centre's source of this name, made when it is new. Another centre may call its own one the same."""
    found = SheetProfile.objects.select_related("into").filter(code=code, into=into).first()
    if found is not None:
        return found
    # The account's name tells outside numbers apart, so no two sources share one.
    name = code if code != f"sheet-{into.code}" else _("Таблица: %(into)s") % {"into": into.short_name}
    name = name[:80]
    if Account.objects.filter(channel=Account.Channel.SHEET, name=name).exists():
        name = f"{name[:78 - len(into.code[:30])]} ({into.code[:30]})"
    key = f"sheet:{code}"
    if Account.objects.filter(code=key).exists():
        key = f"sheet:{hashlib.sha256(f'{into.code}:{code}'.encode()).hexdigest()[:40]}"
    try:
        with transaction.atomic():
            account = Account.objects.create(
                channel=Account.Channel.SHEET, code=key[:80], name=name, territory=into
            )
            return SheetProfile.objects.create(code=code[:80], name=name, account=account, into=into)
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
