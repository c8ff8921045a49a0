"""Leave: the substitute works in the absent colleague's place, under their own name, for as long as it lasts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.queue import Filters, page
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations.absences import away, end, enter
from otklik.organisations.models import User
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import entries
from tests.making import logged_in, make_case, make_staff, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOME = "gorod-kamyshin"


def today() -> date:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate()


def actor(user: User, day=None):
    day = day or today()
    return staff_actor(User.objects.get(pk=user.pk), day)


@pytest.fixture
def absent():
    return make_user(("coordinator", HOME), name="Отпускная Ия Львовна")


@pytest.fixture
def substitute():
    return make_user(("operator", HOME), name="Замещающий Ян Ильич")


def gone(absent, substitute, since=None, until=None, by=None):
    since, until = since or today(), until or today() + 9 * DAY
    return enter(
        by or actor(absent), user_id=absent.pk, substitute_id=substitute and substitute.pk, since=since, until=until
    )


def test_the_substitute_holds_the_roles_from_the_first_to_the_last_day_and_not_after(absent, substitute):
    gone(absent, substitute, today(), today() + 2 * DAY)
    assert "coordinator" not in actor(substitute, today() - DAY).roles_at(None)
    for day in (today(), today() + DAY, today() + 2 * DAY):
        assert actor(substitute, day).roles_at(None) == {"operator", "coordinator"}
        assert actor(substitute, day).stands_for == {absent.pk}
    assert actor(substitute, today() + 3 * DAY).roles_at(None) == {"operator"}


def test_a_substitute_from_the_region_sees_the_absent_ones_centre(absent):
    other = make_user(("approver", "volgograd"))
    gone(absent, other)
    assert "coordinator" in actor(other).roles_at(None)


def test_the_journal_names_who_acted_and_for_whom(absent, substitute):
    case = make_case()
    take(actor(absent), case.pk)
    gone(absent, substitute)
    theme = Theme.objects.order_by("id").first()
    triage(actor(substitute), case.pk, theme_id=theme.pk, importance=2)
    entry = entries(case.pk, "triage")[0]
    assert entry.actor == f"staff:{substitute.pk}"
    assert entry.fields["for_user"] == absent.pk
    from otklik.cases.numbers import shown

    shown_page = logged_in(substitute).get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert "Замещающий Я. И. за Отпускная И. Л." in shown_page
    assert "в отпуске до" in shown_page and "замещает Замещающий Я. И." in shown_page


def test_what_one_may_do_oneself_on_a_case_of_nobody_is_ones_own(absent, substitute):
    case = make_case()
    gone(absent, substitute)
    take(actor(substitute), case.pk)
    assert "for_user" not in entries(case.pk, "take")[0].fields


def test_what_only_the_absent_one_may_do_is_done_for_them(absent, substitute):
    """An operator may not reopen; the coordinator in whose place they stand may."""
    from otklik.cases.actions.close import close
    from otklik.cases.actions.reopen import reopen
    from tests.cases.steps import answered

    case = make_case()
    answered(actor(absent), case.pk, timezone.now())
    close(actor(absent), case.pk, outcome="explained")
    with pytest.raises(Refused):
        reopen(actor(substitute), case.pk, reason="снова")
    gone(absent, substitute)
    reopen(actor(substitute), case.pk, reason="снова")
    assert entries(case.pk, "reopen")[0].fields["for_user"] == absent.pk


def test_mine_holds_also_the_cases_of_the_absent_one(absent, substitute):
    case = make_case()
    take(actor(absent), case.pk)
    leave = gone(absent, substitute)

    def mine():
        who = actor(substitute)
        with acting(who):
            return [c.pk for c in page(who, Filters(tab="mine"), timezone.now()).rows]

    assert mine() == [case.pk]
    end(actor(absent), leave.pk)
    assert mine() == []


def test_substitution_is_no_chain_and_no_circle(absent, substitute):
    third = make_user(("operator", HOME), name="Третья Вера Андреевна")
    gone(absent, substitute, today() + 5 * DAY, today() + 9 * DAY)
    with pytest.raises(BadInput, match="сам в отпуске"):
        gone(substitute, absent, today() + 6 * DAY, today() + 7 * DAY)
    gone(substitute, third, today() + 6 * DAY, today() + 7 * DAY)
    held = actor(third, today() + 6 * DAY)
    assert held.stands_for == {substitute.pk}
    assert "coordinator" not in held.roles_at(None)


def test_roles_over_people_are_lent_only_by_an_administrator():
    boss = make_user(("administrator", HOME), ("coordinator", HOME))
    other = make_user(("coordinator", HOME))
    leave = gone(boss, other, by=make_staff(("coordinator", HOME)))
    assert "administrator" not in actor(other).roles_at(None)
    end(actor(boss), leave.pk)
    gone(boss, other, by=make_staff(("administrator", "volgograd")))
    assert "administrator" in actor(other).roles_at(None)


def test_whoever_is_shut_out_neither_lends_nor_borrows(absent, substitute):
    gone(absent, substitute)
    User.objects.filter(pk=absent.pk).update(is_active=False)
    assert actor(substitute).roles_at(None) == {"operator"}
    User.objects.filter(pk=absent.pk).update(is_active=True)
    User.objects.filter(pk=substitute.pk).update(is_active=False)
    assert actor(substitute).grants == ()


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [(3, 1, "раньше первого"), (-9, -1, "уже прошёл"), (0, 900, "Дольше года")],
)
def test_days_that_make_no_sense_are_told(absent, substitute, since, until, told):
    with pytest.raises(BadInput, match=told):
        gone(absent, substitute, today() + since * DAY, today() + until * DAY)


def test_one_leave_at_a_time_and_nobody_for_oneself(absent, substitute):
    gone(absent, substitute)
    with pytest.raises(BadInput, match="уже записан"):
        gone(absent, None, today() + DAY, today() + 30 * DAY)
    with pytest.raises(BadInput, match="сам себя"):
        gone(substitute, substitute)


def test_a_stranger_neither_enters_nor_ends_nor_stands_in(absent, substitute):
    stranger = make_user(("coordinator", "gorod-volzhskiy"))
    with pytest.raises(Refused):
        gone(absent, substitute, by=actor(stranger))
    with pytest.raises(Refused):
        gone(absent, substitute, by=actor(substitute))
    with pytest.raises(BadInput, match="того же центра"):
        gone(absent, stranger)
    leave = gone(absent, substitute)
    with pytest.raises(Refused):
        end(actor(stranger), leave.pk)
    with pytest.raises(NotYours):
        end(actor(absent), 999_999)


def test_a_substitute_enters_nobodys_leave_by_a_borrowed_role(absent, substitute):
    third = make_user(("operator", HOME))
    gone(absent, substitute)
    with pytest.raises(Refused):
        gone(third, None, by=actor(substitute))


def test_both_days_are_in_the_persons_journal(absent, substitute):
    leave = gone(absent, substitute)
    end(actor(absent), leave.pk)
    end(actor(absent), leave.pk)
    verbs = list(Entry.objects.filter(stream=f"user:{absent.pk}").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["leave_entered", "leave_ended"]
    assert away([absent.pk], today()) == {}


def test_by_the_page_a_person_goes_on_leave_and_comes_back(absent, substitute):
    client = logged_in(absent)
    assert "Сейчас все на месте" in client.get("/settings/leave/").content.decode()
    fields = {"user": absent.pk, "since": today().isoformat(), "until": (today() + DAY).isoformat()}
    wrong = client.post("/settings/leave/", {**fields, "until": "нет", "substitute": substitute.pk})
    assert wrong.status_code == 422
    shown = client.post("/settings/leave/", {**fields, "substitute": substitute.pk}, follow=True).content.decode()
    assert "замещает Замещающий Я. И." in shown
    from otklik.organisations.models import Absence

    back = client.post(f"/settings/leave/{Absence.objects.get().pk}/end/", follow=True).content.decode()
    assert "Замещение закончено" in back and "Сейчас все на месте" in back


def test_whoever_was_to_stand_in_and_leaves_is_told_who_is_left_alone(absent, substitute):
    days = {"since": today().isoformat(), "until": (today() + DAY).isoformat()}
    logged_in(absent).post("/settings/leave/", {"user": absent.pk, "substitute": substitute.pk, **days})
    client = logged_in(substitute)
    told = client.post("/settings/leave/", {"user": substitute.pk, **days}, follow=True).content.decode()
    assert f"{absent.short_name} с {today():%d.%m} по {today() + DAY:%d.%m} остаётся без замещающего" in told


def test_a_clerk_may_not_choose_somebody_else_on_the_page(absent, substitute):
    client = logged_in(substitute)
    fields = {"user": absent.pk, "since": today().isoformat(), "until": (today() + DAY).isoformat()}
    assert client.post("/settings/leave/", fields).status_code == 422

