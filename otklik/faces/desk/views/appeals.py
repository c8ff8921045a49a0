"""Обращения: the register, the analysis that article 14 of 59-ФЗ asks for, letters to other bodies."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import acting
from otklik.answers import appeal_papers, papers
from otklik.cases import appeal_register
from otklik.cases.appeal_figures import DEFINITIONS, analyse
from otklik.cases.models import Registration
from otklik.cases.outcome_table import BY_CODE
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.appeal_pages import as_file, base_context, may_take_names, period_of
from otklik.failures import Refused
from otklik.typed_text import whole

ON_A_PAGE = 50
MOST_PAGES = 400


@require_safe
@desk_view
def register(request: HttpRequest) -> HttpResponse:
    """Журнал регистрации, the newest first."""
    actor = staff_of(request)
    period = period_of(request.GET, actor)
    page = min(max(whole(request.GET.get("page", "1")) or 1, 1), MOST_PAGES)
    first = (page - 1) * ON_A_PAGE
    found = appeal_register.page_of(period.asked, first, ON_A_PAGE + 1)
    rows = found[:ON_A_PAGE]
    due, decided = appeal_register.due_dates(rows), appeal_register.decisions(rows)
    query = request.GET.copy()
    query.pop("page", None)
    context = base_context("appeals") | {
        "period": period, "rows": [_line(row, due.get(row.pk), decided.get(row.pk, "")) for row in rows],
        "page": page, "more": len(found) > ON_A_PAGE, "query": query.urlencode(), "may_export": may_take_names(actor),
    }
    return render(request, "desk/appeals.html", context)


def _line(row: Registration, due: datetime | None, code: str) -> dict[str, object]:
    rule = BY_CODE.get(code)
    return {
        "row": row, "due": due, "ended": rule.name if rule else row.get_ended_by_display() if row.ended_by else "",
        "people": getattr(row.case, "collective", None),
        "proof": appeal_papers.proof_words(getattr(row, "proof", None), row),
        "late": due is not None and (row.out_at or timezone.now()) > due and row.ended_by in ("", "sent"),
    }


@require_safe
@desk_view
def analysis(request: HttpRequest) -> HttpResponse:
    """Анализ обращений (59-ФЗ, статья 14)."""
    period = period_of(request.GET, staff_of(request))
    figures = analyse(period.asked, timezone.now())
    counted = [
        (name, figures.counted.get(code, 0), figures.before.get(code, 0), how)
        for code, (name, how) in DEFINITIONS.items()
    ]
    tables = appeal_papers.figures_tables(figures)[1:]
    context = base_context("analysis") | {
        "period": period, "figures": figures, "counted": counted, "tables": tables,
        "share": round(figures.in_time_share * 100) if figures.in_time_share is not None else None,
        "leaders": appeal_papers.leaders(figures), "query": request.GET.urlencode(),
    }
    return render(request, "desk/analysis.html", context)


@require_POST
@desk_view
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The register or the analysis as a file: `register` and `analysis` are XLSX, `review` is DOCX."""
    actor = staff_of(request)
    if kind not in ("register", "analysis", "review"):
        raise Http404
    now, day = timezone.now(), timezone.localdate()
    with acting(actor, read_only=True):
        period = period_of(request.POST, actor)
        if kind != "register":
            figures = analyse(period.asked, now)
    asked = period.asked
    if kind == "analysis":
        made = papers.as_xlsx(appeal_papers.figures_tables(figures))
        return as_file(made, papers.XLSX, f"analiz-{asked.regime}-{day:%Y-%m-%d}.xlsx")
    if kind == "review":
        made = papers.as_docx(appeal_papers.figures_paper(figures, period.place, now))
        return as_file(made, papers.DOCX, f"obzor-{asked.regime}-{day:%Y-%m-%d}.docx")
    if not may_take_names(actor):
        raise Refused(_("Журнал с именами выгружают оператор, координатор и руководитель."))
    with acting(actor, read_only=True):
        rows = list(appeal_register.chosen(asked)[: appeal_register.MOST_ROWS + 1])
        due, decided = appeal_register.due_dates(rows), appeal_register.decisions(rows)
    if len(rows) > appeal_register.MOST_ROWS:
        most = {"n": appeal_register.MOST_ROWS}
        raise Refused(_("В файл помещается не больше %(n)s строк: возьмите период короче.") % most)
    told: dict[str, object] = {"since": str(asked.since), "until": str(asked.until), "rows": len(rows)}
    appeal_register.note_export(actor, asked.regime, told, now)
    made = papers.as_xlsx([appeal_papers.register_table(rows, due, decided)])
    return as_file(made, papers.XLSX, f"zhurnal-{asked.regime}-{day:%Y-%m-%d}.xlsx")


@require_safe
@desk_view
def letters(request: HttpRequest) -> HttpResponse:
    """Письма в другие органы, которые ждут ответа."""
    rows = list(appeal_register.waiting_letters(staff_of(request))[:200])
    return render(request, "desk/inquiries.html", base_context("inquiries") | {"rows": rows, "now": timezone.now()})
