"""What a clerk opens in Word and a head reads: whole words, titles beside their tables, no pages of noughts."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document as read_docx
from docx.shared import Cm

from otklik.acting import acting, widened
from otklik.cases.models import Case
from otklik.faces.region.page_file import as_csv
from otklik.practice.papers import Heading, Paper, Rows
from otklik.practice.papers import as_docx as paper_docx
from otklik.reports import kinds, parts
from otklik.reports.asking import Asked
from otklik.reports.document import Document, Figure, Figures, Number, Table
from otklik.reports.drawing import as_docx
from otklik.reports.drawing.docx import BOLD_SIGN, EDGES, column_widths
from otklik.reports.periods import Period
from tests.insight.following_steps import follow_all
from tests.making import SYSTEM, place, send

ROWS = tuple((f"Водоканал, {n}", *(Number(str(n), "", n) for _column in parts.COLUMNS)) for n in range(12))
TABLE = Table("services", "Службы", ("Служба", *parts.COLUMNS), ROWS)


def paper(*blocks: Table | Figures) -> Document:
    return Document("digest", "Дайджест", "Место", "неделя", "26.11.2026 08:00", blocks)


def asked(kind: str, since: int, until: int) -> Document:
    today = timezone.localdate()
    period = Period(today - timedelta(days=since), today - timedelta(days=until))
    with acting(SYSTEM, read_only=True):
        return kinds.KINDS[kind].make(Asked(place("gorod-kamyshin"), period, timezone.now(), {}))


def test_no_column_is_narrower_than_the_longest_word_of_its_head() -> None:
    widths = column_widths(TABLE, 17.0)
    assert abs(sum(widths) - 17.0) < 0.01
    for name, width in zip(TABLE.columns, widths, strict=True):
        assert width >= BOLD_SIGN * max(map(len, name.split())) + EDGES, name
    many = Table("many", "", tuple(f"Муниципалитет{n}" for n in range(12)), ())
    assert abs(sum(column_widths(many, 17.0)) - 17.0) < 0.01, "where they do not fit, all give way alike"


def test_in_word_a_row_is_not_cut_a_title_stays_with_its_table_and_numbers_stand_right() -> None:
    page = read_docx(io.BytesIO(as_docx(paper(TABLE))))
    (table,) = page.tables
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    (title,) = [one for one in page.paragraphs if one.text == "Службы"]
    head = table.rows[0].cells[0].paragraphs[0]
    assert title.paragraph_format.keep_with_next and head.paragraph_format.keep_with_next
    assert [cell.paragraphs[0].alignment is not None for cell in table.rows[0].cells] == [False, *[True] * 7]


def test_a_table_of_few_rows_is_not_divided_between_pages() -> None:
    page = read_docx(io.BytesIO(as_docx(paper(Table("few", "Мало", TABLE.columns, ROWS[:3])))))
    kept = [bool(row._tr.xpath(".//w:keepNext")) for row in page.tables[0].rows]
    assert kept == [True, True, True, False]


def test_columns_of_a_paper_have_their_widths_in_the_grid_too() -> None:
    rows = Rows((("1", "Обход", "Иванова", "01.12.2026"),), ("№", "Что берём", "Кто", "Срок"), (7, 53, 25, 15))
    (table,) = read_docx(io.BytesIO(paper_docx(Paper("Протокол", "", (Heading("Берём"), rows))))).tables
    assert [round(column.width / Cm(17) * 100) for column in table.columns] == [7, 53, 25, 15]


def test_a_table_for_a_sheet_has_shares_of_four_digits_and_what_was_before() -> None:
    figure = Figure("a", "Поступило", Number("6", "", 6), earlier=Number("раньше 7", "", 7))
    share = Table("t", "", ("Место", "Доля"), (("Место", Number("74 %", "", 0.7407407407407407)),))
    lines = as_csv(paper(Figures((figure,)), share)).decode("utf-8-sig").splitlines()
    assert "Поступило;6;7" in lines and "Место;0,7407" in lines


@pytest.mark.django_db
def test_a_year_without_a_message_has_no_table_of_weeks() -> None:
    document = asked("annual", 800, 436)
    assert document.table("days").rows == ()
    told = "".join(str(run) for block in document.blocks for run in getattr(block, "runs", ()))
    assert "Жители оценок не ставили." in told and "при 0" not in told


@pytest.mark.django_db
def test_the_planning_sheet_counts_all_that_is_overdue_as_it_lists_them() -> None:
    now = timezone.now()
    ids = [send(f"Яма на Мира, {n}", "gorod-kamyshin", now=now - timedelta(days=20)).case_id for n in range(2)]
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=ids).update(due_at=now - timedelta(days=12))
    follow_all()
    document = asked("planning", 7, 1)
    figure = document.figures()["overdue"]
    assert figure.number.value == 2 and "since" not in figure.number.address
    listed = [one for one in document.blocks if isinstance(one, Table) and one.code.startswith("overdue_")]
    assert sum(len(one.rows) for one in listed) == 2


def test_a_nought_is_no_bar() -> None:
    table = Table("t", "", ("Тема", "Поступило"), (("Яма", Number("2", "", 2)), ("Снег", Number("0", "", 0))))
    assert [row["name"] for row in parts.bars_chart("О чём", table).rows] == ["Яма"]
