"""What one centre's sheet may not do to a case that another centre has by now."""

import pytest

from otklik.acting import acting
from otklik.cases.actions.hand_over import hand_over
from otklik.intake import conflicts
from otklik.intake.models import Conflict
from tests.cases.invariants import check
from tests.intake.test_mirrored_cases import HOME, load, the_case, waiting  # noqa: F401 - a fixture
from tests.making import make_staff, place, reread

pytestmark = pytest.mark.django_db
THERE = "gorod-volzhskiy"


def test_a_sheet_of_the_giver_asks_the_taker_before_anything_moves(load):  # noqa: F811
    load({})
    case = the_case()
    hand_over(
        make_staff(("coordinator", HOME)), case.pk, territory_id=place(THERE).pk, reason="их улица"
    )
    load({"Текущий шаг инцидента": "Закрыт", "Дата закрытия": "05.03.2026 10:00"})
    assert reread(case.pk).state == "new", "the giver closed a case that is not theirs any more"
    (one,) = waiting()
    assert (one.aspect, one.scope.code) == ("state", THERE)
    with acting(make_staff(("coordinator", HOME))):
        assert not Conflict.objects.exists()
    taker = make_staff(("coordinator", THERE))
    conflicts.settle(taker, one.pk, "theirs")
    assert reread(case.pk).state == "closed"
    check(case.pk)

