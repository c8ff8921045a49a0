"""The executor's page: three answers by a secret link, taken once, and nothing lost on the way."""

import gzip
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from otklik.acting import Staff, acting, widened
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import assign
from otklik.cases.actions.pass_contact import pass_contact
from otklik.cases.actions.redirect import redirect
from otklik.cases.models import Assignment, Case, Evidence, TaskLink, TaskReply
from otklik.cases.task_links import link_for
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from tests.making import SYSTEM, make_staff, organisation, reread, send

pytestmark = pytest.mark.django_db
WORDS = "Тайные слова жителя: не горит фонарь"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.OTKLIK_HOME = tmp_path
    settings.OTKLIK_FILES = tmp_path / "files"


@pytest.fixture
def coordinator() -> Staff:
    return make_staff(("coordinator", "gorod-kamyshin"))


@pytest.fixture
def task(coordinator: Staff) -> Assignment:
    sent = send(WORDS, name="Житель Тайный")
    return assign(
        coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу на столбе",
        address="ул. Мира, 12", due_at=timezone.now() + timedelta(days=1),
    )


@pytest.fixture
def url(coordinator: Staff, task: Assignment) -> str:
    return f"/task/{link_for(coordinator, task.pk)}/"


def picture(colour: str = "red") -> SimpleUploadedFile:
    packed = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(packed, "JPEG")
    return SimpleUploadedFile("foto.jpg", packed.getvalue(), "image/jpeg")


def replies() -> list[TaskReply]:
    with acting(SYSTEM):
        return list(TaskReply.objects.order_by("id"))


def test_the_page_says_what_where_when_and_nothing_of_the_resident(client: Client, url: str) -> None:
    page = client.get(url).content.decode()
    for words in ("Заменить лампу на столбе", "ул. Мира, 12", "Сделано", "Нужен срок", "Не наше"):
        assert words in page
    assert "Тайн" not in page


def test_looking_changes_nothing(client: Client, url: str) -> None:
    with acting(SYSTEM):
        before = Entry.objects.count()
    assert client.head(url).status_code == 200
    assert client.get(url).status_code == 200
    assert client.options(url).status_code == 405
    with acting(SYSTEM):
        assert Entry.objects.count() == before
    assert replies() == []


def test_done_with_a_photo(client: Client, url: str, task: Assignment) -> None:
    response = client.post(url, {"kind": "done", "text": "Заменили", "photo": picture(), "once": "k" * 32})
    assert response.status_code == 303
    assert reread(task.case_id).state == Case.State.REPLIED
    with acting(SYSTEM):
        assert Evidence.objects.get().moment == Evidence.Moment.AFTER
    assert "Принято: сделано." in client.get(url).content.decode()


def test_sent_twice_it_is_taken_once(client: Client, url: str) -> None:
    sent = {"kind": "done", "text": "Заменили", "no_photo": "dark", "once": "k" * 32}
    assert client.post(url, sent).status_code == client.post(url, sent).status_code == 303
    assert len(replies()) == 1


def test_more_time_needs_a_date_and_a_reason_and_what_was_typed_stays(client: Client, url: str) -> None:
    without = client.post(url, {"kind": "needs_time", "text": "Ждём вышку", "once": "k" * 32})
    assert without.status_code == 422
    assert "Укажите дату" in without.content.decode()
    assert "Ждём вышку" in without.content.decode()
    assert "k" * 32 in without.content.decode()
    wrong = client.post(url, {"kind": "needs_time", "text": "Ждём вышку", "until": "завтра"})
    assert "Не похоже на дату" in wrong.content.decode()
    past = client.post(url, {"kind": "needs_time", "text": "Ждём вышку", "until": "2020-01-01"})
    assert "уже прошла" in past.content.decode()
    until = timezone.localdate() + timedelta(days=3)
    assert client.post(url, {"kind": "needs_time", "text": "Ждём вышку", "until": until}).status_code == 303
    assert replies()[0].until == until


def test_not_ours_asks_whose(client: Client, url: str) -> None:
    assert "чьё это" in client.post(url, {"kind": "not_ours"}).content.decode()
    assert client.post(url, {"kind": "not_ours", "whose": "Горсвет"}).status_code == 303
    assert replies()[0].whose == "Горсвет"


def test_nothing_chosen_is_said(client: Client, url: str) -> None:
    page = client.post(url, {"text": "Слова на месте"})
    assert page.status_code == 422
    assert "Выберите" in page.content.decode()
    assert "Слова на месте" in page.content.decode()


def test_a_refused_photo_keeps_the_text_and_a_good_one_waits_for_the_text(client: Client, url: str) -> None:
    program = SimpleUploadedFile("foto.jpg", b"MZ" + b"\x00" * 300, "image/jpeg")
    page = client.post(url, {"kind": "done", "text": "Готово", "photo": program, "once": "k" * 32})
    assert page.status_code == 422
    assert "Это программа" in page.content.decode()
    assert "Готово" in page.content.decode()
    kept = client.post(url, {"kind": "not_ours", "photo": picture(), "once": "k" * 32})
    assert "data:image/jpeg" in kept.content.decode()
    assert client.post(url, {"kind": "not_ours", "whose": "не знаю", "once": "k" * 32}).status_code == 303
    with acting(SYSTEM):
        assert Evidence.objects.count() == 1


def test_a_too_long_text_comes_back_whole(client: Client, url: str) -> None:
    page = client.post(url, {"kind": "done", "text": "ю" * 100_000}).content.decode()
    assert "Слишком длинно" in page
    assert "ю" * 100_000 in page


@pytest.mark.parametrize("token", ["nobody", "1:forged", "999999:x"])
def test_a_strangers_link_is_a_404_that_says_what_to_do(client: Client, token: str) -> None:
    response = client.get(f"/task/{token}/")
    assert response.status_code == 404
    assert "целиком ли скопирована ссылка" in response.content.decode()


def test_an_ended_link_says_so_with_the_phone(client: Client, url: str, task: Assignment) -> None:
    administrator = make_staff(("administrator", "volgograd"))
    region_settings.put(administrator, "centre_phone", "+7 84457 0-00-00", task.scope_id)
    with acting(SYSTEM), widened():
        TaskLink.objects.update(expires_at=timezone.now())
    expired = client.get(url)
    assert expired.status_code == 410
    assert "Срок ссылки истёк" in expired.content.decode()
    assert "+7 84457 0-00-00" in expired.content.decode()
    with acting(SYSTEM), widened():
        TaskLink.objects.update(revoked_at=timezone.now())
    assert "отменили" in client.get(url).content.decode()


def test_a_task_given_to_another_takes_no_reply_and_gives_the_text_back(
    client: Client, url: str, task: Assignment, coordinator: Staff
) -> None:
    other = organisation("adm-gorod-volzhskiy").pk
    redirect(coordinator, task.case_id, assignment_id=task.pk, organisation_id=other, reason="не их")
    response = client.post(url, {"kind": "done", "text": "Мы всё сделали"})
    assert response.status_code == 410
    assert "другой организации" in response.content.decode()
    assert "Мы всё сделали" in response.content.decode()
    assert replies() == []


def test_a_closed_matter_is_said_to_be_closed(
    client: Client, url: str, task: Assignment, coordinator: Staff
) -> None:
    client.post(url, {"kind": "done", "no_photo": "dark", "once": "k" * 32})
    answer = save_draft(coordinator, task.case_id, text="Лампу заменили.")
    send_to_review(coordinator, answer.pk)
    approve(make_staff(("approver", "gorod-kamyshin")), answer.pk)
    publish(coordinator, answer.pk)
    assert "уже ответили" in client.get(url).content.decode()
    sent_late = {"kind": "not_ours", "whose": "Это не наше", "once": "z" * 32}  # by a phone that was away
    late = client.post(url, sent_late)
    assert late.status_code == 410 and "Это не наше" in late.content.decode()
    assert [one.kind for one in replies()] == ["done"]


def weight(answer: Any) -> int:
    """Bytes of an answer as they go over the line, with its headers."""
    heads = sum(len(f"{name}: {value}") + 4 for name, value in answer.headers.items())
    return heads + len(answer.content)


def test_the_first_visit_with_everything_weighs_under_60_kb(
    client: Client, url: str, task: Assignment, coordinator: Staff
) -> None:
    """On a 2G line (some 4 KB a second) the page reads after a second or two, and all of it is there after five."""
    put_point(task.case_id)
    visit = Client(headers={"Accept-Encoding": "gzip"})
    page = visit.get(url)
    text = gzip.decompress(page.content).decode()
    assert "<svg" in text and "Открыть в картах телефона" in text
    total, wanted = weight(page), set(re.findall(r"/static/(task/\w+)(?:\.\w+)?\.(css|js)", text))
    assert {name for name, _kind in wanted} == {f"task/{n}" for n in ("task", "shrink", "queue", "keep", "later")}
    for name, kind in wanted:
        found = finders.find(f"{name}.{kind}")
        assert isinstance(found, str)
        total += 400 + len(gzip.compress(Path(found).read_bytes()))  # 400: headers of an answer
    total += weight(visit.get("/task/sw.js"))
    assert not re.findall(r'(?:src|href)="(?!/static/task/|data:|tel:|geo:|/task/|\?)', text)  # nothing else is loaded
    assert total < 20_000  # a third of the bound of 60 KB: what is added is seen here
    assert len(Path(str(finders.find("task/task.css"))).read_bytes()) < 7_000
    assert "tabler" not in text


def put_point(case_id: int) -> None:
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(latitude=50.0833, longitude=45.4)


def test_where_it_is_stands_in_the_page_itself(client: Client, url: str, task: Assignment) -> None:
    put_point(task.case_id)
    page = client.get(url).content.decode()
    assert "geo:50.08330,45.40000" in page
    assert 'class="pin"' in page and "км</text>" in page
    with acting(SYSTEM), widened():  # no point of its own: the village's, and it says so
        Case.objects.filter(pk=task.case_id).update(latitude=None, longitude=None)
    assert "точка населённого пункта" in client.get(url).content.decode()


def test_the_worker_reaches_the_executors_pages_and_nothing_else(client: Client) -> None:
    answer = client.get("/task/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache" and "Service-Worker-Allowed" not in answer
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert client.post("/task/sw.js").status_code == 405


def test_a_page_with_a_passed_contact_is_kept_in_no_store(client: Client, coordinator: Staff) -> None:
    sent = send(WORDS, name="Житель Тайный", phone="+79005557711")
    task = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Осмотреть подвал")
    page = f"/task/{link_for(coordinator, task.pk)}/"
    assert client.get(page)["Cache-Control"] == "private, no-cache"
    pass_contact(coordinator, sent.case_id, assignment_id=task.pk, basis="access", reason="ключ")
    assert client.get(page)["Cache-Control"] == "private, no-store"


def test_done_without_a_photo_after_asks_why_there_is_none(client: Client, url: str, task: Assignment) -> None:
    bare = {"kind": "done", "text": "Заменили", "once": "k" * 32}
    answer = client.post(url, bare)
    assert answer.status_code == 422 and "Приложите фото «после»" in answer.content.decode()
    assert client.post(url, bare | {"before": picture()}).status_code == 422  # how it was shows nothing of the work
    other = client.post(url, bare | {"text": "", "no_photo": "other"})
    assert "Напишите, почему нет фото" in other.content.decode()
    assert client.post(url, bare | {"no_photo": "dark"}).status_code == 303
    (said,) = replies()
    assert said.no_photo == "dark"
    with acting(SYSTEM):
        assert [one.moment for one in Evidence.objects.all()] == [Evidence.Moment.BEFORE]  # it waited with the form


def test_two_slots_are_told_apart(client: Client, url: str, task: Assignment) -> None:
    sent = {"kind": "done", "text": "Заменили", "before": picture("red"), "photo": picture("green"), "once": "k" * 32}
    assert client.post(url, sent).status_code == 303
    with acting(SYSTEM):
        assert {one.moment for one in Evidence.objects.all()} == {"before", "after"}
        assert Entry.objects.get(stream=f"case:{task.case_id}", verb="reply").fields["photos"] == 2


def test_the_link_does_not_leak(client: Client, url: str) -> None:
    assert re.fullmatch(r"/task/\d+:[\w-]{43}/", url)  # the number of the link and our signature: nothing personal
    response = client.get(url)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
