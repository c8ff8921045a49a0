"""The texts of the demo region: many, varied, repeatable, whole, and about nobody."""

import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.classifier.reading import shipped
from otklik.operations.demo_texts import THEMES, DemoPlace, compose, how_often, invent_person
from otklik.operations.demo_texts.matters import matters
from otklik.operations.demo_texts.seasons import MONTHS, seasons
from otklik.operations.demo_texts.voices import manners
from otklik.triage.matching import PlacedTokens
from otklik.triage.tones import tones_in
from otklik.triage.words import tokens_of

VILLAGE = DemoPlace("Район на холмах", "хутор Полынный", "улица Садовая", "12")
TOWN = DemoPlace("Город у реки", "г. Заречный", "проспект Мира", "7а")
NO_STREET = DemoPlace("Район на холмах", "село Ясное")
PLACES = st.sampled_from([VILLAGE, TOWN, NO_STREET])


def everything(seed: int, theme: str, place: DemoPlace) -> tuple[str, ...]:
    message = compose(Random(seed), theme, place)
    return (
        message.text,
        message.title,
        *message.follow_ups,
        message.disagrees,
        message.thanks,
        message.task,
        message.interim,
        message.answer,
    )


def test_there_are_at_least_a_hundred_and_ten_themes_and_the_classifier_knows_them() -> None:
    assert len(set(THEMES)) == len(THEMES) >= 110
    assert set(THEMES) <= set(shipped().by_code)


def test_nearly_every_group_of_the_classifier_is_heard() -> None:
    heard = {code.partition(".")[0] for code in THEMES}
    assert {group.code for group in shipped().groups} - heard == set()


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_three_templates_and_many_different_texts(theme: str) -> None:
    assert len({saying.body for saying in matters()[theme].say}) >= 3
    assert len({compose(Random(seed), theme, VILLAGE).text for seed in range(40)}) >= 3


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32), theme=st.sampled_from(THEMES), place=PLACES)
def test_the_same_seed_gives_the_same_texts_and_no_slot_stays_open(
    seed: int, theme: str, place: DemoPlace
) -> None:
    texts = everything(seed, theme, place)
    assert texts == everything(seed, theme, place)
    for text in texts:
        assert not re.search(r"[{}]|None|\s\s|^\s|\s$", text), text


def test_every_template_can_be_filled() -> None:
    known = set(VILLAGE.slots) | set(manners().slots)
    for matter in matters().values():
        for words in (matter.title, matter.task, matter.plan, matter.done, *matter.more):
            assert set(re.findall(r"\{(\w*)\}", words)) <= known, matter.code
        for saying in matter.say:
            assert set(re.findall(r"\{(\w*)\}", saying.body)) <= known, matter.code


def test_all_voices_are_heard_and_short_and_polite_ones_most() -> None:
    rng = Random(3)
    voices = Counter(compose(rng, rng.choice(THEMES), TOWN).voice for _ in range(2000))
    assert set(voices) == {"short", "angry", "polite", "chancery", "misspelt"}
    assert min(voices.values()) > 100
    assert {voice for voice, _ in voices.most_common(2)} == {"short", "polite"}


def test_a_misspelt_text_still_names_the_place() -> None:
    rng = Random(11)
    texts = [
        m.text
        for m in (compose(rng, "water.no_supply", VILLAGE) for _ in range(300))
        if m.voice == "misspelt"
    ]
    assert texts and all("Садовая" in text for text in texts)


def test_the_task_gives_the_address_and_no_words_of_the_resident() -> None:
    rng = Random(1)
    for theme in THEMES:
        message = compose(rng, theme, VILLAGE)
        if message.task:
            assert message.task.endswith("Адрес: х. Полынный, ул. Садовая, 12.")
            assert message.text not in message.task


def test_a_place_without_street_gives_an_address_of_the_settlement_alone() -> None:
    assert compose(Random(1), "road.pothole", NO_STREET).task.endswith("Адрес: с. Ясное.")


def test_what_needs_no_work_has_no_task_and_spam_no_answer() -> None:
    thanks, spam = (compose(Random(1), code, TOWN) for code in ("feedback.thanks", "feedback.spam"))
    assert (thanks.task, thanks.interim) == ("", "") and thanks.answer
    assert (spam.task, spam.interim, spam.answer, spam.follow_ups) == ("", "", "", ())


def test_everything_else_has_task_interim_and_final_answer() -> None:
    idle = {"feedback.thanks", "feedback.spam", "feedback.chatter", "feedback.followup"}
    for theme in set(THEMES) - idle:
        message = compose(Random(1), theme, TOWN)
        assert message.task and message.interim and message.answer, theme
        assert message.interim != message.answer


def test_titles_are_neutral_short_and_differ_between_themes() -> None:
    titles = [matter.title for matter in matters().values()]
    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if len(title) > 60 or re.search(r"[!?{]", title)]


def test_people_are_repeatable_and_their_telephones_belong_to_nobody() -> None:
    rng = Random(7)
    people = [invent_person(rng) for _ in range(500)]
    again = Random(7)
    assert people == [invent_person(again) for _ in range(500)]
    assert all(re.fullmatch(r"\+7 900 000-\d\d-\d\d", person.phone) for person in people)
    assert len({person.full_name for person in people}) > 450


def test_names_agree_in_gender() -> None:
    rng = Random(2)
    for person in (invent_person(rng) for _ in range(300)):
        assert person.surname.endswith("а") == person.patronymic.endswith("на")


def test_seasons_name_only_known_themes_and_groups_and_have_twelve_months() -> None:
    known = set(THEMES) | {group.code for group in shipped().groups}
    assert set(seasons()) <= known
    assert all(len(line) == len(MONTHS) == 12 and min(line) >= 0 < max(line) for line in seasons().values())


def test_snow_is_of_winter_and_grass_of_summer() -> None:
    january = {theme: how_often(theme, 1) for theme in THEMES}
    july = {theme: how_often(theme, 7) for theme in THEMES}
    assert january["winter.road_snow"] > 10 and july["winter.road_snow"] == 0
    assert july["green.mowing"] > 10 and january["green.mowing"] == 0
    assert how_often("heat.start_date", 10) > how_often("heat.start_date", 1)


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_has_at_least_a_hundred_themes(month: int) -> None:
    assert sum(how_often(theme, month) > 0 for theme in THEMES) >= 100


def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(IndexError):
        how_often("road.pothole", 0)


@pytest.mark.parametrize("theme", THEMES)
def test_no_text_closes_its_case_by_sounding_like_a_call(theme: str) -> None:
    texts = {compose(Random(seed), theme, VILLAGE).text for seed in range(120)}
    loud = {text for text in texts if any(one.tone == "panic_call" for one in tones_in(text, _placed(text)))}
    assert loud == set()


def _placed(text: str) -> PlacedTokens:
    return PlacedTokens(tokens_of(text))
