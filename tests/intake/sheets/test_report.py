"""The report of refused rows can be mended and imported again, and no cell of it runs as a formula."""

import io
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.report import Rejected, write_csv, write_xlsx
from otklik.intake.sheets.rows import Broken

COLUMNS = ["ID", "Текст", "Дата создания"]
ROW = {"ID": "7", "Текст": '=HYPERLINK("http://x")', "Дата создания": datetime(2024, 2, 1, 13, 45)}


def written(write, columns, rejected) -> bytes:
    out = io.BytesIO()
    assert write(columns, rejected, out) == len(rejected)
    return out.getvalue()


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_report_comes_back_as_the_original_sheet(write):
    content = written(write, COLUMNS, [Rejected(5, "Дата создания", "Дата «x» не понята", ROW)])
    sheet = open_sheet(io.BytesIO(content))
    assert sheet.columns == COLUMNS and sheet.is_report
    (row,) = sheet.rows()
    assert row.values == {
        "ID": "7",
        "Текст": '=HYPERLINK("http://x")',
        "Дата создания": "01.02.2024 13:45:00",
    }


def test_the_added_columns_are_ignored_only_at_the_end():
    sheet = open_sheet(io.BytesIO("ID,Текст,Причина,Строка\n1,a,b,c\n".encode()))
    assert sheet.columns == ["ID", "Текст", "Причина", "Строка"] and not sheet.is_report


@pytest.mark.parametrize("danger", ["=1+1", "+7 902 000-00-00", "-5", "@SUM(A1)", "\tx", "'=1", "''=1"])
def test_no_cell_starts_a_formula(danger):
    content = written(write_csv, ["ID", danger], [Rejected(2, danger, danger, {"ID": "1", danger: danger})])
    lines = content.decode("utf-8-sig").splitlines()
    for line in lines:
        for cell in line.replace('"', "").split(";"):
            assert cell[:1] not in "=+-@\t" or cell == ""
    (row,) = open_sheet(io.BytesIO(content)).rows()
    assert danger in row.values.values()


def test_the_book_holds_plain_text():
    content = written(write_xlsx, COLUMNS, [Rejected(5, None, "=плохо", ROW)])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
    assert [cell.value for cell in sheet[1]] == [*COLUMNS, "Строка", "Столбец", "Причина"]


def test_a_text_too_long_for_excel_is_left_out_and_said():
    content = written(write_xlsx, COLUMNS, [Rejected(5, None, "плохо", {**ROW, "Текст": "я" * 40_000})])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.cell(2, 2).value is None
    assert "возьмите отчёт в CSV" in sheet.cell(2, 6).value


def test_a_broken_row_becomes_a_line_of_the_report():
    broken = Broken(3, None, "Ячеек 2, а столбцов 3", {"ID": "1"})
    content = written(write_csv, COLUMNS, [Rejected.of(broken)])
    assert content.decode("utf-8-sig").splitlines()[1] == "1;;;3;;Ячеек 2, а столбцов 3"


cells = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff", include_characters="\n\r\t"
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**6).map(str), cells, cells), min_size=1, max_size=6))
def test_every_value_comes_back_from_csv(table):
    rows = [
        Rejected(n, None, "плохо", dict(zip(COLUMNS, cells_, strict=True))) for n, cells_ in enumerate(table)
    ]
    sheet = open_sheet(io.BytesIO(written(write_csv, COLUMNS, rows)))
    assert [tuple(row.values.values()) for row in sheet.rows()] == table


printable = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff"),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**6).map(str), printable, printable), min_size=1, max_size=4))
def test_every_value_comes_back_from_xlsx(table):
    rows = [
        Rejected(n, None, "плохо", dict(zip(COLUMNS, cells_, strict=True))) for n, cells_ in enumerate(table)
    ]
    sheet = open_sheet(io.BytesIO(written(write_xlsx, COLUMNS, rows)))
    assert [tuple(row.values.values()) for row in sheet.rows()] == table
