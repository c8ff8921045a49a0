"""Bursts: near-identical messages on one outage become one problem as they come, by the program and said so."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.actions.folding import BURST_FROM, fold, fold_waiting
from otklik.cases.actions.joining import undo_join
from otklik.cases.actions.problems import join, leave, make_problem
from otklik.cases.models import Case, CasePrint, Clock, Joining
from otklik.cases.problem_models import Problem
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory
from tests.at_once import at_once, failures
from tests.cases.invariants import check
from tests.cases.problems_steps import cases_of, coordinator, the_problem_now
from tests.making import SYSTEM, place, reread, send

HOME = "gorod-kamyshin"
COPIES = (
    "На Садовой опять отключили свет, сидим в темноте",
    "на садовой опять отключили свет сидим в темноте!!!",
    "Опять отключили свет на Садовой. Сидим в темноте",
    "На Садовой опять отключили свет, сидим в темноте, звоните в сети",
)


def copy(number: int = 0, **fields: Any) -> int:
    wanted = {"street": "ул. Садовая", "house": str(5 + number)} | fields
    return send(wanted.pop("text", COPIES[number % len(COPIES)]), **wanted).case_id


def lit(number: int = 0, **fields: Any) -> int:
    """A copy that is looked at right away."""
    case_id = copy(number, **fields)
    fold_waiting(fields.get("now") or timezone.now())
    return case_id


def problems() -> list[Problem]:
    with acting(SYSTEM):
        return list(Problem.objects.order_by("pk"))


def rule(by_itself: str, start: float = 0.95) -> None:
    region_settings.put(SYSTEM, "joining", {"by_itself": by_itself, "from": start}, place(HOME).pk)


@pytest.mark.django_db
def test_forty_messages_on_one_outage_are_one_problem() -> None:
    ids = [lit(number, house="12") for number in range(40)]
    assert len(problems()) == 1
    assert cases_of(problems()[0].pk) == set(ids)
    assert problems()[0].main_case_id == ids[0]


@pytest.mark.django_db
def test_two_alike_are_only_proposed_and_the_third_makes_the_problem() -> None:
    assert BURST_FROM == 3
    first, second = lit(0, house="12"), lit(1, house="12")
    assert problems() == []
    third = lit(2, house="12")
    assert cases_of(problems()[0].pk) == {first, second, third}


@pytest.mark.django_db
def test_the_journal_says_that_it_was_the_program_and_why_and_no_clock_moved() -> None:
    first = copy(0, house="12")
    with acting(SYSTEM):
        before = list(Clock.objects.filter(case_id=first).order_by("pk").values_list("kind", "due_at", "stopped_at"))
    for number in (1, 2):
        copy(number, house="12")
    fold_waiting(timezone.now())
    with acting(SYSTEM):
        entry = Entry.objects.get(stream=f"case:{first}", verb="fold")
        made = Entry.objects.get(stream=f"problem:{problems()[0].pk}", verb="made")
        after = list(Clock.objects.filter(case_id=first).order_by("pk").values_list("kind", "due_at", "stopped_at"))
        joined = Joining.objects.get(case_id=first)
    assert entry.actor == made.actor == "system:triage"
    assert entry.fields["problem"] == problems()[0].pk and entry.fields["why"] and entry.fields["score"] > 0.5
    assert joined.author_id is None and joined.reasons
    assert before == after
    assert problems()[0].made_by_id is None
    check(first)


@pytest.mark.django_db
def test_copies_from_another_street_or_another_day_stay_apart() -> None:
    for number in range(3):
        lit(number, house="12")
    far = lit(0, street="ул. Лесная", text="На Лесной опять отключили свет, сидим в темноте")
    late = copy(1, house="12", now=timezone.now() + timedelta(hours=9))
    fold_waiting(timezone.now() + timedelta(hours=9))
    assert len(problems()) == 1
    assert reread(far).problem_id is None and reread(late).problem_id is None


@pytest.mark.django_db
def test_another_trouble_at_the_same_house_stays_apart() -> None:
    for number in range(3):
        lit(number, house="12")
    other = lit(0, house="12", text="Во дворе не убирают снег, не пройти с коляской")
    assert reread(other).problem_id is None


@pytest.mark.django_db
def test_a_whole_village_without_street_names_is_one_outage_and_a_city_is_not() -> None:
    village = Territory.objects.filter(kind=Kind.SETTLEMENT, active=True, scope__kind=Kind.MUNICIPALITY).first()
    assert village is not None
    text = "Нет света уже третий час, телефоны садятся"
    for _n in range(3):
        send(text, village.code)
        send(text, HOME)
    fold_waiting(timezone.now())
    assert [one.territory_id for one in problems()] == [village.pk]


@pytest.mark.django_db
def test_a_centre_may_forbid_it_or_allow_more() -> None:
    rule("never")
    for number in range(4):
        lit(number, house="12")
    assert problems() == []
    rule("likely", 0.5)
    who = coordinator()
    first = copy(0, street="ул. Новая", house="3", text="Прорвало трубу, вода бежит по улице второй день")
    made = make_problem(who, first, title="Прорыв")
    again = lit(0, street="ул. Новая", house="3", text="Трубу прорвало, второй день вода по улице бежит рекой")
    assert reread(again).problem_id == made.pk


@pytest.mark.django_db
def test_what_a_person_took_out_is_not_put_back() -> None:
    who = coordinator()
    ids = [lit(number, house="12") for number in range(3)]
    undo_join(who, ids[1])
    leave(who, ids[2])
    fresh = [lit(number, house="12") for number in range(3)]
    assert reread(ids[1]).problem_id is None and reread(ids[2]).problem_id is None
    assert {reread(one).problem_id for one in fresh} == {problems()[0].pk}
    assert len(problems()) == 1


@pytest.mark.django_db
def test_a_problem_that_is_over_takes_no_more() -> None:
    from otklik.cases.actions.problems import set_state

    who = coordinator()
    for number in range(3):
        lit(number, house="12")
    set_state(who, problems()[0].pk, state="fixed")
    again = lit(3, house="12")
    assert reread(again).problem_id is None


@pytest.mark.django_db
def test_imported_history_is_not_joined() -> None:
    for number in range(4):
        case_id = copy(number, house="12")
        with acting(SYSTEM), widened():
            Case.objects.filter(pk=case_id).update(notifies=False)
    fold_waiting(timezone.now())
    assert problems() == []


@pytest.fixture
def clean(committed: None) -> None:
    """Rows that other connections see; emptied after."""


def test_two_workers_that_take_copies_at_once_make_one_problem(clean: None) -> None:
    for _round in range(3):
        with acting(SYSTEM), widened():
            CasePrint.objects.update(weighed=True)
        street = f"ул. {'АБВ'[_round]}бвгдейская"
        ids = [copy(number, house="12", street=street) for number in range(6)]
        now = timezone.now()
        came = at_once(*(lambda one=one, now=now: fold(one, now) for one in ids))
        assert failures(came) == []
        found = {reread(one).problem_id for one in ids}
        assert len(found) == 1 and None not in found
        for one in ids:
            check(one)
    assert len(problems()) == 3


def test_accepting_copies_at_once_while_others_look_at_them_makes_one_problem(clean: None) -> None:
    now = timezone.now()

    def take(number: int) -> int:
        case_id = copy(number, house="12")
        fold_waiting(now)
        return case_id

    came = at_once(*(lambda number=number: take(number) for number in range(4)))
    assert failures(came) == []
    fold_waiting(now)
    assert len(problems()) == 1 and cases_of(problems()[0].pk) == set(came)


def test_the_program_and_people_join_the_same_cases_at_once_without_waiting_in_a_ring(clean: None) -> None:
    from otklik.failures import Failure

    who = coordinator()
    for turn in range(6):
        street = f"ул. {'ГДЕЖЗИ'[turn]}жзиклмская"
        ids = [copy(number, house="12", street=street) for number in range(3)]
        own = make_problem(who, ids[1], title="Своя")
        last = copy(3, house="12", street=street)
        now = timezone.now()
        came = at_once(
            lambda now=now: fold_waiting(now),
            lambda ids=ids, own=own: join(who, ids[0], problem_id=own.pk),
            lambda ids=ids: leave(who, ids[1]),
            lambda last=last, own=own: join(who, last, problem_id=own.pk),
        )
        assert [one for one in failures(came) if not isinstance(one, Failure)] == []
        for one in (*ids, last):
            check(one)
        the_problem_now(own.pk)
