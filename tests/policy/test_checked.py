"""Rules whose article was not read are marked so, and the worked examples say the same."""

from otklik.policy.checked import QUOTED_ON_PAGES, UNCHECKED, how_known
from otklik.policy.reading import shipped_policies
from tests.policy.of_the_table import rows


def test_what_the_examples_call_unchecked_is_marked_and_nothing_else() -> None:
    said = {row["source"]: row["checked"] for row in rows() if "ФЗ" in row["source"]}
    assert {source for source, checked in said.items() if checked.startswith("нет")} == set(UNCHECKED)


def test_a_rule_has_one_mark() -> None:
    assert not set(QUOTED_ON_PAGES) & set(UNCHECKED)
    assert how_known("часть 3 статьи 13 59-ФЗ") == "в пересказе печати"


def test_the_marks_are_of_rules_that_stand_in_the_shipped_regulations() -> None:
    rules = [rule for versions in shipped_policies().values() for policy in versions for rule in policy.clocks]
    assert how_known("часть 1 статьи 12 59-ФЗ") == ""
    assert {rule.source for rule in rules if how_known(rule.source)} == {
        "часть 5 статьи 18 8-ФЗ", "часть 6 статьи 18 8-ФЗ", "часть 7 статьи 18 8-ФЗ",
    }
