"""Who is proposed: the map by its rules; where it is silent, what earlier texts say; never whoever no longer works."""

import random

import pytest

from otklik.acting import acting, widened
from otklik.cases import executors, learning
from otklik.cases.actions.redirect import redirect
from otklik.cases.executors import proposals
from otklik.cases.models import Case, ReaderVersion, Responsibility
from otklik.cases.responsibility import ranked, suggest
from otklik.classifier.models import Theme
from otklik.organisations.models import Organisation
from tests.cases.learning_steps import history, text_of
from tests.cases.steps import RECEIVED, assigned, coordinator, o_clock, received
from tests.making import SYSTEM, make_case, organisation, place, reread

pytestmark = pytest.mark.django_db
HOME, CITY = "gorod-kamyshin", "gorod-volgograd"


def body(name: str, code: str = HOME, **fields) -> Organisation:
    return Organisation.objects.create(
        code=f"test-{name}", name=name, short_name=name, name_key=name, kind="utility", territory=place(code), **fields
    )


def theme() -> Theme:
    found = Theme.objects.filter(retired=False).order_by("pk").first()
    assert found
    return found


def row(who: Organisation, code: str = HOME, **fields) -> Responsibility:
    with acting(SYSTEM), widened():
        return Responsibility.objects.create(organisation=who, territory=place(code), **({"theme": theme()} | fields))


def names(*codes: str) -> list[str]:
    return [one.short_name for one, _why in ranked(theme(), [place(code).pk for code in codes or (HOME,)])]


def test_what_a_person_entered_goes_before_what_was_learnt_in_the_same_place():
    row(body("часто"), assigned=40)
    row(body("записано"), confirmed=True)
    assert names() == ["записано", "часто"]


def test_redirects_take_away_what_assignments_gave():
    row(body("первый"), assigned=10, redirected=8)
    row(body("второй"), assigned=5)
    row(body("отказался"), assigned=3, redirected=3)
    assert names() == ["второй", "первый"]
    assert ranked(theme(), [place(HOME).pk])[1][1] == "назначали 10 раз по этой теме, передавали 8"


def test_a_redirect_teaches_the_map():
    who, case_id = coordinator(), received().case_id
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(theme=theme())
    task = assigned(who, case_id, o_clock("10:10"))
    assert names() == [organisation().short_name]
    other = body("настоящий")
    redirect(who, case_id, assignment_id=task.pk, organisation_id=other.pk, reason="не их", now=o_clock("10:20"))
    assert names() == ["настоящий"]


def test_a_narrower_place_goes_before_a_wider_one_and_the_theme_before_its_group():
    district = "volgograd-tsentralnyy"
    from otklik.territory.models import Kind, Territory

    inner = Territory.objects.filter(kind=Kind.DISTRICT, municipality=place(CITY)).first()
    district = inner.code
    row(body("город", CITY), CITY, assigned=90)
    row(body("район", CITY), district, assigned=2)
    row(body("группа", CITY), district, theme=None, group=theme().group, confirmed=True)
    assert names(district, CITY) == ["район", "город", "группа"]


def test_who_no_longer_works_is_not_proposed_and_whoever_stands_above_stands_in():
    above = body("комитет")
    row(body("закрыта", active=False, parent=above), assigned=50)
    row(body("пропала", active=False), confirmed=True)
    row(body("работает"), assigned=3)
    found = ranked(theme(), [place(HOME).pk])
    assert [(one.short_name, why) for one, why in found] == [
        ("комитет", "вместо «закрыта»"), ("работает", "назначали 3 раза по этой теме"),
    ]


def test_three_at_most_each_once_and_nobody_without_a_theme():
    for number in range(5):
        row(body(f"тело {number}"), assigned=number + 1)
    case = make_case()
    with acting(SYSTEM, read_only=True):
        offered = proposals(case, theme(), [place(HOME).pk])
    assert [one.organisation.short_name for one in offered] == ["тело 4", "тело 3", "тело 2"]
    assert suggest(None, [place(HOME).pk]) is None


def test_where_the_map_is_silent_earlier_texts_speak_and_only_there():
    bodies = {"road.pothole": "test-дороги", "waste.container": "test-мусор", "light.street": "test-свет",
              "water.none": "test-вода"}  # fmt: skip
    for code in bodies.values():
        body(code.removeprefix("test-"))
    history(260, now=RECEIVED, executors=bodies)
    version = learning.learn(ReaderVersion.Task.EXECUTOR, RECEIVED)
    assert version.state == "in_use" and version.card["figures"]["top1"][0] > version.card["before"]["top1"][0]
    executors._cached = None
    case = make_case(text_of("waste.container", random.Random(5)))
    with acting(SYSTEM, read_only=True):
        first = proposals(case, theme(), [place(HOME).pk])[0]
    assert (first.organisation.short_name, first.by_text) == ("мусор", True)
    assert first.why.startswith("по похожим сообщениям")
    row(body("по карте"), assigned=1)
    with acting(SYSTEM, read_only=True):
        assert [one.organisation.short_name for one in proposals(case, theme(), [place(HOME).pk])] == ["по карте"]
    Organisation.objects.filter(code="test-мусор").update(active=False)
    with acting(SYSTEM, read_only=True):
        told = proposals(reread(case.pk), None, [place(HOME).pk])
    assert "мусор" not in [one.organisation.short_name for one in told]
