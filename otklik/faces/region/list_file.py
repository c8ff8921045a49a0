"""Lists and tables of the room as XLSX and CSV: cases behind a figure, returns, postponed decisions, silent queues.

A list of cases holds no resident's words, names or contacts: numbers, days, places, themes, who answers, and states.
"""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.faces.region.case_list import MOST_IN_FILE, CasePage
from otklik.faces.region.page_file import as_file, kind_of, stamp
from otklik.failures import NotYours
from otklik.reports.document import Cell, Document, Number, Table

KINDS = ("xlsx", "csv")


def list_kind(request: HttpRequest) -> str:
    """Which file of a list is asked for; "" for the page. NotYours for papers and drawings: a list is neither."""
    kind = kind_of(request)
    if kind and kind not in KINDS:
        raise NotYours(_("Список можно скачать как XLSX или CSV."))
    return kind


def table_file(
    table: Table, kind: str, file_name: str, now: datetime, *, place: str = "", period: str = "",
    sources: Sequence[str] = (),
) -> HttpResponse:
    """One table as a file."""
    made = Document(
        "region", table.title, place or _("все, что вам видно"), period or _("на сейчас"), stamp(now), (table,),
        file_name=file_name, sources=tuple(sources),
    )
    return as_file(made, kind)


def case_table(title: str, page: CasePage) -> Table:
    """Cases of a list, each number leading to its card; the note says what is not in it."""
    notes = []
    if page.next_after:
        notes.append(_("Показаны первые %(n)s: сузьте отбор, чтобы скачать остальные.") % {"n": MOST_IN_FILE})
    if page.closed:
        notes.append(_("Закрытых карточек, которые вам не показываем: %(n)s.") % {"n": page.closed})
    columns = (
        _("Номер"), _("Поступило"), _("Муниципалитет"), _("Тема"), _("Исполнитель"), _("Состояние"), _("Ответить до"),
    )
    return Table("cases", title, columns, tuple(_case_row(case) for case in page.cases), note=" ".join(notes))


def _case_row(case: Case) -> tuple[Cell, ...]:
    number = numbers.shown(case.number)
    return (
        Number(number, reverse("desk:case", args=[number])), moment(case.received_at), case.territory.short_name,
        case.theme.name if case.theme else "", case.executor.short_name if case.executor else "",
        str(case.get_state_display()), moment(case.due_at) if case.due_at and case.state != "closed" else "",
    )


def moment(at: datetime | None) -> str:
    """«26.11.2026 08:00» of the region's clock; "" of none."""
    return date_format(timezone.localtime(at), "d.m.Y H:i") if at else ""
