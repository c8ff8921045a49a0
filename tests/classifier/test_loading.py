"""Loading a classifier: once or often, mended in place, nothing that a case may name is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from otklik.classifier.loading import ClassifierMissing, current, load
from otklik.classifier.models import ClassifierVersion, NotToConfuse, Theme, ThemeGroup
from otklik.classifier.reading import ClassifierSpec, NotToConfuseSpec, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def spec() -> ClassifierSpec:
    """The shipped words as a new edition, so that a database with the shipped one does not matter."""
    return replace(shipped(), code="trial-1", name="Проба")


def rows(version: ClassifierVersion) -> list[list[tuple[object, ...]]]:
    return [
        list(ClassifierVersion.objects.filter(pk=version.pk).values_list()),
        list(ThemeGroup.objects.filter(version=version).order_by("pk").values_list()),
        list(Theme.objects.filter(version=version).order_by("pk").values_list()),
        list(NotToConfuse.objects.filter(theme__version=version).order_by("pk").values_list()),
    ]


def test_everything_in_the_files_is_in_the_tables(spec: ClassifierSpec) -> None:
    version = load(spec)
    assert [theme.code for theme in version.themes.all()] == [theme.code for theme in spec.themes]
    theme = version.themes.get(code="water.no_supply")
    assert theme.synonyms == list(spec.by_code["water.no_supply"].synonyms)
    assert (theme.group.code, theme.importance, theme.fast, theme.retired) == ("water", 3, True, False)
    assert NotToConfuse.objects.filter(theme__version=version).count() == len(spec.not_to_confuse)


def test_a_second_load_changes_nothing_at_all(spec: ClassifierSpec) -> None:
    before = rows(load(spec))
    assert rows(load(spec)) == before


def test_changed_words_are_mended_in_place(spec: ClassifierSpec) -> None:
    version = load(spec)
    theme = version.themes.get(code="water.no_supply")
    mended = replace(spec.themes[0], name="Крыша протекла")
    again = load(replace(spec, themes=(mended, *spec.themes[1:])))
    assert again.themes.get(code=mended.code).name == "Крыша протекла"
    assert again.themes.get(code="water.no_supply").pk == theme.pk
    assert again.loaded_at > version.loaded_at


def test_a_theme_gone_from_the_files_is_kept_but_retired_and_comes_back(spec: ClassifierSpec) -> None:
    version = load(spec)
    gone = spec.themes[0].code
    pairs = tuple(edge for edge in spec.not_to_confuse if gone not in (edge.theme, edge.other))
    load(replace(spec, themes=spec.themes[1:], not_to_confuse=pairs))
    kept = version.themes.get(code=gone)
    assert kept.retired
    load(spec)
    kept.refresh_from_db()
    assert not kept.retired


def test_a_pair_gone_from_the_files_is_gone_and_a_changed_note_is_mended(spec: ClassifierSpec) -> None:
    version = load(spec)
    first = spec.not_to_confuse[0]
    load(replace(spec, not_to_confuse=(NotToConfuseSpec(first.theme, first.other, "Иначе сказано"),)))
    pair = NotToConfuse.objects.get(theme__version=version)
    assert pair.note == "Иначе сказано"


def test_a_theme_knows_what_it_is_confused_with_from_both_sides(spec: ClassifierSpec) -> None:
    version = load(spec)
    for code, other in (("water.no_supply", "water.hot_none"), ("water.hot_none", "water.no_supply")):
        found = {theme.code for theme, _ in version.themes.get(code=code).confused_with()}
        assert other in found


def test_a_retired_theme_is_not_offered_as_confused(spec: ClassifierSpec) -> None:
    version = load(spec)
    Theme.objects.filter(version=version, code="water.hot_none").update(retired=True)
    found = {theme.code for theme, _ in version.themes.get(code="water.no_supply").confused_with()}
    assert "water.hot_none" not in found and found


def test_the_edition_in_force_is_the_newest_that_is_valid_on_the_day(spec: ClassifierSpec) -> None:
    day = date(2090, 1, 1)
    first = load(replace(spec, code="trial-1", valid_from=day))
    second = load(replace(spec, code="trial-2", valid_from=day + timedelta(days=10)))
    assert current(day + timedelta(days=9)) == first
    assert current(day + timedelta(days=10)) == second


def test_a_day_before_any_edition_has_none() -> None:
    with pytest.raises(ClassifierMissing, match="не загружен"):
        current(date(1990, 1, 1))
