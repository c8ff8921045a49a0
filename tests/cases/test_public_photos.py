"""A photo on the portal goes with its case: under a law, to another centre, out of the problem."""

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.problems import join, leave
from otklik.cases.actions.public import photos_to_choose
from otklik.cases.actions.register import register_mirror
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.problem_models import PublicPhoto
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from tests.cases.problems_steps import (
    coordinator,
    leak,
    problem,
    released,
    switched_on,
    the_problem_now,
    twin,
)
from tests.cases.steps import photo
from tests.making import SYSTEM, place, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown():
    """A released problem of two cases, the second with the one photo that is on the portal: (problem, case)."""
    who = coordinator()
    switched_on()
    made = problem(who)
    with_photo = leak(who, photos=(photo(),), name="Пробная Ия", phone="+79005550011")
    join(who, with_photo, problem_id=made.pk)
    with acting(SYSTEM):
        ids = [file_id for file_id, _moment in photos_to_choose(the_problem_now(made.pk))]
    released(who, made.pk, before=ids)
    assert PublicPhoto.objects.filter(public_id=made.pk).count() == 1 == len(ids)
    return who, made.pk, with_photo


def _law(who, case_id: int) -> None:
    transfer_regime(who, case_id, regime="law59", reason="пришло письмом")


def _register(who, case_id: int) -> None:
    now = timezone.now()
    register_mirror(who, case_id, regime="law59", number="1", registered_at=now, received_at=now)


def _answered_there(who, case_id: int) -> None:
    now = timezone.now()
    register_mirror(
        SYSTEM, case_id, regime="law8", number="1", registered_at=now, received_at=now, answered_at=now, out_number="2"
    )


def _leave(who, case_id: int) -> None:
    leave(who, case_id)


def _hand_over(who, case_id: int) -> None:
    hand_over(who, case_id, territory_id=place("gorod-volzhskiy").pk, reason="их улица")


def _spam(who, case_id: int) -> None:
    set_aside(who, case_id, outcome="spam")


def _erase(who, case_id: int) -> None:
    asked = ask(SYSTEM, sought="+79005550011", reason="заявление")
    erase(SYSTEM, asked.pk, confirmed="стереть")


@pytest.mark.parametrize("act", [_law, _register, _answered_there, _leave, _hand_over, _spam, _erase])
def test_the_photo_leaves_the_portal_in_the_same_step(shown, act) -> None:
    who, problem_id, case_id = shown
    act(who, case_id)
    still = twin(problem_id)
    assert still is not None, "the other case keeps the problem on the portal"
    assert not PublicPhoto.objects.filter(public_id=problem_id).exists()
    if act is not _erase:
        assert still.reports == 1, reread(case_id).regime
