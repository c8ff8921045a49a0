"""What leave and administration may not be used for: rights that nobody gave."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.failures import Refused
from otklik.organisations import second_factor
from otklik.organisations.absences import enter
from otklik.organisations.invitations import reset_password
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.people import save_person
from otklik.organisations.staffing import give_role, set_active, staff_actor, take_role
from tests.making import SYSTEM, make_staff, make_user, place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOME = "gorod-kamyshin"


def today() -> date:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate()


def actor(user: User):
    return staff_actor(User.objects.get(pk=user.pk), today())


def away(user: User, substitute: User | None, by=None) -> None:
    enter(
        by or actor(user), user_id=user.pk, substitute_id=substitute and substitute.pk, since=today(),
        until=today() + 5 * DAY,
    )


def test_who_holds_no_role_any_more_stands_in_for_nobody():
    absent, leaver = make_user(("coordinator", HOME)), make_user(("operator", HOME))
    away(absent, leaver)
    assert "coordinator" in actor(leaver).roles_at(None)
    take_role(SYSTEM, RoleAssignment.objects.get(user=leaver).pk, today() - DAY)
    assert actor(leaver).grants == () and actor(leaver).sees == frozenset()


def test_a_coordinator_does_not_name_themself_the_substitute_of_their_head():
    head, clerk = make_user(("head", HOME)), make_user(("coordinator", HOME))
    with pytest.raises(Refused, match="другого"):
        away(head, clerk, by=actor(clerk))
    other = make_user(("coordinator", HOME))
    away(head, other, by=actor(clerk))  # somebody else may be named, and the head's journal says by whom
    assert "head" in actor(other).roles_at(None)


def test_the_person_themself_and_an_administrator_name_whom_they_like():
    head, clerk = make_user(("head", HOME)), make_user(("coordinator", HOME))
    away(head, clerk)
    assert "head" in actor(clerk).roles_at(None)
    second = make_user(("head", HOME))
    both = make_user(("coordinator", HOME), ("administrator", HOME))
    away(second, both, by=actor(both))  # they could give themself the role as well
    assert "head" in actor(both).roles_at(None)


@pytest.mark.parametrize("act", ["password", "factor", "name", "out", "role"])
def test_a_centre_does_not_get_hold_of_a_person_of_the_whole_region(act: str):
    local = make_staff(("administrator", HOME))
    both = make_user(("operator", HOME), ("curator", "volgograd"))
    with pytest.raises(Refused):
        _seize(local, both, act)


@pytest.mark.parametrize("act", ["password", "factor", "name"])
def test_nor_of_one_who_stands_in_for_a_person_of_elsewhere(act: str):
    local = make_staff(("administrator", HOME))
    absent = make_user(("coordinator", HOME), ("coordinator", "gorod-volzhskiy"))
    instead = make_user(("operator", HOME))
    away(absent, instead)
    with pytest.raises(Refused):
        _seize(local, instead, act)


def _seize(by, who: User, act: str) -> None:
    if act == "password":
        reset_password(by, who.pk, timezone.now())
    elif act == "factor":
        second_factor.reset(by, who.pk)
    elif act == "name":
        save_person(by, who.pk, full_name="Чужая Ия", email="mine@example.org")
    elif act == "out":
        set_active(by, who.pk, False)
    else:
        give_role(by, who.pk, "administrator", place(HOME).pk, today())


def test_but_their_own_centre_may_shut_them_out():
    local = make_staff(("administrator", HOME))
    absent = make_user(("coordinator", HOME), ("coordinator", "gorod-volzhskiy"))
    instead = make_user(("operator", HOME))
    away(absent, instead)
    set_active(local, instead.pk, False)
    assert actor(instead).grants == ()
