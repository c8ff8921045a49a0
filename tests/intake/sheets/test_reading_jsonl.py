"""JSON Lines: a bad line is reported with its place, the rest is read."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, Row, SheetRejected


def sheet_of(text: str, encoding: str = "utf-8"):
    return open_sheet(io.BytesIO(text.encode(encoding)), "выгрузка.jsonl")


def test_objects_are_rows_and_their_keys_columns():
    sheet = sheet_of('{"id": 1, "text": "Яма"}\n\n{"id": 2, "text": "Лужа", "theme": null}\n')
    assert (sheet.kind, sheet.columns) == ("jsonl", ["id", "text", "theme"])
    assert list(sheet.rows()) == [
        Row(1, {"id": "1", "text": "Яма"}),
        Row(3, {"id": "2", "text": "Лужа", "theme": ""}),
    ]


def test_the_kind_is_told_by_content_when_the_name_does_not():
    assert open_sheet(io.BytesIO(b'{"id": 1}\n'), "a.txt").kind == "jsonl"


@pytest.mark.parametrize(
    "value,expected",
    [
        (2246.0, "2246"),
        (1.5, "1.5"),
        (True, "да"),
        (None, ""),
        (["a", 2], "a, 2"),
        ({"x": 1}, '{"x": 1}'),
        (10**18, str(10**18)),
    ],
)
def test_values_become_text_as_a_person_would_write_them(value, expected):
    (row,) = sheet_of(json.dumps({"id": value}) + "\n").rows()
    assert row.values["id"] == expected


def test_bad_lines_are_reported_with_their_place():
    lines = [
        '{"id": 1, "text": "a"}',
        '{"id": 2, "text": }',
        "[1, 2]",
        "слово",
        '{"id": 3}',
        '{"x": ' + "[" * 100_000,
        '{"n": ' + "9" * 9_000 + "}",
    ]
    rows = list(sheet_of("\n".join(lines)).rows())
    assert [type(row) for row in rows] == [Row, Broken, Broken, Broken, Row, Broken, Broken]
    assert rows[1].number == 2 and rows[1].column == "знак 19"
    assert "записью" in rows[2].reason
    assert rows[1].values == {"id": lines[1]}, "the line is kept for the report"


def test_half_a_pair_of_a_broken_emoji_goes():
    (row,) = sheet_of('{"id": "a\\ud83d", "te\\u0000xt": "b\\u0000"}').rows()
    assert row.values == {"id": "a", "text": "b"}


def test_old_encodings_are_read_too():
    sheet = sheet_of('{"id": 1, "text": "Второй день не вывозят мусор"}\n', "cp1251")
    assert sheet.encoding == "cp1251"
    assert next(sheet.rows()).values["text"] == "Второй день не вывозят мусор"


def test_one_list_and_no_records_are_refused_with_advice():
    with pytest.raises(SheetRejected, match="JSON Lines"):
        sheet_of('[{"id": 1}]')
    with pytest.raises(SheetRejected, match="ни одной записи"):
        sheet_of("1\n2\n")


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5), st.one_of(st.text(max_size=9), st.integers(), st.floats()), max_size=4
        )
    )
)
def test_any_records_are_read(records):
    lines = "".join(json.dumps(record) + "\n" for record in records)
    try:
        rows = list(sheet_of(lines).rows())
    except SheetRejected:
        assert not any(records)
        return
    assert len(rows) == len(records)
