"""Who is erased is erased from requests, plans and examples, too, though these hang on no case."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.curating import asking
from otklik.curating.models import AskPart, Example
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from tests.making import SYSTEM, make_staff, place, send

pytestmark = pytest.mark.django_db
HOME, PHONE = "gorod-kamyshin", "+79000000077"


def test_a_person_is_taken_out_of_requests_and_examples(db):
    send("Меня зовут Осока Ия, тел. +79000000077", HOME, name="Осока Ия", phone=PHONE)
    now = timezone.now()
    said = asking.Asked(
        "Пост о воде", "Пишет Осока Ия, тел. +79000000077", now + timedelta(hours=3), [place(HOME).pk]
    )
    asking.ask(make_staff(("curator", "volgograd")), said, now=now)
    with acting(SYSTEM), widened():
        Example.objects.create(good=True, text="Осока Ия, воду дали.", lesson="Коротко", made_at=now)
    officer = make_staff(("security", HOME), name="Охранный Ян Ильич")
    found = ask(officer, sought=PHONE, reason="Заявление от 25.11.2026, вх. № 17")
    erase(officer, found.pk, confirmed="стереть")
    with acting(SYSTEM):
        words = " ".join((AskPart.objects.get().text, Example.objects.get().text))
    assert "Осока" not in words and "0000077" not in words and "воду дали" in words
