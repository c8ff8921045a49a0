"""The guest's sheet comes back as a DOCX: cells are read by our labels, and what has none is shown, never lost."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from otklik.acting import acting
from otklik.failures import BadInput
from otklik.practice import exchange_papers, exchange_reading, exchanges
from otklik.practice.exchanges import Meeting
from otklik.practice.models import Exchange, Taken
from otklik.practice.papers import as_docx, as_pdf
from otklik.practice.sheet_reading import day_of, read_sheet
from tests.making import logged_in, make_staff, make_user, place

HOME = "gorod-kamyshin"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def meeting() -> Exchange:
    curator = make_staff(("curator", "volgograd"))
    return exchanges.plan(curator, Meeting(
        "Снег за один день", "call", place(HOME).pk, None, NOW + timedelta(days=3), NOW + timedelta(days=3, hours=1),
        "Дальний",
    ), now=NOW)  # fmt: skip


def printed(row: Exchange) -> exchange_papers.Made:
    with acting(make_staff(("curator", "volgograd")), read_only=True):
        return exchange_papers.material(exchange_reading.the_meeting(row.pk))


def saved(page) -> bytes:
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def filled(content: bytes) -> Document:
    """As somebody fills it on a screen: into the cells, one beside them, one where nothing is asked."""
    page = Document(io.BytesIO(content))
    _facts, before, taken, after = page.tables
    before.cell(0, 1).text = "Волгин А. А., директор\nЛугова М. И., оператор"
    before.cell(1, 0).paragraphs[0].add_run(" Сколько вас?")
    before.cell(1, 1).text = "Кто дежурит?"
    for number, (what, who, due) in enumerate((
        ("Смена по часам", "Волгин А. А.", "до 1.02.2027"), ("Заметка на карте", "Лугова М. И.", "к лету"),
            ("Карта", "Волгин А. А.", "2027-03-01")), 1):
        for at, text in enumerate((what, who, due), 1):
            taken.cell(number, at).text = text
    row = taken.add_row()
    row.cells[1].text = "Четвёртое"
    after.cell(0, 1).text = "Показать карту"
    page.add_paragraph("Наш телефон поменялся, звоните в приёмную")
    return page


@pytest.mark.django_db
def test_a_filled_sheet_is_read_by_its_labels_and_nothing_is_lost() -> None:
    made = printed(meeting())
    blank = as_docx(exchange_papers.sheet(made))
    assert as_pdf(exchange_papers.sheet(made)).startswith(b"%PDF")
    found = exchange_papers.read_back(made, saved(filled(blank)))
    assert found.people == "Волгин А. А., директор\nЛугова М. И., оператор"
    assert found.questions == "Сколько вас?\nКто дежурит?" and found.words == "Показать карту"
    assert found.taken == [("Смена по часам", "Волгин А. А.", date(2027, 2, 1)),
                           ("Заметка на карте", "Лугова М. И.", None),
                           ("Карта", "Волгин А. А.", date(2027, 3, 1))]  # fmt: skip
    assert found.unread == ["Заметка на карте: к лету", "Четвёртое", "Наш телефон поменялся, звоните в приёмную"]
    with pytest.raises(BadInput, match="ничего не заполнено"):
        exchange_papers.read_back(made, blank)
    with pytest.raises(BadInput, match="другой встречи"):
        exchange_papers.read_back(printed(meeting()), saved(filled(blank)))


def test_words_under_a_heading_of_an_older_sheet_are_read_too() -> None:
    page = Document()
    for text in ("Лист гостя", "Кто примет участие (имя и должность)", "____ Волгин А. А. ____", "______",
                 "О чём хотите спросить:", "Кто дежурит?"):
        page.add_paragraph(text)
    found = read_sheet(saved(page), ["Лист гостя"])
    assert (found.people, found.questions, found.unread) == ("Волгин А. А.", "Кто дежурит?", [])


def test_a_table_inside_a_cell_and_an_odd_grid_break_nothing() -> None:
    page = Document()
    table = page.add_table(rows=2, cols=4)
    for at, text in enumerate(("№", "Что берём", "Кто", "Срок")):
        table.cell(0, at).text = text
    table.cell(1, 1).merge(table.cell(1, 3)).text = "Смена, Волгин, до февраля"
    inner = page.add_table(rows=1, cols=1).cell(0, 0).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "вписано внутрь"
    found = read_sheet(saved(page))
    assert found.taken == [("Смена, Волгин, до февраля", "", None)] and found.unread == ["вписано внутрь"]


@pytest.mark.parametrize(("text", "day"), [
    ("1.02.2027", date(2027, 2, 1)), ("01/02/27", date(2027, 2, 1)), ("2027-02-01", date(2027, 2, 1)),
    ("до 1 февраля 2027 г.", date(2027, 2, 1)), ("31.02.2027", None), ("к лету", None), ("", None),
    ("1 мартобря 2027", None), ("99.99.9999", None), ("٣.٢.٢٠٢٧", None),
])  # fmt: skip
def test_a_day_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert day_of(text) == day


def test_what_is_no_document_is_refused_with_words() -> None:
    for content, words in ((b"", "не читается"), (b"%PDF-1.4", "не читается"), (b"x" * 3_200_000, "больше 3 МБ")):
        with pytest.raises(BadInput, match=words):
            read_sheet(content)


@pytest.mark.django_db
def test_the_card_shows_what_was_read_and_keeps_it_only_when_pressed() -> None:
    row = meeting()
    browser = logged_in(make_user(("coordinator", HOME)))
    page = f"/region/exchange/{row.pk}/sheet/read/"
    content = saved(filled(as_docx(exchange_papers.sheet(printed(row)))))
    shown = browser.post(page, {"file": SimpleUploadedFile("list.docx", content)})
    text = shown.content.decode()
    assert shown.status_code == 200 and "Лугова М. И., оператор" in text and "звоните в приёмную" in text
    assert not Taken.objects.exists() and Exchange.objects.get().sheet_at is None
    wrong = browser.post(page, {"file": SimpleUploadedFile("list.docx", b"PK")})
    assert wrong.status_code == 422 and "не читается" in wrong.content.decode()
    assert browser.post(page, {}).status_code == 422
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert stranger.post(page, {"file": SimpleUploadedFile("list.docx", content)}).status_code == 403
