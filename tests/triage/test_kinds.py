"""What a text is: by rules, in doubt a complaint; danger makes everything a complaint."""

import json
from pathlib import Path

import pytest

from otklik.failures import BadInput
from otklik.triage import Hints, Knowledge, understand
from otklik.triage.evaluating.kinds import measure

KNOWLEDGE = Knowledge((), None, "v1")
EXAM = Path(__file__).parents[2] / "bench" / "exams" / "kinds.csv"


def read(text):
    return understand(text, Hints(), KNOWLEDGE)


@pytest.mark.parametrize(
    "kind,text",
    [
        ("complaint", "Пиздец, прорвало трубу в подвале, третий час хлещет"),
        ("complaint", "Спасибо вам огромное за яму у подъезда, опять колесо пробил"),
        ("complaint", "Яма у Сбербанка, обходим по газону"),
        ("complaint", "На остановке «Военкомат» нет света"),
        ("complaint", "Если не почините лифт, подадим в суд"),
        ("complaint", "Почему до сих пор нет отопления?"),
        ("suggestion", "Предлагаю поставить в парке шахматные столы"),
        ("suggestion", "А давайте устроим у реки летний кинотеатр"),
        ("suggestion", "Было бы удобно, если бы автобус ходил и по воскресеньям до девяти"),
        ("question", "Подскажите, где взять справку о составе семьи?"),
        ("question", "До какого числа принимают показания счётчиков?"),
        ("thanks", "Спасибо дворникам нашего дома, двор блестит"),
        ("thanks", "Охуенно сделали сквер, благодарю от души"),
        ("spam", "Займ без отказа за пять минут, переходите по ссылке"),
        ("spam", "Продам щенков овчарки, привиты, торг"),
        ("not_for_us", "Военкомат прислал повестку больному сыну"),
        ("not_for_us", "Пенсионный фонд неправильно посчитал мне стаж"),
        ("not_for_us", "Как обжаловать штраф с камеры ГИБДД?"),
        ("not_for_us", "Банк списал деньги за навязанную страховку к кредиту"),
        ("complaint", "Вакцинация: нет вакцины в поликлинике, примите меры"),
    ],
)
def test_a_text_has_its_kind(kind, text):
    assert read(text).kind == kind


def test_every_kind_but_a_complaint_says_why_in_words_of_the_text():
    for text in (
        "Предлагаю поставить скамью",
        "Спасибо дворникам",
        "Казино ждёт",
        "Военкомат прислал повестку",
    ):
        found = read(text)
        assert "«" in found.kind_reason, found
    assert read("Яма на дороге").kind_reason == ""


def test_danger_wins_over_every_kind_and_tone():
    found = read("Займ без отказа! А если серьёзно: в подъезде сильно пахнет газом, идиоты, заебали ждать")
    assert found.kind == "complaint" and found.importance == 4
    assert found.tone == {"insult", "obscene"}


def test_an_obscene_complaint_is_the_same_matter_as_a_calm_one():
    calm, rude = (
        read("Третий день нет воды, примите меры"),
        read("Бля, третий день нет воды, примите меры, суки ваши"),
    )
    assert (calm.kind, calm.importance) == (rude.kind, rude.importance)
    assert calm.tone == frozenset() and "obscene" in rude.tone


@pytest.mark.parametrize(
    "text", ["", "🙂", "ааа" * 40_000, "спасибо " * 5_000, "? " * 20_000, "<b>казино</b>", "漢字 مرحبا"]
)
def test_any_text_has_a_kind(text):
    assert read(text).kind


def test_the_open_part_of_the_exam_is_read_well():
    figures = measure(EXAM, part="dev")
    assert figures["n"] == 449
    assert figures["accuracy"] >= 0.93
    assert all(one["recall"] >= 0.95 and one["precision"] >= 0.95 for one in figures["tones"].values()), (
        figures["tones"]
    )
    assert figures["ms_per_text"] < 10


def test_figures_have_intervals_and_go_into_json():
    figures = json.loads(json.dumps(measure(EXAM, part="dev")))
    assert set(figures["kinds"]) == {"complaint", "question", "suggestion", "thanks", "spam", "not_for_us"}
    assert set(figures["tones"]) == {"panic_call", "obscene", "insult"}
    for one in (*figures["kinds"].values(), *figures["tones"].values()):
        assert one["recall_95"][0] <= one["recall"] <= one["recall_95"][1]


def test_a_file_without_the_columns_is_refused_in_words(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="нет столбцов"):
        measure(bad)
    with pytest.raises(BadInput, match="не читается"):
        measure(tmp_path / "none.csv")
