"""Likeness of two texts: repeats meet, neighbours do not, and any text is borne."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from otklik.triage.evaluating.duplicates import fitted, measure, read_pairs
from otklik.triage.fingerprints import fingerprint, unpacked
from otklik.triage.likeness import SAME_FROM, Side, likeness, texts_alike

PAIRS = Path(__file__).parents[2] / "bench" / "exams" / "pairs.csv"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Нет воды", "Воды нет!!!"),
        ("Разбит люк колодца", "разрушен люк  колодца."),
        ("Вчера вечером не работал лифт на ул. Садовой, 12", "На Садовой 12 не работает лифт"),
        ("Огромная яма на дороге", "Яма на дороге"),
        ("Прорвало трубу отопления", "Прорвало трубу отоплен"),
        ("Прорвало трубу у магазина «Берёзка», заливает двор", "Заливает двор у магазина «Берёзка», прорвало трубу"),
    ],
)
def test_repeats_in_other_words_are_one(first: str, second: str) -> None:
    assert texts_alike(first, second).same
    assert texts_alike(second, first) == texts_alike(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Не работает лифт в доме 12 по улице Садовой", "Не работает лифт в доме 18 по улице Садовой"),
        ("Не убран снег на Садовой, ни пройти ни проехать", "Не убран снег на Лесной, ни пройти ни проехать"),
        ("Маршрут 17 не ходит по вечерам, ждём по часу", "Маршрут 24 не ходит по вечерам, ждём по часу"),
        ("Сухое дерево", "Сухое дерево над тротуаром"),
        ("Свалка у гаражей", "Не горит фонарь у гаражей"),
    ],
)
def test_the_same_trouble_elsewhere_is_another(first: str, second: str) -> None:
    assert not texts_alike(first, second).same


def test_numbers_that_part_two_texts_are_told() -> None:
    found = texts_alike("Не работает лифт в доме 12 по улице Садовой", "Не работает лифт в доме 18 по улице Садовой")
    assert "numbers" in found.reasons and not found.copy


def test_the_same_words_in_two_streets_are_two_problems_also_in_the_same_hour() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    words = fingerprint("С утра нет воды во всём доме, ни холодной, ни горячей")
    first = Side(words, settlement=1, street="садовая", house="12", at=now)
    assert not likeness(first, Side(words, settlement=1, street="лесная", house="12", at=now)).same


def test_other_words_of_one_house_within_hours_are_one_by_place_and_time() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    here = {"settlement": 1, "street": "садовая", "house": "12", "theme": "water.none", "group": "water"}
    first = Side(fingerprint("С утра сухие краны, ни умыться ни чай поставить"), at=now, **here)  # type: ignore[arg-type]
    second = Side(fingerprint("Нет холодной воды"), at=now + timedelta(hours=1), **here)  # type: ignore[arg-type]
    assert likeness(first, second).same
    assert not likeness(Side(first.print), Side(second.print)).same
    elsewhere = here | {"street": "лесная"}
    assert not likeness(first, Side(second.print, at=now, **elsewhere)).same  # type: ignore[arg-type]


def test_near_copies_are_told_apart_from_texts_about_one_matter() -> None:
    careless = "отключили свет на всей улице,холодильник течет"
    assert texts_alike("Отключили свет на всей улице, холодильник течёт", careless).copy
    assert not texts_alike("Отключили свет на всей улице", "Свет отключили ещё вчера, звоним третий день в сети").copy


@pytest.mark.parametrize("text", ["", "🙂", "\u200b", "a" * 100_000, "<script>alert(1)</script>", "水", "12 " * 50_000])
def test_any_text_is_borne_and_nothing_is_like_nothing(text: str) -> None:
    found = likeness(Side(fingerprint(text)), Side(fingerprint("Нет воды")))
    assert not found.same and not found.copy
    assert unpacked(fingerprint(text).packed()) == fingerprint(text)


def test_a_fingerprint_is_kept_small_and_comes_back_whole() -> None:
    mark = fingerprint("Во дворе дома 12 по улице Садовой третий день нет горячей воды. Просим Водоканал разобраться!")
    assert unpacked(mark.packed()) == mark
    assert len(mark.packed()) < 600
    assert unpacked(b"") is None and unpacked(b"\x00" * 40) is None and unpacked(mark.packed()[:-1]) is None


def test_pairs_of_real_messages_are_judged_as_a_person_did(trial_data: Path) -> None:
    pairs, left = read_pairs(PAIRS, trial_data / "messages" / "kursk_dev.csv", part="dev")
    figures, judged = measure(pairs, cross_validate=True)
    assert left == 0 and figures["n"] == len(judged) == 403
    assert figures["cross_validated"]["f1"] >= 0.85
    assert figures["place_told"]["f1"] >= 0.75
    assert figures["equal_texts"]["n"] == 81 and figures["other_words"]["n"] == 322
    assert figures["other_words"]["cross_validated"]["f1"] >= 0.78


def test_the_shipped_weights_are_what_the_open_pairs_give(trial_data: Path) -> None:
    pairs, _left = read_pairs(PAIRS, trial_data / "messages" / "kursk_dev.csv", part="dev")
    with (Path(__file__).parents[2] / "otklik/triage/likeness.csv").open(encoding="utf-8", newline="") as stream:
        shipped = {row["sign"]: float(row["weight"]) for row in csv.DictReader(stream)}
    assert fitted(pairs) == pytest.approx(shipped, abs=0.05)
    assert 0 < SAME_FROM < 1
