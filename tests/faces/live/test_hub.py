"""Whom a change wakes, and what is said on the line."""

import json
from types import MappingProxyType

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from otklik.acting import Staff, acting
from otklik.cases import changes
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.take import take
from otklik.faces.live.hub import Stream
from otklik.faces.live.streams import still_valid, told
from otklik.operations.beats import follow_journal
from otklik.organisations.models import RoleAssignment
from otklik.organisations.staffing import set_active, staff_actor
from tests.browser.live import session_of
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, place

HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"
ANYWHERE = MappingProxyType({"cases": None})


def stream(scopes: set[int] | None) -> Stream:
    return Stream("", Staff(1), frozenset(scopes) if scopes is not None else None)


def test_a_stream_is_woken_by_its_own_scopes_only():
    one = stream({1, 2})
    one.wake("cases", {3})
    assert not one.woken.is_set()
    one.wake("cases", {2, 3})
    one.wake("cases", {1})
    one.wake("figures", {2})
    assert one.woken.is_set()
    assert one.take() == {"cases": {1, 2}, "figures": {2}}
    assert not one.woken.is_set()
    assert one.take() == {}


def test_the_whole_region_hears_all_and_what_may_be_anywhere_everybody():
    whole, part = stream(None), stream({1})
    for each in (whole, part):
        each.wake("cases", {1})
        each.wake("cases", None)
        assert each.take() == ANYWHERE


def test_an_event_holds_ids_and_nothing_else():
    line = told({"cases": {17, 3}, "figures": None}).decode()
    assert line.startswith("event: changed\ndata: ")
    assert line.endswith("\n\n")
    assert json.loads(line.split("data: ")[1]) == {"cases": [3, 17], "figures": None}


@pytest.mark.django_db
def test_scopes_of_changed_cases_are_told_also_the_one_a_case_left():
    case = make_case()
    follow_journal(timezone.now())
    with acting(SYSTEM, read_only=True):
        before = changes.last_position()
    actor = make_staff(("coordinator", HOME))
    take(actor, case.pk)
    follow_journal(timezone.now())
    with acting(SYSTEM, read_only=True):
        assert changes.scopes_since(before) == {place(HOME).pk}
        before = changes.last_position()
    hand_over(actor, case.pk, territory_id=place(OTHER).pk, reason="Ошиблись городом")
    follow_journal(timezone.now())
    with acting(SYSTEM, read_only=True):
        assert changes.scopes_since(before) == {place(HOME).pk, place(OTHER).pk}
        assert changes.scopes_since(changes.last_position()) == set()


@pytest.mark.django_db
def test_more_scopes_than_fit_are_told_as_anywhere():
    with acting(SYSTEM):
        changes.tell("cases", range(1, 5000))
        changes.tell("cases", [])
    assert connection.connection is not None


@pytest.mark.django_db
def test_a_stream_ends_with_its_session_its_person_and_its_rights():
    user = make_user(("operator", HOME))
    session = session_of(user)
    actor = staff_actor(user, timezone.localdate())
    assert still_valid(session, actor)
    assert not still_valid("another", actor)
    RoleAssignment.objects.create(user=user, role="curator", territory=place(HOME), since="2020-01-01")
    assert not still_valid(session, actor), "the rights are others by now"
    actor = staff_actor(user, timezone.localdate())
    set_active(SYSTEM, user.pk, False)
    assert not still_valid(session, actor)


@pytest.mark.django_db
def test_whoever_may_not_gets_no_line_and_a_server_that_cannot_hold_one_says_so():
    assert logged_in(make_user(("operator", HOME))).get("/desk/events/").status_code == 204
    assert logged_in(make_user(("head", HOME))).get("/region/events/").status_code == 204
    assert Client().get("/desk/events/").status_code == 302
    assert logged_in(make_user(("administrator", HOME))).get("/desk/events/").status_code == 403
    assert logged_in(make_user(("operator", HOME))).get("/region/events/").status_code == 403
    assert logged_in(make_user(("operator", HOME))).post("/desk/events/").status_code == 405


def acting_themselves(resolver: URLResolver | None = None, before: str = "") -> set[str]:
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= acting_themselves(entry, route)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "acts_itself", False):
            found.add(route)
    return found


# What leaves the house with names in it is read and then noted in the journal: two transactions of its own.
NOTED = {"region/reports/<int:report_id>/<slug:report_form>/", "region/reports/making/<int:making_id>/all/"}


def test_streams_are_open_without_a_transaction_and_no_other_page_of_staff_is():
    of_staff = {route for route in acting_themselves() if route.startswith(("desk/", "region/", "settings/"))}
    assert of_staff - NOTED == {"desk/events/", "region/events/"}
