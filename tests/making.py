"""Makers for tests: people with roles, cases opened through the real gate. All names are invented."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from otklik.acting import Staff, System, Visitor, acting, widened
from otklik.cases.models import Case
from otklik.intake.accepting import Accepted, Incoming, accept, issue_key
from otklik.organisations.models import Organisation, RoleAssignment, User
from otklik.organisations.staffing import staff_actor
from otklik.territory.models import Territory

_numbers = count(1)
SYSTEM = System("test")
# So long ago that any limit of hours has run out, whatever holidays lie between (in January twelve days in a row).
LONG_AGO = timedelta(days=20)
LAMP = "На улице Мира второй день не горит фонарь"


def place(code: str) -> Territory:
    """A territory of the reference data by its own code: `gorod-kamyshin`, `gorod-volgograd`, …"""
    return Territory.objects.select_related("scope").get(code=code)


def organisation(code: str = "adm-gorod-kamyshin") -> Organisation:
    """An organisation of the reference data by its code."""
    return Organisation.objects.get(code=code)


@cache
def _hashed() -> str:
    """The password's hash, computed once: it is slow on purpose."""
    return make_password("pass-word-1234")


def make_user(*roles: tuple[str, str], name: str = "Пробная Анна Петровна") -> User:
    """A member of staff with roles as (role, territory code); the password is `pass-word-1234`."""
    user = User.objects.create(username=f"user{next(_numbers)}", password=_hashed(), full_name=name)
    for role, code in roles:
        RoleAssignment.objects.create(user=user, role=role, territory=place(code), since=date(2020, 1, 1))
    return user


def make_staff(*roles: tuple[str, str], name: str = "Пробная Анна Петровна") -> Staff:
    """The actor of a fresh member of staff."""
    return staff_actor(make_user(*roles, name=name), timezone.localdate())


def logged_in(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.force_login(user)
    return client


def send(text: str = LAMP, code: str = "gorod-kamyshin", **fields: Any) -> Accepted:
    """A message sent through the portal's door."""
    now = fields.pop("now", None)
    incoming = Incoming("portal", fields.pop("key", None) or issue_key(), text, place(code).pk, **fields)
    return accept(incoming, actor=Visitor(), now=now)


def make_case(text: str = LAMP, code: str = "gorod-kamyshin", **fields: Any) -> Case:
    """A case opened through the portal's door, read back as the program itself."""
    return reread(send(text, code, **fields).case_id)


def reread(case_id: int) -> Case:
    """The case as it stands now."""
    with acting(SYSTEM), widened():
        return Case.objects.select_related("scope", "theme", "territory").get(pk=case_id)


def at(text: str) -> datetime:
    """«2026-11-25 10:00» of the region's clock (UTC+3) as an aware moment."""
    return datetime.fromisoformat(text + "+03:00").astimezone(UTC)
