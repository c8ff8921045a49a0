"""The executor's page on a bad line: what did not go stays, text and photo, and goes when asked again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Route, expect

from otklik.acting import acting
from otklik.cases.actions.assign import assign
from otklik.cases.models import TaskReply
from otklik.cases.task_links import link_for
from tests.browser.live import PHONE
from tests.making import SYSTEM, make_staff, organisation, send

pytestmark = pytest.mark.browser
SAID = "Заменили лампу, проверили вечером"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "foto.jpg"
    Image.effect_noise((1600, 1200), 80).convert("RGB").save(path, "JPEG")
    return path


@pytest.fixture
def task(site: str) -> str:
    """The executor's page of a fresh task."""
    sent = send()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    assigned = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу у школы")
    return f"/task/{link_for(coordinator, assigned.pk, now=timezone.now())}/"


def test_a_failed_send_keeps_text_and_photo_and_goes_again(
    task: str, newcomer: Callable[..., BrowserContext], picture: Path
) -> None:
    page = newcomer(viewport=PHONE).new_page()
    page.goto(task)
    page.get_by_text("Сделано", exact=True).click()
    page.get_by_label("Что сделали").fill(SAID)
    page.locator("#photo").set_input_files(picture)

    def cut(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/task/**", cut)
    page.get_by_role("button", name="Отправить", exact=True).click()
    again = page.get_by_role("button", name="ещё раз")
    expect(again).to_be_visible()
    expect(page.get_by_label("Что сделали")).to_have_value(SAID)
    assert page.locator("#photo").evaluate("field => field.files.length") == 1
    with acting(SYSTEM):
        assert not TaskReply.objects.exists()

    page.unroute("**/task/**")
    again.click()
    expect(page.get_by_text("Принято: сделано.")).to_be_visible()
    with acting(SYSTEM):
        reply = TaskReply.objects.get()
        assert (reply.text, reply.photos.count()) == (SAID, 1)
