"""A page as a file: the same document that the page shows, as XLSX, CSV, PDF or PNG. `?as=xlsx` of any address."""

import csv
import io
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.exporting import safe
from otklik.faces.region.measuring import written
from otklik.failures import NotYours
from otklik.reports.document import Cell, Chart, Document, Figures, Number, Table

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
}


def kind_of(request: HttpRequest) -> str:
    """Which file is asked for; "" for the page itself. NotYours for a kind that there is not."""
    kind = request.GET.get("as", "")
    if kind and kind not in TYPES:
        raise NotYours(_("Такого файла нет: есть XLSX, CSV, PDF и PNG."))
    return kind


def as_file(document: Document, kind: str, chart: str = "") -> HttpResponse:
    """The document as a download. `chart`: which one of a page with several, by its number from 1, as PNG.

    NotYours where there is no such chart.
    """
    content = _content(document, kind, chart)
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{document.file_name}.{kind}"'
    return answer


def _content(document: Document, kind: str, chart: str) -> bytes:
    # Loaded when a file is asked for: drawing papers takes libraries that pages do not need.
    from otklik.insight.charts import picture
    from otklik.reports.drawing import as_pdf, as_xlsx
    from otklik.reports.drawing.links import base_address

    if kind == "csv":
        return as_csv(document)
    if kind == "xlsx":
        return as_xlsx(document, base_address())
    if kind == "pdf":
        return as_pdf(document, base_address())
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    place = int(chart) if chart.isascii() and chart.isdecimal() and len(chart) < 3 else 1
    if not 1 <= place <= len(charts):
        raise NotYours(_("На этой странице нет такой диаграммы."))
    one = charts[place - 1]
    note = f"{document.place} · {document.period} · {document.made}"
    return picture(one.name, one.rows, "png", title=one.title, note=note)


def as_csv(document: Document) -> bytes:
    """All figures and tables, one under another, as a Russian Excel opens it: UTF-8 with a mark, semicolons."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(document.title), safe(document.place), document.period, document.made])
    for block in document.blocks:
        if isinstance(block, Figures):
            writer.writerow([])
            for one in block.items:
                writer.writerow([safe(one.label), _cell(one.number), _cell(one.earlier or one.note)])
        elif isinstance(block, Table):
            writer.writerow([])
            writer.writerow([safe(block.title)])
            writer.writerow([safe(name) for name in block.columns])
            writer.writerows([[_cell(cell) for cell in row] for row in block.rows])
            if block.note:
                writer.writerow([safe(block.note)])
    return out.getvalue().encode()


def _cell(cell: Cell) -> str:
    """A number plainly, with a decimal comma; words guarded against formulas."""
    if isinstance(cell, str):
        return safe(cell)
    if cell.value is None:
        return safe(cell.text)
    return f"{cell.value:.4f}".rstrip("0").rstrip(".").replace(".", ",") if isinstance(cell.value, float) else (
        str(cell.value)
    )


def number(value: float | None, way: str, address: str = "") -> Number:
    """A value as a cell: what is read, where it leads (nothing to open, no link), what a sheet counts with."""
    return Number(written(value, way), address if value else "", value)


def stamp(now: datetime) -> str:
    """«26.11.2026 08:00» of the region's clock."""
    return timezone.localtime(now).strftime("%d.%m.%Y %H:%M")
