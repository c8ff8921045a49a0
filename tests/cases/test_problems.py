"""A problem: the one cause behind many cases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import Visitor, acting
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.problems import (
    change,
    choose_main,
    join,
    leave,
    make_problem,
    set_state,
    split,
    tell,
)
from otklik.cases.models import Case
from otklik.cases.problem_models import Problem, ProblemNews
from otklik.cases.problems import likely_for, visible_problems
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.cases.problems_steps import cases_of, coordinator, leak, problem, the_problem_now, theme
from tests.making import SYSTEM, make_staff, place, reread, send

pytestmark = pytest.mark.django_db


def verbs(problem_id: int) -> list[str]:
    with acting(SYSTEM):
        return list(Entry.objects.filter(stream=f"problem:{problem_id}").order_by("seq").values_list("verb", flat=True))


def test_a_problem_takes_place_and_theme_of_the_case_it_is_made_of() -> None:
    who = coordinator()
    made = problem(who)
    case = reread(made.main_case_id or 0)
    assert (made.street, made.theme_id, made.scope_id) == ("ул. Мира", theme().pk, case.scope_id)
    assert case.problem_id == made.pk
    assert verbs(made.pk) == ["made"]


def test_another_case_joins_once_and_both_journals_say_so() -> None:
    who = coordinator()
    made = problem(who)
    other = leak(who)
    join(who, other, problem_id=made.pk)
    join(who, other, problem_id=made.pk)
    assert cases_of(made.pk) == {made.main_case_id, other}
    assert verbs(made.pk) == ["made", "joined"]
    with acting(SYSTEM):
        assert Entry.objects.filter(stream=f"case:{other}", verb="join_problem").count() == 1


def test_likely_problems_are_proposed_by_theme_street_and_point() -> None:
    who = coordinator()
    made = problem(who)
    far = make_problem(who, leak(who, street="Лесная", latitude=50.2, longitude=45.9), title="Далеко")
    lamp = make_problem(who, leak(who, code="road.pothole", street="Мира"), title="Яма")
    case = reread(leak(who, street="улица Мира"))
    with acting(who, read_only=True):
        found = likely_for(who, case)
    assert found[0].problem.pk == made.pk
    assert "та же тема" in found[0].why and "та же улица" in found[0].why
    assert lamp.pk not in {one.problem.pk for one in found}
    assert all(one.score <= found[0].score for one in found if one.problem.pk == far.pk)


def test_a_case_leaves_and_the_problem_keeps_another_main_case() -> None:
    who = coordinator()
    made = problem(who, more=1)
    leave(who, made.main_case_id or 0)
    now = the_problem_now(made.pk)
    assert cases_of(made.pk) == {now.main_case_id}
    leave(who, made.main_case_id or 0)  # twice is nothing
    assert verbs(made.pk) == ["made", "joined", "left"]


def test_some_cases_are_split_off_together_or_not_at_all() -> None:
    who = coordinator()
    made = problem(who, more=2)
    first, second = sorted(cases_of(made.pk))[:2]
    stranger = leak(who)
    with pytest.raises(BadInput):
        split(who, made.pk, case_ids=[first, stranger], title="Другая труба")
    fresh = split(who, made.pk, case_ids=[first, second], title="Другая труба")
    assert cases_of(fresh.pk) == {first, second}
    assert len(cases_of(made.pk)) == 1


def test_a_case_handed_over_leaves_its_problem_where_it_is() -> None:
    who = coordinator()
    made = problem(who, more=1)
    hand_over(who, made.main_case_id or 0, territory_id=place("gorod-volzhskiy").pk, reason="Не наш город")
    assert reread(made.main_case_id or 0).problem_id is None
    now = the_problem_now(made.pk)
    assert now.scope_id == place("gorod-kamyshin").pk
    assert now.main_case_id in cases_of(made.pk)


def test_states_keep_the_day_of_the_fix_and_ask_for_the_day_of_planned_work() -> None:
    who = coordinator()
    made = problem(who)
    with pytest.raises(BadInput, match="день"):
        set_state(who, made.pk, state="planned")
    with pytest.raises(BadInput, match="прошёл"):
        set_state(who, made.pk, state="planned", planned_for=timezone.localdate() - timedelta(days=1))
    set_state(who, made.pk, state="planned", planned_for=timezone.localdate())
    assert set_state(who, made.pk, state="fixed").fixed_at
    assert set_state(who, made.pk, state="open").fixed_at is None
    with pytest.raises(BadInput):
        set_state(who, made.pk, state="nonsense")


def test_nobody_joins_a_problem_that_is_fixed() -> None:
    who = coordinator()
    made = problem(who)
    set_state(who, made.pk, state="fixed")
    with pytest.raises(Refused, match="устранена"):
        join(who, leak(who), problem_id=made.pk)


def test_news_without_words_or_with_a_phone_are_not_told() -> None:
    who = coordinator()
    made = problem(who)
    with pytest.raises(BadInput):
        tell(who, made.pk, text="  \n")
    with pytest.raises(BadInput, match="900"):
        tell(who, made.pk, text="Звоните мастеру 8 900 123-45-67")
    with pytest.raises(BadInput, match="Ивановой"):
        tell(who, made.pk, text="Сделаем по заявке Ивановой Марии Петровны")
    tell(who, made.pk, text="Бригада выехала.")
    with acting(who, read_only=True):
        assert ProblemNews.objects.get(problem=made).author_id == who.user_id


def test_a_changed_problem_names_the_fields_and_not_the_words() -> None:
    who = coordinator()
    made = problem(who)
    change(who, made.pk, title="Прорыв у школы", street="Мира", theme_id=theme("water.no_supply").pk)
    change(who, made.pk, title="Прорыв у школы")
    with acting(SYSTEM):
        entry = Entry.objects.get(stream=f"problem:{made.pk}", verb="changed")
    assert entry.fields["changed"] == ["title", "street"]
    assert "школы" not in str(entry.fields)
    with pytest.raises(BadInput):
        change(who, made.pk, title=" ")


def test_another_centre_neither_sees_nor_changes_a_problem() -> None:
    who = coordinator()
    made = problem(who)
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    theirs = send("Прорвало трубу", "gorod-volzhskiy").case_id
    with acting(stranger, read_only=True):
        assert not visible_problems(stranger).filter(pk=made.pk).exists()
        assert not Problem.objects.filter(pk=made.pk).exists()
    for act in (
        lambda: set_state(stranger, made.pk, state="fixed"),
        lambda: tell(stranger, made.pk, text="Бригада выехала."),
        lambda: join(stranger, theirs, problem_id=made.pk),
        lambda: join(who, theirs, problem_id=made.pk),
        lambda: tell(Visitor(), made.pk, text="Бригада выехала."),
    ):
        with pytest.raises(NotYours):
            act()


def test_who_only_looks_on_changes_nothing() -> None:
    made = problem(coordinator())
    with pytest.raises(Refused, match="права"):
        set_state(make_staff(("approver", "gorod-kamyshin")), made.pk, state="fixed")


def test_a_person_chooses_the_main_case_and_the_common_place() -> None:
    who = coordinator()
    made = problem(who, more=1)
    with acting(who, read_only=True):
        second = Case.objects.filter(problem=made).order_by("pk").last()
    assert second is not None and second.pk != made.main_case_id
    choose_main(who, made.pk, case_id=second.pk)
    change(who, made.pk, point=(50.1, 45.5))
    now = the_problem_now(made.pk)
    assert (now.main_case_id, now.latitude, now.longitude) == (second.pk, 50.1, 45.5)
    with pytest.raises(BadInput):
        choose_main(who, made.pk, case_id=leak(who))
