"""The executor's page on a bad line: what did not go waits on the phone, text and photo, and goes by itself."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from otklik.acting import acting
from otklik.cases.actions.assign import assign
from otklik.cases.models import TaskReply
from otklik.cases.task_links import link_for
from tests.browser.live import PHONE, wait_until
from tests.making import SYSTEM, make_staff, organisation, send

pytestmark = pytest.mark.browser
SAID = "Заменили лампу, проверили вечером"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "foto.jpg"
    words = Image.Exif()
    words[0x0112] = 6  # lies on its side
    words.get_ifd(0x8769)[0x9003] = f"{timezone.localtime():%Y:%m:%d %H:%M:%S}"
    words.get_ifd(0x8825).update({1: "N", 2: (50.0, 5.0, 6.0), 3: "E", 4: (45.0, 24.0, 36.0)})
    Image.effect_noise((2400, 1600), 80).convert("RGB").save(path, "JPEG", exif=words)
    return path


@pytest.fixture
def task(site: str) -> str:
    """The executor's page of a fresh task."""
    sent = send()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    assigned = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу у школы")
    return f"/task/{link_for(coordinator, assigned.pk, now=timezone.now())}/"


def test_what_could_not_be_sent_waits_on_the_phone_and_goes_once_with_the_page_closed(
    task: str, newcomer: Callable[..., BrowserContext], picture: Path
) -> None:
    """The phone is out of reach, the tab is closed; when there is a line again the answer goes by itself, once."""
    phone = newcomer(viewport=PHONE)
    page = phone.new_page()
    page.goto(task)
    wait_until(lambda: page.evaluate("!!navigator.serviceWorker.controller"), "the worker has taken the page")
    kept = "async () => (await (await caches.open('otklik-task-1')).keys()).length > 5"
    wait_until(lambda: page.evaluate(kept), "the page and its five files are kept")
    phone.set_offline(True)
    page.reload()  # the page itself opens without a line
    expect(page.get_by_text("это копия, сохранённая на телефоне")).to_be_visible()
    page.get_by_text("Сделано", exact=True).click()
    page.get_by_label("Что сделали").fill(SAID)
    page.locator("#photo").set_input_files(picture)
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.get_by_text("Отправлю, когда появится связь")).to_be_visible()
    expect(page.get_by_role("button", name="Отправить", exact=True)).to_be_hidden()
    with acting(SYSTEM):
        assert not TaskReply.objects.exists()
    page.close()

    away = phone.new_page()
    phone.set_offline(False)
    sync(away, task)
    wait_until(came, "the answer came with the page closed", 20)
    away.goto(task)  # and a page opened meanwhile sends the same at most: it is taken once
    expect(away.get_by_text("Принято: сделано.")).to_be_visible()
    expect(away.get_by_text("Отправлю, когда появится связь")).to_be_hidden()
    with acting(SYSTEM):
        reply = TaskReply.objects.get()
        assert (reply.text, reply.photos.count(), reply.photos.get().moment) == (SAID, 1, "after")
        photo = reply.photos.get()
        # Made small on the phone, upright, and the camera's word about time and place went along.
        assert (photo.file.width, photo.file.height) == (1333, 2000)
        assert (round(photo.latitude, 3), round(photo.longitude, 3)) == (50.085, 45.41)
        assert abs(photo.taken_at - reply.received_at) < timedelta(minutes=5)


def came() -> bool:
    with acting(SYSTEM):
        return TaskReply.objects.exists()


def sync(page: Page, task: str) -> None:
    """What the browser tells the worker when the line is back, sooner than it would by itself."""
    page.goto(task.rsplit("/", 3)[0] + "/find/")  # outside of the worker's reach: no page of a task is open
    wire = page.context.new_cdp_session(page)
    found: list[str] = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(
        one["registrationId"] for one in said["registrations"] if one["scopeURL"].endswith("/task/")
    ))
    wire.send("ServiceWorker.enable")
    wait_until(lambda: (page.evaluate("0"), found)[1], "the worker is registered for /task/", 10)
    origin = page.evaluate("location.origin")
    wire.send("ServiceWorker.dispatchSyncEvent", {
        "origin": origin, "registrationId": found[-1], "tag": "task-queue", "lastChance": False,
    })
