"""The report and the executor's page on a phone: step by step, on a bad line, by keyboard."""

import io
import os
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from otklik.acting import acting
from otklik.cases.actions.assign import assign
from otklik.cases.models import Case, TaskReply
from otklik.cases.task_links import link_for
from otklik.channels.models import Attachment
from tests.browser.steps import answer_two_questions
from tests.making import SYSTEM, make_staff, organisation, send

pytestmark = pytest.mark.browser
TEXT = "Второй день не горит фонарь у школы, вечером темно"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    packed = io.BytesIO()
    Image.effect_noise((1800, 1200), 80).convert("RGB").save(packed, "JPEG", quality=95)
    path = tmp_path / "foto.jpg"
    path.write_bytes(packed.getvalue())
    return path


def to_the_last_step(phone: Page) -> None:
    phone.goto("/report/")
    answer_two_questions(phone, TEXT)
    expect(phone.get_by_text("Шаг 3 из 3")).to_be_visible()


def the_case() -> Case:
    with acting(SYSTEM):
        return Case.objects.select_related("territory").get()


def test_three_steps_lead_to_a_number_and_a_link(phone: Page, picture: Path) -> None:
    phone.goto("/")
    phone.get_by_role("link", name="Сообщить о проблеме").click()
    phone.get_by_role("button", name="Дальше").click()
    expect(phone.get_by_text("Напишите, что случилось: хотя бы одним предложением.")).to_be_visible()
    phone.get_by_label("Опишите своими словами").fill(TEXT)
    phone.locator(".chip").first.click()
    phone.locator("#id_photos").set_input_files(picture)
    expect(phone.locator(".photos img")).to_have_count(1)
    phone.get_by_role("button", name="Дальше").click()
    phone.get_by_role("button", name="Где я сейчас").click()
    phone.get_by_role("button", name="Камышин", exact=True).click()
    expect(phone.get_by_text("Место: Камышин")).to_be_visible()
    phone.get_by_role("button", name="Дальше").click()
    expect(phone.locator("[data-operator-name]")).to_contain_text("Камышин")
    phone.get_by_role("button", name="Отправить", exact=True).click()
    phone.wait_for_url("**/accepted/")
    expect(phone.get_by_role("heading", name="Сообщение принято")).to_be_visible()
    case = the_case()
    assert (case.text, case.territory.code, case.latitude) == (TEXT, "gorod-kamyshin", 50.08)
    assert case.theme_id is not None
    with acting(SYSTEM):
        assert Attachment.objects.count() == 1
    phone.get_by_role("link", name="Открыть страницу сообщения").click()
    expect(phone.get_by_text(TEXT)).to_be_visible()


def test_without_a_line_the_text_stays_and_goes_later(phone: Page) -> None:
    to_the_last_step(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Отправить", exact=True).click()
    expect(phone.get_by_text("Не отправилось.")).to_be_visible()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Отправить ещё раз").click()
    phone.wait_for_url("**/accepted/")
    assert the_case().text == TEXT


def test_when_the_server_fails_the_text_stays(phone: Page) -> None:
    to_the_last_step(phone)
    phone.route("**/report/", lambda route: route.fulfill(status=503, body="база данных недоступна"))
    phone.get_by_role("button", name="Отправить", exact=True).click()
    expect(phone.get_by_text("Программа сейчас не отвечает.")).to_be_visible()
    phone.unroute("**/report/")
    phone.get_by_role("button", name="Отправить ещё раз").click()
    phone.wait_for_url("**/accepted/")
    the_case()


def test_a_page_closed_in_the_middle_gives_the_text_and_the_photo_back(phone: Page, picture: Path) -> None:
    phone.goto("/report/")
    phone.locator("#id_photos").set_input_files(picture)
    expect(phone.locator(".photos img")).to_have_count(1)
    with phone.expect_response("**/report/guess/"):
        phone.get_by_label("Опишите своими словами").fill(TEXT)
    phone.goto("/")
    phone.goto("/report/")
    expect(phone.get_by_text("Мы вернули то, что вы начали писать.")).to_be_visible()
    expect(phone.get_by_label("Опишите своими словами")).to_have_value(TEXT)
    expect(phone.locator(".photos img")).to_have_count(1)


def test_the_place_named_in_the_text_is_set_by_one_tap(phone: Page) -> None:
    phone.goto("/report/")
    with phone.expect_response("**/report/guess/"):
        phone.get_by_label("Опишите своими словами").fill("В Камышине на ул. Мира, 5 второй день не горит фонарь")
    phone.get_by_role("button", name="Дальше").click()
    offered = phone.locator("#places [data-place-hint] button")
    expect(offered).to_contain_text("Камышин, ул. Мира, 5")
    look(phone, "portal")
    offered.click()
    expect(phone.locator("[data-place-name]")).to_have_text("Камышин")
    expect(phone.get_by_label("Улица")).to_have_value("ул. Мира")
    expect(phone.get_by_label("Дом", exact=True)).to_have_value("5")


def look(page: Page, name: str) -> None:
    """A picture for the eye, where a folder for them is named."""
    if os.environ.get("OTKLIK_PICTURES"):
        page.screenshot(path=f"{os.environ['OTKLIK_PICTURES']}/{name}.png", full_page=True)


def test_the_way_back_goes_one_step_and_not_away(phone: Page) -> None:
    to_the_last_step(phone)
    phone.go_back()
    expect(phone.get_by_text("Шаг 2 из 3")).to_be_visible()
    phone.get_by_role("button", name="Назад").click()
    expect(phone.get_by_label("Опишите своими словами")).to_have_value(TEXT)


def test_a_wrong_phone_is_said_without_leaving_the_page(phone: Page) -> None:
    to_the_last_step(phone)
    phone.get_by_text("Позвоните мне").click()
    phone.get_by_label("Телефон", exact=True).fill("12")
    phone.get_by_role("button", name="Отправить", exact=True).click()
    expect(phone.get_by_text("В номере телефона не хватает цифр")).to_be_visible()
    phone.get_by_label("Телефон", exact=True).fill("8 900 000-00-01")
    phone.get_by_role("button", name="Отправить", exact=True).click()
    phone.wait_for_url("**/accepted/")
    assert the_case().answer_by == Case.AnswerBy.PHONE


def test_danger_is_said_while_typing(phone: Page) -> None:
    phone.goto("/report/")
    phone.get_by_label("Опишите своими словами").fill("В подъезде сильно пахнет газом")
    expect(phone.get_by_role("link", name="Позвонить 112")).to_be_visible()


def test_the_executors_reply_waits_for_the_line_and_goes_by_itself(phone: Page, picture: Path) -> None:
    sent = send()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    task = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу")
    phone.goto(f"/task/{link_for(coordinator, task.pk, now=timezone.now())}/")
    phone.get_by_text("Сделано").click()
    phone.get_by_label("Что сделали").fill("Заменили лампу")
    phone.locator("#photo").set_input_files(picture)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Отправить").click()
    expect(phone.get_by_text("Отправлю, когда появится связь")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_text("Принято: сделано.")).to_be_visible()
    with acting(SYSTEM):
        reply = TaskReply.objects.get()
        assert (reply.text, reply.photos.count()) == ("Заменили лампу", 1)
