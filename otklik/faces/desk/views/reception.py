"""Личный приём (59-ФЗ, статья 13): the journal of cards, a new card, the card on paper."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers import appeal_papers, papers
from otklik.cases import appeal_register, numbers
from otklik.cases.actions import reception as gates
from otklik.cases.clock_rules import zone
from otklik.cases.lifecycle import BY_NAME
from otklik.cases.models import Reception, Register
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.appeal_pages import Period, as_file, base_context, bodies_of, may_take_names, period_of
from otklik.faces.desk.choices import places_of_call
from otklik.faces.desk.reception_forms import ReceptionForm
from otklik.faces.desk.regime_forms import moment_of
from otklik.failures import BadInput, Refused
from otklik.intake.accepting import issue_key
from otklik.intake.reception import Visit, receive
from otklik.territory.models import Territory
from otklik.typed_text import whole

ON_A_PAGE = 50


@require_safe
@desk_view
def cards(request: HttpRequest) -> HttpResponse:
    """The journal of a period, the newest first."""
    actor = staff_of(request)
    period = period_of(request.GET, actor)
    page = min(max(whole(request.GET.get("page", "1")) or 1, 1), 400)
    first = (page - 1) * ON_A_PAGE
    rows = list(_of_period(actor, period)[first : first + ON_A_PAGE + 1])
    query = request.GET.copy()
    query.pop("page", None)
    context = base_context("reception") | {
        "period": period, "rows": rows[:ON_A_PAGE], "more": len(rows) > ON_A_PAGE, "page": page,
        "query": query.urlencode(), "may_write": _may_write(actor), "may_export": may_take_names(actor),
    }
    return render(request, "desk/receptions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def new(request: HttpRequest) -> HttpResponse:
    """A new card: the form, and the opening of the case."""
    actor = staff_of(request)
    if not _may_write(actor):
        raise Refused(_("Карточку приёма заполняют оператор, координатор, руководитель и куратор."))
    with acting(actor, read_only=True):
        bodies, registers = bodies_of(actor), _registers(actor)
    if request.method != "POST":
        known: dict[str, object] = {"key": issue_key(), "held_at": timezone.localdate()}
        if len(bodies) == 1:
            known["body"] = bodies[0].pk
        return _page(request, actor, ReceptionForm(initial=known, bodies=bodies, registers=registers))
    form = ReceptionForm(request.POST, bodies=bodies, registers=registers)
    if form.is_valid():
        try:
            card = receive(actor, _visit(form))
        except BadInput as failure:
            if failure.field == "key":
                sent = request.POST.copy()
                sent["key"] = issue_key()
                form = ReceptionForm(sent, bodies=bodies, registers=registers)
            field = {"text": "essence"}.get(failure.field, failure.field)
            form.add_error(field if field in form.fields and field != "key" else None, str(failure))
        else:
            messages.success(request, _("Записано: карточка приёма № %(number)s.") % {"number": card.number})
            return redirect("desk:reception_card", reception_id=card.pk)
    with acting(actor, read_only=True):
        return _page(request, actor, form, 422)


@require_safe
@desk_view
def card(request: HttpRequest, reception_id: int) -> HttpResponse:
    """One card."""
    found = gates.the_reception(staff_of(request), reception_id)
    context = base_context("reception") | {
        "card": found, "number": numbers.shown(found.case.number),
        "earlier": numbers.shown(found.earlier_case.number) if found.earlier_case else "",
    }
    return render(request, "desk/reception_card.html", context)


@require_POST
@desk_view
def printed(request: HttpRequest, reception_id: int) -> HttpResponse:
    """The card to be printed and signed."""
    actor = staff_of(request)
    kind = request.POST.get("as", "")
    if kind not in ("docx", "pdf"):
        raise Http404
    with acting(actor, read_only=True):
        found = gates.the_reception(actor, reception_id)
        paper = appeal_papers.reception_paper(found)
    name = f"kartochka-priema-{found.serial}-{found.year}"
    appeal_register.note_export(actor, "reception_card", {"reception": found.pk}, timezone.now())
    if kind == "pdf":
        return as_file(papers.as_pdf(paper), "application/pdf", f"{name}.pdf")
    return as_file(papers.as_docx(paper), papers.DOCX, f"{name}.docx")


@require_POST
@desk_view
def export(request: HttpRequest) -> HttpResponse:
    """The journal as a sheet."""
    actor = staff_of(request)
    if not may_take_names(actor):
        raise Refused(_("Журнал с именами выгружают оператор, координатор и руководитель."))
    with acting(actor, read_only=True):
        period = period_of(request.POST, actor)
        rows = list(_of_period(actor, period).order_by("held_at", "id")[: appeal_register.MOST_ROWS])
        table = appeal_papers.receptions_table(rows)
    told: dict[str, object] = {"since": str(period.asked.since), "until": str(period.asked.until), "rows": len(rows)}
    appeal_register.note_export(actor, "reception", told, timezone.now())
    return as_file(papers.as_xlsx([table]), papers.XLSX, f"lichnyj-priem-{timezone.localdate():%Y-%m-%d}.xlsx")


def _visit(form: ReceptionForm) -> Visit:
    given = form.cleaned_data
    held_at = moment_of(given["held_at"])
    assert held_at is not None  # the field is required
    talk = gates.Talk(
        given["body"], held_at, given["official"], given["post"], given["essence"], given["outcome"],
        given["identified"], given["written"], given["consent"], given["told"], given["earlier"],
    )
    return Visit(
        given["key"], given["territory"], talk, given["name"], given["phone"], "", given["street"], given["house"],
        given["register"],
    )


def _of_period(actor: Staff, period: Period) -> QuerySet[Reception]:
    asked = period.asked
    since = datetime.combine(asked.since, time.min, zone())
    until = datetime.combine(asked.until + timedelta(days=1), time.min, zone())
    rows = gates.receptions(actor).filter(held_at__gte=since, held_at__lt=until).select_related("case__territory")
    return rows if asked.scopes is None else rows.filter(scope_id__in=asked.scopes)


def _may_write(actor: Staff) -> bool:
    return bool(actor.roles_at(None) & BY_NAME["reception"].roles)


def _registers(actor: Staff) -> list[Register]:
    rows = Register.objects.filter(is_on=True, regime="law59").select_related("body__territory")
    if actor.sees is not None:
        rows = rows.filter(body__territory__scope_id__in=actor.sees) | rows.filter(body__territory_id__in=actor.sees)
    return list(rows.order_by("body__name_key")[:50])


def _page(request: HttpRequest, actor: Staff, form: ReceptionForm, status: int = 200) -> HttpResponse:
    chosen = whole(form["territory"].value())
    rows = places_of_call(actor, "")
    if chosen:
        picked = Territory.objects.filter(pk=chosen).first()
        rows = ([picked] if picked else []) + [row for row in rows if row.pk != chosen]
    elif rows and actor.sees is not None and len(actor.sees) == 1:
        chosen = rows[0].pk
    context = base_context("reception") | {"form": form, "places": rows, "chosen": chosen}
    return render(request, "desk/reception_new.html", context, status=status)
