"""XLSX is streamed; a damaged or hostile book is refused with one clear sentence."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.intake.sheets import xlsx_sheet
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, Row, SheetRejected


def book_bytes(*tables: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet()
        for row in table:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(*tables: list[list[object]]):
    return list(open_sheet(io.BytesIO(book_bytes(*tables))).rows())


def refusal(content: bytes) -> str:
    with pytest.raises(SheetRejected) as refused:
        list(open_sheet(io.BytesIO(content), "a.xlsx").rows())
    return refused.value.message


def test_cells_come_as_a_person_sees_them():
    (row,) = rows_of(
        [
            ["ID", "Дата", "День", "Дом", "Срочно", "Тема"],
            [2246.0, datetime(2024, 2, 1, 13, 45), date(2024, 2, 1), 12, True, None],
        ]
    )
    assert row == Row(
        2,
        {
            "ID": "2246",
            "Дата": datetime(2024, 2, 1, 13, 45),
            "День": datetime(2024, 2, 1),
            "Дом": "12",
            "Срочно": "да",
            "Тема": "",
        },
    )


def test_the_first_sheet_with_something_in_it_is_read():
    assert [row.values for row in rows_of([], [["ID"], [1]], [["Другое"], [2]])] == [{"ID": "1"}]


def test_row_numbers_are_those_of_the_book():
    rows = rows_of([[None], ["ID", "Текст"], [1, "a"], [None, None], [2, "b"]])
    assert [row.number for row in rows] == [3, 5]


def test_a_value_beyond_the_header_is_reported():
    rows = rows_of([["ID", "Текст"], [1, "a", "заметка"], [2, "b"]])
    assert isinstance(rows[0], Broken) and "заметка" in rows[0].reason
    assert rows[1].values["ID"] == "2"


def test_a_book_can_be_read_again():
    sheet = open_sheet(io.BytesIO(book_bytes([["ID"], [1], [2]])))
    assert len(list(sheet.rows())) == len(list(sheet.rows())) == 2


def test_a_false_size_of_the_sheet_does_not_hide_rows():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book_bytes([["ID", "Текст"], [1, "a"]]))) as good,
        zipfile.ZipFile(out, "w") as false,
    ):
        for name in good.namelist():
            false.writestr(
                name, good.read(name).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:A1"')
            )
    (row,) = open_sheet(out).rows()
    assert row.values == {"ID": "1", "Текст": "a"}


def test_broken_books_are_refused_with_what_to_do():
    whole = book_bytes([["ID", "Текст"], *([n, "слово"] for n in range(500))])
    assert "сохраните заново" in refusal(whole[: len(whole) // 2])
    assert "сохраните заново" in refusal(b"PK\x03\x04" + b"\x00" * 300)


def test_a_book_broken_in_the_middle_says_after_which_row():
    whole = book_bytes([["ID", "Текст"], *([n, "слово"] for n in range(500))])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    assert "после строки" in refusal(out.getvalue())


def test_other_archives_and_empty_books_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "не книга Excel" in refusal(out.getvalue())
    assert "нет листа с данными" in refusal(book_bytes([]))


def test_a_book_that_unpacks_to_something_enormous_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx_sheet, "MAX_UNPACKED", 50_000)
    assert "слишком большой объём" in refusal(book_bytes([["ID"], *([n] for n in range(5_000))]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_damaged_byte_gives_rows_or_a_refusal(at, value):
    content = bytearray(book_bytes([["ID", "Текст"], [1, "слово"]]))
    content[at % len(content)] = value
    try:
        list(open_sheet(io.BytesIO(bytes(content)), "a.xlsx").rows())
    except SheetRejected as refused:
        assert refused.message
