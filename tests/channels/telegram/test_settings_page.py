"""What an administrator reads before Telegram is connected, and what a coordinator reads in its case."""

import pytest
from django.urls import reverse
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.models import Account, OutsideFile
from otklik.faces.templatetags.otklik_tags import case_number
from tests.cases.steps import approved, coordinator
from tests.channels.telegram.peer import TOKEN
from tests.channels.telegram.saying import ACTOR, cases, happens, make_account, message
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db
ADD = "/settings/channels/add/telegram/"


def test_the_page_warns_before_anything_is_connected_and_offers_no_sending():
    browser = logged_in(make_user(("administrator", "gorod-kamyshin")))
    page = browser.get(ADD).content.decode()
    assert "41-ФЗ" in page
    assert "152-ФЗ" in page
    assert "Прежде чем подключать" in page
    assert 'name="dry_run"' not in page
    assert "здесь мы отвечаем" not in page


def test_it_is_off_and_undecided_until_somebody_says_otherwise():
    browser = logged_in(make_user(("administrator", "gorod-kamyshin")))
    fields = {
        "name": "Чаты города", "code": "telegram-k", "territory": place("gorod-kamyshin").pk, "own_way": "poll",
        "own_token": TOKEN,
    }
    assert browser.post(ADD, fields).status_code == 302
    with acting(ACTOR, read_only=True):
        made = Account.objects.select_related("setup").get(code="telegram-k")
    assert (made.active, made.ours, made.settings["agreed"]) == (False, False, False)
    page = browser.get(f"/settings/channels/{made.pk}/").content.decode()
    assert TOKEN not in page
    assert "Послать себе" not in page
    checked = browser.post(f"/settings/channels/{made.pk}/check/", follow=True).content.decode()
    assert "Отметьте решение" in checked


def test_the_case_says_why_nobody_is_answered_there():
    happens(make_account(), message())
    (case,) = cases()
    approved(coordinator(), case.pk, timezone.now())
    browser = logged_in(make_user(("coordinator", "gorod-kamyshin"), ("approver", "gorod-kamyshin")))
    page = browser.get(reverse("desk:case", args=[case_number(case.number)])).content.decode()
    assert "В Telegram отвечать нельзя" in page
    assert "ответ туда переносят вручную" not in page


def test_a_file_that_did_not_come_is_told_in_the_case():
    photo = [{"file_id": "p-x", "width": 9, "height": 9}]
    happens(make_account(), message(7, "Смотрите", photo=photo))
    (case,) = cases()
    address = reverse("desk:case", args=[case_number(case.number)])
    browser = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    assert "photo.jpg: ещё не скачан" in browser.get(address).content.decode()
    with acting(ACTOR), widened():
        OutsideFile.objects.update(state="failed", failure="Файла там больше нет.")
    page = browser.get(address).content.decode()
    assert "photo.jpg: не скачан. Файла там больше нет." in page
    assert "telegram:" not in page
