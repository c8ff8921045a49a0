"""Danger to life is heard in any words of the table; what only sounds like it is not."""

import csv
from pathlib import Path

import pytest

import otklik.triage.dangers as dangers
from otklik.triage import Hints, Knowledge, understand
from otklik.triage.words import NO, tokens_of

NOTHING = Knowledge(())
# Words that mean danger all alone.
LONE = {
    "обрушение", "пожар", "возгорание", "полыхает", "суицид", "самоубийство", "повеситься", "стрельба", "изнасилование",
    "изнасиловали", "граната", "взрывчатка", "заминировали", "взорвался", "взорвалось", "взрыв", "ртуть", "угорели",
    "передозировка", "повешусь",
}  # fmt: skip


def codes(text: str) -> set[str]:
    return {danger.code for danger in understand(text, Hints(), NOTHING).dangers}


@pytest.mark.parametrize(
    "code,text",
    [
        ("gas_smell", "Во втором подъезде сильный запах газа"),
        ("gas_smell", "На улице Мира второй день газом воняет"),
        ("wire_down", "После бури висит оголённый провод у садика"),
        ("wire_down", "провод упал прямо на тротуар"),
        ("wire_down", "Оборваны провода, искрит столб"),
        ("electric_shock", "Ребёнка ударило током от столба"),
        ("open_manhole", "Открытый люк возле школы"),
        ("open_manhole", "У дома 5 отсутствует крышка люка"),
        ("open_manhole", "ребёнок чуть не провалился в колодец"),
        ("collapse", "Рухнул балкон на третьем этаже"),
        ("collapse", "Угроза обрушения стены"),
        ("fire", "Горит дом на Садовой!"),
        ("fire", "за гаражами пожар, звоним не дозвониться"),
        ("fire", "Горит сухая трава, огонь идёт к домам"),
        ("dog_attack", "Стая собак напала на девочку"),
        ("dog_attack", "моего сына покусала бродячая собака"),
        ("suicide", "Не хочу больше жить, помогите"),
        ("suicide", "сосед говорит что повесится"),
        ("poisoned_water", "Всем подъездом отравились водой из крана"),
        ("tree_fall", "Дерево упало на человека у остановки"),
        ("lift_stuck", "Мы застряли в лифте, диспетчер не отвечает"),
        ("drowning", "Мальчик провалился под лёд"),
        ("child_alone", "Пропал ребёнок, 7 лет, синяя куртка"),
        ("person_dying", "Человек лежит без сознания на остановке"),
        ("person_dying", "Скорая не едет уже два часа"),
        ("road_collapse", "Провалился асфальт, машина в яме"),
        ("hot_water_burst", "Бьёт кипяток из-под земли"),
        ("explosive", "В посадке нашли снаряд"),
        ("explosive", "обломки БПЛА во дворе"),
        ("violence", "Мужик бегает с ножом по двору"),
        ("ice_fall", "Сосулька упала на человека"),
    ],
)
def test_danger_is_heard(code, text):
    read = understand(text, Hints(), NOTHING)
    assert code in {danger.code for danger in read.dangers}
    assert read.importance == 4 and read.kind == "complaint"
    assert read.importance_reason and read.dangers[0].service
    for danger in read.dangers:
        assert all(text[word.start : word.end].lower() == word.word for word in danger.words)


@pytest.mark.parametrize(
    "text",
    [
        "Не горит свет в подъезде нашего дома",
        "Фонарь горит днём возле дома",
        "Во всём доме горит свет, расточительство",
        "Пожарная часть обещала приехать с лекцией",
        "Что делать в случае пожара?",
        "После пожара не могу получить справку",
        "Газом не пахнет, просто проверьте плиту",
        "Повесьте знак у школы",
        "Просим построить дом культуры",
        "Улица утонула в грязи",
        "Собака потерялась, помогите найти",
        "Дети ходят по льду к остановке, посыпьте песком",
        "Когда откроют новый магазин?",
        "Не хочу жить в этом бардаке, уберите мусор",
        "Стреляют петардами во дворе",
        "В доме плохо топят",
    ],
)
def test_what_only_sounds_like_danger_is_not(text):
    assert not codes(text)


def test_each_rule_has_a_reason_and_whom_to_call():
    with Path(dangers.__file__).with_name("dangers.csv").open(encoding="utf-8", newline="") as source:
        rules = list(csv.DictReader(source))
    assert len(rules) >= 20
    assert len({rule["code"] for rule in rules}) == len(rules)
    assert all(rule["reason"] and rule["service"] and rule["phrases"] for rule in rules)


def test_no_phrase_shrinks_to_one_common_word():
    """«провод на земле» may lose its preposition, but «дом под водой» must not become «дом»."""
    alarms, _exceptions, _sayings = dangers._tables()
    shrunk = {
        phrase.written
        for phrase in alarms.phrases
        if sum(NO not in word for word in phrase.words) < 2
        and NO not in {form for word in phrase.words for form in word}
    }
    assert shrunk <= LONE


def test_every_phrase_of_the_table_is_heard():
    alarms, _exceptions, _sayings = dangers._tables()
    deaf = [phrase.written for phrase in alarms.phrases if phrase.owner.code not in codes(phrase.written)]
    assert not deaf
    assert all(tokens_of(phrase.written) for phrase in alarms.phrases)
