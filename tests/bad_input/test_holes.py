"""Holes that the table found once, each by its name."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from otklik.cases.actions.assign import add_co_executor, assign
from otklik.cases.numbers import shown
from otklik.cli import main
from otklik.faces.desk.fields import Day, Moment
from otklik.intake.accepting import issue_key
from otklik.organisations import region_settings
from otklik.organisations.models import DutyPerson, Organisation, User
from tests.faces.test_every_page import region_code
from tests.making import logged_in, make_case, make_staff, make_user, organisation, place

HOME = "gorod-kamyshin"
pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return logged_in(make_user(("administrator", region_code())))


def test_too_long_a_phone_of_a_centre_is_refused_and_given_back_not_cut_short(administrator: Client) -> None:
    address = f"/settings/centres/{place(HOME).pk}/"
    answer = administrator.post(address, {"centre_phone": "8" * 41, "one_person": "1"})
    assert answer.status_code == 422
    assert "Слишком длинно" in answer.text and "8" * 41 in answer.text
    assert not region_settings.get("centre_phone", place(HOME).pk)


def test_the_duty_list_refuses_a_name_that_is_too_long(administrator: Client) -> None:
    answer = administrator.post(f"/settings/duty/{place(HOME).pk}/", {"name": "Ж" * 201, "phone": "112"})
    assert answer.status_code == 422 and "Ж" * 201 in answer.text
    assert not DutyPerson.objects.filter(territory=place(HOME)).exists()


def test_signs_that_nobody_types_do_not_come_into_the_settings(administrator: Client) -> None:
    administrator.post(f"/settings/centres/{place(HOME).pk}/", {"centre_phone": "\u202e8 800\x07\u2066"})
    assert region_settings.get("centre_phone", place(HOME).pk) == "8 800"
    row = organisation()
    sent = {"name": "Проба\u202eа", "kind": row.kind, "territory": row.territory_id, "active": "on"}
    answer = administrator.post("/settings/organisations/add/", sent, follow=True)
    assert "\u202e" not in answer.text
    assert Organisation.objects.filter(name="Пробаа").exists()


def test_a_call_with_broken_unseen_fields_is_written_down_or_says_why() -> None:
    operator = logged_in(make_user(("operator", HOME)))
    sent = {"text": "Яма у дома", "territory": str(place(HOME).pk), "latitude": "NaN", "longitude": "9" * 5000}
    without_a_key = operator.post("/desk/call/", sent)
    assert without_a_key.status_code == 422 and "Форма открыта слишком давно" in without_a_key.text
    assert "Яма у дома" in without_a_key.text
    assert operator.post("/desk/call/", sent | {"key": issue_key()}).status_code == 302  # and no point


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "1e3", "\x00"])
def test_a_place_that_is_no_number_breaks_neither_the_call_nor_the_report(number: str) -> None:
    operator = logged_in(make_user(("operator", HOME)))
    assert operator.post("/desk/call/", {"text": "Яма", "territory": number}).status_code == 422
    sent = {"text": "Большая яма у дома", "territory": number, "theme": number}
    answer = Client().post("/report/", sent)
    assert answer.status_code == 422 and "Большая яма у дома" in answer.text
    assert Client().post("/report/guess/", sent).status_code == 200


def test_the_last_day_of_the_calendar_asks_the_audit_for_nothing_special(administrator: Client) -> None:
    assert administrator.get("/settings/audit/?until=9999-12-31&before=9999-12-31T23:59").status_code == 200


@pytest.mark.parametrize(
    ("words", "code", "sign"),
    [
        (["classifier", "export", "/no-such-folder/x.csv"], 1, "не открывается"),
        (["classifier", "export", "Ж" * 300], 1, "не открывается"),
        (["import", "x.csv", "--into", "\udcff"], 2, "не в UTF-8"),
        (["import", "x.csv", "--into"], 2, "нужно значение"),
        (["region", "list", "--no-such"], 2, "Нет параметра"),
        (["import"], 2, "Не хватает"),
    ],
)
def test_a_wrong_call_of_a_command_is_one_russian_line(
    words: list[str], code: int, sign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    wrong = capsys.readouterr().err
    assert ended.value.code == code and sign in wrong and len(wrong.strip().splitlines()) == 1


def test_what_is_wrong_with_an_unseen_field_of_the_case_is_said_and_a_reason_stays() -> None:
    coordinator = make_staff(("coordinator", HOME))
    case = make_case(phone="+79000000001", answer_by="phone")
    task = assign(coordinator, case.pk, organisation_id=organisation().pk, task="Лампа")
    client = logged_in(User.objects.get(pk=coordinator.user_id))
    address = f"/desk/case/{shown(case.number)}/"
    answer = client.post(address + "point/", {"latitude": "x", "longitude": "1"})
    assert answer.status_code == 422 and "поставьте точку на карте" in answer.text
    answer = client.post(address + "redirect/", {"assignment": "²", "organisation": "1", "reason": "Не их дорога"})
    assert answer.status_code == 422 and "Форма пришла не целиком" in answer.text and "Не их дорога" in answer.text
    answer = client.post(f"{address}task/{task.pk}/contact/", {"basis": "no-such", "reason": "Открыть подвал"})
    assert answer.status_code == 422 and "Основание" in answer.text and "Открыть подвал" in answer.text


def test_a_wrong_date_of_a_part_is_said_beside_it_and_the_reason_stays() -> None:
    coordinator = make_staff(("coordinator", HOME))
    case = make_case()
    task = assign(coordinator, case.pk, organisation_id=organisation().pk, task="Лампа")
    other = add_co_executor(coordinator, case.pk, organisation_id=organisation("adm-gorod-volzhskiy").pk, task="Кран")
    client = logged_in(User.objects.get(pk=coordinator.user_id))
    address = f"/desk/case/{shown(case.number)}/"
    sent = {"assignment": str(task.pk), "due_at": "2026-02-30T10:00", "reason": "Ждут деталь"}
    answer = client.post(address + "part-due/", sent)
    assert answer.status_code == 422 and "Ждут деталь" in answer.text and "2026-02-30T10:00" in answer.text
    assert "Напишите дату и время" in answer.text
    answer = client.post(address + "part-withdraw/", {"assignment": str(other.pk), "reason": "Ж" * 301})
    assert answer.status_code == 422 and "Ж" * 301 in answer.text and "invalid-feedback" in answer.text


@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_a_year_in_which_nobody_lives_is_no_date(year: str) -> None:
    for field, written in ((Day(), f"{year}-01-01"), (Moment(), f"{year}-12-31T23:59")):
        with pytest.raises(ValidationError, match="Напишите дату"):
            field.clean(written)
