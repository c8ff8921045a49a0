"""The answer as a letter on paper."""

import io
import time

import pytest
from django.utils import timezone
from docx import Document

from otklik.acting import System, acting
from otklik.answers.letter import Letter, as_docx, as_pdf
from otklik.journal.models import Entry
from tests.cases.steps import approved, coordinator
from tests.making import logged_in, make_case, make_user

WORDS = Letter(
    body="Администрация города Пробного", body_contacts="8 (000) 00-00-00", out_number="12-п",
    out_at="5 января 2026 г.", in_number="А-17/26", in_at="25 декабря 2025 г.",
    addressee="Ковыльной А. П.", subject="О рассмотрении обращения",
    text="Уважаемая Анна!\n\nФонарь починили.", signer="Глава города И. И. Пробный", executor="Лугова М. И.",
    executor_phone="",
)
TRICKS = '#panic("x") $ * _ [a] \\ <script> " \' @ref `raw` ё №'


def text_of(content: bytes) -> str:
    page = Document(io.BytesIO(content))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(one.text for one in page.paragraphs)])


def test_the_document_holds_every_requisite_in_its_place():
    text = text_of(as_docx(WORDS))
    for words in ("Администрация города", "от 5 января 2026 г. № 12-п", "На № А-17/26 от 25 декабря 2025 г.",
                  "Ковыльной А. П.", "Фонарь починили.", "Глава города И. И. Пробный", "Лугова М. И."):
        assert words in text


def test_what_is_not_known_is_a_blank_to_fill_in():
    empty = Letter("", "", "", "", "", "", "", "", "Текст", "", "", "")
    text = text_of(as_docx(empty))
    assert "от ____________ № ____________" in text
    assert "На №" not in text
    assert as_pdf(empty).startswith(b"%PDF")


def test_words_are_never_commands_of_the_typesetter():
    tricky = Letter(*(TRICKS,) * 12)
    assert as_pdf(tricky).startswith(b"%PDF")
    assert TRICKS in text_of(as_docx(tricky))


def test_a_long_letter_is_made_quickly():
    began = time.process_time()
    assert as_pdf(Letter(*("x",) * 8, "Очень длинный ответ. " * 3000, *("x",) * 3)).startswith(b"%PDF")
    assert time.process_time() - began < 20


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("pdf", b"%PDF"), ("exe", b"PK")])
def test_a_clerk_gets_the_letter_of_the_answer_and_the_journal_says_so(kind, begins):
    case = make_case(name="Ковыльная Анна Петровна")
    approved(coordinator(), case.pk, timezone.now(), text="Фонарь починим завтра")
    browser = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    answer = browser.post(f"/desk/case/34-{case.number:06}/letter/", {"as": kind})
    assert answer.status_code == 200, answer.content
    assert answer.content.startswith(begins)
    assert "attachment" in answer["Content-Disposition"]
    if kind == "docx":
        assert "Фонарь починим завтра" in text_of(answer.content)
        assert "Ковыльная Анна Петровна" in text_of(answer.content)
    with acting(System("test"), read_only=True):
        entry = Entry.objects.get(stream=f"case:{case.pk}", verb="letter")
    assert "Ковыльная" not in str(entry.fields)


@pytest.mark.django_db
def test_without_an_answer_there_is_no_letter_and_a_stranger_gets_none():
    case = make_case()
    browser = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    page = browser.post(f"/desk/case/34-{case.number:06}/letter/", {"as": "pdf"}, follow=True).content.decode()
    assert "Сначала напишите ответ" in page
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert stranger.post(f"/desk/case/34-{case.number:06}/letter/").status_code == 404
