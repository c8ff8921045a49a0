"""The theme model: works without any history, learns from one, is checked before it is used, and explains itself."""

import os
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.triage import Hints, Knowledge, ThemeEntry, understand
from otklik.triage.model.base import Base, ThemeWords, digest_of, make_base, seed
from otklik.triage.model.file import BadModel, pack, put, unpack
from otklik.triage.model.pieces import pieces_of
from otklik.triage.model.reading import ThemeModel
from otklik.triage.model.ridge import fit_ridge
from otklik.triage.model.sparse import Columns, Row, likeness_of_all
from otklik.triage.model.storing import base_bytes, base_for, read_base, read_trained, trained_bytes
from otklik.triage.model.sureness import learn_sureness
from otklik.triage.model.trained import Example, Trained, learn
from otklik.triage.model.training import train
from otklik.triage.words import tokens_of

KEY = b"k" * 32
# Codes that the seed does not know: a region's own classifier.
OWN = (
    ThemeWords("own.lamp", "Не горят фонари", "light", "На улице темно, фонарь погас", ("не горит фонарь", "темно")),
    ThemeWords("own.water", "Нет воды", "water", "Из крана не идёт вода", ("отключили воду", "сухой кран")),
    ThemeWords("own.waste", "Не вывозят мусор", "waste", "Баки полны, мусор лежит", ("переполнены баки", "свалка")),
    ThemeWords("own.dogs", "Бродячие собаки", "animals", "Стая собак без хозяев", ("стая собак", "бездомная собака")),
)
ENTRIES = tuple(ThemeEntry(t.code, t.name, t.group, t.group, t.synonyms) for t in OWN)
TELLS = {
    "own.lamp": ("фонарь погас у дома {n}", "темно на улице {n}, лампы не светят", "столб {n} без света вечером"),
    "own.water": ("кран сухой в доме {n}", "воду отключили на улице {n}", "второй день без воды, дом {n}"),
    "own.waste": ("мусор лежит у дома {n}", "баки полны на улице {n}", "не вывозят отходы, двор {n}"),
    "own.dogs": ("собаки бегают у школы {n}", "стая лает во дворе {n}", "пёс кидается на детей, дом {n}"),
}


def pieces(text: str):
    return pieces_of(tokens_of(text))


@pytest.fixture(scope="module")
def base() -> Base:
    return make_base(OWN)


def examples(count: int = 30, swapped: bool = False) -> list[Example]:
    """Texts of four themes; `swapped`: this region calls lamps water and water lamps."""
    other = {"own.lamp": "own.water", "own.water": "own.lamp"}
    return [
        Example(pieces(told.format(n=number)), other.get(code, code) if swapped else code, f"{code}-{number}")
        for number in range(count)
        for code, ways in TELLS.items()
        for told in (ways[number % 3],)
    ]


NAMES = {theme.code: pieces(f"{theme.name}. {theme.help}") for theme in OWN}


@pytest.fixture(scope="module")
def trained(base: Base) -> Trained:
    return learn(examples(), base, NAMES, {theme.code: theme.group for theme in OWN})


def first(model: ThemeModel, text: str) -> str:
    return model.guess(tokens_of(text), frozenset())[0].code


def test_a_classifier_of_a_regions_own_is_read_on_the_first_day(base):
    model = ThemeModel(base)
    assert first(model, "у подъезда опять темно, фонари не горят неделю") == "own.lamp"
    assert first(model, "стаи бездомных собак у школы") == "own.dogs"


def test_probabilities_are_probabilities(base, trained):
    for model in (ThemeModel(base), ThemeModel(base, trained)):
        for text in ("нет воды", "", "😀", "собаки и мусор и темно", "a" * 9_000):
            _, chances = model.chances(pieces(text))
            assert np.isfinite(chances).all() and (chances >= 0).all()
            assert float(chances.sum()) == pytest.approx(1, abs=1e-3)


def test_what_the_region_says_outweighs_the_names(base):
    model = ThemeModel(base, learn(examples(swapped=True), base, NAMES))
    assert first(model, "фонарь погас у дома 77") == "own.water"


def test_a_theme_without_any_case_is_still_found_by_its_name(base):
    seen = [one for one in examples() if one.label != "own.dogs"]
    model = ThemeModel(base, learn(seen, base, NAMES))
    guesses = model.guess(tokens_of("бродячие собаки, целая стая собак"), frozenset())
    assert "own.dogs" in [guess.code for guess in guesses]


def test_the_words_that_spoke_stand_in_the_text(base):
    text = "Здравствуйте! Опять не вывозят мусор у нас, баки полны"
    tokens = tokens_of(text)
    guess = ThemeModel(base).guess(tokens, frozenset({0}))[0]
    words = [text[tokens[at].start : tokens[at].end] for at in guess.tokens]
    assert guess.code == "own.waste" and "мусор" in words and "Здравствуйте" not in words and "у" not in words


def test_nothing_known_in_the_text_is_no_guess_and_an_abstention(base):
    knowing = Knowledge(ENTRIES, model=ThemeModel(base))
    for text in ("", "😀", "qwrtp zxcvb", "\u200b\u200b", "!!! ???"):
        read = understand(text, Hints(), knowing)
        assert read.themes == () and read.abstains


def test_below_the_threshold_of_the_municipality_the_program_says_it_does_not_know(base):
    model = ThemeModel(base)
    text = "не вывозят мусор, баки полны"
    p = understand(text, Hints(), Knowledge(ENTRIES, model=model)).themes[0].p
    assert p is not None
    strict = Knowledge(ENTRIES, model=model, threshold=p / 2, thresholds={7: min(1.0, p + 0.01)})
    assert not understand(text, Hints(), strict).abstains
    assert understand(text, Hints(territory_id=7), strict).abstains
    assert not understand(text, Hints(territory_id=7, theme_code="own.waste"), strict).abstains


def test_hidden_signs_and_letters_of_another_alphabet_change_nothing(base):
    knowing = Knowledge(ENTRIES, model=ThemeModel(base))
    plain = understand("не вывозят мусор", Hints(), knowing).themes
    for disguised in ("не вы\u200bвозят му\u00adсор", "нe вывoзят мусop", "не выво\u0301зят му\u0301сор"):
        assert understand(disguised, Hints(), knowing).themes[0].code == plain[0].code


def test_a_doubtful_theme_does_not_lower_the_importance(base):
    entries = tuple(ThemeEntry(t.code, t.name, t.group, t.group, (), importance=0) for t in OWN)
    sure = Knowledge(entries, model=ThemeModel(base), threshold=0.0)
    unsure = Knowledge(entries, model=ThemeModel(base), threshold=1.0)
    assert understand("собачьи баки", Hints(), sure).importance == 0
    assert understand("собачьи баки", Hints(), unsure).importance == 2


def test_the_same_rows_give_the_same_model(base):
    one, two = (learn(examples(8), base, NAMES) for _ in range(2))
    assert trained_bytes(one, {}, KEY) == trained_bytes(two, {}, KEY)


def test_what_only_one_person_wrote_is_not_in_the_model(base):
    rows = [*examples(), Example(pieces("Пишет Зюзюкевич про фонарь"), "own.lamp", "z")]
    model = learn(rows, base, NAMES)
    only = pieces("Зюзюкевич").families[0]
    at, met = model.vocabulary.found(0, only)
    assert not met.any()


def test_a_model_reads_the_same_from_its_file(base, trained, tmp_path):
    put(tmp_path / "base.model", base_bytes(base, KEY))
    put(tmp_path / "trained.model", trained_bytes(trained, {"n": 120}, KEY))
    same = read_base(tmp_path / "base.model", KEY)
    again, card = read_trained(tmp_path / "trained.model", KEY)
    assert card == {"n": 120} and again.labels == trained.labels
    for text in ("темно у дома 5", "стая собак", "вода и мусор"):
        assert np.allclose(
            again.chances(pieces(text), same.profile(pieces(text))),
            trained.chances(pieces(text), base.profile(pieces(text))),
        )


def test_a_file_changed_cut_or_signed_by_another_is_refused(trained, tmp_path):
    path = tmp_path / "m.model"
    whole = trained_bytes(trained, {}, KEY)
    for place in (0, 9, 40, len(whole) // 2, len(whole) - 1):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        path.write_bytes(bytes(spoilt))
        with pytest.raises(BadModel):
            read_trained(path, KEY)
    for size in (0, 3, 50, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(BadModel):
            read_trained(path, KEY)
    path.write_bytes(whole)
    with pytest.raises(BadModel):
        read_trained(path, b"another key")


@pytest.mark.parametrize(
    "told",
    [
        {"type": "object", "shape": [1], "at": 0}, {"type": "float32", "shape": [10**9], "at": 0},
        {"type": "float32", "shape": [-1], "at": 0}, {"type": "float32", "shape": [1], "at": -64}, {"type": "float32"},
        {"type": "float32", "shape": ["a"], "at": 0},
    ],
)
def test_a_header_that_lies_is_refused_even_when_signed(told, tmp_path):
    import hmac
    import json

    text = json.dumps({"arrays": {"a": told}}).encode()
    body = b"OTKLIKM1" + struct.pack("<I", len(text)) + text
    path = tmp_path / "m.model"
    path.write_bytes(body + hmac.digest(KEY, body, "sha256"))
    with pytest.raises(BadModel):
        unpack(path, KEY)


def test_arrays_are_views_of_the_file_not_copies(tmp_path):
    put(tmp_path / "m", pack({"kind": "x"}, {"a": np.arange(1000, dtype=np.float32)}, KEY))
    header, arrays = unpack(tmp_path / "m", KEY)
    assert header == {"kind": "x"} and not arrays["a"].flags.owndata and not arrays["a"].flags.writeable
    assert arrays["a"].sum() == 499_500


def test_a_base_that_cannot_be_read_or_kept_is_made_anew(tmp_path):
    small = OWN[:2]
    made = base_for(small, tmp_path, KEY)
    path = tmp_path / f"base-{digest_of(small)}.model"
    assert path.exists()
    path.write_bytes(b"rubbish")
    assert base_for(small, tmp_path, KEY).codes == made.codes and path.stat().st_size > 100
    (tmp_path / "file").write_text("in the way")
    assert base_for(small, tmp_path / "file", KEY).codes == made.codes


def test_while_the_folder_is_away_the_base_in_memory_serves_and_other_words_are_learnt_anew(tmp_path):
    kept = base_for(OWN[:3], tmp_path / "models", KEY)
    (tmp_path / "models").rename(tmp_path / "gone")
    (tmp_path / "models").write_text("in the way")
    assert base_for(OWN[:3], tmp_path / "models", KEY) is kept
    assert base_for(OWN[:4], tmp_path / "models", KEY).codes == tuple(theme.code for theme in OWN[:4])
    (tmp_path / "models").unlink()
    assert base_for(OWN[:3], tmp_path / "models", KEY).codes == kept.codes and list((tmp_path / "models").iterdir())


def test_another_word_in_the_classifier_is_another_base():
    changed = (ThemeWords("own.lamp", "Не горят лампы", "light"), *OWN[1:])
    assert digest_of(OWN) != digest_of(changed)


def test_unseen_is_what_learning_without_the_group_gives():
    draw = np.random.default_rng(1)
    points = draw.normal(size=(12, 5))
    likeness, targets = points @ points.T, draw.normal(size=(12, 3))
    groups = [0, 0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8]
    unseen = fit_ridge(likeness, targets, 0.7, groups).unseen
    for group in set(groups):
        out = np.array([one == group for one in groups])
        kept = likeness[~out][:, ~out] + 0.7 * np.eye((~out).sum())
        assert np.allclose(unseen[out], likeness[out][:, ~out] @ np.linalg.solve(kept, targets[~out]))


def test_sparse_sums_are_those_of_whole_matrices():
    draw = np.random.default_rng(2)
    whole = draw.random((9, 14)).astype(np.float32) * (draw.random((9, 14)) < 0.4)
    rows = [Row(np.flatnonzero(line), line[np.flatnonzero(line)]) for line in whole]
    columns = Columns.of(rows, 14)
    assert np.allclose(likeness_of_all(rows, columns), whole @ whole.T, atol=1e-5)
    values = draw.normal(size=(9, 3))
    assert np.allclose(columns.weighted(values), whole.T @ values, atol=1e-5)


def test_sureness_mends_what_is_too_proud_and_keeps_the_order():
    draw = np.random.default_rng(3)
    said = draw.integers(0, 3, 600)
    proud = np.full((600, 3), 0.025)
    shown = np.where(draw.random(600) < 0.6, said, (said + 1) % 3)
    proud[np.arange(600), shown] = 0.95
    mended = learn_sureness(proud, said).mended(proud[0])
    assert abs(float(mended.max()) - 0.6) < 0.1
    assert mended.argmax() == proud[0].argmax() and float(mended.sum()) == pytest.approx(1, abs=1e-4)


def test_learning_is_judged_on_texts_it_never_saw_and_wins_only_when_it_is_better(base):
    at_work = ThemeModel(base, edition="base")
    common = {"names": NAMES, "categories": None, "source": "t", "key": KEY}
    from datetime import date

    day = date(2026, 5, 1)
    better = train(examples(150, swapped=True), at_work, day=day, **common)
    assert better.wins and better.card["judged"] > 50 and better.card["better"] > better.card["worse"]
    assert better.card["learnt"] + better.card["judged"] == 600
    draw = np.random.default_rng(4)
    noise = [Example(one.pieces, list(TELLS)[draw.integers(4)], one.group) for one in examples(150)]
    assert not train(noise, at_work, day=day, **common).wins
    few = train(examples(10), at_work, day=day, **common)
    assert few.model is None and not few.wins and few.card["why"] == "too few"


def test_the_seed_is_big_enough_and_names_themes_that_exist():
    from otklik.classifier.reading import shipped

    known = {theme.code for theme in shipped().themes}
    texts = seed()
    assert len({text.lower() for _, text in texts}) >= 1_500
    assert {code for code, _ in texts} <= known


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_probabilities(base_of_all, text):
    read = understand(text, Hints(), base_of_all)
    assert all(guess.p is not None and 0 <= guess.p <= 1 for guess in read.themes)
    assert all(text[w.start : w.end].lower() == w.word for guess in read.themes for w in guess.words)


@pytest.fixture(scope="module")
def base_of_all(base) -> Knowledge:
    return Knowledge(ENTRIES, model=ThemeModel(base))


def test_files_are_readable_by_their_owner_alone(base, tmp_path):
    put(tmp_path / "m.model", base_bytes(base, KEY))
    assert os.stat(tmp_path / "m.model").st_mode & 0o077 == 0
