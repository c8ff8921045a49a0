"""The words that come with the program: enough of them, each different, none borrowed."""

import csv
import os
from collections import defaultdict
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from pathlib import Path

import pymorphy3
import pytest

from otklik.classifier.reading import ClassifierSpec, ThemeSpec, shipped

TRIAL_DATA = Path(os.environ.get("OTKLIK_TRIAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
OTHER_REGION = TRIAL_DATA / "messages" / "themes_of_another_region.csv"
NEAR = 0.8

# Words that two themes of different groups may share though nobody confuses them: (words, theme, theme).
ALLOWED_SHARED: frozenset[tuple[str, str, str]] = frozenset()


@pytest.fixture(scope="module")
def classifier() -> ClassifierSpec:
    return shipped()


@cache
def lemma(word: str) -> str:
    return str(analyzer().parse(word)[0].normal_form).replace("ё", "е")


@cache
def analyzer() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()


def lemmas(phrase: str) -> str:
    return " ".join(lemma(word) for word in phrase.lower().split())


@cache
def known_lemmas(theme: ThemeSpec) -> frozenset[str]:
    return frozenset(lemmas(words) for words in theme.synonyms)


def alike(one: str, two: str, limit: float) -> bool:
    """Whether two names are likelier the same than `limit` (0–1), as written or with the words put in order."""
    one, two = one.lower().replace("ё", "е"), two.lower().replace("ё", "е")
    in_order = (" ".join(sorted(one.split())), " ".join(sorted(two.split())))
    for pair in ((one, two), in_order):
        matcher = SequenceMatcher(None, *pair)
        if matcher.real_quick_ratio() > limit < matcher.quick_ratio() and matcher.ratio() > limit:
            return True
    return False


def near_duplicates(one: ThemeSpec, two: ThemeSpec) -> bool:
    words, others = known_lemmas(one), known_lemmas(two)
    return alike(one.name, two.name, NEAR) or len(words & others) > min(len(words), len(others)) / 2


def test_there_are_about_twenty_five_groups_and_each_has_several_themes(classifier: ClassifierSpec) -> None:
    assert 25 <= len(classifier.groups) <= 30
    sizes = {group.code: 0 for group in classifier.groups}
    for theme in classifier.themes:
        sizes[theme.group] += 1
    assert min(sizes.values()) >= 5


def test_two_hundred_themes_remain_when_near_duplicates_count_once(classifier: ClassifierSpec) -> None:
    kept: list[ThemeSpec] = []
    for theme in classifier.themes:
        if not any(near_duplicates(theme, other) for other in kept):
            kept.append(theme)
    assert len(kept) >= 220


def test_names_are_short_enough_for_a_button(classifier: ClassifierSpec) -> None:
    assert not [theme.name for theme in classifier.themes if len(theme.name) > 45]


def test_every_theme_says_in_one_line_what_it_is_for(classifier: ClassifierSpec) -> None:
    for theme in classifier.themes:
        assert 20 <= len(theme.help) <= 160, theme.code
        assert "\n" not in theme.help
        assert not alike(theme.name, theme.help, NEAR), theme.code


def test_every_theme_has_from_four_to_sixteen_words_of_residents(classifier: ClassifierSpec) -> None:
    assert not [theme.code for theme in classifier.themes if not 4 <= len(theme.synonyms) <= 16]


def test_each_pair_not_to_confuse_explains_the_choice(classifier: ClassifierSpec) -> None:
    assert len(classifier.not_to_confuse) >= 80
    assert not [edge for edge in classifier.not_to_confuse if len(edge.note) < 15]
    touched = {code for edge in classifier.not_to_confuse for code in (edge.theme, edge.other)}
    assert len(touched) > len(classifier.themes) / 2


def test_words_shared_by_two_groups_have_a_pair_not_to_confuse(classifier: ClassifierSpec) -> None:
    pairs = {frozenset((edge.theme, edge.other)) for edge in classifier.not_to_confuse}
    owners = defaultdict(set)
    for theme in classifier.themes:
        for words in theme.synonyms:
            owners[lemmas(words)].add(theme.code)
    unexplained = [
        (words, one, two)
        for words, codes in owners.items()
        for one, two in combinations(sorted(codes), 2)
        if one.partition(".")[0] != two.partition(".")[0]
        and frozenset((one, two)) not in pairs
        and (words, one, two) not in ALLOWED_SHARED
    ]
    assert unexplained == []


def test_danger_to_life_is_marked_and_always_fast(classifier: ClassifierSpec) -> None:
    critical = {theme.code for theme in classifier.themes if theme.importance == 4}
    assert {"gas.smell", "power.wire_down", "safety.life_threat", "safety.fire", "animals.bite"} <= critical
    assert all(classifier.by_code[code].fast for code in critical)
    assert len(critical) < 20, "the highest mark loses its worth when many have it"


def test_what_is_no_incident_needs_no_executor_and_has_no_importance(classifier: ClassifierSpec) -> None:
    for code in ("feedback.thanks", "feedback.spam", "feedback.chatter"):
        theme = classifier.by_code[code]
        assert (theme.executor_kind, theme.importance, theme.fast) == ("none", 0, False)


def test_every_kind_of_executor_is_used_and_explained(classifier: ClassifierSpec) -> None:
    used = {theme.executor_kind for theme in classifier.themes}
    assert {kind.code for kind in classifier.executor_kinds} == used
    assert all(kind.help for kind in classifier.executor_kinds)


def test_a_pair_is_found_from_both_sides(classifier: ClassifierSpec) -> None:
    assert "water.hot_none" in {theme.code for theme, _ in classifier.confused_with("water.no_supply")}
    assert "water.no_supply" in {theme.code for theme, _ in classifier.confused_with("water.hot_none")}


@pytest.mark.skipif(not OTHER_REGION.exists(), reason="no trial data: themes_of_another_region.csv")
def test_names_are_not_those_of_another_region(classifier: ClassifierSpec) -> None:
    with OTHER_REGION.open(encoding="utf-8") as lines:
        others = {row["topic"].lstrip("★ ") for row in csv.DictReader(lines)}
    borrowed = [
        (theme.name, other)
        for theme in classifier.themes
        for other in others
        if alike(theme.name, other, 0.7)
    ]
    assert borrowed == []
