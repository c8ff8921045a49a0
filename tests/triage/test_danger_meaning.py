"""The slow reader of danger: it reads windows of a text, is asked seldom, and nothing falls when it is away."""

from hashlib import sha256

import numpy as np
import pytest

from otklik.triage import Hints, Knowledge, danger_evidence, danger_meaning, understand

NOTHING = Knowledge(())
LETTER = (
    "Здравствуйте! Прошу разобраться с парковкой у дома, машины стоят на газоне. Лавочки у подъезда сломаны. "
    "Возле горки из земли торчит кабель под напряжением, мальчика вчера отбросило. Ещё просим покрасить бордюры. "
) * 3


@pytest.fixture
def other_file():
    """A way to put another file in place of the weights."""
    kept = danger_meaning.WEIGHTS
    yield danger_meaning.read_from
    danger_meaning.read_from(kept)


def test_windows_follow_each_other_and_cover_the_words():
    read = danger_meaning.windows(LETTER)
    assert len(read) > 2
    assert all(one.start < one.end <= other.start for one, other in zip(read, read[1:], strict=False))
    assert "".join(LETTER[one.start : one.end] for one in read).replace(" ", "") == LETTER.replace(" ", "")
    assert all(0 < len(one.pieces) <= danger_meaning.LONGEST for one in read)


def test_a_window_means_the_same_alone_and_among_others():
    read = danger_meaning.windows(LETTER)
    together = danger_meaning.scores(read)
    alone = [danger_meaning.scores([one])[0] for one in read]
    assert np.allclose(together, alone, atol=1e-3)


def test_danger_means_more_than_what_has_its_words():
    def meant(text: str) -> float:
        return max(danger_meaning.scores(danger_meaning.windows(text)))

    assert (
        meant("Из щитка сыплются искры, в подъезде дым")
        > 0
        > meant("Купите в клуб новый электрический щиток")
    )
    assert meant("Кабель под напряжением лежит на детской площадке") > meant(
        "Кабель интернета провели быстро, спасибо"
    )


def test_a_long_letter_is_asked_about_in_few_places_only(monkeypatch):
    asked: list[int] = []
    scores = danger_meaning.scores

    def counted(windows):
        asked.append(len(windows))
        return scores(windows)

    monkeypatch.setattr(danger_evidence.danger_meaning, "scores", counted)
    understand(
        "Открытый люк у школы, ребёнок упал. Газом пахнет в подъезде весь день. " * 60, Hints(), NOTHING
    )
    assert sum(asked) <= danger_evidence.READ_AT_MOST


@pytest.mark.parametrize(
    "text", ["", " ", "🙂", "-", "\u200b", "а" * 3_000, "!!! ??? ...", "안녕하세요", "\ud800"]
)
def test_any_text_has_windows_and_scores(text):
    read = danger_meaning.windows(text)
    assert len(danger_meaning.scores(read)) == len(read)
    assert all(np.isfinite(danger_meaning.scores(read)))


def test_without_the_file_or_with_a_broken_one_the_quick_readers_go_on(tmp_path, other_file):
    whole = danger_meaning.WEIGHTS.read_bytes()
    changed = whole[:5_000_000] + bytes([whole[5_000_000] ^ 1]) + whole[5_000_001:]
    for number, left in enumerate((b"", b"PK\x03\x04 broken", whole[: len(whole) // 2], changed)):
        path = tmp_path / f"{number}.npz"
        path.write_bytes(left)
        other_file(path)
        assert not danger_meaning.is_there() and not danger_meaning.windows(LETTER)
        assert understand("Во втором подъезде сильный запах газа", Hints(), NOTHING).importance == 4
        assert (
            understand("Спасибо, открытый люк у школы закрыли новой крышкой", Hints(), NOTHING).importance < 4
        )
    other_file(tmp_path / "nowhere.npz")
    assert not danger_meaning.is_there()


def test_a_file_of_the_right_digest_that_is_no_reader_is_passed_over(tmp_path, other_file):
    path = tmp_path / "other.npz"
    np.savez(path, heads=np.int64(4))
    other_file(path, sha256(path.read_bytes()).hexdigest())
    assert not danger_meaning.is_there()


def test_where_the_quick_readers_are_sure_the_slow_one_is_not_asked(monkeypatch):
    monkeypatch.setattr(danger_evidence.danger_meaning, "scores", lambda windows: [-1e9] * len(windows))
    assert understand("Во втором подъезде сильный запах газа, дышать нечем", Hints(), NOTHING).importance == 4


def test_the_file_holds_numbers_only_and_is_not_great():
    assert danger_meaning.WEIGHTS.stat().st_size < 16_000_000
    with np.load(danger_meaning.WEIGHTS, allow_pickle=False) as kept:
        assert all(np.isfinite(kept[name]).all() for name in kept.files)
