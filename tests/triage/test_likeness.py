"""Likeness of two texts: repeats meet, neighbours do not, and any text is borne."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from otklik.triage.evaluating.duplicates import fitted, measure, read_pairs
from otklik.triage.fingerprints import fingerprint, unpacked
from otklik.triage.likeness import SAME_FROM, Side, likeness, texts_alike
from otklik.triage.matters import one_matter

PAIRS = Path(__file__).parents[2] / "bench" / "exams" / "pairs.csv"
MORE = Path(__file__).with_name("likeness_pairs_more.csv")  # read by the rules of the exam; to learn from


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
    found = texts_alike("Маршрут 17 не ходит по вечерам, ждём по часу", "Маршрут 24 не ходит по вечерам, ждём по часу")
    assert "numbers" in found.reasons and not found.copy
    lift = texts_alike("Не работает лифт в доме 12 по улице Садовой", "Не работает лифт в доме 18 по улице Садовой")
    assert "other_house" in lift.reasons and not lift.copy


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
    texts = trial_data / "messages" / "kursk_dev.csv"
    pairs, left = read_pairs(PAIRS, texts, part="dev")
    figures, judged = measure(pairs, cross_validate=True, more=read_pairs(MORE, texts)[0])
    assert left == 0 and figures["n"] == len(judged) == 403
    assert figures["cross_validated"]["f1"] >= 0.92
    assert figures["place_told"]["f1"] >= 0.85
    assert figures["equal_texts"]["n"] == 81 and figures["other_words"]["n"] == 322
    assert figures["other_words"]["cross_validated"]["f1"] >= 0.86


def test_the_shipped_weights_are_what_the_open_pairs_give(trial_data: Path) -> None:
    texts = trial_data / "messages" / "kursk_dev.csv"
    pairs = read_pairs(PAIRS, texts, part="dev")[0] + read_pairs(MORE, texts)[0]
    with (Path(__file__).parents[2] / "otklik/triage/likeness.csv").open(encoding="utf-8", newline="") as stream:
        shipped = {row["sign"]: float(row["weight"]) for row in csv.DictReader(stream)}
    assert fitted(pairs) == pytest.approx(shipped, abs=0.05)
    assert 0 < SAME_FROM < 1


def test_what_is_learnt_from_shares_no_message_with_the_closing_part() -> None:
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        closing = {row[side] for row in csv.DictReader(stream) if row["part"] == "closing" for side in ("a", "b")}
    with MORE.open(encoding="utf-8", newline="") as stream:
        learnt = list(csv.DictReader(stream))
    assert len(learnt) >= 450 and not closing & {row[side] for row in learnt for side in ("a", "b")}


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("Яма на проезжей части по улице Садовой", "На ул. Лесной яма на проезжей части", "other_street"),
        ("Не горит фонарь у дома 7 по Садовой", "Фонарь не горит у дома № 3 по ул. Садовая", "other_house"),
        ("Нет урны у дома Садовая 12", "Нет урны возле дома Лесная 40", "other_street"),
    ],
)
def test_streets_and_houses_named_in_the_texts_part_them(first: str, second: str, reason: str) -> None:
    found = texts_alike(first, second)
    assert not found.same and not found.copy and reason in found.reasons


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Домов 71, 73 и 75 по ул. Садовой мусор не вывозят", "Садовая, д. 73: мусор не вывозят, баки полные"),
        ("Лесная 77\\2, нет света", "Нет света в доме 77/2 по улице Лесной"),
        ("Ленина 97 корп. 2, провалился грунт у подъезда", "г. Энск, ул. Ленина 97/2 провалился грунт"),
    ],
)
def test_one_address_written_otherwise_is_one(first: str, second: str) -> None:
    assert fingerprint(first).addresses & fingerprint(second).addresses
    assert not {"other_house", "other_street"} & set(texts_alike(first, second).reasons)


def test_one_place_with_two_troubles_is_two_problems() -> None:
    assert not texts_alike("Во дворе Садовая 12 сухое дерево", "Садовая 12, разбит люк во дворе").same
    assert not texts_alike("У дома Садовая 12 нет света", "Возле Садовой, 12 грызутся собаки").same


def test_where_the_writer_lives_parts_nothing_when_the_place_is_known() -> None:
    here = {"settlement": 1, "street": "садовая", "house": "12"}
    first = Side(fingerprint("Живу на Лесной 3, яма на Садовой 12 у магазина"), **here)  # type: ignore[arg-type]
    second = Side(fingerprint("Яма у магазина, сам я с улицы Мира, дом 5"), **here)  # type: ignore[arg-type]
    assert likeness(first, second).same


def test_the_words_of_matters_are_learnt_from_what_is_shipped() -> None:
    waste, tree = _words("Свалка за гаражами, горы отходов"), _words("Сухое дерево вот-вот упадёт")
    assert one_matter(waste, _words("Мусор не вывозят, баки полные")) > 2 * one_matter(waste, tree)
    assert one_matter(tree, _words("Сертификат о прививке не пришёл")) < 0.1
    assert one_matter(waste, waste) == pytest.approx(1.0)
    assert one_matter(frozenset(), _words("Нет воды")) == 0.0


def _words(text: str) -> frozenset[int]:
    return fingerprint(text).words
