"""Another rule and open cases: what would change, who asked for it, and a decree that comes after the clock began."""

from datetime import date, datetime, timedelta

import pytest

from otklik.acting import acting
from otklik.cases.actions.take import take
from otklik.cases.decree_watch import missing_year, provisional_clocks, remind
from otklik.cases.models import Notice
from otklik.cases.rejudging import apply_adopted, as_csv, renew_provisional, what_if
from otklik.failures import BadInput, Refused
from otklik.policy.adopting import adopt_policy
from otklik.policy.decrees import enter_decree
from otklik.policy.loading import calendar_for, policy_for
from otklik.policy.models import PolicyVersion
from otklik.policy.reading import policy_from_mapping
from otklik.policy.years import CalendarError
from tests.cases.registering import by_law, clocks_of
from tests.cases.steps import answered, clock, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, make_user, place, reread

pytestmark = pytest.mark.django_db


def longer(hours=16):
    """The shipped rules with another limit for answers."""
    data = PolicyVersion.objects.get(regime="social", territory=None, version=1).data
    clocks = [one | {"limit": hours} if one["kind"] == "answer" else one for one in data["clocks"]]
    return data | {"clocks": clocks}


def draft_of(content):
    return policy_from_mapping({**content, "version": 0}, territory_id=place("volgograd").pk)


def test_what_would_change_for_open_cases_is_counted_and_nothing_is_changed():
    open_case, done = received(), received(text="Упало дерево у школы")
    answered(coordinator(), done.case_id, o_clock("12:00"))
    base = policy_for("social", date(2026, 3, 4))
    found = what_if(base, draft_of(longer()), place("volgograd"))
    assert found.cases == 1
    assert [(one.was.hour, one.will_be.date()) for one in found.changed] == [(18, date(2026, 3, 5))]
    assert found.left == 0
    assert what_if(base, draft_of(longer()), place("gorod-volgograd")).cases == 0
    assert what_if(base, draft_of(longer(8)), place("volgograd")).changed == ()
    assert what_if(base, draft_of(longer()), place("volgograd"), limit=1).left == 1
    assert "04.03.2026 18:00" in as_csv(found)
    assert clock(open_case.case_id, "answer").due_at == o_clock("18:00")
    assert [entry.verb for entry in entries(open_case.case_id)] == ["opened"]


def test_a_new_version_in_the_middle_of_a_cases_life_leaves_it_alone_unless_a_person_chose_otherwise():
    before, region = received(), place("volgograd").pk
    new = adopt_policy(SYSTEM, longer(), region, region, o_clock("11:00"))
    after = received(text="Во дворе лужа по колено", now=o_clock("12:00"))
    assert apply_adopted(o_clock("12:01")) == 0
    take(coordinator(), before.case_id, now=o_clock("12:30"))
    assert clock(before.case_id, "answer").policy_version == "social-1"
    assert clock(before.case_id, "answer").due_at == o_clock("18:00")
    assert clock(after.case_id, "answer").due_at == o_clock("10:00", "2026-03-06")
    assert clock(after.case_id, "answer").policy_version == new.reference


def test_chosen_so_open_cases_are_judged_by_the_new_version_once_each_with_an_entry():
    sent, region = received(), place("volgograd").pk
    new = adopt_policy(SYSTEM, longer(), region, region, o_clock("11:00"), "social-1")
    assert apply_adopted(o_clock("11:01")) == 1
    assert apply_adopted(o_clock("11:02")) == 0
    row = clock(sent.case_id, "answer")
    assert (row.policy_version, row.due_at) == (new.reference, o_clock("17:00", "2026-03-05"))
    assert reread(sent.case_id).due_at == row.due_at
    entry = entries(sent.case_id, "rejudge")[0]
    assert entry.fields["policy"] == new.reference
    assert [one["kind"] for one in entry.fields["moved"]] == ["answer"]


def of_december(day="2026-12-28"):
    """A social case whose final answer and a letter whose answer run over the new year."""
    begun = datetime.fromisoformat(f"{day}T10:00+03:00")
    sent = received(now=begun)
    answered(coordinator(), sent.case_id, begun, kind="interim", promised_for=date(2027, 1, 29), text="До 29.01.2027.")
    return sent


def test_when_the_decree_is_known_provisional_clocks_are_counted_anew_with_an_entry_each():
    sent, now = of_december(), o_clock("10:00", "2026-12-29")
    begun = clock(sent.case_id, "final")
    assert begun.provisional
    assert begun.due_at.date() == date(2027, 1, 15)
    with acting(SYSTEM, read_only=True):
        assert provisional_clocks() >= 1
    assert renew_provisional(now) == 0
    region = make_staff(("administrator", "volgograd"))
    moves = [(date(2027, 1, 2), date(2027, 1, 11)), (date(2027, 1, 3), date(2027, 12, 31))]
    enter_decree(region, 2027, source="постановление от 01.10.2026 № 1", moves=moves, at=now)
    assert not calendar_for().is_working_day(date(2027, 1, 11))
    assert renew_provisional(now) == 1
    assert renew_provisional(now) == 0
    row = clock(sent.case_id, "final")
    assert not row.provisional
    assert row.due_at.date() == date(2027, 1, 18)
    assert not clock(sent.case_id, "fix").provisional
    assert clock(sent.case_id, "fix").due_at == o_clock("23:59:59", "2027-01-29")
    entry = entries(sent.case_id, "calendar_known")[0]
    assert [one["kind"] for one in entry.fields["moved"]] == ["final"]


def test_a_decree_is_entered_once_by_the_regions_administrator_and_must_agree_with_the_law():
    now, region = o_clock("10:00"), make_staff(("administrator", "volgograd"))
    with pytest.raises(Refused):
        enter_decree(make_staff(("administrator", "gorod-kamyshin")), 2027, source="акт", moves=[], at=now)
    with pytest.raises(CalendarError, match="не выходной"):
        enter_decree(region, 2027, source="акт", moves=[(date(2027, 3, 3), date(2027, 3, 4))], at=now)
    with pytest.raises(BadInput, match="номер"):
        enter_decree(region, 2027, source=" ", moves=[], at=now)
    enter_decree(region, 2027, source="акт", moves=[], at=now)
    with pytest.raises(BadInput, match="уже внесено"):
        enter_decree(region, 2027, source="другой", moves=[], at=now)


def test_from_october_the_regions_administrators_are_told_once_a_month():
    user, other = make_user(("administrator", "volgograd")), make_user(("administrator", "gorod-kamyshin"))
    assert missing_year(date(2026, 9, 30)) is None
    assert missing_year(date(2026, 10, 1)) == 2027
    assert remind(o_clock("09:00", "2026-09-30")) == 0
    october = o_clock("09:00", "2026-10-01")
    assert remind(october) >= 1
    assert remind(october + timedelta(days=3)) == 0
    with acting(SYSTEM):
        told = Notice.objects.filter(kind="calendar")
        assert user.pk in told.values_list("user_id", flat=True)
        assert other.pk not in told.values_list("user_id", flat=True)
        told.update(seen_at=october)
    assert remind(o_clock("09:00", "2026-11-01")) >= 1


def test_a_lawful_answer_over_the_new_year_keeps_its_legal_date_when_the_decree_comes():
    begun, now = o_clock("10:00", "2026-12-14"), o_clock("10:00", "2026-12-15")
    sent = received(now=begun)
    by_law(coordinator(), sent.case_id, registered_at=begun, now=begun)
    row = clocks_of(sent.case_id, "law59")["answer"]
    assert row.provisional
    assert row.due_at == row.control_at == o_clock("23:59:59", "2027-01-13")
    moves = [(date(2027, 1, 2), date(2027, 1, 13)), (date(2027, 1, 3), date(2027, 1, 12))]
    enter_decree(make_staff(("administrator", "volgograd")), 2027, source="акт", moves=moves, at=now)
    assert renew_provisional(now) == 1
    row = clocks_of(sent.case_id, "law59")["answer"]
    assert not row.provisional
    assert row.due_at == o_clock("23:59:59", "2027-01-13")
    assert row.control_at == o_clock("23:59:59", "2027-01-11")
