"""A run of an import from its beginning to its acceptance: the file kept, columns chosen, queued, seen by a person.

Its rows are taken by `taking.run`.
"""

import hashlib
from collections.abc import Sequence
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
from otklik.intake import layouts
from otklik.intake.models import ImportRun, SheetProfile
from otklik.intake.sheets.columns import REQUIRED, MapRejected
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import SheetRejected
from otklik.journal.appending import NewEntry, append
from otklik.territory.models import Territory
from otklik.typed_text import line

IMPORTERS = frozenset({"operator", "coordinator", "curator"})
MAX_UPLOAD = 200 * 1024 * 1024


def begin(
    actor: Actor, path: Path, *, into: Territory, profile: str = "", written_map: str = "", file_name: str = "",
    stored: bool = False, incomplete: bool = False, tab: str = "", full: bool = False, now: datetime | None = None,
) -> ImportRun:
    """Prepare a run of a file: the profile found or made, columns as they were read last time, else recognised. An
    unfinished run of the same file in the same profile is taken up again. Raises `BadInput` when the file or the
    columns cannot be read; with `incomplete` a person will say the missing columns before the start. `full`: the sheet
    is the whole of its source, so what is not in it has gone missing there.
    """
    now = now or timezone.now()
    headers, tab = _headers(path, tab)
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
        chosen = _chosen(found, headers, written_map, incomplete=incomplete)
        if not incomplete:
            layouts.remember(found, headers, chosen, actor, now)
        if row is not None:
            if row.tab != tab or row.columns != chosen:
                row.last_row = 0  # another sheet of the book, or read another way: from its beginning
            row.columns, row.stored_at, row.tab = chosen, str(path) if stored else row.stored_at, tab
            row.full = full or row.full
            row.save(update_fields=["columns", "stored_at", "tab", "full", "last_row"])
            return row
        row = ImportRun.objects.create(
            profile=found, scope_id=into.scope_id or into.pk, file_name=(file_name or path.name)[:255],
            file_digest=digest, stored_at=str(path) if stored else "", columns=chosen, started_by=actor.reference,
            started_at=now, tab=tab, full=full,
        )
        append(NewEntry(f"import:{row.pk}", "import_begun", actor.reference, now, {"profile": found.code}))
        return row


def prepare(
    actor: Actor, uploaded: "UploadedFile[Any]", into_territory_id: int, profile: str = "", *,
    full: bool = False, now: datetime | None = None,
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
        actor, kept, into=into, profile=profile, file_name=uploaded.name or "", stored=True, incomplete=True,
        full=full, now=now,
    )


def set_columns(
    actor: Actor, run_id: int, meanings: Sequence[str], *, tab: str = "", full: bool = False,
    now: datetime | None = None,
) -> ImportRun:
    """Say what each column means, in the sheet's order, before the run has started; the source remembers it.

    A choice of another sheet of the book only moves there: its columns are shown next, as they are recognised.
    Incomplete columns are kept too, since a person may be on the way: `start` asks for them.
    """
    with acting(actor), widened():
        row = _own_run(actor, run_id)
        if row.state != ImportRun.State.WAITING:
            raise Refused(_("Загрузка уже началась, столбцы поздно менять."))
        moved = bool(tab) and tab != row.tab
        headers, row.tab = _headers(Path(row.stored_at), tab or row.tab)
        row.columns = (
            _chosen(row.profile, headers, "", incomplete=True) if moved else layouts.by_meanings(headers, meanings)
        )
        row.full = full
        row.save(update_fields=["columns", "tab", "full"])
        if not moved and all(row.columns.get(name) for name in REQUIRED):
            layouts.remember(row.profile, headers, row.columns, actor, now or timezone.now())
        return row


def start(actor: Actor, run_id: int) -> ImportRun:
    """Queue a run for the worker."""
    from procrastinate.contrib.django import app

    with acting(actor), widened():
        row = _own_run(actor, run_id)
        if row.state == ImportRun.State.DONE:
            raise Refused(_("Эта загрузка уже закончена."))
        layouts.require_columns(row.columns)
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


def _headers(path: Path, tab: str) -> tuple[list[str], str]:
    """The names of the columns, and which sheet of the book they are from. Raises `BadInput` with advice."""
    try:
        with open_sheet(path, tab=tab) as sheet:
            return sheet.columns, sheet.tab
    except SheetRejected as error:
        raise BadInput(error.message, "file") from error
    except OSError as error:
        raise BadInput(_("Файл %(path)s не читается: %(why)s.") % {"path": path, "why": error.strerror}) from error


def _chosen(profile: SheetProfile, headers: Sequence[str], written_map: str, *, incomplete: bool) -> layouts.Columns:
    """What a person wrote, else what was said last time about such a header, else what the header says."""
    known = None if written_map else layouts.remembered(profile, headers)
    if known is not None:
        return known
    try:
        return layouts.recognised(headers, written_map, incomplete=incomplete)
    except MapRejected as error:
        raise BadInput(error.message, "file") from error


def _profile(code: str, into: Territory) -> SheetProfile:
    """The centre's source of this name, made when it is new. Another centre may call its own one the same.

    «Инцидент» and «инцидент» are one source: as two they would make every case of the sheet a second time.
    """
    own = SheetProfile.objects.select_related("into").filter(into=into).order_by("id")
    found = own.filter(code=code).first() or own.filter(code__iexact=code).first()
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
    """Raises `Refused` for whoever may not load sheets into this place."""
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
