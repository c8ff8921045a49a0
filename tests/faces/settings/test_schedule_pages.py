"""Working hours are set by their administrator: a week from a day on, days that differ, each a version."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.insight.definitions import today
from otklik.policy.models import WorkSchedule
from otklik.policy.schedule_keeping import Owner, hours_of_place, schedules
from tests.making import logged_in, make_user, organisation, place

pytestmark = pytest.mark.django_db


def administrator(code="gorod-kamyshin"):
    return logged_in(make_user(("administrator", code)))


def week(**changes):
    sent = {"action": "week", "since": str(today(timezone.now())), "source": "Приказ № 5"}
    for n in range(4):
        sent |= {f"start{n}": "08:00", f"end{n}": "17:00", f"rest{n}": "12:00", f"back{n}": "12:45"}
    return sent | {"start4": "08:00", "end4": "15:45"} | changes


def test_a_week_and_own_days_are_set_for_a_centre_and_shown_day_by_day():
    client, centre = administrator(), place("gorod-kamyshin")
    address = f"/settings/hours/of/?place={centre.pk}"
    assert "09:00–18:00" in client.get("/settings/hours/").content.decode()
    assert client.post(address, week()).status_code == 302
    monday = hours_of_place(centre.pk).weeks[-1].days[0]
    assert str(monday) == "08:00–17:00, перерыв 12:00–12:45"
    day = today(timezone.now()) + timedelta(days=1)
    last = str(day + timedelta(days=2))
    days = {"action": "days", "first": str(day), "last": last, "kind": "closed", "note": "ремонт"}
    assert client.post(address, days).status_code == 302
    page = client.get(address)
    assert [row[1] for row in page.context["ahead"][1:4]] == ["", "", ""]
    assert "ремонт" in page.content.decode()
    assert client.post(address, {"action": "drop", "day": str(day)}).status_code == 302
    assert len(hours_of_place(centre.pk).own) == 2
    assert list(WorkSchedule.objects.values_list("version", "source")) == [(1, "Приказ № 5"), (2, "ремонт"), (3, "")]


@pytest.mark.parametrize(("sent", "words"), [
    (week(end0="07:00"), "позже начала"), (week(end0=""), "Нужны и начало, и"),
    (week(back1=""), "Нужны и начало"),
    (week(since="2020-01-01"), "задним числом"), (week(since="скоро"), "Напишите дату"),
    (week(start3="99:00"), "например 09:00"), (week(back2="полдень"), "например 09:00"),
    ({"action": "week", "since": "2030-01-01"}, "хотя бы один рабочий день"),
    ({"action": "days", "first": "2020-01-01", "kind": "closed", "note": "ремонт"}, "прошёл"),
    ({"action": "days", "first": "2030-01-01", "kind": "opened", "note": "ремонт"}, "с какого"),
    ({"action": "days", "first": "2030-01-02", "last": "2030-01-01", "kind": "closed", "note": "р"}, "не раньше"),
    ({"action": "days", "first": "2030-01-01", "last": "2031-01-01", "kind": "closed", "note": "р"}, "двух месяцев"),
    ({"action": "days", "first": "2030-01-01", "kind": "closed"}, "почему"),
    ({"action": "days", "first": "2030-01-01", "kind": "нет", "note": "р"}, "Выберите"),
], ids=range(14))
def test_what_cannot_be_is_said_in_place_and_nothing_is_kept(sent, words):
    client = administrator()
    page = client.post(f"/settings/hours/of/?place={place('gorod-kamyshin').pk}", sent)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not WorkSchedule.objects.exists()


def test_an_organisation_gets_hours_of_its_own_and_a_strange_one_is_not_shown():
    client, firm = administrator(), organisation()
    address = f"/settings/hours/of/?organisation={firm.pk}"
    assert client.post(address, {"action": "week", "since": "2030-01-01", "always": "on"}).status_code == 302
    own = schedules().by_owner[Owner(organisation=firm.pk)]
    assert [one.always for one in own.weeks] == [False, True]
    assert firm.short_name in client.get("/settings/hours/").content.decode()
    stranger = administrator("gorod-volgograd")
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, week()).status_code == 404
    assert client.get("/settings/hours/of/?place=999999999999").status_code == 404
    assert client.post(address, {"action": "drop", "day": "нет"}).status_code == 400
    assert client.post(address, {"action": "иное"}).status_code == 404
