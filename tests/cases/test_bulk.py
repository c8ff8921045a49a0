"""One act on many cases: what is foretold happens, what cannot be is told, and two people at once harm nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.bulk import MOST, Line, Plan, carry_out, rehearse
from otklik.cases.models import Case
from otklik.classifier.models import Theme
from otklik.failures import Refused
from tests.cases.steps import answered, assigned, entries, running
from tests.making import make_case, make_staff, organisation, place, reread

HOME = "gorod-kamyshin"
NOW = timezone.now


def coordinator(name: str = "Первая Ия Львовна"):
    return make_staff(("coordinator", HOME), name=name)


def theme() -> Theme:
    found = Theme.objects.filter(retired=False).order_by("id").first()
    assert found
    return found


def do(actor, cases: list[Case], plan: Plan) -> tuple[list[Line], list[Line]]:
    foretold = rehearse(actor, [case.number for case in cases], plan, NOW())
    done = carry_out(actor, [(line.number, line.version) for line in foretold], plan, NOW())
    return foretold, done


@pytest.mark.django_db
def test_the_rehearsal_says_what_happens_and_changes_nothing():
    actor, cases = coordinator(), [make_case(), make_case("Яма на дороге")]
    plan = Plan("triage", theme_id=theme().pk, importance=3)
    before = [len(entries(case.pk)) for case in cases]
    foretold = rehearse(actor, [case.number for case in cases], plan, NOW())
    assert [line.refused for line in foretold] == ["", ""]
    assert "состояние: новая → разобрана" in foretold[0].changes
    assert [reread(case.pk).state for case in cases] == ["new", "new"]
    assert [len(entries(case.pk)) for case in cases] == before
    assert all("react" in running(case.pk) for case in cases)


@pytest.mark.django_db
def test_what_was_foretold_is_what_is_done():
    actor, cases = coordinator(), [make_case(), make_case("Яма на дороге")]
    for plan in (
        Plan("triage", theme_id=theme().pk, importance=1), Plan("take"),
        Plan("assign", organisation_id=organisation().pk),
    ):
        foretold, done = do(actor, cases, plan)
        assert foretold == done, plan.kind
        assert not any(line.refused for line in done)
    for case in map(reread, (case.pk for case in cases)):
        assert (case.state, case.owner_id, case.executor_id) == ("assigned", actor.user_id, organisation().pk)
        assert [entry.verb for entry in entries(case.pk)][-3:] == ["triage", "take", "assign"]


@pytest.mark.django_db
def test_what_cannot_be_done_is_told_and_the_rest_is_done():
    actor = coordinator()
    fresh, given, foreign = make_case(), make_case("Яма"), make_case(code="gorod-volzhskiy")
    triage(actor, given.pk, theme_id=theme().pk)
    assigned(actor, given.pk, NOW())
    foretold, done = do(actor, [fresh, given, foreign], Plan("set_aside", outcome="spam"))
    assert [bool(line.refused) for line in foretold] == [False, True, True]
    assert [bool(line.refused) for line in done] == [False, True, True]
    assert "у исполнителя" in done[1].refused
    assert "не в вашем муниципалитете" in done[2].refused
    assert [reread(case.pk).state for case in (fresh, given, foreign)] == ["closed", "assigned", "new"]


@pytest.mark.django_db
def test_closing_and_handing_over_many():
    actor, cases = coordinator(), [make_case(), make_case("Яма")]
    answered(actor, cases[0].pk, NOW())
    _foretold, done = do(actor, cases, Plan("close", outcome="explained"))
    assert [bool(line.refused) for line in done] == [False, True]
    foretold, done = do(actor, cases[1:], Plan("hand_over", territory_id=place("gorod-volzhskiy").pk, reason="Не наш"))
    assert any("муниципалитет" in change for change in foretold[0].changes)
    assert reread(cases[1].pk).scope.code == "gorod-volzhskiy"
    assert do(actor, cases[1:], Plan("take"))[1][0].refused, "it is seen no more"


@pytest.mark.django_db
def test_a_case_changed_after_the_rehearsal_is_left_alone_and_a_second_sending_does_nothing():
    actor, cases = coordinator(), [make_case(), make_case("Яма")]
    plan = Plan("set_aside", outcome="spam")
    foretold = rehearse(actor, [case.number for case in cases], plan, NOW())
    take(coordinator("Вторая Ия Львовна"), cases[0].pk)
    seen = [(line.number, line.version) for line in foretold]
    done = carry_out(actor, seen, plan, NOW())
    assert "изменили после проверки" in done[0].refused
    assert not done[1].refused
    again = carry_out(actor, seen, plan, NOW())
    assert all(line.refused for line in again)
    assert len(entries(cases[1].pk, "set_aside")) == 1


@pytest.mark.django_db
def test_an_assignment_takes_each_cases_own_title_or_the_common_words():
    actor, cases = coordinator(), [make_case(), make_case("Яма"), make_case("Мусор")]
    triage(actor, cases[0].pk, title="Фонарь на Мира")
    _foretold, done = do(actor, cases, Plan("assign", organisation_id=organisation().pk))
    assert [bool(line.refused) for line in done] == [False, True, True]
    assert "Напишите, что нужно сделать" in done[1].refused
    _foretold, done = do(actor, cases[1:], Plan("assign", organisation_id=organisation().pk, task="Сделать всё"))
    assert not any(line.refused for line in done)


@pytest.mark.django_db
def test_whoever_may_not_is_refused_and_too_many_are_not_begun():
    case = make_case()
    approver = make_staff(("approver", HOME))
    [line] = rehearse(approver, [case.number], Plan("take"), NOW())
    assert "нет права" in line.refused
    with pytest.raises(Refused):
        rehearse(approver, list(range(MOST + 1)), Plan("take"), NOW())


def test_two_people_at_once_do_each_case_once(committed):
    cases = [make_case(f"Яма номер {n}") for n in range(6)]
    people = [coordinator("Первая Ия Львовна"), coordinator("Вторая Ия Львовна")]
    plan = Plan("set_aside", outcome="spam")
    foretold = rehearse(people[0], [case.number for case in cases], plan, NOW())
    seen = [(line.number, line.version) for line in foretold]

    def run(who):
        try:
            return carry_out(who, seen if who is people[0] else seen[::-1], plan, NOW())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(run, people)
    assert sum(not line.refused for line in one + two) == len(cases)
    assert all(len(entries(case.pk, "set_aside")) == 1 for case in cases)
