"""Draw docs/images from a running demo region: `.venv/bin/python scripts/screenshots.py [http://127.0.0.1:8000]`.

Everything in the pictures is the demo's: invented people and messages. The reports it sends stay in that region.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PASSWORD = "otklik-demo-123"
PHONE = {"width": 390, "height": 780}
SCREEN = {"width": 1280, "height": 760}
MOST_BYTES = 200_000
TEXT = "У школы второй вечер не горят три фонаря, дети идут домой в темноте"

TWO_REGISTERS = "Разбита дорога к детской поликлинике"


def main() -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    chromium = os.environ.get("OTKLIK_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless=new", "--no-sandbox", "--disable-gpu", "--lang=ru"],
            env={**os.environ, "LANGUAGE": "ru", "LC_ALL": "C.UTF-8"},
        )
        phone = report(browser, address)
        draw_staff_pages(browser, address)
        draw_task_and_answer(browser, address, phone)
        draw_rules(browser, address)
        draw_public_problems(browser, address)
        browser.close()


def opened(browser: Browser, address: str, size: dict[str, int], login: str = "") -> Page:
    """A page of a fresh browser, logged in under a demo log-in if one is given."""
    page = browser.new_context(base_url=address, viewport=size, locale="ru-RU", device_scale_factor=1).new_page()
    if login:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Войти").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def draw(page: Page, name: str) -> None:
    """Keep what the page shows as a small PNG of at most 256 colours."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = FOLDER / f"{name}.png"
    picture.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size < MOST_BYTES, f"{target} is too big"
    print(target.name, target.stat().st_size)


def report(browser: Browser, address: str) -> Page:
    """Send a report to the demo's own town; the phone stays on the page of the message."""
    desk = opened(browser, address, SCREEN, "operator")
    town = desk.locator(".brand-place").inner_text().removeprefix("МЦУ ").strip()
    phone = opened(browser, address, PHONE)
    phone.goto("/report/")
    phone.get_by_label("Опишите своими словами").fill(TEXT)
    expect(phone.locator(".chip").first).to_be_visible()
    phone.evaluate("document.activeElement.blur()")
    draw(phone, "report")
    phone.get_by_role("button", name="Дальше").click()
    phone.get_by_label("Район, город, село или хутор").fill(town)
    phone.locator("#places button").first.click()
    phone.get_by_label("Улица").fill("Школьная")
    phone.get_by_role("button", name="Дальше").click()
    phone.get_by_role("button", name="Отправить", exact=True).click()
    phone.wait_for_url("**/accepted/")
    phone.get_by_role("link", name="Открыть страницу сообщения").click()
    return phone


def draw_staff_pages(browser: Browser, address: str) -> None:
    """The queue with the new message open, and the network."""
    desk = opened(browser, address, SCREEN, "operator")
    desk.goto("/desk/?tab=triage")
    desk.locator(".case-row", has_text=TEXT[:20]).last.click()
    expect(desk.locator("#case .words-text")).to_have_text(TEXT)
    draw(desk, "desk")
    region = opened(browser, address, SCREEN, "curator")
    region.goto("/region/")
    draw(region, "region")


def draw_rules(browser: Browser, address: str) -> None:
    """One matter under three sets of rules, a new version of a regulation on trial, a word of a source that parted."""
    desk = opened(browser, address, SCREEN, "coordinator")
    desk.goto(f"/desk/?tab=all&text={TWO_REGISTERS}")
    desk.locator(".case-row").first.click()
    expect(desk.locator("#case h1, #case h2").first).to_contain_text(TWO_REGISTERS)
    draw(desk, "regimes")
    desk.goto("/settings/imports/conflicts/")
    draw(desk, "conflict")
    settings = opened(browser, address, SCREEN, "admin")
    settings.goto("/settings/policies/change/")
    settings.locator("input[name=source]").fill("Приказ № 7 от 24.11.2026")
    settings.locator("input[name=react_limit]").fill("2")
    settings.get_by_role("button", name="Посмотреть, что изменится").click()
    expect(settings.get_by_role("heading", name="Что изменится")).to_be_visible()
    draw(settings, "policy")


def draw_public_problems(browser: Browser, address: str) -> None:
    """The list and the map that everybody sees."""
    public = opened(browser, address, SCREEN)
    public.goto("/problems/")
    expect(public.locator("[data-map-ready]")).to_be_visible()
    draw(public, "problems")


def draw_task_and_answer(browser: Browser, address: str, phone: Page) -> None:
    """The message goes on all the way: what the executor sees, then what the resident sees."""
    desk = opened(browser, address, SCREEN, "coordinator")
    desk.goto("/desk/?tab=triage")
    desk.locator(".case-row", has_text=TEXT[:20]).last.click()
    expect(desk.locator("#case .words-text")).to_have_text(TEXT)
    number = desk.locator("#case").get_attribute("data-number")
    desk.goto(f"/desk/case/{number}/")
    assign = desk.locator("#step-assign")
    if assign.get_attribute("open") is None:
        assign.locator("summary").first.click()
    assign.locator("input[type=radio]").first.check()
    assign.locator("textarea").first.fill("Проверить и восстановить освещение у школы: не горят три фонаря подряд")
    assign.get_by_role("button", name="Назначить", exact=True).last.click()
    expect(desk.locator("[data-copy-link]")).to_be_visible()
    desk.keyboard.press("c")
    ready = desk.locator("#link-text")
    expect(ready).to_be_visible()
    task = opened(browser, address, PHONE)
    task.goto(ready.input_value().split()[-1])
    task.get_by_text("Сделано", exact=True).click()
    task.get_by_label("Что сделали").fill("Заменили автомат, все три фонаря горят")
    task.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    draw(task, "task")
    task.get_by_role("button", name="Отправить").click()
    expect(task.get_by_text("Принято: сделано.")).to_be_visible()

    desk.goto(f"/desk/case/{number}/")
    desk.keyboard.press("a")
    desk.locator("#step-draft textarea[name=text]").fill(
        "Здравствуйте! Фонари у школы погасли из-за сгоревшего автомата. Его заменили сегодня, свет горит. "
        "Если снова погаснет, нажмите «Не исправлено»."
    )
    desk.locator("#step-draft").get_by_role("button", name="На согласование").click()
    approver = opened(browser, address, SCREEN, "approver")
    approver.goto(f"/desk/case/{number}/")
    approver.locator("#step-approve").get_by_role("button", name="Согласовать").click()
    expect(approver.get_by_text("Ответ согласован.").first).to_be_visible()
    desk.goto(f"/desk/case/{number}/")
    desk.locator("#step-publish").get_by_role("button", name="Опубликовать").click()
    expect(desk.get_by_text("Ответ опубликован.").first).to_be_visible()
    phone.reload()
    draw(phone, "resident")


if __name__ == "__main__":
    main()
