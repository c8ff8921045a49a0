"""A limit runs out: who is told at each step, in whose place, and what the journal says."""

from datetime import date, datetime, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases.actions.take import take
from otklik.cases.escalating import escalate_due, set_chain
from otklik.cases.escalation_rules import Step
from otklik.cases.models import Clock, Escalation, Notice
from otklik.cases.reading import the_case, thread
from otklik.cases.warnings import warn_due
from otklik.faces.desk.journal_words import journal_lines
from otklik.failures import Refused
from otklik.journal.models import Entry
from otklik.organisations.models import Absence, User
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import RECEIVED, clock, entries, received
from tests.making import SYSTEM, make_staff, make_user, place

pytestmark = pytest.mark.django_db

HOME = "gorod-kamyshin"
DAY = date(2026, 3, 4)


def people() -> dict[str, User]:
    return {
        "owner": make_user(("operator", HOME), name="Взявшая Ольга Олеговна"),
        "coordinator": make_user(("coordinator", HOME), name="Коорд Ия Львовна"),
        "head": make_user(("head", HOME), name="Главный Лев Львович"),
        "curator": make_user(("curator", "volgograd"), name="Куратор Ада Ильинична"),
        "stranger": make_user(("head", "gorod-volzhskiy"), name="Чужой Глеб Глебович"),
    }


def begun(who: dict[str, User]) -> tuple[int, object]:
    sent = received()
    take(staff_actor(who["owner"], DAY), sent.case_id, now=RECEIVED + timedelta(minutes=5))
    return sent.case_id, clock(sent.case_id, "answer")


def told(who: dict[str, User]) -> dict[str, list[str]]:
    names = {user.pk: name for name, user in who.items()}
    out: dict[str, list[str]] = {}
    for one in Notice.objects.exclude(kind="danger").order_by("pk"):
        out.setdefault(names[one.user_id], []).append(one.kind)
    return out


def at_percent(limit, percent: int):
    return datetime.fromisoformat(limit.warn_at[(50, 80, 100).index(percent)])


def test_the_chain_climbs_from_the_owner_to_the_curator_and_each_step_is_in_the_journal() -> None:
    who = people()
    case_id, limit = begun(who)
    for percent in (50, 80, 100):
        warn_due(at_percent(limit, percent))
        warn_due(at_percent(limit, percent))
    assert told(who) == {
        "owner": ["clock", "clock", "overdue"], "coordinator": ["clock", "overdue"], "head": ["overdue"]
    }
    warned = entries(case_id, "clock_warned")
    assert [one.fields["percent"] for one in warned] == [50, 80, 100]
    assert warned[-1].fields["told"] == sorted(who[name].pk for name in ("owner", "coordinator", "head"))
    later = next_step_at()
    assert escalate_due(later - timedelta(minutes=1)) == 0
    assert escalate_due(later) == 1 and escalate_due(later) == 0
    assert told(who)["curator"] == ["overdue"] and told(who)["head"] == ["overdue", "overdue"]
    (entry,) = entries(case_id, "clock_escalated")
    assert entry.fields["hours"] == 4 and entry.fields["told"] == sorted([who["head"].pk, who["curator"].pk])
    assert "stranger" not in told(who)


def next_step_at() -> datetime:
    with acting(SYSTEM):
        return Escalation.objects.get().due_at


def test_on_leave_the_substitute_is_told_and_without_one_the_next_step_and_the_journal_says_so() -> None:
    who = people()
    stand_in = make_user(("operator", HOME), name="Замена Нина Ильинична")
    case_id, limit = begun(who)
    absence = Absence.objects.create(
        user=who["owner"], substitute=stand_in, since=DAY, until=DAY + timedelta(days=5), entered_at=RECEIVED
    )
    warn_due(at_percent(limit, 50))
    assert Notice.objects.get(user=stand_in).instead_of == who["owner"]
    (entry,) = entries(case_id, "clock_warned")
    assert entry.fields["stands_in"] == {str(who["owner"].pk): stand_in.pk}
    Absence.objects.filter(pk=absence.pk).update(substitute=None)
    Absence.objects.create(user=who["coordinator"], since=DAY, until=DAY + timedelta(days=5), entered_at=RECEIVED)
    warn_due(at_percent(limit, 80))
    last = entries(case_id, "clock_warned")[-1].fields
    assert last["told"] == [who["head"].pk] and last["nobody"] == ["owner", "coordinator"] and last["moved_on"]
    with acting(SYSTEM, read_only=True):
        lines = journal_lines([one for one in thread(the_case(SYSTEM, case_id)) if one.kind == "event"])
    said = " ".join(line.more for line in lines)
    assert "Замена Н. И. за Взявшая О. О." in said
    assert "на месте никого: кто взял карточку, координаторы" in said and "следующая ступень" in said


def test_half_of_the_hour_to_react_alarms_nobody() -> None:
    people()
    sent = received()
    react = clock(sent.case_id, "react")
    warn_due(at_percent(react, 80))
    assert not Notice.objects.exists() and entries(sent.case_id, "clock_warned")
    warn_due(at_percent(react, 100))
    assert Notice.objects.filter(kind="overdue").exists()


def test_a_step_that_is_no_longer_owed_is_dropped_and_a_pause_holds_it() -> None:
    who = people()
    case_id, limit = begun(who)
    warn_due(at_percent(limit, 100))
    later = next_step_at()
    with acting(SYSTEM), widened():
        Clock.objects.filter(pk=limit.pk).update(paused_at=later)
    assert escalate_due(later + timedelta(days=1)) == 0
    with acting(SYSTEM), widened():
        assert Escalation.objects.get().done_at is None, "it waits as long as the clock stands still"
        Clock.objects.filter(pk=limit.pk).update(paused_at=None, stopped_at=later)
    assert escalate_due(later + timedelta(days=2)) == 0
    assert not entries(case_id, "clock_escalated")
    with acting(SYSTEM):
        assert Escalation.objects.get().done_at is not None


def test_a_centre_sets_its_own_chain_and_a_stranger_cannot() -> None:
    who = people()
    case_id, limit = begun(who)
    home = place(HOME).pk
    steps = [Step(50, None, ("head",))]
    words = {"territory_id": home, "regime": "", "importance_from": 0, "steps": steps, "now": RECEIVED}
    for stranger in (make_staff(("administrator", "gorod-volzhskiy")), staff_actor(who["coordinator"], DAY)):
        with pytest.raises(Refused):
            set_chain(stranger, **words)
    administrator = make_staff(("administrator", HOME))
    assert set_chain(administrator, **words).version == 1
    assert set_chain(administrator, **words) is None, "nothing has changed"
    with pytest.raises(Refused):
        set_chain(administrator, **(words | {"territory_id": None}))
    warn_due(at_percent(limit, 50))
    assert told(who) == {"head": ["clock"]}
    assert set_chain(administrator, **(words | {"steps": None})).version == 2
    warn_due(at_percent(limit, 80))
    assert told(who) == {"head": ["clock"], "owner": ["clock"], "coordinator": ["clock"]}
    assert [one.fields["version"] for one in chain_entries(home)] == [1, 2]


def chain_entries(place_id: int) -> list[Entry]:
    with acting(SYSTEM):
        return list(Entry.objects.filter(stream=f"escalation:{place_id}").order_by("seq"))


def test_danger_is_told_at_once_day_and_night() -> None:
    who = people()
    sent = received("Пахнет газом в подъезде, людям плохо")
    limit = clock(sent.case_id, "answer")
    warn_due(limit.control_at + timedelta(minutes=1))
    notices = list(Notice.objects.filter(kind="overdue"))
    assert notices and all(one.urgent for one in notices)
    assert {one.user_id for one in notices} >= {who["head"].pk, who["curator"].pk}
