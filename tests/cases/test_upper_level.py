"""The upper level: hops of every kind counted, the ЦУР as a place, and requests that wait for its decision."""

import pytest

from otklik.acting import acting, widened
from otklik.cases.actions.ask_upper import ask_upper, keep, recall
from otklik.cases.actions.assign import assign
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.redirect import redirect
from otklik.cases.models import Assignment, Case, UpperRequest
from otklik.cases.numbers import shown
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.models import User
from tests.cases.invariants import check
from tests.cases.steps import assigned, coordinator, entries, o_clock, received
from tests.making import SYSTEM, logged_in, make_staff, organisation, place, reread

pytestmark = pytest.mark.django_db
HERE, THERE, ELSEWHERE, UPPER = "gorod-kamyshin", "gorod-volzhskiy", "gorod-mikhaylovka", "volgograd"
NOW = o_clock("12:00")


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def upper():
    return make_staff(("coordinator", UPPER), name="Регион Зоя Олеговна")


def over(actor, case_id, code, **fields):
    return hand_over(actor, case_id, territory_id=place(code).pk, reason=fields.pop("reason", "не наше"), now=NOW)


def theirs(code=THERE):
    return make_staff(("coordinator", code))


def test_the_second_hand_over_is_the_upper_levels(who, upper):
    case_id = received().case_id
    over(who, case_id, THERE)
    assert reread(case_id).hops == 1
    with pytest.raises(Refused):
        over(theirs(), case_id, HERE)
    over(upper, case_id, HERE)
    case = reread(case_id)
    assert (case.scope.code, case.hops) == (HERE, 2)
    check(case_id)


def test_a_redirect_and_a_hand_over_are_hops_alike(who):
    case_id = received().case_id
    task = assigned(who, case_id, NOW)
    redirect(who, case_id, assignment_id=task.pk, organisation_id=organisation("adm-gorod-volgograd").pk,
             reason="не их", now=NOW)
    with pytest.raises(Refused):
        over(who, case_id, THERE)
    over(who, case_id, UPPER, reason="спор о дороге")
    assert reread(case_id).hops == 2


def test_the_upper_level_has_a_case_and_gives_it_back(who, upper):
    case_id = received().case_id
    over(who, case_id, UPPER)
    case = reread(case_id)
    assert (case.scope.code, case.territory.code, case.state) == (UPPER, HERE, "new"), "its place stays where it is"
    with acting(who), pytest.raises(Case.DoesNotExist):
        Case.objects.get(pk=case_id)
    with acting(upper):
        assert Case.objects.filter(pk=case_id).exists()
    assign(upper, case_id, organisation_id=organisation().pk, task="Разобраться", now=NOW)
    over(upper, case_id, HERE)
    assert reread(case_id).scope.code == HERE
    assert [e.fields["hop"] for e in entries(case_id, "hand_over")] == [1, 2]
    check(case_id)


def test_nobody_gives_it_to_where_it_is(upper, who):
    case_id = received().case_id
    over(who, case_id, UPPER)
    with pytest.raises(BadInput, match="уже в ЦУР"):
        over(upper, case_id, UPPER)


@pytest.fixture
def disputed(who):
    """A case that was handed over once: the next hop is not the centre's."""
    case_id = received().case_id
    over(who, case_id, THERE)
    return case_id


def test_a_request_waits_with_its_reason_and_the_case_stays(disputed):
    asked = ask_upper(theirs(), disputed, reason="улица за ними", territory_id=place(HERE).pk, now=NOW)
    assert (asked.wish, asked.state) == ("hand_over", "open")
    assert reread(disputed).scope.code == THERE
    with pytest.raises(Refused, match="уже просили"):
        ask_upper(theirs(), disputed, reason="ещё раз", now=NOW)
    check(disputed)


def request(case_id):
    with acting(SYSTEM):
        return UpperRequest.objects.get(case_id=case_id)


def test_the_upper_level_does_as_asked_and_the_request_is_settled(disputed, upper):
    ask_upper(theirs(), disputed, reason="улица за ними", territory_id=place(HERE).pk, now=NOW)
    over(upper, disputed, HERE)
    settled = request(disputed)
    assert (settled.state, settled.decided_by_id) == ("done", upper.user_id)
    assert settled.scope.code == HERE, "it goes with the case"


def test_or_keeps_things_as_they_are_and_says_why(disputed, upper):
    who = theirs()
    ask_upper(who, disputed, reason="улица за ними", now=NOW)
    with pytest.raises(Refused):
        keep(who, disputed, words="сам решил", now=NOW)
    with pytest.raises(BadInput):
        keep(upper, disputed, words=" ", now=NOW)
    keep(upper, disputed, words="улица ваша по реестру", now=NOW)
    assert (request(disputed).state, request(disputed).decision) == ("kept", "улица ваша по реестру")
    check(disputed)


def test_the_centre_takes_its_request_back(disputed, upper):
    who = theirs()
    ask_upper(who, disputed, reason="спор", now=NOW)
    recall(who, disputed, now=NOW)
    assert request(disputed).state == "recalled"
    with pytest.raises(Refused):
        keep(upper, disputed, words="поздно", now=NOW)


def test_a_redirect_that_was_asked_for_is_done_by_the_curator(who):
    case_id = received().case_id
    first = assigned(who, case_id, NOW)
    second = redirect(who, case_id, assignment_id=first.pk, organisation_id=organisation("adm-gorod-volgograd").pk,
                      reason="не их", now=NOW)
    wanted = organisation("adm-gorod-mikhaylovka")
    asked = ask_upper(who, case_id, reason="всё же они", organisation_id=wanted.pk, now=NOW)
    assert asked.assignment_id == second.pk
    curator = make_staff(("curator", UPPER))
    redirect(curator, case_id, assignment_id=second.pk, organisation_id=wanted.pk, reason=asked.reason, now=NOW)
    assert request(case_id).state == "done"
    assert reread(case_id).hops == 2


def test_the_first_hop_needs_nobody_above(who):
    with pytest.raises(Refused, match="сами"):
        ask_upper(who, received().case_id, reason="лень", territory_id=place(THERE).pk, now=NOW)


def test_a_stranger_asks_nothing_and_a_municipal_coordinator_decides_nothing(disputed):
    with pytest.raises(NotYours):
        ask_upper(theirs(ELSEWHERE), disputed, reason="моё", now=NOW)
    with pytest.raises(BadInput):
        ask_upper(theirs(), disputed, reason="", now=NOW)
    ask_upper(theirs(), disputed, reason="спор", now=NOW)
    with pytest.raises(NotYours):
        keep(theirs(ELSEWHERE), disputed, words="нет", now=NOW)


def test_a_curator_of_several_centres_sees_exactly_these(who):
    mine, other = received().case_id, received(code=THERE).case_id
    received(code=ELSEWHERE)
    curator = make_staff(("curator", HERE), ("curator", THERE))
    with acting(curator):
        assert set(Case.objects.values_list("pk", flat=True)) == {mine, other}


def test_a_task_that_was_withdrawn_meanwhile_is_said_in_words(who, upper):
    case_id = received().case_id
    task = assigned(who, case_id, NOW)
    redirect(who, case_id, assignment_id=task.pk, organisation_id=organisation("adm-gorod-volgograd").pk,
             reason="не их", now=NOW)
    body = organisation("adm-gorod-volzhskiy")
    asked = ask_upper(who, case_id, reason="их дорога", organisation_id=body.pk, now=NOW)
    with acting(SYSTEM), widened():
        Assignment.objects.filter(pk=asked.assignment_id).update(state=Assignment.State.WITHDRAWN)
    page = logged_in(User.objects.get(pk=upper.user_id))
    answer = page.post(f"/desk/case/{shown(reread(case_id).number)}/ask-upper/grant/")
    assert answer.status_code == 422 and "перенаправлять нечего" in answer.content.decode()
    assert request(case_id).state == "open"
