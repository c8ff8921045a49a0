"""Which chain holds, whom its steps reach, and what happens where nobody is there."""

import pytest

from otklik.cases.escalation_rules import SHIPPED, Chain, Reached, Step, pick, resolve, steps_from, stored
from otklik.failures import BadInput

KAMYSHIN, CITY, DISTRICT = 7, 3, 4
OWN, HEAD, COORDINATOR, SUBSTITUTE, CURATOR = 1, 2, 3, 4, 5
PEOPLE = {"owner": [OWN], "coordinator": [COORDINATOR], "head": [HEAD], "curator": [CURATOR]}
USUAL = SHIPPED[0]


def chain(territory: int | None, regime: str = "", importance: int = 0, version: int = 1) -> Chain:
    return Chain(territory, regime, importance, version, (Step(100, None, ("head",)),))


@pytest.mark.parametrize(
    ("set_by_people", "places", "regime", "importance", "chosen"),
    [
        ([], [KAMYSHIN], "social", 2, SHIPPED[0]),
        ([], [KAMYSHIN], "law59", 4, SHIPPED[1]),
        ([chain(KAMYSHIN)], [KAMYSHIN], "social", 2, chain(KAMYSHIN)),
        ([chain(KAMYSHIN)], [CITY], "social", 2, SHIPPED[0]),
        ([chain(KAMYSHIN)], [KAMYSHIN], "social", 4, SHIPPED[1]),  # what holds for danger is not undone by the usual
        ([chain(None)], [KAMYSHIN], "social", 2, chain(None)),
        ([chain(None), chain(CITY)], [DISTRICT, CITY], "pos", 2, chain(CITY)),
        ([chain(DISTRICT), chain(CITY)], [DISTRICT, CITY], "pos", 2, chain(DISTRICT)),
        ([chain(CITY), chain(None, "law59")], [CITY], "law59", 2, chain(None, "law59")),
        ([chain(CITY, "law59"), chain(None, "law59")], [CITY], "law59", 2, chain(CITY, "law59")),
        ([chain(CITY, "law59"), chain(None, "", 3)], [CITY], "law59", 3, chain(None, "", 3)),
        ([chain(None, version=1), chain(None, version=2)], [CITY], "social", 1, chain(None, version=2)),
    ],
)
def test_the_most_specific_chain_holds(set_by_people, places, regime, importance, chosen) -> None:
    assert pick(set_by_people, places, regime, importance) == chosen


@pytest.mark.parametrize(
    ("percents", "people", "stands", "reached"),
    [
        ([50], PEOPLE, {}, Reached((OWN,))),
        ([80], PEOPLE, {}, Reached((OWN, COORDINATOR))),
        ([50, 80, 100], PEOPLE, {}, Reached((OWN, COORDINATOR, HEAD))),
        ([50], PEOPLE, {OWN: SUBSTITUTE}, Reached((OWN,), {OWN: SUBSTITUTE})),
        ([80], PEOPLE, {OWN: None}, Reached((COORDINATOR,), nobody=("owner",))),
        ([50], PEOPLE, {OWN: None}, Reached((COORDINATOR,), nobody=("owner",), moved_on=True)),
        ([50], PEOPLE, {OWN: None, COORDINATOR: None},
         Reached((HEAD,), nobody=("owner", "coordinator"), moved_on=True)),
        ([50], PEOPLE | {"owner": []}, {}, Reached((COORDINATOR,), nobody=("owner",), moved_on=True)),
        ([100], {"curator": [CURATOR]}, {},
         Reached((CURATOR,), nobody=("owner", "coordinator", "head"), moved_on=True)),
        ([100], {}, {}, Reached((), nobody=("owner", "coordinator", "head", "curator"), moved_on=True)),
        ([50], PEOPLE | {"owner": [OWN, 9]}, {OWN: None}, Reached((9,))),
    ],
)  # fmt: skip
def test_a_step_reaches_who_is_there_or_stood_in_for_else_the_next_one(percents, people, stands, reached) -> None:
    assert resolve(USUAL, USUAL.at(percents), people, stands) == reached


def test_a_later_step_reaches_the_curator_and_beyond_the_last_nobody_is_invented() -> None:
    (later,) = USUAL.later
    assert resolve(USUAL, [later], PEOPLE, {}).to == (HEAD, CURATOR)
    assert resolve(USUAL, [later], PEOPLE, {HEAD: None, CURATOR: None}) == Reached((), nobody=("head", "curator"))


def test_steps_are_stored_and_read_back() -> None:
    assert all(steps_from(stored(one.steps)) == one.steps for one in SHIPPED)


@pytest.mark.parametrize(
    "wrong",
    [
        "steps", [{"at": 80, "to": []}], [{"at": 80, "to": ["mayor"]}], [{"at": 70, "to": ["head"]}],
        [{"to": ["head"]}], [{"at": 80, "after": 2, "to": ["head"]}], [{"after": 0, "to": ["head"]}],
        [{"after": 201, "to": ["head"]}], [{"at": 80, "to": ["head"]}] * 2, [{"at": 80, "to": ["head"]}] * 9,
        [{"after": "4", "to": ["head"]}],
    ],
)  # fmt: skip
def test_what_is_no_chain_is_refused_in_words(wrong) -> None:
    with pytest.raises(BadInput):
        steps_from(wrong)
