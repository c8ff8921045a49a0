"""The table of outcomes by law, read as a lawyer would: every row whole, every letter fillable, every name compared."""

from datetime import date

import pytest

from otklik.cases.models import Case, Inquiry, Registration
from otklik.cases.outcome_rules import (
    AUTHORISED,
    BESIDE,
    LETTERS,
    NEEDS,
    NOTICES,
    PLACEHOLDERS,
    TO_BODIES,
    Complained,
    Earlier,
    earlier_of,
    earlier_text,
    letter_text,
    may_decide,
    placeholders_of,
    same_body,
)
from otklik.cases.outcome_table import BY_CODE, RULES
from otklik.organisations.models import RoleAssignment
from otklik.policy.checked import how_known

# Where a place of a letter is filled from: what the person is asked for, or what is known of the registration.
FILLED_BY = {"reason": "reason", "body": "body", "url": "url", "published": "url", "act": "act", "stopped": "stop",
             "complained": "complained"}  # fmt: skip
LAWS = {"law59": "59-ФЗ", "law8": "8-ФЗ"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_row_names_its_article_who_decides_and_fills_its_letter(rule):
    assert rule.article.startswith(("часть ", "части ", "пункт "))
    assert rule.law.endswith("59-ФЗ" if rule.regime == "law59" else "8-ФЗ")
    assert str(rule.name)
    assert str(rule.when).endswith(".")
    assert rule.deciders
    assert rule.deciders <= {*RoleAssignment.Role.values, AUTHORISED}
    assert "head" in rule.deciders
    assert rule.needs <= NEEDS
    assert rule.ended_by in ("", *Registration.EndedBy.values)
    assert rule.outcome in ("", *Case.Outcome.values)
    assert bool(rule.ended_by) == bool(rule.outcome)
    assert bool(rule.template) == (rule.anonymous != "only"), "what is left without an answer has no letter"
    places = placeholders_of(rule.template)
    assert places <= PLACEHOLDERS
    if rule.template:
        assert {"number", "registered"} <= places
    for place in places - {"number", "registered", "earlier"}:
        assert FILLED_BY[place] in rule.needs, place
    if "earlier" in places:
        assert rule.needs & {"earlier", "stop"}
    assert bool(rule.least_earlier) == ("earlier" in rule.needs)
    assert ("reason" in rule.needs) == bool(str(rule.reason_label))
    assert rule.sends_on == ("body" in rule.needs) == (rule.ended_by == "forwarded")
    assert bool(rule.covering) == rule.sends_on, "what goes to a body goes with a letter"
    assert ("also" in rule.needs) == bool(str(rule.also_label))
    assert "also" not in rule.needs or "body" in rule.needs


def test_codes_are_of_one_row_each_and_no_letter_is_left_over():
    assert len(BY_CODE) == len(RULES)
    assert set(LETTERS) == {rule.code for rule in RULES if rule.anonymous != "only"}
    kinds = {kind for kind, _label in Inquiry.Kind.choices}
    asking = kinds | {f"l8_{kind}" for kind in kinds - {Inquiry.Kind.COPY}}
    assert set(TO_BODIES) == {rule.code for rule in RULES if rule.sends_on} | asking
    assert set(NOTICES) == {f"{law}_{what}" for law in LAWS for what in ("extended", "forwarded")}


@pytest.mark.parametrize("text", [*TO_BODIES.values(), *NOTICES.values()])
def test_a_letter_beside_the_decisions_names_the_appeal_its_law_and_nobody(text):
    places = placeholders_of(text)
    assert {"number", "registered"} <= places <= BESIDE
    assert not places & {"addressee", "name", "address"}


@pytest.mark.parametrize("text", TO_BODIES.values())
def test_what_goes_with_the_appeal_to_a_body_does_not_repeat_its_words(text):
    assert "{reason}" not in text


@pytest.mark.parametrize(
    ("code", "days"),
    [("forward", 7), ("migration", 5), ("court", 7), ("unclear", 7), ("unreadable", 7), ("published", 7),
     ("stopped", None), ("abuse", None), ("secret", None), ("site_answer", None), ("l8_forward", 7),
     ("l8_clarify", None)],
)
def test_limits_are_those_of_the_law(code, days):
    assert BY_CODE[code].days == days


@pytest.mark.parametrize("code", ["stopped", "same_stopped", "abuse", "secret", "l8_restricted"])
def test_what_the_law_gives_to_the_head_is_no_coordinators_decision(code):
    rule = BY_CODE[code]
    assert may_decide(rule, {"head"})
    assert may_decide(rule, {"operator", AUTHORISED})
    assert not may_decide(rule, {"operator", "coordinator", "approver", "curator"})


def test_what_was_typed_into_a_letter_is_put_in_as_it_is():
    rule = BY_CODE["court"]
    letter = letter_text(rule, {"number": "А-1", "registered": "05.03.2026", "reason": "в {number} суд, {0} %s"})
    assert "в {number} суд, {0} %s" in letter
    assert "№ А-1" in letter
    assert "____" in letter_text(rule, {"number": "А-1"}), "what is not known is left to be filled by hand"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Администрация г. Заречья", "администрации города Заречья", True),
        ("ООО «УК Юг»", "УК Юг", True), ("Глава города", "Глава города Пробный И. Л.", True),
        ("Прокуратура города Заречья", "Администрация города Заречья", False),
        ("ООО «УК Юг»", "ООО «УК Уют»", False), ("Комитет дорог", "Комитет образования", False),
        ("", "Администрация", False), ("ООО", "ООО", False),
    ],
)
def test_two_ways_of_writing_one_body_are_one(one, other, same):
    assert same_body(one, other) is same
    assert same_body(other, one) is same


def test_whom_a_complaint_is_about_is_known_by_id_and_by_name():
    whom = Complained(frozenset({3, 7}), ("Администрация города Заречья", "Отдел дорог"))
    assert whom.forbids(7, "")
    assert whom.forbids(None, "отдел дорог администрации")
    assert not whom.forbids(8, "Прокуратура")
    assert not Complained().forbids(1, "кто угодно")


def test_earlier_answers_are_read_as_people_write_them():
    found = earlier_of("№ 12-о от 03.02.2026\n\n исх. 5/1 от 3.4.2026 г.\n№ 7 от 1.1.2025")
    assert found == [
        Earlier("12-о", date(2026, 2, 3)), Earlier("5/1", date(2026, 4, 3)), Earlier("7", date(2025, 1, 1)),
    ]
    assert earlier_text(found[:2]) == "№ 12-о от 03.02.2026, № 5/1 от 03.04.2026"


@pytest.mark.parametrize("line", ["12-о", "№ 5 от 31.02.2026", "от 03.02.2026", "№ 5 от вчера", "№ 1 от 1.1.26"])
def test_what_is_no_number_and_day_is_told(line):
    with pytest.raises(ValueError, match=line[:4]):
        earlier_of(line)


def test_what_was_not_read_is_marked_alike_in_the_table_of_outcomes_and_beside_the_limits():
    apart = [rule.code for rule in RULES if how_known(f"{rule.law} {LAWS[rule.regime]}") and rule.checked]
    assert apart == []
