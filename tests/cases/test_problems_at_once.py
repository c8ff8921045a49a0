"""Problems and registers under several hands at the same moment: nobody waits in a ring, nothing is counted twice."""

from datetime import date

import pytest
from django.utils import timezone

from otklik.acting import Visitor, acting
from otklik.cases.actions.assign import assign
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.problems import join, leave, make_problem, split
from otklik.cases.actions.register_own import register_own
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Registration
from otklik.cases.problem_models import PublicProblem, Supporter
from otklik.cases.registers import save_register
from otklik.cases.supporting import support
from otklik.failures import Failure
from otklik.organisations.absences import enter
from otklik.organisations.models import Absence
from otklik.organisations.staffing import staff_actor
from otklik.policy.adopting import adopt_policy
from otklik.policy.models import PolicyVersion
from tests.at_once import at_once, failures
from tests.cases.invariants import check
from tests.cases.problems_steps import coordinator, leak, problem, released, switched_on
from tests.making import SYSTEM, make_user, organisation, place

HOME = "gorod-kamyshin"


@pytest.fixture
def who(committed):
    return coordinator()


def only_sentences(came: list) -> None:
    """Whoever was not first was told so; nobody met a broken transaction."""
    assert [one for one in failures(came) if not isinstance(one, Failure)] == []


def test_two_cases_change_places_at_once(who):
    first, second = leak(who), leak(who)
    one, two = make_problem(who, first, title="Первая"), make_problem(who, second, title="Вторая")
    for _n in range(6):
        came = at_once(
            lambda: join(who, first, problem_id=two.pk), lambda: join(who, second, problem_id=one.pk),
        )
        only_sentences(came)
        came = at_once(
            lambda: join(who, first, problem_id=one.pk), lambda: join(who, second, problem_id=two.pk),
        )
        only_sentences(came)
    check(first)
    check(second)


def test_a_split_and_a_leave_at_once(who):
    for _n in range(4):
        made = problem(who, more=2)
        with acting(SYSTEM):
            ids = sorted(made.cases.values_list("pk", flat=True))
        came = at_once(
            lambda ids=ids, made=made: split(who, made.pk, case_ids=ids[:2], title="Другая"),
            lambda ids=ids: leave(who, ids[1]),
            lambda ids=ids: transfer_regime(who, ids[1], regime="law59", reason="письмом"),
        )
        only_sentences(came)
        for case_id in ids:
            check(case_id)


def test_one_browser_that_sends_twice_is_counted_once(who):
    switched_on()
    made = problem(who)
    released(who, made.pk)
    came = at_once(*(lambda: support(Visitor(), made.pk, browser="a" * 20, phone="+79005550013") for _n in range(4)))
    assert not failures(came) and len({one.token for one in came}) == 1
    with acting(SYSTEM):
        assert Supporter.objects.filter(problem=made).count() == 1
    assert PublicProblem.objects.get(pk=made.pk).same == 1


def test_a_case_gets_one_number_and_the_register_no_gap(who):
    body = organisation()
    row = save_register(
        SYSTEM, body_id=body.pk, regime="law59", act_number="1", act_date=date(2026, 1, 1), is_on=True
    )
    case_id = leak(who)
    came = at_once(*(lambda: register_own(who, case_id, register_id=row.pk) for _n in range(4)))
    only_sentences(came)
    assert len(failures(came)) == 3
    again = register_own(who, leak(who), register_id=row.pk)
    with acting(SYSTEM):
        assert Registration.objects.filter(case_id=case_id, own=True).count() == 1
    assert again.serial == 2


def test_handed_over_and_given_out_at_once_end_as_one_of_them(who):
    case_id = leak(who)
    came = at_once(
        lambda: hand_over(who, case_id, territory_id=place("gorod-volzhskiy").pk, reason="их улица"),
        lambda: assign(who, case_id, organisation_id=organisation().pk, task="Заменить"),
        lambda: transfer_regime(who, case_id, regime="law59", reason="письмом"),
    )
    only_sentences(came)
    check(case_id)


def test_one_leave_is_entered_once(committed):
    absent, instead = make_user(("coordinator", HOME)), make_user(("operator", HOME))
    today = timezone.localdate()
    came = at_once(*(
        lambda: enter(
            staff_actor(absent, today), user_id=absent.pk, substitute_id=instead.pk, since=today, until=today
        )
        for _n in range(4)
    ))  # fmt: skip
    only_sentences(came)
    assert Absence.objects.count() == 1


def test_a_regulation_that_is_sent_twice_is_adopted_once(committed):
    shipped = PolicyVersion.objects.filter(regime="social", territory=None).latest("version")
    here, content = place(HOME), {key: value for key, value in shipped.data.items() if key != "version"}
    came = at_once(*(
        lambda: adopt_policy(SYSTEM, content, here.pk, here.scope_id or here.pk, timezone.now()) for _n in range(3)
    ))  # fmt: skip
    assert not failures(came) and {one.version for one in came} == {1}
    assert PolicyVersion.objects.filter(regime="social", territory=here).count() == 1
    PolicyVersion.objects.filter(regime="social", territory=here).delete()
