"""The page of one message: plain words for whoever holds the link, nothing for anybody else."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from otklik.acting import acting, widened
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import assign
from otklik.cases.actions.reply import reply
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, Rating
from otklik.cases.task_links import link_for, open_task
from otklik.channels.models import Attachment
from otklik.classifier.models import Theme
from otklik.files.models import StoredFile
from otklik.files.photos import CleanPhoto, accept_photo
from otklik.intake.accepting import Accepted, issue_key
from tests.making import SYSTEM, make_staff, organisation, reread, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.OTKLIK_HOME = tmp_path
    settings.OTKLIK_FILES = tmp_path / "files"


def photo(colour: str = "red") -> CleanPhoto:
    packed = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(packed, "JPEG")
    return accept_photo(packed.getvalue(), "foto.jpg")


def answered(sent: Accepted) -> None:
    coordinator = make_staff(("coordinator", "gorod-kamyshin"), name="Тайная Мария Ивановна")
    approver = make_staff(("approver", "gorod-kamyshin"))
    triage(coordinator, sent.case_id, theme_id=Theme.objects.order_by("id")[0].pk, title="Не горит фонарь")
    task = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу: внутреннее")
    link = open_task(link_for(coordinator, task.pk), timezone.now())
    reply(link, kind="done", text="Слова исполнителя", photos=[photo("green")], once="a" * 20)
    answer = save_draft(coordinator, sent.case_id, text="Лампу заменили, свет горит.")
    send_to_review(coordinator, answer.pk)
    approve(approver, answer.pk)
    publish(coordinator, answer.pk)


def test_the_page_says_state_date_and_history_in_plain_words(client: Client) -> None:
    sent = send(street="Мира", house="12")
    page = client.get(f"/c/{sent.token}/").content.decode()
    for words in ("Получено", "Ответим до", "Почему такой срок", "Вы написали", "не горит фонарь", "Мира"):
        assert words in page
    assert "Исправлено, спасибо" not in page


def test_the_answer_stands_with_its_photo_and_without_inner_words(client: Client) -> None:
    sent = send()
    answered(sent)
    page = client.get(f"/c/{sent.token}/").content.decode()
    assert "Лампу заменили, свет горит." in page
    assert f"/c/{sent.token}/photo/" in page
    for hidden in ("Тайная", "внутреннее", "Слова исполнителя"):
        assert hidden not in page
    assert "Исправлено, спасибо" in page
    assert "Не исправлено" in page


def test_the_photo_of_the_work_is_not_shown_before_the_answer(client: Client) -> None:
    sent = send()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    task = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу")
    link = open_task(link_for(coordinator, task.pk), timezone.now())
    reply(link, kind="done", photos=[photo()], once="a" * 20)
    assert "/photo/" not in client.get(f"/c/{sent.token}/").content.decode()
    with acting(SYSTEM):
        stored = StoredFile.objects.get()
    assert client.get(f"/c/{sent.token}/photo/{stored.pk}/").status_code == 404


def test_it_is_fixed_closes_the_matter(client: Client) -> None:
    sent = send()
    answered(sent)
    response = client.post(f"/c/{sent.token}/fixed/")
    assert response["Location"] == f"/c/{sent.token}/"
    case = reread(sent.case_id)
    assert (case.state, case.fix) == (Case.State.CLOSED, Case.Fix.CONFIRMED)
    page = client.get(f"/c/{sent.token}/").content.decode()
    assert "Спасибо" in page
    assert "Не исправлено</summary>" not in page


def test_it_is_not_fixed_starts_again_with_words_and_photo_once(client: Client) -> None:
    sent = send()
    answered(sent)
    given = {"text": "Снова темно", "once": issue_key()}
    picture = SimpleUploadedFile("foto.jpg", photo("blue").data, "image/jpeg")
    assert client.post(f"/c/{sent.token}/not-fixed/", {**given, "photos": picture}).status_code == 303
    assert client.post(f"/c/{sent.token}/not-fixed/", given).status_code == 303
    case = reread(sent.case_id)
    assert (case.state, case.turn) == (Case.State.TRIAGED, 2)
    page = client.get(f"/c/{sent.token}/").content.decode()
    assert page.count("Снова темно") == 1
    assert "Взялись снова" in page
    with acting(SYSTEM):
        assert Attachment.objects.count() == 1


def test_without_words_it_is_said_so_and_the_photo_stays(client: Client) -> None:
    sent = send()
    answered(sent)
    picture = SimpleUploadedFile("foto.jpg", photo("blue").data, "image/jpeg")
    given = {"text": " ", "once": issue_key(), "photos": picture}
    response = client.post(f"/c/{sent.token}/not-fixed/", given)
    assert response.status_code == 422
    assert "Напишите, что не исправлено." in response.content.decode()
    assert "data:image/jpeg" in response.content.decode()


def test_too_early_a_verdict_is_refused_in_words(client: Client) -> None:
    sent = send()
    response = client.post(f"/c/{sent.token}/fixed/")
    assert response.status_code == 422
    assert "невозможно" in response.content.decode()


@pytest.mark.parametrize("path", ["/c/{}/", "/c/{}/accepted/", "/c/{}/photo/1/"])
@pytest.mark.parametrize("token", ["nobody", "A" * 27, "' OR 1=1 --", "%00%d0%b0"])
def test_a_strangers_link_is_a_plain_404_that_says_what_to_do(client: Client, path: str, token: str) -> None:
    send()
    response = client.get(path.format(token))
    assert response.status_code == 404
    assert "целиком ли скопирована ссылка" in response.content.decode()


def test_a_strangers_link_changes_nothing(client: Client) -> None:
    sent = send()
    answered(sent)
    assert client.post("/c/nobody/fixed/").status_code == 404
    assert client.post("/c/nobody/not-fixed/", {"text": "чужое"}).status_code == 404
    assert reread(sent.case_id).state == Case.State.ANSWERED


def test_photos_are_for_the_holder_of_this_very_link(client: Client) -> None:
    mine, other = send(photos=(photo("red"),)), send(photos=(photo("blue"),))
    with acting(SYSTEM):
        mine_id, other_id = StoredFile.objects.order_by("id").values_list("id", flat=True)
    response = client.get(f"/c/{mine.token}/photo/{mine_id}/")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    assert response.content.startswith(b"\xff\xd8")
    assert client.get(f"/c/{mine.token}/photo/{other_id}/").status_code == 404
    assert client.get(f"/c/{other.token}/photo/{other_id}/").status_code == 200


def test_the_link_does_not_leak(client: Client) -> None:
    response = client.get(f"/c/{send().token}/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "private" in response["Cache-Control"]


def test_a_number_alone_shows_nothing_not_even_whether_it_exists(client: Client) -> None:
    sent = send()
    known = said_to_a_number(client, sent.number)
    assert "показать сообщение нельзя" in known
    assert "фонарь" not in known
    assert known == said_to_a_number(client, 987_654)


def said_to_a_number(client: Client, number: int) -> str:
    page = client.post("/find/", {"link": str(number)}).content.decode()
    inside = page[page.index("<main") : page.index("</main>")]
    return inside.replace(f"34-{number:06d}", "N").replace(f'value="{number}"', "")


def test_the_link_leads_to_the_page(client: Client) -> None:
    sent = send()
    for typed in (f"http://127.0.0.1/c/{sent.token}/", sent.token, f" https://x.ru/c/{sent.token}/accepted/ "):
        assert client.post("/find/", {"link": typed})["Location"] == f"/c/{sent.token}/"
    assert client.post("/find/", {"link": "/c/" + "x" * 27}).status_code == 422
    assert client.post("/find/", {"link": "какие-то слова"}).status_code == 422
    assert client.post("/find/", {"link": ""}).status_code == 422


@pytest.mark.parametrize("path", ["/", "/find/", "/privacy/", "/report/"])
def test_every_public_page_names_112_and_writes_nothing(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "112" in response.content.decode()


def test_the_notice_names_the_operators(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    assert page.count("<li>") >= 38
    assert "152-ФЗ" in page


def test_the_answer_is_rated_by_a_press_and_the_rating_can_be_changed(client: Client) -> None:
    sent = send()
    assert "Оцените ответ" not in client.get(f"/c/{sent.token}/").content.decode()
    answered(sent)
    address = f"/c/{sent.token}/"
    assert "Оцените ответ и работу" in client.get(address).content.decode()
    for wrong in ("0", "6", "пять", ""):
        assert client.post(f"{address}rate/", {"stars": wrong}).status_code == 422
    assert client.post(f"{address}rate/", {"stars": "2"}).status_code == 303
    assert client.post(f"{address}rate/", {"stars": "5"}).status_code == 303
    page = client.get(address).content.decode()
    assert "Спасибо за оценку" in page and 'value="5" type="submit" aria-pressed="true"' in page
    with acting(SYSTEM):
        assert Rating.objects.get().stars == 5
    assert reread(sent.case_id).state == Case.State.ANSWERED


def test_where_not_fixed_is_no_more_taken_the_page_says_what_to_do_instead(client: Client) -> None:
    sent = send()
    answered(sent)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=sent.case_id).update(answered_at=timezone.now() - timedelta(days=31))
    page = client.get(f"/c/{sent.token}/").content.decode()
    assert "Прошло больше 30 дней" in page and "Написать снова" in page and "Оцените" not in page
    assert 'id="not-fixed"' not in page
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=sent.case_id).update(answered_at=timezone.now(), regime="law59")
    page = client.get(f"/c/{sent.token}/").content.decode()
    assert "не согласны с ответом" in page and 'id="not-fixed"' not in page
