"""Bad tone is heard in the meaning of a sentence too. Sentences of their own: neither of the seed nor of the exam."""

import io
import time
from datetime import date

import numpy as np
import pytest

from otklik.answers.coach import Asked, look, tone_meaning
from otklik.answers.coach.tone_training import seed
from otklik.triage import danger_meaning

ASKED = Asked(written=date(2026, 6, 11))


def tones(text: str) -> list[tuple[str, int]]:
    return [(one.words, one.weight) for one in look(text, ASKED) if one.kind == "tone"]


@pytest.fixture
def other_weights(monkeypatch, tmp_path):
    def put(written: bytes) -> None:
        path = tmp_path / "weights.npz"
        path.write_bytes(written)
        monkeypatch.setattr(tone_meaning, "WEIGHTS", path)
        tone_meaning._weights.cache_clear()

    yield put
    monkeypatch.undo()
    tone_meaning._weights.cache_clear()


@pytest.mark.parametrize(
    "sentence",
    [
        "Не учите специалистов работать, занимайтесь своими кастрюлями.",
        "Выдумщики вы, никакой лужи там никогда не было.",
        "Кому не по душе наш город, пусть уезжает.",
    ],
)
def test_a_sentence_that_offends_is_told(sentence):
    assert tones(f"Здравствуйте! {sentence} Кран заменили 5 июня.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Кран в подвале заменили 5 июня, давление проверил мастер Иван Седов.",
        "К сожалению, перенести остановку нельзя: рядом нет перехода.",
        "Согласно статье 8 закона № 59-ФЗ обращение направлено в министерство.",
        "Просим прощения за задержку, заявку потеряли мы.",
        "Выплату назначат с 1 июля, приходить не нужно.",
        "Штраф за стоянку на газоне установлен законом области.",
    ],
)
def test_a_civil_answer_is_left_in_peace_even_when_it_refuses(sentence):
    assert not tones(f"Здравствуйте! {sentence}")


def test_what_meaning_alone_shows_is_advice_and_what_a_phrase_shows_is_grave():
    assert tone_meaning.badly_said(["сами вы всё выдумали, надоели уже со своими письмами"]) == [0]
    weights = dict(tones(f"{ALONE} Учите матчасть."))
    assert weights == {ALONE: 2, "Учите матчасть.": 3}
    assert not any(one.is_grave for one in look(ALONE, ASKED) if one.kind == "tone")


ALONE = "Хоть бы постыдились нам такое сочинять."


def test_without_the_weights_or_with_another_reader_the_word_list_stands_alone(other_weights):
    with np.load(io.BytesIO(tone_meaning.WEIGHTS.read_bytes())) as kept:
        others = dict(kept) | {"reader": np.frombuffer(b"another", np.uint8)}
    written = io.BytesIO()
    np.savez_compressed(written, **others)
    for broken in (b"", b"nothing of the kind", written.getvalue()):
        other_weights(broken)
        assert tones(f"{ALONE} Учите матчасть.") == [("Учите матчасть.", 3)]


def test_the_weights_are_of_the_reader_of_meaning_that_is_shipped():
    with np.load(tone_meaning.WEIGHTS, allow_pickle=False) as kept:
        assert bytes(kept["reader"]).decode() == danger_meaning.DIGEST  # else learn again: tone_training


def test_no_text_breaks_it_and_a_long_one_is_not_dear():
    for text in ("", "…", "🙂 🙂", "\x00", "a" * 5000, "Ы! " * 500):
        look(text, ASKED)
    long = " ".join(f"Ну что вам опять не так, строка {number}, сами вы довели дом." for number in range(300))
    look(long, ASKED)
    began = time.process_time()
    tone_meaning.badly_said([long[at : at + 60] for at in range(0, 15_000, 60)])
    assert time.process_time() - began < 1.0


def test_the_seed_is_varied_and_even():
    texts = [text for text, _ in seed()]
    bad = sum(bool(kind) for _, kind in seed())
    assert len(texts) >= 350 and len(set(texts)) == len(texts)
    assert 0.4 < bad / len(texts) < 0.6
