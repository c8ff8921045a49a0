"""Forms of reports that a place uploads: Typst for PDF, DOCX with docxtpl's words, XLSX with places to fill in.

A form is a stranger's text. It is checked when it comes, tried on a real report before it counts, and always filled in
a closed process (`closed_drawing`): little time, little memory, no file and no socket to open.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import otklik
from otklik.acting import Actor, Staff, System, acting, widened
from otklik.answers.letter_form import check_document
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.reports import kinds
from otklik.reports.access import may_form, reports_of, seen
from otklik.reports.asking import Asked
from otklik.reports.document import Document, from_json
from otklik.reports.drawing.pdf import told
from otklik.reports.models import Report, ReportTemplate
from otklik.reports.periods import last
from otklik.territory.models import Kind, Territory

ACTOR = System("reports")
FORMS = {"typ": "pdf", "docx": "docx", "xlsx": "xlsx"}
MAX_BYTES = 3 * 1024 * 1024
MAX_TYPST = 200 * 1024
MAX_UNPACKED = 30 * 1024 * 1024
MAX_PARTS = 400
SECONDS = 15
ROOT = Path(otklik.__file__).parents[1]
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_NOT_IN_BOOK = (
    "vbaproject", "/externallinks/", "/embeddings/", "/activex/", "oleobject", ".bin", "/connections.xml",
    "/querytables/", "/customxml/", "/macrosheets/", "/dialogsheets/",
)
_CALLING = re.compile(
    r"WEBSERVICE|HYPERLINK|IMPORTDATA|\bDDE\b|\bCALL\(|\bREGISTER|RTD\(|'?\[[^\]]+\]|\|", re.IGNORECASE
)
_TAG = re.compile(rb"<[^>]*>")  # Word cuts a word into pieces


class CannotDraw(Failure):
    """A form that could not be filled; the text says why."""


def in_use(kind: str, place: Territory) -> list[ReportTemplate]:
    """The forms that count for a kind in a place: its own, else the region's, one of each form."""
    rows = ReportTemplate.objects.filter(kind=kind, retired_at=None, scope__kind=Kind.REGION)
    rows = rows | ReportTemplate.objects.filter(kind=kind, retired_at=None, scope=place)
    best: dict[str, ReportTemplate] = {}
    for row in rows.select_related("scope").order_by("pk"):
        if row.form not in best or row.scope_id == place.pk:
            best[row.form] = row
    return list(best.values())


def drawn(template: ReportTemplate, document: Document, base: str) -> tuple[str, bytes]:
    """The file of a report on a place's own form. Raises `CannotDraw`."""
    return FORMS[template.form], draw_closed(template.form, bytes(template.content), document, base)


def draw_closed(form: str, content: bytes, document: Document, base: str) -> bytes:
    """Fill a form in the closed process. Raises `CannotDraw` with the first line of what went wrong."""
    asked = json.dumps({"form": form, "document": told(document, base)}, ensure_ascii=False).encode()
    given = len(asked).to_bytes(8, "big") + asked + content
    try:
        done = subprocess.run(
            [sys.executable, "-m", "otklik.reports.closed_drawing"], input=given, capture_output=True, check=False,
            timeout=SECONDS, cwd=tempfile.gettempdir(),
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)},
        )
    except subprocess.TimeoutExpired as error:
        raise CannotDraw(_("Форма заполняется слишком долго.")) from error
    if done.returncode == 0 and done.stdout:
        return done.stdout
    why = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode < 0 or not why:
        raise CannotDraw(_("Форма требует слишком много времени или памяти."))
    raise CannotDraw(_("Форма не заполняется: %(why)s") % {"why": why[0][:300]})


def upload(
    actor: Actor, kind: str, place_id: int, content: bytes, name: str, *, now: datetime | None = None
) -> ReportTemplate:
    """Check a form, try it on a report of the last whole period, and make it the place's next version.

    Raises `BadInput` (field «file») that says what is wrong, `Refused`, `NotYours`.
    """
    now = now or timezone.now()
    form = _form_of(name)
    _check(form, content)
    with acting(actor, read_only=True):
        place = _place(actor, kind, place_id)
    _require_places_to_fill(form, content)
    _try(kind, place, form, content, now)
    sha = hashlib.sha256(content).hexdigest()
    with acting(actor), widened():
        Territory.objects.select_for_update(of=("self",)).get(pk=place.pk)
        rows = ReportTemplate.objects.filter(kind=kind, scope=place, form=form)
        held = rows.filter(retired_at=None).first()
        if held is not None and held.sha256 == sha:
            return held
        rows.filter(retired_at=None).update(retired_at=now)
        row = ReportTemplate.objects.create(
            kind=kind, scope=place, form=form, version=(rows.aggregate(n=Max("version"))["n"] or 0) + 1,
            name=name.replace("\x00", "")[-200:], content=content, sha256=sha,
            uploaded_by_id=actor.user_id if isinstance(actor, Staff) else None, uploaded_at=now,
        )
        _note(row, "report_form", actor, now, version=row.version, sha256=sha)
        return row


def remove(actor: Actor, template_id: int, *, now: datetime | None = None) -> None:
    """Reports stand on our own form again; what was made on this one stays. Raises `NotYours`, `Refused`."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = ReportTemplate.objects.select_for_update(of=("self",)).select_related("scope").filter(
            pk=template_id, retired_at=None
        ).first()
        if row is None:
            raise NotYours(_("Такой формы нет."))
        if not may_form(actor, row.scope):
            raise Refused(_("Формы меняет руководитель или администратор этого места."))
        row.retired_at = now
        row.save(update_fields=["retired_at"])
        _note(row, "report_form_removed", actor, now, version=row.version)


def _place(actor: Actor, kind: str, place_id: int) -> Territory:
    place = Territory.objects.filter(pk=place_id).first()
    if place is None or kind not in kinds.KINDS:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    if not may_form(actor, place):
        raise Refused(_("Формы меняет руководитель или администратор этого места."))
    return place


def formed_places(actor: Actor) -> list[Territory]:
    """The places whose forms this person may change."""
    rows = Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY], active=True)
    return [one for one in sorted(rows, key=lambda p: (p.kind != Kind.REGION, p.name_key)) if may_form(actor, one)]


def newest_made(actor: Actor, kind: str) -> Document | None:
    """The newest report of a kind, for the names in it; an administrator makes forms and reads no report.

    Inside `acting`.
    """
    try:
        row = _newest(reports_of(actor), kind)
    except Refused:
        if not formed_places(actor):
            return None
        with widened():
            row = _newest(Report.objects.filter(restricted=False), kind)
    return from_json(row.content) if row is not None else None


def _newest(rows: QuerySet[Report], kind: str) -> Report | None:
    return rows.filter(kind=kind).order_by("-id").first()


def _note(row: ReportTemplate, verb: str, actor: Actor, now: datetime, **fields: object) -> None:
    append(NewEntry(
        f"report_form:{row.scope_id}", verb, actor.reference, now,
        {"form": row.pk, "kind": row.kind, "as": row.form, **fields},
    ))


def _wrong(words: str) -> BadInput:
    return BadInput(words, "file")


def _form_of(name: str) -> str:
    form = name.rpartition(".")[2].lower()
    if form not in FORMS:
        raise _wrong(_("Форма бывает документом Word (.docx), таблицей Excel (.xlsx) или файлом Typst (.typ)."))
    return form


def _check(form: str, content: bytes) -> None:
    if form == "docx":
        check_document(content)
    elif form == "xlsx":
        _check_book(content)
    else:
        if len(content) > MAX_TYPST:
            raise _wrong(_("Файл Typst больше 200 КБ."))
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _wrong(_("Файл Typst должен быть в UTF-8.")) from error


def _check_book(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise _wrong(_("Файл больше 3 МБ."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.infolist()
            if len(rows) > MAX_PARTS or sum(row.file_size for row in rows) > MAX_UNPACKED:
                raise _wrong(_("Внутри файла слишком много всего для формы."))
            parts = {row.filename: archive.open(row).read(row.file_size + 1) for row in rows if not row.is_dir()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _wrong(_("Файл не читается. Нужна таблица Excel (.xlsx), без пароля.")) from error
    if sum(map(len, parts.values())) > MAX_UNPACKED or len(parts) < sum(not row.is_dir() for row in rows):
        raise _wrong(_("Файл повреждён. Пересохраните форму и попробуйте ещё раз."))
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if _BOOK not in types:
        raise _wrong(_("Это не обычная таблица Excel: сохраните форму как «Книга Excel (.xlsx)»."))
    for name, part in parts.items():
        low = f"/{name.lower()}"
        if any(word in low for word in _NOT_IN_BOOK):
            raise _wrong(_("В файле есть макрос, связь с другими файлами или вложенный объект. Уберите их."))
        if b"\x00" in part[:200] and low.endswith((".xml", ".rels")) or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise _wrong(_("Файл устроен небезопасно. Пересохраните форму в Excel или LibreOffice."))
        if low.endswith(".rels") and b'TargetMode="External"' in part:
            raise _wrong(_("В форме есть ссылка наружу. Уберите её."))
        if low.startswith("/xl/worksheets/") or low == "/xl/workbook.xml":
            for formula in re.findall(rb"<(?:f|definedName)[ >][^<]*", part):
                if _CALLING.search(formula.decode("utf-8", "replace").partition(">")[2]):
                    raise _wrong(_("В форме есть формула, которая берёт что-то снаружи. Уберите её."))


def _require_places_to_fill(form: str, content: bytes) -> None:
    """A form with nothing to fill in would give the same page for ever: most often it has letters' `{место}`."""
    if form == "typ":
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = (archive.read(row) for row in archive.infolist() if row.filename.endswith(".xml"))
        if not any(re.search(rb"\{\{|\{%", _TAG.sub(b"", part)) for part in parts):
            raise _wrong(_("В форме нет ни одной подстановки. Они пишутся в двойных скобках: {{ место }}."))


def _try(kind: str, place: Territory, form: str, content: bytes, now: datetime) -> None:
    """Fill it with a report of the last whole period; what does not work there would not work later."""
    with acting(ACTOR, read_only=True), translation.override("ru"):
        days = last(kinds.KINDS[kind].rhythm or "month", timezone.localdate(now))
        asked = Asked(place, days, now, sample_options(kind))
        document = kinds.KINDS[kind].make(asked)
    try:
        draw_closed(form, content, document, "")
    except CannotDraw as error:
        raise _wrong(str(error)) from error


def sample_options(kind: str) -> dict[str, Any]:
    """What a kind is tried with."""
    return {"set": "snow"} if kind == "note" else {}


def templates_of(actor: Actor) -> list[ReportTemplate]:
    """All versions of all forms that this person sees, those in use first. Inside `acting`."""
    scopes = None
    if not (isinstance(actor, Staff) and "administrator" in actor.roles_at(None)):
        scopes = seen(actor)
    elif not any(one.scopes is None for one in actor.grants):
        scopes = frozenset().union(*(one.scopes or frozenset() for one in actor.grants))
    rows = ReportTemplate.objects.defer("content").select_related("scope", "uploaded_by")
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes) | rows.filter(scope__kind=Kind.REGION)
    return list(rows.order_by("kind", "scope__name_key", "form", "-version")[:300])
