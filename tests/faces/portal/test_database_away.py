"""The database stops between the form and its sending, and comes back: nothing typed is lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.assign import assign
from otklik.cases.models import Case, TaskReply
from otklik.cases.task_links import link_for
from otklik.faces.portal import places
from tests.faces.portal.test_report import TEXT, picture
from tests.making import SYSTEM, make_staff, organisation, place, send


@contextmanager
def database_away() -> Iterator[None]:
    """Nobody listens where the database was."""
    was = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": "9"}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(was)


@pytest.fixture(autouse=True)
def own_drafts(settings: Any, tmp_path: Path) -> None:
    settings.OTKLIK_HOME = tmp_path
    settings.OTKLIK_FILES = tmp_path / "files"
    places.forget()


@pytest.mark.usefixtures("committed")
def test_a_report_comes_back_with_text_and_photo_and_arrives_later(client: Client) -> None:
    page = client.get("/report/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    sent = {"key": key[1], "text": TEXT, "territory": place("gorod-kamyshin").pk}
    with database_away():
        response = client.post("/report/", {**sent, "photos": picture()})
        page = response.content.decode()
        assert response.status_code == 503
        assert TEXT in page
        assert key[1] in page
        assert "data:image/jpeg" in page
        assert "потеряла связь" in page
    arrived = client.post("/report/", sent)
    assert arrived.status_code == 303
    with acting(SYSTEM):
        assert Case.objects.get().text == TEXT


@pytest.mark.usefixtures("committed")
def test_the_residents_word_comes_back(client: Client) -> None:
    sent = send()
    with database_away():
        response = client.post(f"/c/{sent.token}/not-fixed/", {"text": "Снова темно"})
        assert response.status_code == 503
        assert "Снова темно" in response.content.decode()


@pytest.mark.usefixtures("committed")
def test_the_executors_reply_comes_back_and_arrives_later(client: Client) -> None:
    sent = send()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    task = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу")
    url = f"/task/{link_for(coordinator, task.pk, now=timezone.now())}/"
    reply = {"kind": "done", "text": "Заменили лампу", "no_photo": "dark", "once": "k" * 32}
    with database_away():
        response = client.post(url, reply)
        assert response.status_code == 503
        assert "Заменили лампу" in response.content.decode()
        assert "k" * 32 in response.content.decode()
    assert client.post(url, reply).status_code == 303
    with acting(SYSTEM):
        assert TaskReply.objects.get().text == "Заменили лампу"


