"""Forms of strangers: filled with a report's words, and able to do nothing else."""

import io
import re
import zipfile

import pytest
from docx import Document as read_docx
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from otklik.acting import acting
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.reports import own_forms
from otklik.reports.closed_shifting import moved_formula
from otklik.reports.drawing.pdf import form_text
from otklik.reports.own_forms import CannotDraw, draw_closed
from tests.making import SYSTEM, make_staff, place
from tests.reports.hostile import docx, sample, xlsx

LINK = "https://otklik.example"


def filled(form, content):
    return draw_closed(form, content, sample(), LINK)


def test_a_word_form_has_the_words_of_the_report_and_its_links():
    made = filled("docx", docx(
        "{{ название }}, {{ место }}, {{ период }}",
        "{{ числа.received.название }}: {{ числа.received.число }} {{r числа.received.число.ссылка }}",
        "{% for строка in таблицы.places.строки %}{{ строка[0] }} — {{ строка[1] }}; {% endfor %}", "{{ абзацы[0] }}",
    ))
    lines = [one.text for one in read_docx(io.BytesIO(made)).paragraphs]
    assert lines[0] == "Таблица <ЦУР> & #пример, Пробный округ, ноябрь 2026"
    assert lines[1].startswith("Поступило: 12")
    assert lines[2].startswith("Первый & Ко — 7;")
    assert lines[3] == "Слова {{ 7*7 }} и #panic()"  # what stands in a value is never a command
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert f"{LINK}/region/cases/received/" in archive.read("word/_rels/document.xml.rels").decode()


def test_a_figure_named_by_itself_is_its_number():
    made = filled("docx", docx("Поступило {{ числа.received }}"))
    assert [one.text for one in read_docx(io.BytesIO(made)).paragraphs] == ["Поступило 12"]


def test_a_sheet_repeats_its_row_and_takes_no_text_for_a_formula():
    made = filled("xlsx", xlsx(
        ("{{ место }}", None), ("Всего", "{{ число: received }}"),
        ("{{ таблица places: Муниципалитет }}", "{{ таблица places: Поступило }}"), ("Подпись", None),
    ))
    sheet = load_workbook(io.BytesIO(made)).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Пробный округ", None], ["Всего", 12], ["Первый & Ко", 7], ['=HYPERLINK("http://x")', 5], ["Подпись", None],
    ]
    assert sheet["A4"].data_type == "s"


def a_clerks_form():
    """What a form of a state body looks like: merged headings above and below, totals, borders, an area to print."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Сводка, 1"
    sheet["A1"], sheet["A3"], sheet["B3"], sheet["C3"] = "{{ место }}", "Где", "Сколько", "Доля"
    sheet.merge_cells("A1:C1")
    sheet["A4"], sheet["B4"] = "{{ таблица places: Муниципалитет }}", "{{ таблица places: Поступило }}"
    sheet["C4"] = "=B4/B$5"
    sheet["A5"], sheet["B5"], sheet["C5"] = "Итого", "=SUM(B4:B4)", "=SUM(C4)"
    sheet["A7"] = "Подписи"
    sheet.merge_cells("A7:C7")
    sheet["A8"], sheet["B8"] = "Глава", "=B5*2"
    sheet["A8"].hyperlink = "#A1"
    for row, height in ((4, 33), (5, 21), (7, 40)):
        sheet.row_dimensions[row].height = height
    sheet["B4"].font, sheet["B4"].number_format = Font(bold=True), "0.0"
    sheet["A7"].fill = PatternFill("solid", "FFCC00")
    sheet.print_area, sheet.print_title_rows, sheet.auto_filter.ref = "A1:C8", "3:3", "A3:C4"
    more = CellIsRule(operator="greaterThan", formula=["$B$5"], font=Font(bold=True))
    sheet.conditional_formatting.add("B4:B4", more)
    check = DataValidation(type="whole", formula1="0")
    check.add("B8")
    sheet.add_data_validation(check)
    sheet.row_breaks.append(Break(id=7))
    other = book.create_sheet("Второй")
    other["A1"], other["A2"] = "='Сводка, 1'!B5", "=B5"
    book.defined_names["всего"] = DefinedName("всего", attr_text="'Сводка, 1'!$B$5")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_stands_under_repeated_rows_goes_down_with_all_that_belongs_to_it():
    book = load_workbook(io.BytesIO(filled("xlsx", a_clerks_form())))
    sheet, other = book.worksheets
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        ["Где", "Сколько", "Доля"], ["Первый & Ко", 7, "=B4/B$6"], ['=HYPERLINK("http://x")', 5, "=B5/B$6"],
        ["Итого", "=SUM(B4:B5)", "=SUM(C4:C5)"], [None, None, None], ["Подписи", None, None], ["Глава", "=B6*2", None],
    ]
    assert {one.coord for one in sheet.merged_cells.ranges} == {"A1:C1", "A8:C8"}
    assert [sheet.row_dimensions[n].height for n in (4, 5, 6, 7, 8)] == [33, 33, 21, None, 40]
    assert sheet["B5"].font.bold and sheet["B5"].number_format == "0.0" and sheet["A8"].fill.fgColor.rgb == "00FFCC00"
    assert sheet.print_area == "'Сводка, 1'!$A$1:$C$9" and sheet.print_title_rows == "$3:$3"
    assert sheet.auto_filter.ref == "A3:C5" and sheet["A9"].hyperlink.ref == "A9"
    assert {str(one.sqref): one.rules[0].formula for one in sheet.conditional_formatting} == {"B4:B5": ["$B$6"]}
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["B9"]
    assert [one.id for one in sheet.row_breaks.brk] == [8]
    assert (other["A1"].value, other["A2"].value) == ("='Сводка, 1'!B6", "=B5")
    assert book.defined_names["всего"].attr_text == "'Сводка, 1'!$B$6"


def test_a_row_of_merged_cells_repeats_merged_and_one_across_the_rows_grows():
    book = Workbook()
    sheet = book.active
    sheet["A2"], sheet["B2"] = "Все", "{{ таблица places: Муниципалитет }}"
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:C2")
    sheet["B3"] = "ниже"
    out = io.BytesIO()
    book.save(out)
    sheet = load_workbook(io.BytesIO(filled("xlsx", out.getvalue()))).active
    assert {one.coord for one in sheet.merged_cells.ranges} == {"A2:A4", "B2:C2", "B3:C3"}
    assert [sheet.cell(n, 2).value for n in (2, 3, 4)] == ["Первый & Ко", '=HYPERLINK("http://x")', "ниже"]


@pytest.mark.parametrize(("before", "after"), [
    ("=SUM(A1:A5)+A6", "=SUM(A1:A7)+A8"), ("=A5", "=A5"), ("=AVERAGE(A5)", "=AVERAGE(A5:A7)"),
    ("=SUM(A6:B9)", "=SUM(A8:B11)"), ("=$A$6&A$6&$A6", "=$A$8&A$8&$A8"), ("=SUM(A:A)", "=SUM(A:A)"),
    ("=SUM(5:6)", "=SUM(5:8)"), ('="A6"&A1', '="A6"&A1'),
    ("=Другой!A6", "=Другой!A6"), ("=IF(A4>0,A6,A2)", "=IF(A4>0,A8,A2)"), ("=итог+A6", "=итог+A8"), ("=(", "=("),
])
def test_a_formula_looks_where_it_looked(before, after):
    assert moved_formula(before, 5, 2) == after


def test_our_own_form_of_typst_may_be_taken_and_changed():
    assert filled("typ", form_text("report").encode()).startswith(b"%PDF")


@pytest.mark.parametrize(("form", "content", "said"), [
    ("docx", docx("{{ ''.__class__.__mro__ }}"), "к «__class__» в форме обращаться нельзя"),
    ("docx", docx("{{ название.__init__.__globals__ }}"), "обращаться нельзя"),
    ("docx", docx("{{ cycler.__init__.__globals__.os.popen('id').read() }}"), "обращаться нельзя"),
    ("docx", docx("{{ '{0.__class__}'.format(1) }}"), "обращаться нельзя"),
    ("docx", docx("{{ числа.received.число.ссылка.add.__globals__ }}"), "обращаться нельзя"),
    ("docx", docx("{% for i in range(999999999) %}x{% endfor %}"), "слишком длинный повтор"),
    ("docx", docx("{{ 'a' * 9999999999 }}"), "памяти"),
    ("docx", docx("{% include '/etc/passwd' %}"), "другие файлы"),
    ("docx", docx("Начало", "Итого {{ нет_такого }} шт."), "«нет_такого». Место: «Итого {{ нет_такого }} шт.»"),
    ("docx", docx("{{ числа.нет.число }}"), "чего в этом отчёте нет: «нет». Место: «{{ числа.нет.число }}»"),
    ("docx", docx("раз", "{% if %}", "два"), "ошибка в подстановке"),
    ("docx", docx("раз", "{% if %}", "два"), "Место: «{% if %}»"),
    ("docx", docx("{{ место }"), "подстановка пишется так: {{ место }}"),
    ("docx", docx("{{ числа.received число }}"), "подстановка пишется так: {{ место }}"),
    ("docx", docx("{% for one in абзацы %}{{ one }}"), "не хватает {% endfor %}"),
    ("docx", docx("{% if место %}да"), "не хватает {% endif %}"),
    ("docx", docx("Итог {% endfor %}"), "«{% endfor %}» стоит без начала"),
    ("docx", docx("{{ место|крупно }}"), "преобразования «крупно» нет"),
    ("docx", docx("Всего {{r числа.received.число }}"), "пишут только со ссылкой"),
    ("docx", docx("{{ 1 / 0 }}"), "деление на ноль"),
    ("docx", docx("{{ место + 1 }}"), "выражение не считается"),
    ("typ", b'#read("/etc/passwd")', "not found"),
    ("typ", b'#read("../../../../etc/passwd")', "escape"),
    ("typ", b'#import "@preview/cetz:0.3.1": *', "package"),
    ("typ", b"#let x = 0\n#while true { x += 1 }", "always true"),
    ("typ", b"#let f(n) = f(n + 1)\n#f(1)", "depth"),
    ("typ", b"#range(100000000).map(x => str(x)).len()", "памяти"),
    ("typ", b'#plugin("x.wasm")', "not found"),
    ("typ", b"= A\n#foo", "unknown variable: foo (строка 2)"),
    ("xlsx", xlsx((), ("{{ таблица нет: Поступило }}",)), "таблицы «нет»"),
    ("xlsx", xlsx((), ("{{ таблица нет: Поступило }}",)), "Место: лист «Sheet», строка 2"),
    ("xlsx", xlsx(("{{ таблица places: Нет }}",)), "столбца «Нет»"),
    ("xlsx", xlsx((), (None, "{{ ''.__class__ }}")), "Место: лист «Sheet», ячейка B2"),
])
def test_a_hostile_or_broken_form_reads_nothing_runs_nothing_and_says_why(form, content, said):
    with pytest.raises(CannotDraw) as refused:
        filled(form, content)
    assert said in str(refused.value)
    assert form == "typ" or not re.search(r"unexpected|expected|token|template|jinja", str(refused.value), re.I)
    assert "root:" not in str(refused.value)


def test_a_form_that_never_ends_is_stopped():
    # Told in the words of the form itself, or, where even that takes too long, in ours.
    with pytest.raises(CannotDraw, match="(не кончается.*Место: «{% for a in|слишком)"):
        filled("docx", docx("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"))


def changed(content, name, part):
    """The archive with one more part."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(("name", "content"), [
    ("a.xlsx", b"no archive"),
    ("a.xlsx", docx("это не таблица")),
    ("a.docx", xlsx(("это не документ",))),
    ("a.xlsx", changed(xlsx(("x",)), "xl/vbaProject.bin", b"x")),
    ("a.xlsx", changed(xlsx(("x",)), "xl/externalLinks/externalLink1.xml", b"<x/>")),
    ("a.xlsx", changed(xlsx(("x",)), "xl/more.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')),
    ("a.xlsx", xlsx(('=WEBSERVICE("http://x.test/")',))),
    ("a.xlsx", changed(xlsx(("x",)), "xl/big.xml", b" " * (31 * 1024 * 1024))),
    ("a.docx", changed(docx("x"), "word/vbaProject.bin", b"x")),
    ("a.typ", b"\xff\xfe\x00"),
    ("a.typ", b"x" * (201 * 1024)),
    ("a.exe", b"MZ"),
    ("без расширения", b"x"),
])
@pytest.mark.django_db
def test_a_file_that_is_no_plain_form_is_refused_beside_its_field(name, content):
    head = make_staff(("head", "gorod-kamyshin"))
    with pytest.raises(BadInput) as wrong:
        own_forms.upload(head, "tsur", place("gorod-kamyshin").pk, content, name)
    assert wrong.value.field == "file"


@pytest.mark.parametrize(("name", "content"), [
    ("a.docx", docx("{место}, {период}")), ("a.xlsx", xlsx(("{место}", "Поступило"))),
])
@pytest.mark.django_db
def test_a_form_with_nothing_to_fill_in_is_no_form_and_says_how_it_is_written(name, content):
    head = make_staff(("head", "gorod-kamyshin"))
    with pytest.raises(BadInput, match=r"нет ни одной подстановки.*\{\{ место \}\}"):
        own_forms.upload(head, "tsur", place("gorod-kamyshin").pk, content, name)


@pytest.mark.django_db
def test_a_form_is_the_heads_or_administrators_of_the_place_a_version_each_and_in_the_journal():
    head, here = make_staff(("head", "gorod-kamyshin")), place("gorod-kamyshin")
    first = own_forms.upload(head, "planning", here.pk, xlsx(("{{ место }}",)), "a.xlsx")
    same = own_forms.upload(head, "planning", here.pk, bytes(first.content), "a.xlsx")
    second = own_forms.upload(head, "planning", here.pk, xlsx(("{{ период }}",)), "b.xlsx")
    assert (first.version, same.pk, second.version) == (1, first.pk, 2)
    with acting(SYSTEM):
        assert [one.pk for one in own_forms.in_use("planning", here)] == [second.pk]
        assert own_forms.in_use("tsur", here) == []
        verbs = list(Entry.objects.filter(stream=f"report_form:{here.pk}").values_list("verb", flat=True))
    assert verbs == ["report_form", "report_form"]
    for stranger in (make_staff(("coordinator", "gorod-kamyshin")), make_staff(("head", "gorod-volzhskiy"))):
        with pytest.raises(Refused):
            own_forms.upload(stranger, "planning", here.pk, xlsx(("x",)), "a.xlsx")
        with pytest.raises(Refused):
            own_forms.remove(stranger, second.pk)
    own_forms.remove(head, second.pk)
    with pytest.raises(NotYours):
        own_forms.remove(head, second.pk)
