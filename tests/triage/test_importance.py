"""Danger in unexpected words, danger that is over, and how both are measured."""

import csv
from pathlib import Path

import numpy as np
import pytest

from otklik.failures import BadInput
from otklik.triage import Hints, Knowledge, danger_model, danger_training, understand
from otklik.triage.evaluating import importance
from otklik.triage.lookalikes import alike_mended

NOTHING = Knowledge(())
EXAM = Path(__file__).resolve().parents[2] / "bench" / "exams" / "importance.csv"


def level(text: str) -> int:
    return understand(text, Hints(), NOTHING).importance


@pytest.mark.parametrize(
    "text",
    [
        "Труба у плиты шипит, открыли окна, дышать нечем",
        "Топим печку, у всех голова раскалывается, бабушка упала в обморок",
        "Крышку с колодца унесли, возле горки зияет дыра",
        "Над лавкой повис надломленный сук, держится на коре",
        "Провода после ветра лежат на дорожке к школе",
        "От перил током бьёт, сын закричал",
        "Кирпичи сыплются с карниза на прохожих",
        "Он купил верёвку и написал прощальное письмо",
        "Ребёнок задыхается, скорая не едет",
        "Псы повалили школьницу и кусали за ноги",
        "Пр0вод лeжит на зeмле у кaлитки, искpит",
        "Прошу перерасчёт за мусор. Лавочки сломаны. Ещё у подъезда открыт люк, яма глубокая. Почините домофон.",
    ],
)
def test_danger_is_heard_without_the_phrases_of_the_table(text):
    read = understand(text, Hints(), NOTHING)
    assert read.importance == 4
    assert read.importance_reason
    for danger in read.dangers:
        assert danger.words and all(0 <= w.start < w.end <= len(text) for w in danger.words)


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо, открытый люк у школы закрыли новой крышкой",
        "Газовый счётчик просрочен, кто оплачивает поверку?",
        "Нужны ли датчики угарного газа одиноким пенсионерам?",
        "Провода интернета висят некрасиво, уберите",
        "Пожарный проезд заставлен машинами",
        "Дорога в ямах, машина ломается",
        "Жить на пенсию трудно, прошу доплату",
        "Собаки лают всю ночь под окнами",
        "Из крана идёт ржавая вода",
        "На тротуаре скользко, посыпьте песком",
    ],
)
def test_what_is_over_asked_or_meant_otherwise_raises_no_alarm(text):
    assert level(text) < 4


@pytest.mark.parametrize(
    "text", ["", " ", "🙂", "не", "газ" * 50_000, "люк " * 30_000, "\u200b", "<script>люк</script>", "12"]
)
def test_any_text_gets_an_importance(text):
    assert 0 <= level(text) <= 4


def test_without_the_file_of_weights_phrases_and_word_sets_go_on(monkeypatch, tmp_path):
    monkeypatch.setattr(danger_model, "WEIGHTS", tmp_path / "nothing.npy")
    danger_model._weights.cache_clear()
    try:
        assert level("Во втором подъезде сильный запах газа") == 4
        assert level("Крышку с колодца унесли, нет крышки") == 4
        (tmp_path / "nothing.npy").write_bytes(b"\x93NUMPY broken")
        danger_model._weights.cache_clear()
        assert level("Во втором подъезде сильный запах газа") == 4
    finally:
        monkeypatch.undo()
        danger_model._weights.cache_clear()


def test_the_file_of_weights_is_small_and_holds_numbers_only():
    assert danger_model.WEIGHTS.stat().st_size < 1_000_000
    assert np.isfinite(np.load(danger_model.WEIGHTS, allow_pickle=False).astype(np.float32)).all()


def test_nothing_of_the_exam_is_learnt():
    texts = {text.text.casefold().strip() for text in danger_training.seed()}
    with EXAM.open(encoding="utf-8", newline="") as source:
        exam = {line["text"].casefold().strip() for line in csv.DictReader(source) if line["text"]}
    assert not texts & exam
    with (danger_training.SEED / "dangers" / "ordinary.csv").open(encoding="utf-8", newline="") as source:
        assert sum(1 for _ in source) > 1_000


def test_learning_tells_danger_from_what_merely_has_its_words():
    danger = ["Открытый люк у школы", "Люк без крышки, дети рядом", "Дыра вместо люка на дорожке"]
    calm = ["Люк гремит под колёсами", "Люк закрыт, но ржавый", "Покрасьте люк у школы"]
    Text = danger_training.Text
    weights = danger_training.learn([*(Text.of(t, True) for t in danger), *(Text.of(t, False) for t in calm)])

    def score(text: str) -> float:
        return max(float(one.by @ weights[one.at]) for one in Text.of(text, True).clauses) + float(weights[-1])

    assert min(map(score, danger)) > max(map(score, calm))


def test_look_alike_letters_are_read_and_places_stay():
    assert alike_mended("Пр0вод пo земле") == "провод по земле"
    assert alike_mended("дом 12а, кв. 5й, Wi-Fi") == "дом 12а, кв. 5й, Wi-Fi"
    assert len(alike_mended("ЁлкаX и İx")) == len("ЁлкаX и İx")


def table(tmp_path, text):
    path = tmp_path / "exam.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_figures_of_a_labelled_table(tmp_path):
    path = table(
        tmp_path,
        "id,source,text,level4,danger,part\n1,own,Запах газа в подъезде,1,gas,dev\n2,own,Всё хорошо спасибо,1,gas,dev\n"
        "3,own,Покрасьте лавочку,0,,dev\n4,kursk,,1,hatch,dev\n5,own,Открытый люк,1,hatch,closing\n",
    )
    figures = importance.measure(path, part="dev")
    assert (figures["n"], figures["left_out"]) == (3, 1)
    assert figures["recall"]["value"] == 0.5 and figures["recall"]["low"] < 0.5 and figures["recall"]["n"] == 2
    assert figures["ordinary_raised"]["value"] == 0
    assert figures["danger"]["gas"]["n"] == 2 and figures["missed"] == ["2"]
    texts = tmp_path / "texts.csv"
    texts.write_text("id,text\n4,Люк открыт и ничем не огорожен\n", encoding="utf-8")
    figures = importance.measure(path, part="dev", texts=texts)
    assert (figures["n"], figures["left_out"], figures["kursk"]["recall"]["value"]) == (4, 0, 1)
    assert figures["ms_per_text"] > 0


def test_a_table_without_labels_gives_the_share_and_the_ids_to_be_read(tmp_path):
    path = table(tmp_path, "номер,слова\n7,Запах газа в подъезде\n8,Покрасьте лавочку\n")
    figures = importance.measure(path, {"id": "номер", "text": "слова"})
    assert figures["raised"]["value"] == 0.5 and figures["raised_ids"] == ["7"]
    with pytest.raises(BadInput):
        importance.measure(path)
    with pytest.raises(BadInput):
        importance.measure(table(tmp_path, "id,text,part\n1,да,dev\n"), part="closing")


def test_danger_is_heard_in_most_sentences_of_the_exam():
    """A floor under the figures of docs/importance.md, on the open sentences of our own."""
    figures = importance.measure(EXAM, part="dev")
    assert figures["own"]["recall"]["value"] > 0.75
    assert figures["own"]["ordinary_raised"]["value"] < 0.09
