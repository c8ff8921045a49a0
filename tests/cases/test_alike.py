"""Proposals by likeness: what is proposed and why, what a person takes, refuses and takes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.acting import Staff, Visitor, acting, widened
from otklik.cases.actions.joining import accept_alike, call_unlike, join_by_hand, may_undo, undo_join
from otklik.cases.actions.problems import leave, split, tell
from otklik.cases.alike import Alike, alike_for
from otklik.cases.models import Case, CasePrint, Clock, Joining
from otklik.cases.print_jobs import keep_missing
from otklik.cases.problem_models import Problem, PublicNews, PublicProblem
from otklik.cases.supporting import support
from otklik.failures import NotYours, Refused
from otklik.journal.models import Entry
from tests.cases.problems_steps import (
    cases_of,
    coordinator,
    leak,
    problem,
    released,
    switched_on,
    the_problem_now,
    twin,
)
from tests.making import SYSTEM, make_staff, place, reread, send

pytestmark = pytest.mark.django_db

WATER = "С утра нет воды во всём доме, ни холодной, ни горячей"
AGAIN = "Нет ни горячей, ни холодной воды с самого утра!"


def at_home(text: str = WATER, **fields: Any) -> int:
    wanted = {"street": "ул. Мира", "house": "12"} | fields
    return send(text, **wanted).case_id


def proposed(who: Staff, case_id: int) -> list[Alike]:
    with acting(who, read_only=True):
        return alike_for(who, Case.objects.select_related("territory", "theme", "scope").get(pk=case_id))


def stand(case_id: int) -> tuple[Any, ...]:
    """What must come back whole: the case with its running clocks."""
    case = reread(case_id)
    with acting(SYSTEM):
        running = sorted(Clock.objects.filter(case=case, stopped_at=None).values_list("kind", "due_at", "control_at"))
    return case.state, case.problem_id, case.due_at, case.control_at, case.urgent_at, case.outcome, case.fix, running


def side(problem_id: int) -> dict[str, Any]:
    """A problem with its twin, news and supporters, without counters of changes."""
    found = the_problem_now(problem_id)
    public = twin(problem_id)
    names = [f.attname for f in Problem._meta.concrete_fields if f.attname != "version"]
    shown = [f.attname for f in PublicProblem._meta.concrete_fields if f.attname != "changed_at"]
    with acting(SYSTEM):
        return {
            "problem": {name: getattr(found, name) for name in names},
            "twin": {name: getattr(public, name) for name in shown} if public else None,
            "news": list(PublicNews.objects.filter(public_id=problem_id).order_by("at").values_list("text", "at")),
            "supporters": sorted(found.supporters.values_list("token_hash", flat=True)),
            "cases": cases_of(problem_id),
        }


def test_another_message_of_the_same_house_is_proposed_with_its_reasons() -> None:
    who = coordinator()
    first = at_home()
    at_home("Не горит фонарь у подъезда", house="12")
    at_home(WATER, street="ул. Лесная", house="3")
    second = at_home(AGAIN)
    found = proposed(who, second)
    assert [one.case.pk for one in found] == [first]
    assert {"house", "hours"} <= set(found[0].likeness.reasons)
    assert found[0].problem is None


def test_a_problem_is_proposed_once_however_many_cases_it_has() -> None:
    who = coordinator()
    made = problem(who, more=3)
    again = leak(who, text="Прорвало трубу на улице, вода бежит второй день, дети идут по льду")
    found = proposed(who, again)
    assert [one.problem.pk for one in found if one.problem] == [made.pk]


def test_nothing_is_proposed_from_another_municipality() -> None:
    at_home()
    other = send(WATER, "gorod-volzhskiy", street="ул. Мира", house="12").case_id
    who = make_staff(("coordinator", "gorod-volzhskiy"))
    assert proposed(who, other) == []
    with pytest.raises(NotYours):
        accept_alike(who, other, other_id=at_home())


def test_what_is_closed_is_not_proposed() -> None:
    from otklik.cases.actions.spam import set_aside

    who = coordinator()
    first = at_home()
    set_aside(who, first, outcome="spam", reason="реклама")
    assert proposed(who, at_home(AGAIN)) == []


def test_taking_a_proposal_makes_one_problem_of_both_named_in_staffs_words() -> None:
    who = coordinator()
    first, second = at_home(), at_home(AGAIN)
    joining = accept_alike(who, second, other_id=first)
    assert cases_of(joining.problem_id) == {first, second}
    assert joining.made and joining.score and "house" in joining.reasons
    found = the_problem_now(joining.problem_id)
    assert "нет воды" not in found.title.lower() or "ул. Мира" in found.title
    assert found.main_case_id == first
    with pytest.raises(Refused):
        accept_alike(who, second, other_id=first)


def test_taking_it_back_leaves_both_cases_where_they_stood() -> None:
    who = coordinator()
    first, second = leak(who), leak(who)
    before = stand(first), stand(second)
    joining = accept_alike(who, second, other_id=first)
    undo_join(who, second)
    assert (stand(first), stand(second)) == before
    assert cases_of(joining.problem_id) == set()
    assert the_problem_now(joining.problem_id).state == "closed"
    assert proposed(who, second) == [] and proposed(who, first) == [], "what was taken back is not proposed again"


def test_a_wrong_join_taken_back_restores_the_public_side_it_left() -> None:
    who = coordinator()
    switched_on()
    left = problem(who)
    released(who, left.pk)
    tell(who, left.pk, text="Бригада выехала")
    support(Visitor(), left.pk, browser="b" * 20, phone="+79005550017")
    case_id = left.main_case_id or 0
    wrong = problem(who, street="ул. Лесная", house="7")
    before = side(left.pk), side(wrong.pk), stand(case_id)
    join_by_hand(who, case_id, problem_id=wrong.pk)
    assert twin(left.pk) is None, "nobody's problem is not shown"
    undo_join(who, case_id)
    assert (side(left.pk), side(wrong.pk), stand(case_id)) == before


def test_a_problem_is_known_again_since_its_own_first_case_after_a_wrong_one_leaves() -> None:
    who = coordinator()
    early = at_home(now=timezone.now() - timedelta(days=3))
    made = problem(who)
    opened = made.opened_at
    join_by_hand(who, early, problem_id=made.pk)
    assert the_problem_now(made.pk).opened_at < opened
    leave(who, early)
    assert the_problem_now(made.pk).opened_at == opened


def test_splitting_a_wrong_join_keeps_supporters_and_twin_with_the_rest() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    support(Visitor(), made.pk, browser="c" * 20, phone="+79005550018")
    before = side(made.pk)
    strangers = [leak(who, text="Другое совсем дело", street="ул. Мира") for _n in range(2)]
    for one in strangers:
        join_by_hand(who, one, problem_id=made.pk)
    fresh = split(who, made.pk, case_ids=strangers, title="Другая причина")
    assert side(made.pk) == before
    assert cases_of(fresh.pk) == set(strangers)
    assert made.pk not in {one.problem.pk for case_id in strangers for one in proposed(who, case_id) if one.problem}


def test_a_joining_can_be_taken_back_for_a_day_and_only_once() -> None:
    who = coordinator()
    made = problem(who)
    case_id = leak(who)
    join_by_hand(who, case_id, problem_id=made.pk)
    later = timezone.now() + timedelta(hours=25)
    with acting(SYSTEM):
        assert may_undo(reread(case_id), timezone.now()) and not may_undo(reread(case_id), later)
    with pytest.raises(Refused):
        undo_join(who, case_id, now=later)
    undo_join(who, case_id)
    with pytest.raises(Refused):
        undo_join(who, case_id)


def test_what_grew_on_a_problem_meanwhile_is_kept() -> None:
    who = coordinator()
    first, second = leak(who), leak(who)
    joining = accept_alike(who, second, other_id=first)
    tell(who, joining.problem_id, text="Водоканал ищет место порыва")
    undo_join(who, second)
    assert cases_of(joining.problem_id) == {first}
    assert the_problem_now(joining.problem_id).state == "open"


def test_what_was_called_unlike_is_not_proposed_again_from_either_side() -> None:
    who = coordinator()
    first, second = at_home(), at_home(AGAIN)
    call_unlike(who, second, other_id=first)
    call_unlike(who, second, other_id=first)
    assert proposed(who, second) == [] and proposed(who, first) == []
    with acting(SYSTEM):
        assert Entry.objects.filter(stream=f"case:{second}", verb="not_alike").count() == 1


def test_only_who_works_with_cases_there_may_join_or_refuse() -> None:
    first, second = at_home(), at_home(AGAIN)
    analyst = make_staff(("analyst", "gorod-kamyshin"))
    with pytest.raises(Refused):
        accept_alike(analyst, second, other_id=first)
    with pytest.raises(Refused):
        call_unlike(analyst, second, other_id=first)
    assert reread(second).problem_id is None
    with acting(SYSTEM):
        assert not Joining.objects.exists()


def test_cases_from_before_get_their_fingerprints_and_are_not_joined_by_themselves() -> None:
    who = coordinator()
    first, second = at_home(), at_home(AGAIN)
    with acting(SYSTEM), widened():
        CasePrint.objects.all().delete()
    assert proposed(who, second) == []
    assert keep_missing() == 2 and keep_missing() == 0
    assert [one.case.pk for one in proposed(who, second)] == [first]
    with acting(SYSTEM):
        assert not CasePrint.objects.filter(weighed=False).exists()


def test_the_search_asks_the_same_however_many_cases_there_are(django_assert_max_num_queries: Any) -> None:
    who = coordinator()
    for number in range(12):
        at_home(WATER, house=str(12 + number % 2), latitude=50.08331, longitude=45.40222)
    asked = at_home(AGAIN, latitude=50.08331, longitude=45.40222)
    with acting(who, read_only=True):
        case = Case.objects.select_related("territory", "theme", "scope").get(pk=asked)
        with django_assert_max_num_queries(10):
            assert len(alike_for(who, case)) == 3


def test_a_fingerprint_goes_with_the_text_and_with_the_case() -> None:
    from otklik.cases.actions.hand_over import hand_over

    who = coordinator()
    case_id = at_home()
    other = place("gorod-volzhskiy")
    hand_over(who, case_id, territory_id=other.pk, reason="Это у соседей")
    with acting(SYSTEM):
        assert CasePrint.objects.get(pk=case_id).scope_id == other.pk
    stays = at_home()
    with acting(who, read_only=True):
        assert list(CasePrint.objects.values_list("pk", flat=True)) == [stays], "row-level security closes it, too"


def test_nothing_is_left_of_an_erased_text_to_be_compared() -> None:
    from otklik.cases.jobs import understand_waiting
    from otklik.intake.erasing.erase import erase
    from otklik.intake.erasing.finding import ask

    case_id = at_home(phone="+79005550199", name="Ковыльная Ада Павловна")
    officer = make_staff(("security", "gorod-kamyshin"))
    erase(officer, ask(officer, sought="+79005550199", reason="Заявление, вх. 17").pk, confirmed="стереть")
    understand_waiting(timezone.now())
    keep_missing()
    with acting(SYSTEM):
        assert not CasePrint.objects.filter(pk=case_id).exists()


def test_the_fingerprint_of_a_restricted_case_is_closed_like_its_words() -> None:
    who, operator = coordinator(), make_staff(("operator", "gorod-kamyshin"))
    case_id, again = at_home(), at_home(AGAIN)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(restricted=True)
    for actor, seen in ((who, {case_id, again}), (operator, {again})):
        with acting(actor, read_only=True):
            assert set(CasePrint.objects.values_list("pk", flat=True)) == seen
    assert proposed(who, again) == proposed(operator, again) == []
