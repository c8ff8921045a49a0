"""Pages of staff: kept in no cache, and as cheap with many rows as with few."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.models import Account
from otklik.intake.models import Conflict, MirroredRow, SheetProfile
from tests.making import SYSTEM, logged_in, make_case, make_user, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
ADDRESSES = (
    "/settings/imports/", "/settings/imports/conflicts/", "/settings/imports/carry/", "/settings/staff/",
    "/settings/leave/", "/settings/journal/", "/settings/erasure/", "/settings/audit/", "/settings/audit/sessions/",
    "/settings/registers/", "/settings/portal/", "/settings/themes/", "/settings/policies/", "/region/",
    "/region/cases/open/", "/desk/", "/desk/problems/", "/accounts/2fa/", "/accounts/password/change/",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_of_staff_are_kept_in_no_cache(address: str):
    roles = ("administrator", "operator", "coordinator", "head", "security", "curator", "analyst")
    page = logged_in(make_user(*((role, "volgograd") for role in roles)))
    answer = page.get(address)
    assert answer.status_code in (200, 302), address
    assert "no-store" in answer.headers.get("Cache-Control", ""), address


def test_open_sessions_cost_the_same_however_many():
    page = logged_in(make_user(("security", "volgograd")))
    for _n in range(2):
        _come()
    few = _queries(page)
    for _n in range(6):
        _come()
    assert _queries(page) <= few


def _come() -> None:
    user = make_user(("operator", HOME))
    Client().post("/accounts/login/", {"login": user.username, "password": "pass-word-1234"})


def _queries(page, address: str = "/settings/audit/sessions/") -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = page.get(address)
    assert answer.status_code == 200
    return len(asked)


def test_the_portals_settings_cost_the_same_for_one_place_and_for_all():
    one = logged_in(make_user(("head", HOME), ("head", "gorod-volzhskiy")))
    all_of_them = logged_in(make_user(("head", "volgograd")))
    assert abs(_queries(all_of_them, "/settings/portal/") - _queries(one, "/settings/portal/")) <= 3


def test_conflicts_cost_the_same_however_many():
    page = logged_in(make_user(("coordinator", HOME)))
    _conflicts(1)
    few = _queries(page, "/settings/imports/conflicts/")
    _conflicts(10)
    assert "Расхождения" in page.get("/settings/imports/conflicts/").content.decode()
    assert _queries(page, "/settings/imports/conflicts/") <= few


def _conflicts(count: int) -> None:
    into, now = place(HOME), timezone.now()
    with acting(SYSTEM), widened():
        account, _new = Account.objects.get_or_create(
            code="sheet:trial", defaults={"channel": "sheet", "name": "trial", "territory": into}
        )
        profile, _new = SheetProfile.objects.get_or_create(
            code="trial", into=into, defaults={"name": "trial", "account": account}
        )
    for _n in range(count):
        case = make_case()
        with acting(SYSTEM), widened():
            row = MirroredRow.objects.create(
                profile=profile, outside_id=str(case.pk), case=case, scope_id=case.scope_id, fingerprint=""
            )
            register = {"regime": "law59", "number": "1", "registered_at": None, "out_number": ""}
            for aspect, theirs in (("answer", {"answer": "Сделано"}), ("register", register), ("executor", {})):
                Conflict.objects.create(
                    row=row, case=case, scope_id=case.scope_id, aspect=aspect, theirs=theirs, at=now
                )
