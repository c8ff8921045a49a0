"""Official pages from a sheet (XLSX, CSV, ODS, XLS): each row is taken or told why not; again it doubles nothing."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

import xlsxwriter
from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting
from otklik.curating.models import OfficialPage
from otklik.curating.pages import PageSaid, place_of, plain_address, save_page
from otklik.failures import BadInput, Failure
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, SheetRejected
from otklik.organisations.models import Organisation
from otklik.territory.naming import place_key
from otklik.typed_text import typed

MAX_ROWS = 5000
MAX_BYTES = 5 * 1024 * 1024
# field → the heading of the template, and other headings that mean the same (small letters)
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "body": ("Орган", ("организация", "название органа", "учреждение", "наименование")),
    "place": ("Муниципалитет", ("район", "территория", "где")),
    "address": ("Адрес страницы", ("ссылка", "страница", "адрес", "url")),
    "name": ("Название страницы", ("название", "имя страницы")),
    "responsible": ("Ответственный", ("кто ведёт", "ответственное лицо", "фио ответственного")),
    "phone": ("Телефон", ("тел.",)),
    "act": ("Приказ", ("акт", "номер приказа")),
    "mark": ("Отметка", ("госметка", "верификация", "подтверждена")),
}
REQUIRED = ("body", "address")
YES, NO = ("да", "есть", "+", "yes"), ("нет", "-", "no")


@dataclass
class Loaded:
    """What came of a sheet: new pages, changed ones, and rows not taken with the reason."""

    new: int = 0
    known: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


def load(actor: Actor, source: BinaryIO, name: str, *, now: datetime) -> Loaded:
    """Take the rows of a sheet. Raises `BadInput` for a file that is no such sheet."""
    loaded = Loaded()
    rows = _read(source, name)
    with acting(actor, read_only=True):
        bodies = _Bodies()
        known = {page.address: page for page in OfficialPage.objects.all()}
    for number, cells in rows:
        if isinstance(cells, str):
            loaded.wrong.append((number, cells))
            continue
        try:
            address, _network = plain_address(cells["address"])
            page = known.get(address)
            save_page(actor, _said(cells, bodies.find(cells["body"], cells["place"]), page),
                      page_id=page.pk if page else None, now=now)  # fmt: skip
        except Failure as wrong:
            loaded.wrong.append((number, str(wrong)))
            continue
        if page:
            loaded.known += 1
        else:
            loaded.new += 1
    return loaded


def template() -> bytes:
    """An empty sheet as XLSX."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(_("Страницы"))
        page.write_row(0, 0, [heading for heading, _others in COLUMNS.values()], book.add_format({"bold": True}))
        page.set_column(0, len(COLUMNS) - 1, 26, book.add_format({"num_format": "@"}))
        page.freeze_panes(1, 0)
    return out.getvalue()


def _said(cells: dict[str, str], body: Organisation, page: OfficialPage | None) -> PageSaid:
    """An empty cell takes nothing away."""
    mark = cells["mark"].lower()
    told = "yes" if mark in YES else "no" if mark in NO else ""
    if mark and not told:
        raise BadInput(_("Отметка — «да» или «нет», а не «%(said)s».") % {"said": cells["mark"]})

    def kept(name: str) -> str:
        return cells[name] or (getattr(page, name) if page else "")

    return PageSaid(
        body.pk, cells["address"], kept("name"), kept("responsible"), kept("phone"), kept("act"),
        told or (page.mark if page else ""), page.mark_seen_on if page else None, page.seen_post_on if page else None,
        page.account_id if page else None,
    )


def _read(source: BinaryIO, name: str) -> list[tuple[int, dict[str, str] | str]]:
    rows: list[tuple[int, dict[str, str] | str]] = []
    try:
        with open_sheet(source, name) as sheet:
            columns = _columns(sheet.columns)
            for row in sheet.rows():
                if len(rows) >= MAX_ROWS:
                    raise BadInput(_("В таблице больше %(n)s строк: разделите её.") % {"n": MAX_ROWS}, "file")
                if isinstance(row, Broken):
                    rows.append((row.number, row.reason))
                    continue
                cells = {one: _cell(row.values.get(columns[one])) if one in columns else "" for one in COLUMNS}
                if any(cells.values()):
                    rows.append((row.number, cells))
    except SheetRejected as wrong:
        raise BadInput(wrong.message, "file") from wrong
    if not rows:
        raise BadInput(_("В таблице нет ни одной строки."), "file")
    return rows


def _columns(headings: list[str]) -> dict[str, str]:
    plain = {" ".join(heading.lower().split()): heading for heading in headings}
    found = {}
    for one, (own, others) in COLUMNS.items():
        name = next((n for n in (own.lower(), *others) if n in plain), None)
        if name is not None:
            found[one] = plain[name]
    missing = [COLUMNS[one][0] for one in REQUIRED if one not in found]
    if missing:
        raise BadInput(
            _("Не нашли столбцы: %(names)s. Скачайте образец и перенесите таблицу в него.")
            % {"names": ", ".join(missing)}, "file",
        )
    return found


def _cell(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return " ".join(typed(str(value or "")).split())[:300]


class _Bodies:
    """Bodies by what a sheet calls them: code, name, short name; the municipality tells like names apart."""

    def __init__(self) -> None:
        rows = Organisation.objects.filter(~Q(kind=Organisation.Kind.HOUSING_COMPANY), active=True)
        self._by_name: dict[str, list[Organisation]] = {}
        for one in rows.select_related("territory__scope__municipality"):
            for name in {one.code.lower(), one.name.lower(), one.short_name.lower()}:
                self._by_name.setdefault(" ".join(name.split()), []).append(one)

    def find(self, name: str, place: str) -> Organisation:
        """The body of a row. Raises `BadInput` where there is none, or several."""
        found = self._by_name.get(" ".join(name.lower().split()), [])
        if len(found) > 1 and place:
            key = place_key(place)
            named = [(one, place_of(one)) for one in found]
            found = [one for one, at in named if key in (place_key(at.name), place_key(at.short_name))]
        if not found:
            raise BadInput(_("Нет организации «%(name)s»: добавьте её в справочник.") % {"name": name})
        if len(found) > 1:
            raise BadInput(_("Организаций «%(name)s» несколько: впишите муниципалитет.") % {"name": name})
        return found[0]
