"""Who may do what, where, and from when till when; and who may decide that."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from otklik.organisations.directories import save_duty, save_organisation
from otklik.organisations.invitations import invite, open_invitation, redeem, reset_password
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.people import save_person
from otklik.organisations.staffing import give_role, set_active, staff_actor, take_role
from tests.making import SYSTEM, make_case, make_staff, make_user, organisation, place

pytestmark = pytest.mark.django_db
PASSWORD = "сорок тысяч фонарей"
DAY = timedelta(days=1)


def today() -> date:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate()


@pytest.fixture
def centre(db):
    """An administrator of one municipality."""
    return make_staff(("administrator", "gorod-kamyshin"))


@pytest.fixture
def whole(db):
    """An administrator of the region."""
    return make_staff(("administrator", "volgograd"))


def held(user: User, *, since=None, until=None) -> frozenset[str]:
    RoleAssignment.objects.filter(user=user).update(**{k: v for k, v in (("since", since), ("until", until)) if v})
    return staff_actor(user, today()).roles_at(None)


def test_a_role_holds_from_its_first_to_its_last_day(db):
    user = make_user(("operator", "gorod-kamyshin"))
    assert held(user, since=today(), until=today()) == {"operator"}
    assert held(user, until=today() - DAY) == frozenset()
    assert held(user, since=today() + DAY, until=today() + 9 * DAY) == frozenset()


def test_who_holds_no_role_today_sees_no_case(db):
    make_case()
    user = make_user(("operator", "gorod-kamyshin"))
    RoleAssignment.objects.filter(user=user).update(until=today() - DAY)
    with acting(staff_actor(user, today())):
        assert not Case.objects.exists()


def test_who_is_kept_out_holds_no_role(db, centre):
    user = make_user(("operator", "gorod-kamyshin"))
    set_active(centre, user.pk, False)
    user.refresh_from_db()
    assert not staff_actor(user, today()).grants
    set_active(centre, user.pk, True)
    assert staff_actor(user, today()).grants


def test_nobody_locks_themselves_out(db):
    user = make_user(("administrator", "volgograd"))
    with pytest.raises(Refused):
        set_active(staff_actor(user, today()), user.pk, False)


def test_giving_a_role_that_is_held_leaves_no_gap(db, centre):
    user = make_user(("operator", "gorod-kamyshin"))
    RoleAssignment.objects.filter(user=user).update(until=today() + DAY)
    given = give_role(centre, user.pk, "operator", place("gorod-kamyshin").pk, today() + 2 * DAY)
    assert given.until is None
    assert staff_actor(user, today()).roles_at(None) == {"operator"}


def test_giving_a_role_that_has_ended_begins_it_anew(db, centre):
    user = make_user(("operator", "gorod-kamyshin"))
    RoleAssignment.objects.filter(user=user).update(until=today() - 30 * DAY)
    assert give_role(centre, user.pk, "operator", place("gorod-kamyshin").pk, today()).since == today()


@pytest.mark.parametrize("code", ["volgograd", "gorod-volzhskiy"])
def test_an_administrator_of_a_centre_decides_nothing_elsewhere(db, centre, code):
    elsewhere = place(code)
    person = make_user(("curator", code))
    acts = [
        lambda: reset_password(centre, person.pk, timezone.now()),
        lambda: give_role(centre, person.pk, "operator", place("gorod-kamyshin").pk, today()),
        lambda: take_role(centre, person.assignments.get().pk, today()),
        lambda: set_active(centre, person.pk, False),
        lambda: save_person(centre, person.pk, full_name="Другая"),
        lambda: invite(centre, username="new", full_name="Новая", roles=[("head", elsewhere.pk)], now=timezone.now()),
        lambda: save_duty(centre, elsewhere.pk, [("ЕДДС", "112")]),
        lambda: save_organisation(
            centre, None, name="Чужая", short_name="", kind="department", territory_id=elsewhere.pk
        ),
        lambda: region_settings.put(centre, "one_person", True, elsewhere.pk),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert not User.objects.filter(username="new").exists()


def test_what_holds_for_the_region_is_not_a_centres_to_decide(db, centre, whole):
    for name, value in (("public_address", "https://elsewhere.example"), ("go_live", "2020-01-01")):
        with pytest.raises(Refused, match="региона"):
            region_settings.put(centre, name, value)
    region_settings.put(whole, "go_live", "2026-01-01")
    assert region_settings.get("go_live") == "2026-01-01"


def test_a_person_who_also_works_elsewhere_is_not_one_centres_to_lock_out(db, centre, whole):
    both = make_user(("operator", "gorod-kamyshin"), ("operator", "gorod-volzhskiy"))
    with pytest.raises(Refused):
        reset_password(centre, both.pk, timezone.now())
    assert reset_password(whole, both.pk, timezone.now())


@pytest.mark.parametrize("role", ["operator", "coordinator", "approver", "head", "curator", "analyst", "security"])
def test_only_administrators_administer(db, role):
    actor = make_staff((role, "volgograd"))
    with pytest.raises(Refused):
        invite(actor, username="new", full_name="Новая", roles=[(role, place("volgograd").pk)], now=timezone.now())


def test_a_setting_of_the_city_holds_in_its_inner_districts(db):
    city = place("gorod-volgograd")
    district = city.children.filter(kind="district")[0]
    region_settings.put(SYSTEM, "centre_phone", "5-08-17", city.pk)
    assert region_settings.get("centre_phone", district.pk) == "5-08-17"
    region_settings.put(SYSTEM, "centre_phone", "5-10-19", district.pk)
    assert region_settings.get("centre_phone", district.pk) == "5-10-19"
    assert region_settings.get("centre_phone", city.pk) == "5-08-17"
    assert region_settings.get("centre_phone", place("gorod-kamyshin").pk) == ""


def invited(actor=SYSTEM, name: str = "novikova") -> tuple[User, str]:
    return invite(
        actor, username=name, full_name="Новикова Ия", roles=[("operator", place("gorod-kamyshin").pk)],
        now=timezone.now(),
    )


def test_an_invitation_is_good_once(db):
    user, token = invited()
    redeem(token, PASSWORD, timezone.now())
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    with pytest.raises(NotYours):
        redeem(token, PASSWORD + "!", timezone.now())


def test_an_old_invitation_or_one_of_who_is_kept_out_is_none(db, whole):
    user, token = invited()
    with pytest.raises(NotYours):
        open_invitation(token, timezone.now() + timedelta(days=7))
    set_active(whole, user.pk, False)
    with pytest.raises(NotYours):
        redeem(token, PASSWORD, timezone.now())
    with pytest.raises(NotYours):
        open_invitation(token[:-1] + "\ud800", timezone.now())


def test_a_new_link_ends_the_older_one(db, whole):
    user, first = invited()
    second = reset_password(whole, user.pk, timezone.now())
    with pytest.raises(NotYours):
        redeem(first, PASSWORD, timezone.now())
    redeem(second, PASSWORD, timezone.now())


def test_a_weak_password_is_told_and_the_link_stays_good(db):
    _user, token = invited()
    with pytest.raises(BadInput) as told:
        redeem(token, "12345", timezone.now())
    assert told.value.field == "password"
    assert redeem(token, PASSWORD, timezone.now())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": " "}, "username"),
        ({"username": "и" * 151}, "username"),
        ({"full_name": "\x00\u202e "}, "full_name"),
        ({"full_name": "ф" * 201}, "full_name"),
        ({"roles": []}, "roles"),
        ({"roles": [("emperor", 1)]}, "role"),
        ({"phone": "9" * 41}, "phone"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_told_beside_its_field(db, fields, field):
    good = {"username": "new", "full_name": "Новая", "roles": [("operator", place("gorod-kamyshin").pk)]}
    with pytest.raises(BadInput) as told:
        invite(SYSTEM, now=timezone.now(), **(good | fields))
    assert told.value.field == field


def test_a_taken_name_is_told(db):
    invited(name="Novikova")
    with pytest.raises(BadInput, match="занято"):
        invited(name="novikova ")


def test_an_organisation_of_a_neighbour_is_not_mine_to_change(db, centre):
    theirs = organisation("adm-gorod-volzhskiy")
    with pytest.raises(Refused):
        save_organisation(
            centre, theirs.pk, name="Наша", short_name="", kind="administration",
            territory_id=place("gorod-kamyshin").pk,
        )


def test_the_journal_holds_no_names_and_no_phones_of_staff(db):
    user, _token = invited()
    save_person(SYSTEM, user.pk, full_name="Иванченко Ольга", phone="+7 900 111-22-33", email="olga@example.org")
    save_duty(SYSTEM, place("gorod-kamyshin").pk, [("Дежурный Сомов", "+7 900 111-22-44")])
    with acting(System("reading")):
        written = str(list(Entry.objects.values_list("fields", flat=True)))
    for word in ("Новикова", "Иванченко", "900", "olga", "Сомов"):
        assert word not in written
