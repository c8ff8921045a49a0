"""Workbooks as people send them: XLS and ODS, several sheets, titles, merged headers, dates, hidden rows, passwords."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
import xlwt

from otklik.cases import clocks
from otklik.intake.sheets import whole_book, xlsx_sheet
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Row, SheetRejected
from otklik.intake.sheets.shared_strings import StringTable
from otklik.intake.sheets.values import parse_moment

Tables = dict[str, list[list[object]]]
TABLE: list[list[object]] = [
    ["ID", "Дата создания", "Текст"], [7, datetime(2026, 3, 1, 10, 30), "Яма"], [8, None, "Люк"],
]


def xls(tables: Tables) -> bytes:
    book = xlwt.Workbook()
    moment = xlwt.easyxf(num_format_str="DD.MM.YYYY HH:MM")
    for name, rows in tables.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    dated = isinstance(cell, (datetime, date))
                    sheet.write(at, place, cell, moment if dated else xlwt.Style.default_style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(tables: Tables) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(tables: Tables, manifest: str = "", row: str = "") -> bytes:
    body = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, rows))}{row}</table:table>'
        for name, rows in tables.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>' \
              f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def _ods_row(cells: list[object]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: object) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, datetime):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'


BOOKS = pytest.mark.parametrize("written", [xls, ods, xlsx])


def read(content: bytes, tab: str = "") -> list[Row]:
    rows = list(open_sheet(io.BytesIO(content), tab=tab).rows())
    assert all(isinstance(row, Row) for row in rows)
    return rows  # type: ignore[return-value]


def refusal(content: bytes, name: str = "") -> str:
    with pytest.raises(SheetRejected) as refused:
        open_sheet(io.BytesIO(content), name)
    return refused.value.message


@BOOKS
def test_all_three_kinds_of_books_give_the_same_rows(written):
    first, second = read(written({"Лист1": TABLE}))
    assert first == Row(2, {"ID": "7", "Дата создания": datetime(2026, 3, 1, 10, 30), "Текст": "Яма"})
    assert second == Row(3, {"ID": "8", "Дата создания": "", "Текст": "Люк"})


@BOOKS
def test_a_person_chooses_the_sheet_and_sees_its_name(written):
    content = written({"Пустой": [], "Март": TABLE, "Апрель": [["ID", "Текст"], [1, "Другое"]]})
    sheet = open_sheet(io.BytesIO(content))
    assert (sheet.tab, sheet.tabs) == ("Март", ["Пустой", "Март", "Апрель"])
    assert [row.values["Текст"] for row in read(content, "Апрель")] == ["Другое"]
    with pytest.raises(SheetRejected, match="«Май» в книге нет. Есть: «Пустой», «Март», «Апрель»"):
        open_sheet(io.BytesIO(content), tab="Май")


@BOOKS
def test_a_title_above_the_table_is_passed_over(written):
    rows = read(written({"Лист": [["Выгрузка за март 2026 года"], [None], *TABLE]}))
    assert [(row.number, row.values["ID"]) for row in rows] == [(4, "7"), (5, "8")]


@BOOKS
def test_a_merged_header_of_two_rows_is_read_as_one(written):
    rows = read(written({"Лист": [
        ["ID", "Текст", "Адрес", None], [None, None, "Улица", "Дом"], [7, "Яма", "Мира", "12"],
    ]}))
    assert rows == [Row(3, {"ID": "7", "Текст": "Яма", "Улица": "Мира", "Дом": "12"})]


def test_rows_and_sheets_that_somebody_hid_are_read_and_told():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    hidden, shown = book.add_worksheet("Справочник"), book.add_worksheet("Данные")
    hidden.hide()
    shown.activate()
    shown.set_first_sheet()
    hidden.write_row(0, 0, ["ID", "Текст"])
    for at, row in enumerate([["ID", "Текст"], [1, "видна"], [2, "скрыта фильтром"]]):
        shown.write_row(at, 0, row)
    shown.set_row(2, None, None, {"hidden": True})
    book.close()
    assert open_sheet(io.BytesIO(out.getvalue())).tab == "Данные"
    assert [row.values["Текст"] for row in read(out.getvalue())] == ["видна", "скрыта фильтром"]


@pytest.mark.parametrize("cell", [datetime(2026, 3, 1, 10, 30), 46082.4375, "46082,4375", "01.03.2026 10:30"])
@BOOKS
def test_a_date_is_understood_whether_it_is_a_date_a_number_or_a_text(written, cell):
    (row,) = read(written({"Лист": [["ID", "Дата создания", "Текст"], [1, cell, "Яма"]]}))
    moment = parse_moment(row.values["Дата создания"], clocks.zone())
    assert moment is not None
    assert moment.astimezone(clocks.zone()).strftime("%d.%m.%Y %H:%M") == "01.03.2026 10:30"


def test_a_book_with_macros_is_read_and_its_macros_are_left_alone():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx({"Лист": TABLE}))) as plain, zipfile.ZipFile(out, "w") as book:
        for name in plain.namelist():
            content = plain.read(name).replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            book.writestr(name, content)
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 no macro is ever looked at")
    assert len(read(out.getvalue())) == 2


def test_a_formula_gives_the_value_that_was_last_seen():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["ID", "Текст"])
    sheet.write_formula(1, 0, "=3+4", None, 7)
    sheet.write(1, 1, "Яма")
    book.close()
    assert read(out.getvalue())[0].values["ID"] == "7"


def test_books_under_a_password_say_what_to_do():
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert "под паролем" in refusal(head + "EncryptedPackage".encode("utf-16-le"), "a.xlsx")
    assert "под паролем" in refusal(ods({"Лист": TABLE}, manifest='<manifest:encryption-data x="y"/>'))
    assert "другой файл Office" in refusal(head + "WordDocument".encode("utf-16-le"), "a.xls")


def test_damaged_books_are_refused_with_what_to_do():
    for content in (xls({"Лист": TABLE}), ods({"Лист": TABLE})):
        assert "повреждён" in refusal(content[: len(content) // 2])


def test_xls_and_ods_have_a_bound_and_advice(monkeypatch):
    monkeypatch.setattr(whole_book, "MAX_FILE", 1000)
    for written in (xls, ods):
        assert "Книга Excel (.xlsx)" in refusal(written({"Лист": [["ID"], *([f"{n * 7919}"] for n in range(3000))]}))


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="1000000">' + _ods_cell("x") * 9 + "</table:table-row>",
        '<table:table-row><table:table-cell table:number-columns-repeated="9999999"/>' + _ods_cell("x")
        + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        + _ods_row(["x"] * 9),
    ],
)
def test_repeats_that_would_fill_the_memory_are_refused_before_reading(row):
    assert "слишком большая" in refusal(ods({"Лист": TABLE}, row=row))


def test_the_empty_end_of_an_ods_costs_nothing():
    cells = '<table:table-cell table:number-columns-repeated="1024"/>'
    end = f'<table:table-row table:number-rows-repeated="1048000">{cells}</table:table-row>'
    assert len(read(ods({"Лист": TABLE}, row=end))) == 2


def test_too_many_rows_of_a_workbook_are_counted_before_any_is_read(monkeypatch):
    content = xlsx({"Лист": [["ID", "Текст"], *([n, "Яма"] for n in range(1, 500))]})
    monkeypatch.setattr(xlsx_sheet, "_COUNTED_FROM", 100)
    monkeypatch.setattr(xlsx_sheet, "MAX_ROWS", 499)
    assert len(read(content)) == 499
    monkeypatch.setattr(xlsx_sheet, "MAX_ROWS", 498)
    message = refusal(content)
    assert "строк больше 498" in message and ".csv" in message


def test_texts_of_a_workbook_stand_in_a_file_and_come_back_whole():
    texts = ["", "Яма", "ё" * 3000, "строка\nдве", "\U0001f600"]
    table = StringTable(iter(texts))
    assert [table[place] for place in (4, 0, 2, 1, 3, 2)] == [texts[place] for place in (4, 0, 2, 1, 3, 2)]
    with pytest.raises(IndexError):
        table[5]
