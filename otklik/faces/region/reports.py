"""The reports that are there: the list, one of them, its files, how far those are that are being made."""

import io
import zipfile
from collections.abc import Collection
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.acting import Staff, acting
from otklik.acting.middleware import acts_itself
from otklik.failures import NotYours
from otklik.reports import kinds
from otklik.reports.access import may_form, may_give, places_of, reports_of, seen
from otklik.reports.document import from_json
from otklik.reports.making import file_of, note_taken, report_for
from otklik.reports.models import Making, Report, ReportFile
from otklik.reports.orders import orders_of

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RHYTHMS = (
    ("Каждую неделю", ("week",)), ("Каждый месяц", ("month",)), ("Каждый квартал и год", ("quarter", "year")),
    ("Когда понадобится", ("",)),
)
SHOWN = 30
MOST_TOGETHER = 100


def staff_of(request: HttpRequest) -> Staff:
    """Who asks."""
    return cast(Staff, request.actor)  # type: ignore[attr-defined]


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What can be made, what is being made, what was made."""
    actor = staff_of(request)
    places = places_of(actor)
    whole = seen(actor) is None
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds.KINDS else ""
    rows = reports_of(actor).exclude(kind="morning").defer("content").select_related("scope", "making", "made_by")
    rows = with_sets_folded(rows.filter(kind=kind) if kind else rows)
    page = Paginator(rows.order_by("-id"), SHOWN).get_page(request.GET.get("page"))
    context = {
        "page": page, "kind": kind, "names": {code: one.name for code, one in kinds.KINDS.items()},
        "rhythms": [(label, _of(codes, whole)) for label, codes in RHYTHMS],
        "makings": _in_work(actor), "files": _files(page.object_list), "late": _late(actor),
        "forms": any(may_form(actor, one) for one in places[:1]),
        "gives": any(may_give(actor, one.pk) for one in places),
    }
    return render(request, "region/reports/reports.html", context)


def with_sets_folded(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Of reports that were made together the first only, with `others`: how many more there are for this reader.

    Every week writes one for each municipality: in a list of all of them nothing else would be found.
    """
    same = rows.order_by().filter(making=OuterRef("making"))
    count = same.values("making").annotate(n=Count("pk")).values("n")
    first = same.values("making").annotate(first=Min("pk")).values("first")
    alone = Q(making=None)
    return rows.annotate(others=Coalesce(Subquery(count), 1) - 1).filter(alone | Q(pk=Subquery(first)))


def _of(rhythms: Collection[str], whole: bool) -> list[kinds.Kind]:
    """The reports of these rhythms that this person may ask for."""
    return [one for one in kinds.KINDS.values() if one.rhythm in rhythms and (whole or one.where != kinds.REGION)]


def _late(actor: Staff) -> int:
    return orders_of(actor).filter(due__lt=timezone.localdate()).count()


def _in_work(actor: Staff) -> list[Making]:
    rows = Making.objects.filter(asked_by_id=actor.user_id, state__in=["waiting", "making", "failed"])
    recent = rows.filter(asked_at__gte=timezone.now() - timedelta(days=1))
    return list(recent.select_related("scope").order_by("-id")[:10])


def _files(rows: Any) -> dict[int, list[ReportFile]]:
    found: dict[int, list[ReportFile]] = {}
    wanted = ReportFile.objects.filter(report__in=[one.pk for one in rows]).defer("content")
    for one in wanted.order_by("template_id", "id"):
        found.setdefault(one.report_id, []).append(one)
    return found


@login_required
@require_safe
def making(request: HttpRequest, making_id: int) -> HttpResponse:
    """How far one request is; the page asks again by itself, and a set is taken together when it is ready."""
    actor = staff_of(request)
    scopes = seen(actor)
    row = Making.objects.select_related("scope").filter(pk=making_id).first()
    if row is None or (scopes is not None and row.scope_id not in scopes):
        raise NotYours(_("Такого отчёта нет, или он не ваш."))
    made = reports_of(actor).filter(making=row).defer("content").select_related("scope")
    ready = list(made.order_by("scope__name_key"))
    context = {
        "row": row, "kind": kinds.KINDS[row.kind], "reports": ready, "files": _files(ready),
        "waits": row.state in ("waiting", "making"), "part": round(row.done * 100 / max(row.total, 1)),
    }
    page = "region/reports/parts/making.html" if request.headers.get("HX-Request") else "region/reports/making.html"
    return render(request, page, context)


@login_required
@require_safe
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report as a page: its numbers lead to their cases."""
    row = report_for(staff_of(request), report_id)
    document = from_json(row.content)
    context = {
        "row": row, "document": document, "files": _files([row]).get(row.pk, []),
        "name": kinds.KINDS[row.kind].name if row.kind in kinds.KINDS else document.title,
    }
    return render(request, "region/reports/report.html", context)


@acts_itself
@login_required
@require_safe
def file(request: HttpRequest, report_id: int, report_form: str) -> HttpResponse:
    """One file; ?own=… is one on the place's own form. Names of residents leave with an entry of the journal."""
    actor = staff_of(request)
    own = request.GET.get("own", "")
    template_id = int(own) if own.isascii() and own.isdecimal() and len(own) < 18 else None
    if report_form not in TYPES:
        raise NotYours(_("Такого файла у отчёта нет."))
    with acting(actor, read_only=True):
        found = file_of(actor, report_id, report_form, template_id=template_id)
        row = report_for(actor, report_id)
    note_taken(actor, row, report_form, timezone.now())
    name = f"{row.content['file_name']}{'-forma' if template_id else ''}.{report_form}"
    return as_file(bytes(found.content), report_form, name)


def as_file(content: bytes, form: str, name: str) -> HttpResponse:
    """A file to keep; no cache holds it."""
    response = HttpResponse(content, content_type=TYPES.get(form, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@acts_itself
@login_required
@require_safe
def together(request: HttpRequest, making_id: int) -> HttpResponse:
    """All PDFs of a set as one archive."""
    actor = staff_of(request)
    out = io.BytesIO()
    taken: list[Report] = []
    with acting(actor, read_only=True):
        rows = list(reports_of(actor).filter(making_id=making_id).select_related("scope")[:MOST_TOGETHER])
        if not rows:
            raise NotYours(_("Такого отчёта нет, или он не ваш."))
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for row in rows:
                found = ReportFile.objects.filter(report=row, form="pdf", template=None).first()
                if found is not None:
                    taken.append(row)
                    archive.writestr(f"{row.scope.code}.pdf", bytes(found.content))
    for row in taken:
        note_taken(actor, row, "pdf", timezone.now())
    response = as_file(out.getvalue(), "zip", f"otchety-{making_id}.zip")
    response["Content-Type"] = "application/zip"
    return response
