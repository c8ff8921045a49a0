"""Почта и подтверждения: letters that wait for a list, the lists, their numbers, what is not proved."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers import appeal_papers, papers
from otklik.cases import appeal_register
from otklik.cases.actions import posting
from otklik.cases.lifecycle import TRIAGERS
from otklik.cases.models import PostalList, Registration
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.appeal_pages import as_file, base_context
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.organisations.models import Organisation
from otklik.typed_text import whole

MOST_LISTS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def lists(request: HttpRequest) -> HttpResponse:
    """What waits to be posted, with a new list made of it; the lists there are; what nothing proves."""
    actor = staff_of(request)
    if request.method != "POST":
        return _lists_page(request, actor)
    wrong: dict[str, str] = {}
    try:
        made = posting.make_list(
            actor, scope_id=whole(request.POST.get("scope", "")) or 0, day=_day(request.POST),
            lines=_lines(request.POST),
        )
    except NotYours:
        raise
    except BadInput as failure:
        wrong = {failure.field or "": str(failure)}
    except Failure as failure:
        wrong = {"": str(failure)}
    else:
        messages.success(request, _("Составлен реестр № %(number)s.") % {"number": made.number})
        return redirect("desk:postal_list", list_id=made.pk)
    with acting(actor, read_only=True):
        return _lists_page(request, actor, wrong)


@require_safe
@desk_view
def one(request: HttpRequest, list_id: int) -> HttpResponse:
    """One list with its lines."""
    return _one_page(request, staff_of(request), list_id)


@require_POST
@desk_view
def numbers(request: HttpRequest, list_id: int) -> HttpResponse:
    """Tracking numbers as the post gave them."""
    actor = staff_of(request)
    given = {
        pk: str(value) for name, value in request.POST.items()
        if name.startswith("track") and (pk := whole(name.removeprefix("track"))) is not None
    }
    try:
        changed = posting.enter_tracking(actor, list_id=list_id, numbers=given)
    except BadInput as failure:
        with acting(actor, read_only=True):
            return _one_page(request, actor, list_id, {failure.field or "": str(failure)}, given)
    messages.success(request, _("Внесено номеров: %(n)s.") % {"n": changed})
    return redirect("desk:postal_list", list_id=list_id)


@require_POST
@desk_view
def handed(request: HttpRequest, list_id: int) -> HttpResponse:
    """Сдан на почту."""
    try:
        posting.hand_over_list(staff_of(request), list_id=list_id)
        messages.success(request, _("Отмечено: реестр сдан на почту."))
    except Refused as failure:
        messages.error(request, str(failure))
    return redirect("desk:postal_list", list_id=list_id)


@require_POST
@desk_view
def file(request: HttpRequest, list_id: int) -> HttpResponse:
    """The list as a sheet or as a paper for the post; it holds addresses, so the journal says who took it."""
    actor = staff_of(request)
    kind = request.POST.get("as", "")
    if kind not in ("docx", "xlsx"):
        raise Http404
    if not TRIAGERS & actor.roles_at(None):
        raise Refused(_("Реестр с адресами выгружают оператор и координатор."))
    with acting(actor, read_only=True):
        found = posting.the_list(actor, list_id)
        lines = posting.lines_of(found)
        addresses = {row.pk: posting.address_of(row) for row in lines}
        body = _sender(found)
    appeal_register.note_export(actor, "postal_list", {"list": found.pk, "rows": len(lines)}, timezone.now())
    name = f"reestr-{found.serial}-{found.year}"
    if kind == "xlsx":
        made = papers.as_xlsx([appeal_papers.postal_table(found, lines, addresses)])
        return as_file(made, papers.XLSX, f"{name}.xlsx")
    return as_file(
        papers.as_docx(appeal_papers.postal_paper(found, lines, addresses, body)), papers.DOCX, f"{name}.docx"
    )


def _sender(found: PostalList) -> Organisation | None:
    rows = Organisation.objects.filter(territory_id=found.scope_id, active=True)
    return rows.filter(kind=Organisation.Kind.ADMINISTRATION).first() or rows.first()


def _lists_page(request: HttpRequest, actor: Staff, wrong: dict[str, str] | None = None) -> HttpResponse:
    waiting = list(posting.waiting(actor)[: posting.MOST_WAITING])
    sent = request.POST if wrong is not None else QueryDict()
    groups: dict[int, dict[str, object]] = {}
    for row in waiting:
        group = groups.setdefault(row.scope_id, {"scope": row.case.scope, "lines": []})
        lines = group["lines"]
        assert isinstance(lines, list)
        lines.append(_waiting_line(row, sent, wrong or {}))
    context = base_context("post") | {
        "groups": list(groups.values()), "lists": list(posting.lists(actor)[:MOST_LISTS]),
        "unproven": list(posting.unproven(actor)[: posting.MOST_WAITING]), "wrong": wrong or {},
        "today": sent.get("day") or timezone.localdate().isoformat(), "may_make": bool(TRIAGERS & actor.roles_at(None)),
        "chosen_scope": sent.get("scope", ""),
    }
    return render(request, "desk/post.html", context, status=422 if wrong else 200)


def _waiting_line(row: Registration, sent: QueryDict, wrong: dict[str, str]) -> dict[str, object]:
    people = getattr(row.case, "collective", None)
    name = people.answer_to if people else row.case.resident.name if row.case.resident else ""
    return {
        "row": row, "addressee": sent.get(f"addressee{row.pk}", name), "address": sent.get(f"address{row.pk}", ""),
        "picked": not sent or str(row.pk) in sent.getlist("pick"),
        "wrong_addressee": wrong.get(f"addressee{row.pk}", ""), "wrong_address": wrong.get(f"address{row.pk}", ""),
    }


def _one_page(
    request: HttpRequest, actor: Staff, list_id: int, wrong: dict[str, str] | None = None,
    given: dict[int, str] | None = None,
) -> HttpResponse:
    found = posting.the_list(actor, list_id)
    rows = [
        {
            "row": row, "track": (given or {}).get(row.pk, row.reference),
            "wrong": (wrong or {}).get(f"track{row.pk}", ""),
        }
        for row in posting.lines_of(found)
    ]
    context = base_context("post") | {
        "found": found, "rows": rows, "wrong": (wrong or {}).get("tracking", "") or (wrong or {}).get("", ""),
        "may_make": bool(TRIAGERS & actor.roles_at(found.scope_id)),
    }
    return render(request, "desk/postal_list.html", context, status=422 if wrong else 200)


def _day(given: QueryDict) -> date:
    try:
        return date.fromisoformat(given.get("day", ""))
    except ValueError as error:
        raise BadInput(_("Напишите дату, например 12.06.2026."), "day") from error


def _lines(given: QueryDict) -> list[posting.Line]:
    ids = [pk for text in given.getlist("pick")[: posting.MOST_LINES + 1] if (pk := whole(text)) is not None]
    return [posting.Line(pk, given.get(f"addressee{pk}", ""), given.get(f"address{pk}", "")) for pk in ids]
