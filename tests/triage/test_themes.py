"""Themes are found by names and synonyms in any form and order, and show the words they stand on."""

import csv
import random
import time
from pathlib import Path

import pytest

from otklik.classifier.reading import shipped
from otklik.triage import Hints, Knowledge, ThemeEntry, understand

SMALL = Knowledge(
    (
        ThemeEntry(
            "light.off",
            "Фонари не горят",
            "light",
            "Освещение",
            ("не горит фонарь", "освещение не работает"),
            2,
            "lights",
        ),
        ThemeEntry(
            "light.none",
            "Поставить фонари",
            "light",
            "Освещение",
            ("установить фонарь", "нет фонарей"),
            1,
            "lights",
        ),
        ThemeEntry("water.none", "Пропала вода", "water", "Вода", ("нет воды", "отключить воду"), 3, "water"),
        ThemeEntry(
            "water.burst", "Прорвало трубу", "water", "Вода", ("прорвать трубу", "порыв трубы"), 3, "water"
        ),
        ThemeEntry(
            "waste.full", "Не вывозят мусор", "waste", "Отходы", ("не вывозить мусор", "бак"), 2, "waste"
        ),
        ThemeEntry("gas.smell", "Пахнет газом", "gas", "Газ", ("газ",), 4, "gas"),
        ThemeEntry("feedback.thanks", "Спасибо", "feedback", "Отзывы", ("спасибо", "благодарность"), 0, ""),
    ),
    None,
    "v1",
)


def themes_of(text: str, hints: Hints | None = None, knowledge: Knowledge = SMALL) -> list[str]:
    return [guess.code for guess in understand(text, hints or Hints(), knowledge).themes]


@pytest.fixture(scope="module")
def shipped_knowledge() -> Knowledge:
    spec = shipped()
    groups = {group.code: group.name for group in spec.groups}
    return Knowledge(
        tuple(
            ThemeEntry(t.code, t.name, t.group, groups[t.group], t.synonyms, t.importance, t.executor_kind)
            for t in spec.themes
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "Не горят фонари",
        "Фонарь у школы не горит",
        "фонарей много, но ни один не горит",
        "ФОНАРИ НЕ ГОРЯТ!!!",
        "у нас не горел фонарь",
    ],
)
def test_forms_order_and_words_between_do_not_matter(text):
    assert themes_of(text)[0] == "light.off"


def test_both_aspects_and_the_noun_of_a_verb_meet():
    assert all(
        themes_of(text)[0] == "water.none" for text in ("воду отключили", "отключают воду", "отключение воды")
    )


def test_words_of_two_sentences_do_not_make_a_phrase():
    assert "water.burst" not in themes_of(
        "Купили новую трубу. Вчера в магазине. Там ещё товар. Плотину прорвало."
    )


def test_a_guess_shows_where_its_words_stand():
    text = "Добрый день! Во дворе третий день не вывозят мусор."
    (guess,) = understand(text, Hints(), SMALL).themes
    assert [text[word.start : word.end] for word in guess.words] == ["не", "вывозят", "мусор"]
    assert guess.name == "Не вывозят мусор" and guess.is_sure


def test_at_most_three_themes_and_the_longer_phrase_first():
    found = themes_of("Нет фонарей, нет воды, прорвало трубу, мусор не вывозят из баков")
    assert len(found) == 3
    assert found[0] == "waste.full"


def test_a_text_about_nothing_known_has_no_theme_and_usual_importance():
    read = understand("Сегодня хорошая погода", Hints(), SMALL)
    assert read.themes == () and read.importance == 2 and "не распознана" in read.importance_reason


def test_politeness_is_no_theme():
    assert themes_of("Здравствуйте! Нет воды. Заранее спасибо!") == ["water.none"]
    assert themes_of("Поставьте фонарь, пожалуйста. Спасибо")[0] == "light.none"


def test_the_theme_named_by_the_source_goes_first():
    read = understand("Нет воды", Hints(theme_code="waste.full"), SMALL)
    assert [guess.code for guess in read.themes] == ["waste.full", "water.none"]
    assert read.themes[0].from_source and not read.themes[1].from_source
    assert read.executor_kind == "waste"
    assert themes_of("Нет воды", Hints(theme_code="no.such")) == ["water.none"]


def test_importance_is_the_greatest_with_its_reason():
    assert understand("Нет воды", Hints(), SMALL).importance == 3
    assert understand("Нет воды", Hints(importance=1), SMALL).importance == 3
    told = understand("Нет фонарей", Hints(importance=3), SMALL)
    assert (told.importance, told.importance_reason) == (3, "Указана источником")
    assert "«Пропала вода»" in understand("Нет воды", Hints(), SMALL).importance_reason


def test_a_lone_word_does_not_make_a_message_critical():
    assert understand("Счёт за газ", Hints(), SMALL).importance == 3
    assert understand("Пахнет газом", Hints(), SMALL).importance == 4


def test_knowledge_carries_its_stamp():
    assert understand("Нет воды", Hints(), SMALL).stamp == "v1"


def test_most_of_our_own_sentences_find_their_theme(shipped_knowledge):
    with Path(__file__).with_name("own_sentences.csv").open(encoding="utf-8", newline="") as source:
        sentences = [(line["code"], line["sentence"]) for line in csv.DictReader(source)]
    known = {theme.code for theme in shipped_knowledge.themes}
    sentences = [(code, text) for code, text in sentences if code in known]
    assert len(sentences) >= 60
    within_three = sum(code in themes_of(text, Hints(), shipped_knowledge) for code, text in sentences)
    first = sum(themes_of(text, Hints(), shipped_knowledge)[:1] == [code] for code, text in sentences)
    assert within_three >= 0.85 * len(sentences)
    assert first >= 0.75 * len(sentences)


def test_knowledge_is_built_in_a_second_of_work(shipped_knowledge):
    started = time.process_time()
    Knowledge(shipped_knowledge.themes)
    assert time.process_time() - started < 1


def test_a_hundred_messages_a_second(shipped_knowledge):
    with Path(__file__).with_name("own_sentences.csv").open(encoding="utf-8", newline="") as source:
        sentences = [line["sentence"] for line in csv.DictReader(source)]
    chooser = random.Random(3)
    texts = [" ".join(chooser.sample(sentences, 3)) for _ in range(200)]
    started = time.process_time()
    for text in texts:
        understand(text, Hints(), shipped_knowledge)
    assert len(texts) / (time.process_time() - started) > 100


def test_a_text_of_a_hundred_thousand_characters_takes_a_bounded_time(shipped_knowledge):
    text = "не горит фонарь, прорвало трубу, нет воды в доме " * 2_100
    started = time.process_time()
    read = understand(text, Hints(), shipped_knowledge)
    assert time.process_time() - started < 1.5
    assert read.is_cut and read.themes
