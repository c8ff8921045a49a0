"""Works announced in advance: which houses a notice names, which messages meet them, and the answer that is ready."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from otklik.acting import acting, widened
from otklik.answers.models import AnswerVersion
from otklik.answers.ready import answer_with_works
from otklik.cases.actions.planned import Announced, announce, cancel, move
from otklik.cases.house_lists import covers, read_houses
from otklik.cases.models import Case
from otklik.cases.planned import kind_of, read_places, ready_text, works_for
from otklik.cases.planned_models import PlannedWork
from otklik.cases.problem_models import Problem, ProblemNews
from otklik.faces.desk.alike_block import alike_context
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.outages import load
from tests.at_once import at_once, failures
from tests.cases.steps import answered
from tests.making import SYSTEM, make_staff, place, reread, send

NOW = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)  # 10:00 in the region
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"
NO_WATER = "На улице Мира, 7 нет холодной воды с утра, из крана не идёт вода"


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [
        ("1–15, 20, 22а", ["1", "7", "15б", "20", "22а", "20 к. 1", "дом 3"], ["16", "21", "22", "22б"]),
        ("2-30 чётные", ["2", "30", "14а"], ["3", "31"]), ("1-9 (нечет.)", ["1", "9"], ["2"]),
        ("5/2, 7 корп. 1", ["5/2", "7 к 1", "7к1"], ["5", "5/1", "7", "7/2"]), ("все дома", ["1", "999"], []),
        ("", ["1", ""], []), ("12", ["12", "неизвестно"], ["12а", "13"]),
    ],
)  # fmt: skip
def test_which_houses_a_notice_names(listed: str, inside: list[str], outside: list[str]) -> None:
    parts = read_houses(listed)
    assert [house for house in inside if not covers(parts, house)] == []
    assert [house for house in outside if covers(parts, house)] == []


@pytest.mark.parametrize("wrong", ["где-то там", "15-1", "1,2,третий", ",".join("1" for _n in range(500))])
def test_houses_that_cannot_be_read_are_named(wrong: str) -> None:
    with pytest.raises(BadInput):
        read_houses(wrong)


@pytest.mark.parametrize(
    ("said", "kind"),
    [("Холодное водоснабжение", "water"), ("ГВС", "hot_water"), ("отключение горячей воды", "hot_water"),
     ("Электроэнергия", "power"), ("газ", "gas"), ("Обрезка деревьев", "other"), ("", "other")],
)  # fmt: skip
def test_what_a_sheet_calls_the_works(said: str, kind: str) -> None:
    assert kind_of(said) == kind


def test_streets_are_written_a_line_each() -> None:
    assert read_places("Мира: 1–15, 20\n\nЛенина") == [["Мира", "1–15, 20"], ["Ленина", ""]]
    with pytest.raises(BadInput):
        read_places(": 1-5")


def works(who=None, code: str = HOME, **more) -> PlannedWork:
    said = {"territory_id": place(code).pk, "kind": "water", "begins_at": NOW, "ends_at": NOW + timedelta(hours=8),
            "places": "Мира: 1-15", "reason": "замена задвижки"} | more  # fmt: skip
    return announce(who or operator(), Announced(**said), now=NOW)[0]


def operator(code: str = HOME):
    return make_staff(("operator", code))


def met(case_id: int) -> list[int]:
    with acting(SYSTEM, read_only=True):
        return [work.pk for work in works_for(Case.objects.select_related("theme", "scope").get(pk=case_id), NOW)]


def no_water(text: str = NO_WATER, **fields) -> int:
    return send(text, now=NOW + timedelta(hours=1), **({"street": "Мира", "house": "7"} | fields)).case_id


@pytest.mark.django_db
def test_a_message_meets_works_of_its_place_time_and_matter():
    work = works()
    assert met(no_water()) == [work.pk]
    assert met(no_water(house="16")) == []
    assert met(no_water(street="Ленина")) == []
    assert met(no_water(code=OTHER)) == []
    assert met(send(NO_WATER, street="Мира", house="7", now=NOW - timedelta(days=1)).case_id) == []
    assert met(send(NO_WATER, street="Мира", house="7", now=NOW + timedelta(hours=12)).case_id) == []
    assert met(no_water("Во дворе дома 7 по улице Мира не вывозят мусор, контейнеры полные")) == []


@pytest.mark.django_db
def test_the_ready_answer_becomes_the_draft_of_a_case_that_joins():
    who = operator()
    work, case_id = works(who), no_water()
    answer = answer_with_works(who, case_id, work.pk, now=NOW + timedelta(hours=2))
    assert reread(case_id).problem_id == work.problem_id
    with acting(SYSTEM, read_only=True):
        text = AnswerVersion.objects.get(answer=answer).text
    assert "замена задвижки" in text and "26.11 с 10:00 до 18:00" in text
    other = no_water(house="9")
    with pytest.raises(NotYours):
        answer_with_works(operator(OTHER), other, work.pk, now=NOW)
    cancel(who, work.pk, reason="перенесли")
    with pytest.raises(NotYours):
        answer_with_works(who, other, work.pk, now=NOW)
    assert reread(other).problem_id is None


@pytest.mark.django_db
def test_whoever_has_an_answer_is_offered_no_ready_one():
    who, case_id = operator(), no_water()
    works(who)
    assert ready_for(who, case_id)
    answered(make_staff(("coordinator", HOME)), case_id, NOW + timedelta(hours=2))
    assert not ready_for(who, case_id)


def ready_for(who, case_id: int) -> bool:
    with acting(who, read_only=True):
        case = Case.objects.select_related("theme", "scope", "territory", "account").get(pk=case_id)
        return bool(alike_context(who, case, NOW + timedelta(hours=3))["works"])


@pytest.mark.django_db
def test_other_hours_and_a_cancelling_are_told_to_everybody_concerned():
    who = operator()
    work = works(who)
    with pytest.raises(NotYours):
        move(operator(OTHER), work.pk, ends_at=NOW + timedelta(hours=9), reason="долго")
    with pytest.raises(BadInput):
        move(who, work.pk, ends_at=NOW - timedelta(hours=9), reason="долго")
    with pytest.raises(BadInput):  # a phone is not for all eyes: nothing is told, and nothing is changed
        move(who, work.pk, ends_at=NOW + timedelta(hours=11), reason="звоните 8 900 555-77-11")
    with acting(SYSTEM, read_only=True):
        assert PlannedWork.objects.get(pk=work.pk).ends_at == work.ends_at
    move(who, work.pk, ends_at=NOW + timedelta(hours=12), reason="не успели")
    answer_with_works(who, no_water(), work.pk, now=NOW + timedelta(hours=2))
    cancel(who, work.pk, reason="перенесли на завтра")
    with acting(SYSTEM, read_only=True):
        told = list(ProblemNews.objects.order_by("pk").values_list("text", flat=True))
        problem = Problem.objects.get(pk=work.problem_id)
    assert ["22:00" in told[0], "не успели" in told[0], "отменены" in told[1]] == [True, True, True]
    assert problem.state == "open"  # somebody wrote: it is looked after
    with pytest.raises(Refused):
        cancel(who, work.pk, reason="ещё раз")


SHEET = (
    "Вид работ;Населённый пункт;Улица;Дома;Дата начала;Время начала;Окончание;Причина\n"
    "Холодная вода;;Мира;1-15;27.11.2026;09:00;27.11.2026 17:00;замена задвижки\n"
    "Электроснабжение;;Ленина;;28.11.2026;10:00;28.11.2026 12:30;\n"
    "Газ;Нетакогоместа;Гагарина;;28.11.2026;10:00;28.11.2026 12:30;\n"
    "Вода;;Пушкина;абв;28.11.2026;10:00;28.11.2026 12:30;\n"
    "Вода;;Гоголя;;не дата;;;\n"
    "Вода;;Чехова;;01.11.2026;10:00;01.11.2026 12:30;\n"
)


def loaded(who, text: str = SHEET):
    return load(who, io.BytesIO(text.encode()), "график.csv", territory_id=place(HOME).pk, now=NOW)


@pytest.mark.django_db
def test_a_schedule_is_announced_row_by_row_and_loaded_again_doubles_nothing():
    who = operator()
    came = loaded(who)
    assert (came.new, came.known, [number for number, _why in came.wrong]) == (2, 0, [4, 5, 6, 7])
    again = loaded(who, SHEET.replace("17:00", "19:00"))
    assert (again.new, again.known) == (0, 2)
    with acting(SYSTEM, read_only=True):
        assert Problem.objects.count() == 2
        water = PlannedWork.objects.get(kind="water")
        assert water.ends_at == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert "(холодная вода): 27.11 с 09:00 до 19:00. Причина: замена задвижки." in ready_text(water)
    other = PlannedWork(kind="other", begins_at=water.begins_at, ends_at=water.ends_at + timedelta(days=1))
    assert "запланированы работы: с 27.11 в 09:00 до 28.11 в 19:00." in ready_text(other)
    with pytest.raises(BadInput):
        loaded(who, "Имя;Возраст\nа;1\n")
    stranger = loaded(operator(OTHER))
    assert stranger.new == 0 and len(stranger.wrong) == 6


@pytest.mark.django_db
def test_a_title_above_the_schedule_of_a_book_is_no_header():
    book, header, row = openpyxl.Workbook(), *(line.split(";") for line in SHEET.splitlines()[:2])
    for cells in (["График отключений на неделю"], [], header, row):
        book.active.append(cells)
    book.save(kept := io.BytesIO())
    came = load(operator(), kept, "график.xlsx", territory_id=place(HOME).pk, now=NOW)
    assert (came.new, came.wrong) == (1, [])


@pytest.mark.django_db
def test_what_is_off_is_told_by_its_own_column_whichever_comes_first():
    came = loaded(operator(), "Улица;Вид работ;Ресурс;Начало;Окончание\n"
                  "Мира;Замена опор;Электричество;28.11.2026 10:00;28.11.2026 12:30\n")
    assert came.new == 1
    with acting(SYSTEM, read_only=True):
        assert PlannedWork.objects.get().kind == "power"


def test_two_who_announce_one_work_make_one(committed):
    who = operator()
    said = Announced(place(HOME).pk, "gas", NOW, NOW + timedelta(hours=2), "Мира")
    came = at_once(lambda: announce(who, said, now=NOW), lambda: announce(who, said, now=NOW))
    assert failures(came) == []
    with acting(SYSTEM), widened():
        assert PlannedWork.objects.filter(kind="gas").count() == 1
