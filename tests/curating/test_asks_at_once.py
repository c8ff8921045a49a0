"""Two people of a centre answer one request at the same moment."""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import acting
from otklik.curating import asking
from otklik.curating.models import AskPart
from otklik.failures import Refused
from tests.at_once import at_once
from tests.making import SYSTEM, make_staff, place

HOME = "gorod-kamyshin"


def test_two_replies_at_once_leave_one(committed):
    now = timezone.now()
    said = asking.Asked("Вода", "Пишут, что нет воды.", now + timedelta(hours=3), [place(HOME).pk])
    asking.ask(make_staff(("curator", "volgograd")), said, now=now)
    with acting(SYSTEM):
        part = AskPart.objects.get()
    people = [make_staff(("head", HOME)), make_staff(("operator", HOME))]
    came = at_once(*(lambda who=who: asking.reply(who, part.pk, words="Позиция", now=now) for who in people))
    assert sorted(type(one) for one in came if one is not None) == [Refused] and None in came
