"""Many cases at once, at the desk: choose, look, do, read the report."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.models import Notice
from otklik.cases.noticing import notify
from otklik.cases.numbers import shown
from tests.making import SYSTEM, logged_in, make_case, make_user, organisation, reread

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def coordinator(code: str = HOME) -> Client:
    return logged_in(make_user(("coordinator", code)))


def hidden_cases(page: str) -> list[str]:
    return re.findall(r'name="case" value="(\d+-\d+\.\d+)"', page)


def test_cases_are_ticked_in_the_list():
    case = make_case()
    page = coordinator().get("/desk/?tab=triage").content.decode()
    assert f'name="case" form="bulk" value="{shown(case.number)}"' in page
    assert 'id="bulk"' in page


def test_choosing_looking_and_doing():
    cases = [make_case(), make_case("Яма на дороге")]
    numbers = [shown(case.number) for case in cases]
    client = coordinator()
    chosen = client.post("/desk/bulk/", {"case": numbers, "tab": "triage"}).content.decode()
    assert "Выбрано: 2 карточки" in chosen
    plan = {"kind": "set_aside", "aside": "spam", "tab": "triage"}
    looked = client.post("/desk/bulk/", {"case": numbers, **plan}).content.decode()
    assert "Так будет. Пока ничего не изменено." in looked
    assert "состояние: новая → закрыта" in looked
    assert [reread(case.pk).state for case in cases] == ["new", "new"]
    ready = hidden_cases(looked)
    assert len(ready) == 2
    report = client.post("/desk/bulk/run/", {"case": ready, **plan}).content.decode()
    assert "Сделано: 2 карточки" in report
    assert f"/desk/case/{numbers[0]}/" in report
    assert [reread(case.pk).state for case in cases] == ["closed", "closed"]
    again = client.post("/desk/bulk/run/", {"case": ready, **plan}).content.decode()
    assert "Не вышло: 2 карточки" in again


def test_whoever_deals_with_many_at_once_has_seen_what_they_were_told_of_them():
    who, cases = make_user(("coordinator", HOME)), [make_case(), make_case("Яма на дороге"), make_case()]
    with acting(SYSTEM), widened():
        for case in cases:
            notify([who.pk], "replied", case=case, now=timezone.now())
    client = logged_in(who)
    plan = {"kind": "set_aside", "aside": "spam", "tab": "triage"}
    looked = client.post("/desk/bulk/", {"case": [shown(case.number) for case in cases[:2]], **plan}).content.decode()
    client.post("/desk/bulk/run/", {"case": hidden_cases(looked), **plan})
    with acting(SYSTEM):
        waiting = Notice.objects.filter(user_id=who.pk, seen_at=None).values_list("case_id", flat=True)
        assert list(waiting) == [cases[2].pk]


def test_what_the_act_needs_is_asked_for_beside_its_field():
    number = shown(make_case().number)
    client = coordinator()
    for kind, words in (
        ("assign", "Выберите организацию."), ("hand_over", "Выберите, куда передаёте."), ("close", "Выберите итог."),
        ("set_aside", "Выберите, что это."), ("triage", "Выберите тему или важность."), ("", "Выберите, что сделать."),
    ):  # fmt: skip
        answer = client.post("/desk/bulk/", {"case": [number], "kind": kind, "preview": "1"})
        assert answer.status_code == 422, kind
        assert words in answer.content.decode()


def test_those_of_others_are_not_even_listed_and_no_other_organisation_is_taken():
    mine, foreign = make_case(), make_case(code="gorod-volzhskiy")
    client = coordinator()
    page = client.post("/desk/bulk/", {"case": [shown(mine.number), shown(foreign.number), "чепуха"]}).content.decode()
    assert "Не взято: 1 карточка" in page
    assert shown(foreign.number) not in page
    theirs = organisation("adm-gorod-volzhskiy").pk
    answer = client.post("/desk/bulk/", {"case": [shown(mine.number)], "kind": "assign", "organisation": theirs})
    assert answer.status_code == 422


def test_nothing_chosen_leads_back():
    assert "Ничего не выбрано" in coordinator().post("/desk/bulk/", {}).content.decode()
    assert coordinator().get("/desk/bulk/").status_code == 405
    assert Client().post("/desk/bulk/run/", {}).status_code == 302
