"""A row of another system's sheet: loaded by page, worked at the desk, answered there by hand."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from otklik.acting import acting
from otklik.answers.models import Answer
from otklik.cases.models import Case, OutsideNumber
from otklik.cases.numbers import shown
from tests.making import SYSTEM, make_user

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
TEXT = "Во дворе дома неделю не вывозят мусор, контейнеры переполнены"
ANSWER = "Контейнеры вывезли сегодня утром, график на неделю вперёд проверен."
ORIGINAL = "https://incident.example.test/card/777001"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """An export as people have it: their own headers, cp1251, semicolons."""
    path = tmp_path / "выгрузка.csv"
    created = timezone.localtime(timezone.now() - timedelta(hours=2)).strftime("%d.%m.%Y %H:%M")
    with path.open("w", encoding="cp1251", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["Номер инцидента", "Дата создания", "Муниципалитет", "Улица", "Тема", "Ссылка", "Текст"])
        writer.writerow(["777001", created, "Камышин", "Ленина", "Неизвестная здесь тема", ORIGINAL, TEXT])
    return path


def the_case() -> Case:
    with acting(SYSTEM):
        return Case.objects.get()


def load(desk: Page, sheet: Path) -> None:
    """Choose the file, look at the columns, wait for the worker, accept."""
    desk.goto("/settings/imports/")
    desk.locator("#id_file").set_input_files(sheet)
    desk.get_by_role("button", name="Загрузить и проверить столбцы").click()
    expect(desk.get_by_role("heading", name="Какой столбец что значит")).to_be_visible()
    expect(desk.get_by_label("Текст", exact=True)).to_have_value("text")
    desk.get_by_role("button", name="Начать загрузку").click()
    expect(desk.get_by_text("Открыто 1, просрочено 0 — принять?")).to_be_visible()
    desk.get_by_role("button", name="Принять").click()
    expect(desk.get_by_text("Результат принят.")).to_be_visible()


def answer_and_approve(desk: Page, second: Page, number: str) -> None:
    desk.goto(f"/desk/case/{number}/")
    desk.keyboard.press("a")
    desk.locator("#step-draft textarea[name=text]").fill(ANSWER)
    desk.locator("#step-draft").get_by_role("button", name="На согласование").click()
    expect(desk.locator("#step-approve")).to_be_visible()
    second.goto(f"/desk/case/{number}/")
    second.locator("#step-approve").get_by_role("button", name="Согласовать").click()
    expect(second.get_by_text("Ответ согласован.").first).to_be_visible()


def test_from_the_sheet_to_published_by_hand(newcomer: Newcomer, worker: None, sheet: Path) -> None:
    coordinator = make_user(("coordinator", "gorod-kamyshin"), name="Лугова Мария Игоревна")
    approver = make_user(("approver", "gorod-kamyshin"), name="Степной Павел Олегович")
    desk = newcomer(coordinator, permissions=["clipboard-read", "clipboard-write"]).new_page()
    second = newcomer(approver).new_page()

    load(desk, sheet)
    case = the_case()
    number = shown(case.number)
    assert (case.text, case.state, case.answer_by) == (TEXT, Case.State.NEW, Case.AnswerBy.OUTSIDE)
    desk.get_by_role("link", name="Открытые карточки").click()
    expect(desk.locator("#case")).to_contain_text(TEXT)

    answer_and_approve(desk, second, number)
    desk.goto(f"/desk/case/{number}/")
    desk.get_by_role("button", name="Скопировать ответ").click()
    expect(desk.get_by_text("Ответ скопирован")).to_be_visible()
    assert desk.evaluate("navigator.clipboard.readText()") == ANSWER
    expect(desk.get_by_role("link", name="Открыть оригинал").first).to_have_attribute("href", ORIGINAL)
    desk.get_by_label("Ссылка на ответ").fill(ORIGINAL + "#answer")
    desk.locator("#step-by_hand").get_by_role("button", name="Опубликовано вручную").click()
    expect(desk.get_by_text("Отмечено: опубликовано вручную.").first).to_be_visible()

    assert the_case().state == Case.State.ANSWERED
    with acting(SYSTEM):
        answer = Answer.objects.select_related("message__delivery").get()
        assert OutsideNumber.objects.filter(case=case, number="777001", url=ORIGINAL).exists()
    assert answer.state == Answer.State.PUBLISHED
    assert answer.message and answer.message.delivery.link == ORIGINAL + "#answer"
    assert answer.published_at and answer.published_at <= timezone.now()
