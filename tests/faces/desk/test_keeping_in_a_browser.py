"""Nothing typed is lost in a browser: a reload, another act, a session that ended; after the log-out nothing stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.acting import acting
from otklik.answers.drafting import save_draft
from otklik.cases.models import KeptText
from otklik.cases.numbers import shown
from tests.making import SYSTEM, make_case, make_staff, make_user

pytestmark = pytest.mark.browser
PLACE = "gorod-kamyshin"


def kept_texts() -> list[str]:
    with acting(SYSTEM):
        return list(KeptText.objects.values_list("text", flat=True))


def test_what_is_typed_comes_back_and_leaves_with_the_log_out(newcomer: Callable[..., BrowserContext]) -> None:
    case, colleague = make_case("Не горит фонарь у школы"), make_staff(("operator", PLACE), name="Сосед Пётр Ильич")
    user = make_user(("coordinator", PLACE), name="Лугова Мария Игоревна")
    context = newcomer(user)
    page = context.new_page()
    address = f"/desk/case/{shown(case.number)}/"
    page.goto(address)

    # The answer goes to the server by itself; the note and the reason stay in the browser. A reload loses neither.
    page.keyboard.press("a")
    box = page.locator("#draft_text")
    box.fill("Лампу заменят в пятницу")
    expect(page.locator("[data-kept-told]")).to_contain_text("Черновик сохранён в")
    assert kept_texts() == ["Лампу заменят в пятницу"]
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.locator("#note_text").fill("Спросить у школы")
    page.reload()
    expect(box).to_have_value("Лампу заменят в пятницу")
    expect(page.locator("#note_text")).to_have_value("Спросить у школы")
    expect(page.locator("#step-note")).to_contain_text("не отправлено")

    # Another act draws the case anew; only what was sent is forgotten.
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-told")).to_contain_text("Заметка записана")
    expect(page.locator("#note_text")).to_have_value("")
    expect(box).to_have_value("Лампу заменят в пятницу")

    # A colleague saves another text: it comes beside this one by itself.
    save_draft(colleague, case.pk, text="Текст соседа")
    page.keyboard.press("a")
    box.press("End")
    box.press_sequentially(" утром")
    beside = page.locator(".draft-beside")
    expect(beside).to_contain_text("Текст соседа")
    expect(box).to_have_value("Лампу заменят в пятницу утром")
    beside.get_by_role("button", name="Взять этот текст").click()
    expect(box).to_have_value("Текст соседа")
    page.get_by_role("button", name="Вернуть мой").click()
    expect(box).to_have_value("Лампу заменят в пятницу утром")

    # The line is gone: the browser holds the words until it is back.
    context.set_offline(True)
    box.press_sequentially(" ещё раз")
    expect(page.locator("[data-kept-told]")).to_contain_text("Нет связи")
    context.set_offline(False)
    page.reload()
    expect(box).to_have_value("Лампу заменят в пятницу утром ещё раз")
    expect(page.locator("[data-kept-told]").first).to_contain_text("Черновик сохранён в")
    page.get_by_role("button", name="Сохранить черновик").click()  # over the colleague's, which was seen beside it
    expect(page.locator(".case-told")).to_contain_text("Черновик сохранён.")
    assert kept_texts() == []

    # After the log-out nothing stays, in no window.
    page.locator("#note_text").evaluate("one => one.closest('details').open = true")
    page.locator("#note_text").fill("Личное")
    second = context.new_page()
    second.goto(address)
    page.evaluate("window.wasHere = 1")
    second.locator(".user-button").click()
    second.get_by_role("button", name="Выйти").click()
    second.wait_for_url(lambda url: "/desk/" not in url)
    page.wait_for_url("**/accounts/login/**")
    assert second.evaluate("Object.keys(localStorage).filter(k => k.startsWith('otklik-draft:')).length") == 0
