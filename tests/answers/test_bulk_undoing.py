"""An act on many cases is taken back as one: each stands again as it stood, and what moved on since says so."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.bulk_undoing import opened, sealed, take_back
from otklik.cases.actions.notes import note
from otklik.cases.actions.take import take
from otklik.cases.actions.undo_last import HOLD
from otklik.cases.bulk import Plan, carry_out, rehearse
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.failures import Refused
from tests.cases import invariants
from tests.cases.test_undo_last import standing
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, organisation, reread

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


@pytest.fixture
def who():
    return make_staff(("coordinator", HOME))


def done_to(who, cases, plan):
    """(what the button carries, when it ended)."""
    foretold = rehearse(who, [case.number for case in cases], plan, timezone.now())
    seen = [(line.number, line.version) for line in foretold]
    lines = carry_out(who, seen, plan, timezone.now())
    assert not any(line.refused for line in lines)
    ended = timezone.now()
    return sealed(who, plan, lines, ended), ended


def theme_id():
    return Theme.objects.filter(retired=False).order_by("id").values_list("pk", flat=True)[0]


@pytest.mark.parametrize("kind", ["take", "triage", "assign", "set_aside"])
def test_every_case_of_the_act_stands_as_it_stood(who, kind):
    cases = [make_case(), make_case("Яма на дороге")]
    plan = Plan(kind, theme_id=theme_id() if kind == "triage" else None, importance=3 if kind == "triage" else None,
                organisation_id=organisation().pk, outcome="spam")  # fmt: skip
    if kind == "assign":
        done_to(who, cases, Plan("triage", theme_id=theme_id()))
    before = [standing(case.pk) for case in cases]
    seal, ended = done_to(who, cases, plan)
    assert [standing(case.pk) for case in cases] != before
    now = ended + timedelta(seconds=9)
    lines = take_back(who, opened(who, seal, now), now)
    assert [line.refused for line in lines] == ["", ""]
    assert [standing(case.pk) for case in cases] == before
    for case in cases:
        invariants.check(case.pk)
    again = take_back(who, opened(who, seal, now), now)
    assert all(line.refused for line in again), "a second press finds nothing to take back"


def test_what_moved_on_since_is_left_alone_and_says_so(who):
    cases = [make_case(), make_case("Яма на дороге"), make_case("Мусор во дворе")]
    seal, ended = done_to(who, cases, Plan("take"))
    note(who, cases[0].pk, text="Позвонил в сети")
    take(make_staff(("operator", HOME), name="Другая Ия"), cases[1].pk)
    lines = take_back(who, opened(who, seal, ended), ended + timedelta(seconds=5))
    assert ["с тех пор" in line.refused for line in lines] == [True, True, False]
    assert reread(cases[0].pk).owner_id == who.user_id
    assert reread(cases[2].pk).owner_id is None


def test_the_later_act_of_the_same_person_is_not_taken_back_in_its_place(who):
    case = make_case()
    done_to(who, [case], Plan("triage", theme_id=theme_id()))
    seal, ended = done_to(who, [case], Plan("take"))
    carry_out(who, [(case.number, reread(case.pk).version)], Plan("assign", organisation_id=organisation().pk), ended)
    [line] = take_back(who, opened(who, seal, ended), ended)
    assert "с тех пор" in line.refused
    assert reread(case.pk).state == "assigned"


def test_a_forged_a_foreign_and_a_late_button_take_nothing_back(who):
    case = make_case()
    seal, ended = done_to(who, [case], Plan("take"))
    with pytest.raises(Refused, match="тот, кто это сделал"):
        opened(make_staff(("head", HOME)), seal, ended)
    with pytest.raises(Refused, match="Десять секунд"):
        opened(who, seal, ended + HOLD + timedelta(seconds=1))
    for forged in ("", "x", seal[:-2], signing.dumps({"who": who.user_id}), "\x00"):
        with pytest.raises(Refused):
            opened(who, forged, ended)
    assert reread(case.pk).owner_id == who.user_id


def test_the_seconds_of_a_long_act_are_counted_from_its_end(who):
    case = make_case()
    started = timezone.now() - timedelta(seconds=40)
    lines = carry_out(who, [(case.number, case.version)], Plan("take"), started)
    seal = sealed(who, Plan("take"), lines, timezone.now())
    [line] = take_back(who, opened(who, seal, timezone.now()), timezone.now())
    assert line.refused == ""


def test_a_hand_over_and_an_alarm_are_not_offered_to_be_taken_back(who):
    case = make_case()
    assert sealed(who, Plan("hand_over", territory_id=1, reason="x"), [], timezone.now()) == ""
    seal, _ended = done_to(who, [case], Plan("triage", importance=4))
    assert seal == ""


def test_a_theme_that_raises_an_alarm_says_so_before_and_is_not_taken_back_with_the_others(who):
    rings, other = make_case("Фыва олдж"), make_case()
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=other.pk).update(importance_reason="указано сотрудником")
    danger = Theme.objects.filter(importance=4, retired=False, version=current()).first()
    plan = Plan("triage", theme_id=danger.pk)
    foretold = rehearse(who, [rings.number, other.number], plan, timezone.now())
    assert "поднимется тревога" in foretold[0].changes and "поднимется тревога" not in foretold[1].changes
    seal, ended = done_to(who, [rings, other], plan)
    lines = take_back(who, opened(who, seal, ended), ended)
    assert [line.number for line in lines] == [other.number]
    assert reread(rings.pk).importance == 4


def test_the_report_has_the_button_and_says_what_was_taken_back():
    desk = logged_in(make_user(("coordinator", HOME)))
    cases = [make_case(), make_case("Яма на дороге")]
    plan = {"kind": "set_aside", "aside": "spam", "tab": "triage"}
    looked = desk.post("/desk/bulk/", {"case": [shown(case.number) for case in cases], **plan}).content.decode()
    ready = re.findall(r'name="case" value="(\d+-\d+\.\d+)"', looked)
    report = desk.post("/desk/bulk/run/", {"case": ready, **plan}).content.decode()
    assert "Отменить всё это" in report
    seal = re.search(r'name="seal" value="([^"]+)"', report)[1]
    back = desk.post("/desk/bulk/undo/", {"seal": seal, "tab": "triage"})
    assert "Отменено: 2 карточки" in back.content.decode()
    assert "Отменить всё это" not in back.content.decode()
    assert [reread(case.pk).state for case in cases] == ["new", "new"]
    again = desk.post("/desk/bulk/undo/", {"seal": seal}).content.decode()
    assert "Не вышло: 2 карточки" in again
    forged = desk.post("/desk/bulk/undo/", {"seal": "x"})
    assert forged.status_code == 422
    assert "Отменять нечего" in forged.content.decode()
    with acting(SYSTEM):
        assert all(reread(case.pk).outcome == "" for case in cases)
