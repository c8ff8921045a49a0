"""Phrases tried by their first letters find exactly what one great pattern finds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.triage.personal import health, illnesses, people, spoken
from otklik.triage.personal.phrases import Phrases, Seen, in_small_letters

WORDS = """я мама дочь беременна на третьем месяце неделе в коме положении, сердце инфаркт после инсульта рак груди
    перелом шейки бедра группа инвалидности 2 группы восемь девятьсот 12 третьего мая диабет не ходит дом - по улице
    имени зовут Жалоба НА подпись: « около двадцать ой""".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("pattern", "head", "tail"),
    [
        (illnesses.ALWAYS, "(?<!-)", r"(?![а-яё])"),
        (illnesses.BESIDE_A_PERSON, "(?<!-)", r"(?![а-яё])"),
        (spoken.RUN.pattern, "", ""),
        (r"да(?:ть|нь?)?|[абв]\d{2}|(?:сам|сама)\sя|(?<!не\s)был[ао]?|(?:о|об)?нес", "", r"\b"),
    ],
)
@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=25), glue=st.sampled_from([" ", ", ", "\n", " и ", "-"]))
def test_phrases_find_what_one_pattern_finds(pattern, head, tail, words, glue):
    text = glue.join(words)
    whole = re.compile(rf"{head}(?<!\w)(?=\w)(?:{pattern}){tail}", re.IGNORECASE)
    found = [match.span() for match in Phrases(pattern, head=head, tail=tail).finditer(Seen(text))]
    assert found == [match.span() for match in whole.finditer(text)]


def test_small_letters_keep_every_place():
    assert in_small_letters("ДОМ İ Я") == "дом İ я"
    assert len(in_small_letters("İİ ЮЛЯ")) == 6


def test_groups_of_other_phrases_may_be_missing():
    one = Phrases(r"год (?P<year>\d+)|день (?P<day>\d+)").search(Seen("был день 5"))
    assert one is not None and one.groupdict() == {"day": "5"}


def test_what_stands_before_a_name_is_read_to_its_end():
    assert people.introduced(Seen("меня зовут ")) and people.introduced(Seen("накричала на "))
    assert not people.introduced(Seen("меня зовут на собрание в "))
    assert people.in_honour(Seen("на улице им. ")) and not people.in_honour(Seen("мастер "))
    assert next(iter(health.health(Seen("у мамы инфаркт"))), None) is not None
