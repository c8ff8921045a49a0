"""The point of a case: set and moved by staff of its place, told in the journal without saying where."""

import math

import pytest

from otklik.cases.actions.point import place_point
from otklik.cases.models import Case
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.cases.invariants import check
from tests.making import make_case, make_staff, reread

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def entries(case: Case) -> list[str]:
    return list(Entry.objects.filter(stream=f"case:{case.pk}").order_by("seq").values_list("verb", flat=True))


def test_a_point_is_set_moved_and_taken_away_and_a_new_case_stays_new() -> None:
    case, actor = make_case(), make_staff(("operator", HOME))
    place_point(actor, case.pk, latitude=50.0801239, longitude=45.4)
    assert (reread(case.pk).latitude, reread(case.pk).longitude) == (50.080124, 45.4)
    place_point(actor, case.pk, latitude=50.09, longitude=45.41)
    place_point(actor, case.pk, latitude=50.09, longitude=45.41)  # the same again leaves no trace
    place_point(actor, case.pk, latitude=None, longitude=None)
    after = reread(case.pk)
    assert after.latitude is None and after.state == Case.State.NEW
    assert entries(case).count("point") == 3
    last = Entry.objects.filter(stream=f"case:{case.pk}", verb="point").latest("seq")
    assert last.fields["changed"] == ["point"] and "50.09" not in str(last.fields)
    check(case.pk)


@pytest.mark.parametrize(
    "point", [(50.0, None), (None, 45.0), (91.0, 45.0), (50.0, 181.0), (math.nan, 45.0), (50.0, math.inf)]
)
def test_what_is_no_point_is_refused(point: tuple[float | None, float | None]) -> None:
    case = make_case()
    with pytest.raises(BadInput):
        place_point(make_staff(("operator", HOME)), case.pk, latitude=point[0], longitude=point[1])
    assert reread(case.pk).latitude is None


def test_strangers_and_those_who_only_look_move_nothing() -> None:
    case = make_case(latitude=50.0, longitude=45.0)
    with pytest.raises(NotYours):
        place_point(make_staff(("coordinator", "gorod-frolovo")), case.pk, latitude=1.0, longitude=1.0)
    with pytest.raises(Refused):
        place_point(make_staff(("approver", HOME)), case.pk, latitude=1.0, longitude=1.0)
    assert reread(case.pk).latitude == 50.0
