"""CSV is read as people export it; a bad row costs itself only."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.intake.sheets.csv_records import MAX_LINE_SIGNS
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, Row, SheetRejected

PROSE = (
    "Добрый день! Второй день во дворе дома не вывозят мусор, контейнеры переполнены, ветер разносит пакеты. "
    "Просим навести порядок; подъезд тоже не убирают."
)


def sheet_of(text: str | bytes, encoding: str = "utf-8"):
    return open_sheet(io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding)), "выгрузка.csv")


def rows_of(text: str | bytes, encoding: str = "utf-8"):
    return list(sheet_of(text, encoding).rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter):
    sheet = sheet_of(f'ID{delimiter}Текст{delimiter}Тема\n1{delimiter}"Вода, газ; свет"{delimiter}ЖКХ\n')
    assert sheet.columns == ["ID", "Текст", "Тема"]
    assert [row.values for row in sheet.rows()] == [{"ID": "1", "Текст": "Вода, газ; свет", "Тема": "ЖКХ"}]


def test_a_semicolon_sheet_full_of_commas_is_not_cut_by_commas():
    sheet = sheet_of("ID;Тема, подтема;Текст\n1;Дом, двор;Яма, лужа, грязь\n2;а, б;в, г, д\n")
    assert sheet.columns == ["ID", "Тема, подтема", "Текст"]


def test_the_mark_of_excel_names_the_delimiter():
    sheet = sheet_of("sep=;\r\nID;Текст\r\n7;Привет\r\n")
    assert sheet.columns == ["ID", "Текст"]
    assert list(sheet.rows()) == [Row(3, {"ID": "7", "Текст": "Привет"})]


@pytest.mark.parametrize(
    "encoding,found",
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("utf-16", "utf-16"),
    ],
)
@pytest.mark.parametrize("text", [PROSE, PROSE.upper(), "Яма", "НЕТ ВОДЫ", "ул. Мира, д. 5"])
def test_the_encoding_is_told_by_content(encoding, found, text):
    sheet = sheet_of(f'ID,Текст инцидента\n1,"{text}"\n', encoding)
    assert sheet.encoding == found
    assert next(sheet.rows()).values["Текст инцидента"] == text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(PROSE.split()), min_size=8, max_size=20).map(" ".join),
    st.sampled_from(["cp1251", "koi8-r"]),
)
def test_any_few_words_tell_the_encoding(text, encoding):
    assert sheet_of(f'id,text\n1,"{text}"\n', encoding).encoding == encoding


def test_a_late_foreign_byte_is_noticed():
    text = "id,text\n" + "1,ascii only\n" * 200_000 + "2,Не горит фонарь у школы\n"
    sheet = sheet_of(text, "cp1251")
    assert sheet.encoding == "cp1251"
    *_, last = sheet.rows()
    assert last.values["text"] == "Не горит фонарь у школы"


def test_one_spoilt_byte_does_not_make_utf8_something_else():
    spoilt = f'id,text\n1,"{PROSE}"\n2,пло'.encode() + b"\xff" + f'хо\n3,"{PROSE}"\n'.encode()
    sheet = sheet_of(spoilt)
    assert sheet.encoding == "utf-8"
    first, second, third = sheet.rows()
    assert isinstance(first, Row) and isinstance(third, Row)
    assert isinstance(second, Broken) and second.column == "text" and "Нечитаемый" in second.reason
    assert second.values["id"] == "2"


def test_numbers_are_those_of_lines_in_the_file():
    rows = rows_of('id,text\n1,"две\nстроки"\n\n2,одна\n')
    assert [(row.number, row.values["id"]) for row in rows] == [(2, "1"), (5, "2")]
    assert rows[0].values["text"] == "две\nстроки"


def test_ragged_rows_are_reported_and_the_rest_is_read():
    rows = rows_of("id,text,theme\n1,a,b\n2,a\n3,a,b,c,d\n4,a,b,,\n5,a,b\n")
    assert [type(row) for row in rows] == [Row, Broken, Broken, Row, Row]
    short, long = rows[1], rows[2]
    assert (short.number, short.values) == (3, {"id": "2", "text": "a"})
    assert "Ячеек 2, а столбцов 3" in short.reason
    assert long.number == 4 and "«c»; «d»" in long.reason


def test_empty_rows_are_no_rows():
    assert [row.number for row in rows_of("id;text\n;\n1;a\n\n;;\n  \n2;b\n") if isinstance(row, Row)] == [
        3,
        7,
    ]


@pytest.mark.parametrize("tail", [5, 5_000, 60_000])
def test_an_unclosed_quote_costs_one_row(tail):
    text = 'id,text\n1,a\n2,"нет конца\n' + "".join(f"{n},строка\n" for n in range(3, tail))
    rows = rows_of(text)
    assert [(row.number) for row in rows if isinstance(row, Broken)] == [3]
    assert "Кавычка" in rows[1].reason and '2,"нет конца' in str(rows[1].values)
    assert [row.values["id"] for row in rows if isinstance(row, Row)] == ["1", *map(str, range(3, tail))]


def test_an_unclosed_quote_before_quoted_rows_does_not_eat_them():
    rows = rows_of('id,text\n1,"нет конца\n2,"целая"\n3,"тоже, целая"\n')
    assert [type(row) for row in rows] == [Broken, Row, Row]
    assert rows[2].values == {"id": "3", "text": "тоже, целая"}


def test_a_name_in_quotes_inside_quotes_is_read_as_meant():
    (row,) = rows_of('id,text\n1,"УК "Заря" не отвечает"\n')
    assert row.values["text"].replace('"', "") == "УК Заря не отвечает"


def test_nul_characters_go_and_the_row_stays():
    (row,) = rows_of("id,text\n1,a\x00b\n")
    assert row.values["text"] == "ab"


def test_a_text_of_a_hundred_thousand_characters_is_read():
    (row,) = rows_of('id,text\n1,"' + "слово\n" * 2_000 + "я" * 88_000 + '"\n')
    assert len(row.values["text"]) == 100_000


def test_a_cell_too_long_is_reported():
    rows = rows_of("id,text\n1," + "я" * 140_000 + "\n2,b\n")
    assert [type(row) for row in rows] == [Broken, Row]
    assert "длиннее" in rows[0].reason


def test_an_endless_line_is_reported_and_skipped():
    rows = rows_of("id,text\n1," + "я" * (MAX_LINE_SIGNS * 3) + "\n2,b\n")
    assert [type(row) for row in rows] == [Broken, Row]
    assert rows[1].values["id"] == "2"


def test_nameless_and_repeated_columns_get_names():
    sheet = sheet_of("id,,Тема,Тема, text \n1,2,3,4,5\n")
    assert sheet.columns == ["id", "Столбец 2", "Тема", "Тема (2)", "text"]


def test_reading_may_start_after_a_number_and_again_from_the_start():
    sheet = sheet_of("id,text\n" + "".join(f"{n},x\n" for n in range(1, 50)))
    assert [row.values["id"] for row in sheet.rows(after=45)] == ["45", "46", "47", "48", "49"]
    half_read = sheet.rows()
    next(half_read)
    assert len(list(sheet.rows())) == 49


def test_a_file_given_by_the_caller_stays_open():
    source = io.BytesIO(b"id,text\n1,a\n")
    with open_sheet(source) as sheet:
        list(sheet.rows())
    assert not source.closed


def test_a_path_is_opened_and_closed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,a\n")
    with open_sheet(path) as sheet:
        assert sheet.kind == "csv"
        assert len(list(sheet.rows())) == 1


def test_uploaded_files_are_read():
    from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

    small = SimpleUploadedFile("a.csv", b"id,text\n1,a\n")
    assert len(list(open_sheet(small, small.name).rows())) == 1
    big = TemporaryUploadedFile("a.csv", "text/csv", 12, "utf-8")
    big.write(b"id,text\n1,a\n")
    assert len(list(open_sheet(big, big.name).rows())) == 1


@pytest.mark.parametrize(
    "content,word",
    [
        (b"", "пустой"),
        (b" \n \n", "пустой"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, ".xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "веб-страница"),
        (b"%PDF-1.7", "PDF"),
        (b"\x7fELF" + bytes(range(32)) * 20, "не таблица"),
        (b'"id,text\n1,a\n', "названиями столбцов"),
        (b"\xff\xfei\x00d", "кодировку"),
    ],
)
def test_what_is_no_sheet_is_refused_with_advice(content, word):
    with pytest.raises(SheetRejected) as refused:
        open_sheet(io.BytesIO(content), "a.csv")
    assert word in refused.value.message


cells = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff", include_characters="\n\r\t"
    ),
    max_size=20,
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 99).map(str), cells, cells), min_size=1, max_size=12),
    st.sampled_from(",;\t"),
)
def test_what_a_proper_writer_wrote_comes_back(table, delimiter):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "text", "theme"), *table])
    read = rows_of(out.getvalue())
    assert [tuple(row.values.values()) for row in read] == table


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("a1,;\"\n\r\t '\x00я\ud800"), max_size=120))
def test_any_scribble_is_read_row_by_row_without_an_error(scribble):
    content = "id,text,theme\n" + scribble
    rows = rows_of(content.encode("utf-8", "surrogatepass"))
    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_refusal(content):
    try:
        list(open_sheet(io.BytesIO(content), "a.csv").rows())
    except SheetRejected as refused:
        assert refused.message
