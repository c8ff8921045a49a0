"""From a sheet (XLSX, CSV, ODS, XLS) to rows of plain words. Nothing is looked up yet."""

import io
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from otklik.failures import BadInput
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, SheetRejected
from otklik.typed_text import typed

MAX_ROWS = 5000
MAX_BYTES = 5 * 1024 * 1024
MAX_CELL = 300
# field → the heading of the template, and other headings that mean the same (small letters)
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "username": ("Имя для входа", ("логин", "login", "имя входа", "учётная запись")),
    "full_name": ("Фамилия, имя, отчество", ("фио", "ф.и.о.", "сотрудник", "фамилия имя отчество")),
    "position": ("Должность", ()),
    "phone": ("Телефон", ("тел.", "телефон рабочий")),
    "email": ("Почта", ("e-mail", "email", "эл. почта", "электронная почта")),
    "role": ("Роль", ()),
    "place": ("Где", ("муниципалитет", "место", "территория", "центр", "мцу", "октмо")),
}
REQUIRED = ("username", "full_name", "role", "place")


@dataclass(frozen=True)
class ListRow:
    """One row: one role of one person, in the words of the sheet. `fault` when the row could not be read."""

    number: int
    username: str = ""
    full_name: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    role: str = ""
    place: str = ""
    fault: str = ""

    def kept(self) -> dict[str, object]:
        """As plain values, to travel in a signed form."""
        return asdict(self)


def read_list(source: BinaryIO, name: str) -> list[ListRow]:
    """The rows of a list. Raises `BadInput` for a file that is no sheet, has no such columns, or is too long."""
    try:
        with open_sheet(source, name) as sheet:
            columns = _columns(sheet.columns)
            rows: list[ListRow] = []
            for row in sheet.rows():
                if len(rows) >= MAX_ROWS:
                    raise BadInput(_("В списке больше %(n)s строк: разделите его.") % {"n": MAX_ROWS}, "file")
                if isinstance(row, Broken):
                    rows.append(ListRow(row.number, fault=row.reason))
                    continue
                cells = {field: _cell(row.values.get(column)) for field, column in columns.items()}
                if any(cells.values()):
                    rows.append(ListRow(row.number, **cells))
    except SheetRejected as wrong:
        raise BadInput(wrong.message, "file") from wrong
    if not rows:
        raise BadInput(_("В списке нет ни одной строки."), "file")
    return rows


def template() -> bytes:
    """An empty list as XLSX, with an example in the second row that nobody can take for a person."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(_("Сотрудники"))
        bold = book.add_format({"bold": True, "bg_color": "#e8eef6"})
        text = book.add_format({"num_format": "@"})
        page.write_row(0, 0, [heading for heading, _others in COLUMNS.values()], bold)
        page.set_column(0, len(COLUMNS) - 1, 24, text)
        page.freeze_panes(1, 0)
        notes = book.add_worksheet(_("Как заполнять"))
        notes.set_column(0, 0, 100)
        for place, line in enumerate(how_to_fill()):
            notes.write_string(place, 0, line)
    return out.getvalue()


def how_to_fill() -> list[str]:
    """The rules of the list, one a line."""
    from otklik.organisations.models import RoleAssignment

    roles = ", ".join(str(label) for _value, label in RoleAssignment.Role.choices)
    return [
        _("Одна строка — одна роль одного человека. Двум ролям — две строки с тем же именем для входа."),
        _("Имя для входа — латинскими буквами, например ivanova. По нему человека узнают при повторной загрузке."),
        _("Роль — одна из: %(roles)s.") % {"roles": roles},
        _("Где — название муниципалитета или региона, либо код ОКТМО."),
        _("Пустая ячейка ничего не стирает. Кого нет в списке, того программа не трогает, только спросит."),
    ]


def _columns(headings: list[str]) -> dict[str, str]:
    plain = {" ".join(heading.lower().split()): heading for heading in headings}
    found: dict[str, str] = {}
    for field, (own, others) in COLUMNS.items():
        name = next((n for n in (own.lower(), *others) if n in plain), None)
        if name is not None:
            found[field] = plain[name]
    missing = [COLUMNS[field][0] for field in REQUIRED if field not in found]
    if missing:
        raise BadInput(
            _("Не нашли столбцы: %(names)s. Скачайте образец и перенесите список в него.")
            % {"names": ", ".join(missing)}, "file",
        )
    return found


def _cell(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return " ".join(typed(str(value or "")).split())[:MAX_CELL]
