"""The importance goes with the theme that a person names, unless danger, the source or a person had decided it."""

import pytest

from otklik.acting import acting
from otklik.cases.actions.importance import correct_importance
from otklik.cases.actions.triage import triage
from otklik.cases.models import Alarm, Clock
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.triage.understanding import is_of_theme
from tests.cases.steps import coordinator, entries, o_clock, received
from tests.making import SYSTEM, reread

pytestmark = pytest.mark.django_db
NOTHING_KNOWN = "Фыва олдж"
DANGER = "Из колодца на дороге торчат оголённые провода, искрит, рядом играют дети"


def of_level(level: int) -> Theme:
    return Theme.objects.filter(version=current(), retired=False, importance=level).order_by("pk").first()


def due(case_id: int):
    with acting(SYSTEM, read_only=True):
        return dict(Clock.objects.filter(case_id=case_id).values_list("kind", "due_at"))


def test_a_case_nobody_understood_has_the_clock_of_the_theme_that_a_person_names():
    case_id = received(NOTHING_KNOWN).case_id
    before = reread(case_id)
    assert before.importance < 3 and is_of_theme(before.importance_reason)
    slow = due(case_id)
    theme = of_level(3)
    triage(coordinator(), case_id, theme_id=theme.pk, now=o_clock("10:01"))
    case = reread(case_id)
    assert (case.importance, case.importance_reason) == (3, f"По теме «{theme.name}»")
    assert entries(case_id, "triage")[-1].fields["importance"] == [before.importance, 3]
    assert due(case_id) != slow


def test_another_theme_gives_another_importance_also_downwards():
    who, case_id = coordinator(), received(NOTHING_KNOWN).case_id
    triage(who, case_id, theme_id=of_level(3).pk, now=o_clock("10:01"))
    triage(who, case_id, theme_id=of_level(1).pk, now=o_clock("10:02"))
    assert reread(case_id).importance == 1


def test_a_theme_of_danger_rings():
    case_id = received(NOTHING_KNOWN).case_id
    triage(coordinator(), case_id, theme_id=of_level(4).pk, now=o_clock("10:01"))
    assert reread(case_id).importance == 4
    with acting(SYSTEM, read_only=True):
        assert Alarm.objects.filter(case_id=case_id).exists()


def test_what_danger_or_a_person_said_stands():
    who, danger, said = coordinator(), received(DANGER).case_id, received(NOTHING_KNOWN + " ж").case_id
    assert reread(danger).importance == 4
    triage(who, danger, theme_id=of_level(1).pk, now=o_clock("10:01"))
    assert reread(danger).importance == 4
    correct_importance(who, said, importance=3, reason="много детей", now=o_clock("10:01"))
    triage(who, said, theme_id=of_level(1).pk, now=o_clock("10:02"))
    assert reread(said).importance == 3


def test_an_importance_chosen_with_the_theme_is_the_persons():
    who, case_id = coordinator(), received(NOTHING_KNOWN).case_id
    triage(who, case_id, theme_id=of_level(3).pk, importance=2, now=o_clock("10:01"))
    assert reread(case_id).importance == 2
