"""Whoever starts an empty program can get in, and nobody else can by that way."""

import os
from datetime import UTC, datetime

import pytest

from otklik.operations.demo_logins import demo_logins
from otklik.operations.first_administrator import first_invitation
from otklik.operations.welcome import Standing, greeting, look
from otklik.organisations.invitations import open_invitation, redeem
from otklik.organisations.models import RoleAssignment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8000"


def standing() -> Standing:
    return look(os.environ["DATABASE_URL"])


def test_an_empty_region_wants_a_demo_or_an_administrator(committed: None) -> None:
    assert standing() == Standing(demo=None, has_staff=False, can_log_in=False)
    assert standing().wants_demo
    assert standing().wants_administrator


def test_the_first_administrator_comes_by_a_link_that_each_start_renews(committed: None) -> None:
    first = first_invitation(NOW)
    second = first_invitation(NOW)
    assert first and second and first != second
    assert standing().wants_administrator
    assert not standing().wants_demo
    user = redeem(second, "сорок две рыжие лисы", NOW)
    assert list(RoleAssignment.objects.filter(user=user).values_list("role", "territory__kind")) == [
        ("administrator", "region")
    ]


def test_once_somebody_has_a_password_no_more_links_are_given(committed: None) -> None:
    token = first_invitation(NOW)
    assert token
    assert open_invitation(token, NOW).user.username == "admin"
    redeem(token, "сорок две рыжие лисы", NOW)
    assert first_invitation(NOW) is None
    assert not standing().wants_administrator


def test_a_demo_shows_a_log_in_for_each_role() -> None:
    printed = "\n".join(greeting(ADDRESS, Standing("ready", True, True), ""))
    for role, name, password in demo_logins():
        line = next(line for line in printed.splitlines() if line.split("   ")[0].strip() == role)
        assert name in line
        assert password in line
    assert f"работает: {ADDRESS}" in printed


def test_a_real_region_shows_no_demo_log_in() -> None:
    printed = "\n".join(greeting(ADDRESS, Standing(None, True, True), ""))
    assert demo_logins()[0][2] not in printed


def test_an_empty_real_region_shows_the_link() -> None:
    printed = "\n".join(greeting(ADDRESS, Standing(None, False, False), "TOKEN"))
    assert f"{ADDRESS}/accounts/invitation/TOKEN/" in printed


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Standing(None, False, False), True),
        (Standing("making", True, True), True),
        (Standing("ready", True, True), False),
        (Standing(None, True, False), False),
    ],
    ids=["empty", "cut off", "made", "real"],
)
def test_a_demo_is_made_only_where_nobody_works(found: Standing, wanted: bool) -> None:
    assert found.wants_demo is wanted
