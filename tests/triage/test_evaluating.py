"""`otklik evaluate`: figures that can be reckoned by hand, near-duplicates on one side, and a table of any kind."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from otklik.cli import cli
from otklik.failures import BadInput
from otklik.triage.evaluating import rows as told
from otklik.triage.evaluating.figures import Judged, calibration_error, coverage, f1, figures_of, wilson
from otklik.triage.evaluating.page import page
from otklik.triage.evaluating.rows import LabelledRow, Table, folds_of
from otklik.triage.evaluating.running import in_folds, on_another, without_training
from otklik.triage.model.base import make_base
from tests.triage.test_model import OWN, TELLS

KEYS = {
    "n", "top1", "top3", "weighted_f1", "macro_f1", "ece", "coverage_at_90", "coverage_at_95", "ms_per_text",
}  # fmt: skip


@pytest.fixture(scope="module")
def base():
    return make_base(OWN)


def table(count: int = 20) -> Table:
    return Table(
        tuple(
            LabelledRow(ways[n % 3].format(n=n), code, f"{code}{n // 2}", "вода" if code == "own.water" else "прочее")
            for n in range(count)
            for code, ways in TELLS.items()
        ),
        left_out=0,
    )


def judged(chances, right) -> Judged:
    return Judged(("a", "b", "c"), np.array(chances), np.array(right), tuple(range(len(right))))


def test_figures_are_what_a_person_reckons():
    figures, intervals = figures_of(
        judged([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.2, 0.6]], [0, 1, 2, 2])
    )
    assert figures["top1"] == 0.5 and figures["top3"] == 1.0
    assert figures["coverage_at_90"] == 0.25
    # a: precision 1/2, recall 1; b: 0; c: precision 1, recall 1/2
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    assert figures["weighted_f1"] == pytest.approx((1 * 2 / 3 + 0 + 2 * 2 / 3) / 4)
    assert intervals["top1"][0] <= 0.5 <= intervals["top1"][1]


def test_texts_of_equal_confidence_are_not_parted():
    assert coverage(np.array([0.9, 0.9, 0.5]), np.array([True, False, True]), 0.9) == 0.0
    assert coverage(np.array([0.9, 0.8, 0.5]), np.array([True, True, False]), 0.9) == pytest.approx(2 / 3)
    assert coverage(np.array([]), np.array([], bool), 0.9) == 0.0


def test_honest_confidence_has_no_error_and_pride_has():
    sure = np.array([0.8] * 10)
    assert calibration_error(sure, np.array([True] * 8 + [False] * 2)) == pytest.approx(0, abs=1e-9)
    assert calibration_error(sure, np.array([False] * 10)) == pytest.approx(0.8)


def test_a_label_that_the_model_does_not_know_is_wrong_not_an_exception():
    weighted, _ = f1(np.array([0, 1]), np.array([-1, 1]), 2)
    assert weighted == 0.5
    assert wilson(0, 0) == (0.0, 1.0) and wilson(10, 10)[1] == pytest.approx(1.0)


def test_folds_keep_groups_whole_and_are_the_same_every_time():
    groups = [f"g{number % 37}" for number in range(200)]
    folds = folds_of(groups)
    assert sorted(np.concatenate(folds).tolist()) == list(range(200))
    for one in folds:
        for other in folds:
            if one is not other:
                assert not {groups[at] for at in one} & {groups[at] for at in other}
    assert all((a == b).all() for a, b in zip(folds, folds_of(groups), strict=True))
    assert [fold.tolist() for fold in folds_of(["a", "a", "b"])] == [[0, 1], [2]]  # no empty fold to take a mean of
    assert max(map(len, folds)) - min(map(len, folds)) < 20


def test_a_run_in_folds_has_every_figure_with_an_interval(base):
    run = in_folds(table(), base)
    assert set(run.numbers) >= KEYS and len(run.numbers["folds"]) == 5
    assert run.numbers["top1"] > 0.9 and run.numbers["category_top1"] > 0.9
    assert {"top1", "top3", "ece", "coverage_at_90", "category_top1"} <= set(run.intervals)
    json.dumps(run.numbers)


def test_the_same_texts_do_not_help_when_one_table_teaches_and_another_judges(base):
    lines = table()
    run = on_another(Table(lines.rows, 0), Table(lines.rows[:20], 0), base)
    assert run.numbers["same_texts_left_out"] >= 20 and run.numbers["n"] == 20


def test_without_training_labels_that_have_no_group_are_left_out_and_counted(base):
    groups = {"own.water": "water", "own.waste": "waste", "own.dogs": ""}
    run = without_training(table(5), base, groups)
    assert run.numbers["n"] == 10 and run.numbers["left_out"] == 10 and run.numbers["top1"] > 0.8


def test_the_page_is_one_file_without_texts_and_without_anything_from_outside(base):
    drawn = page(in_folds(table(), base), "Темы <b>", {"n": "текстов", "top1": "верно первой"})
    assert "Темы &lt;b&gt;" in drawn and "own.water" in drawn
    assert "<script" not in drawn and "http" not in drawn and "фонарь" not in drawn


def written(path, lines, columns=("text", "theme", "dup_group")):
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([columns, *lines])
    return path


def test_rows_without_a_label_are_left_out_and_counted(tmp_path):
    path = written(tmp_path / "t.csv", [("нет воды", "вода", "1"), ("темно", "", "2"), ("", " вода  и  свет ", "3")])
    read = told.read_table(path, {}, ("theme",))
    assert read.left_out == 1 and [row.label for row in read.rows] == ["вода", "вода и свет"]


def test_columns_have_the_names_that_the_map_gives(tmp_path):
    path = written(tmp_path / "t.csv", [("нет воды", "вода")], ("Сообщение", "Рубрика"))
    read = told.read_table(path, told.parse_map("text=Сообщение,label=Рубрика"), ("theme",))
    assert read.rows[0].label == "вода"
    for wrong in ("text", "text=", "words=a", "=x"):
        with pytest.raises(BadInput):
            told.parse_map(wrong)
    with pytest.raises(BadInput, match="Рубрика"):
        told.read_table(path, {"text": "Сообщение", "label": "Нет"}, ("theme",))
    with pytest.raises(BadInput):
        told.read_table(path, {}, ("theme",))


def test_without_a_column_of_groups_near_identical_texts_are_grouped(tmp_path):
    long = "Уже третью неделю во дворе нашего дома не горит ни один фонарь, дети боятся ходить"
    path = written(
        tmp_path / "t.csv", [(long, "a"), (long + "!!!", "b"), ("Нет холодной воды с утра", "c")], ("text", "theme")
    )
    groups = [row.group for row in told.read_table(path, {}, ("theme",)).rows]
    assert groups[0] == groups[1] != groups[2]


def test_a_file_of_another_encoding_is_refused_in_words(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("text,theme\nнет воды,вода\n".encode("cp1251"))
    with pytest.raises(BadInput, match="UTF-8"):
        told.read_table(path, {}, ("theme",))


@pytest.fixture
def run(tmp_path, monkeypatch, base):
    """The command line, with the small base in place of the shipped one."""
    from otklik.triage.model import shipped

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shipped, "shipped_base", lambda home: base)
    return lambda *words: CliRunner().invoke(cli, list(words))


def test_the_command_prints_figures_for_people_and_for_programs(run, tmp_path):
    path = written(tmp_path / "t.csv", [(row.text, row.label, row.group) for row in table().rows])
    shown = run("evaluate", "themes", "--test", str(path))
    assert shown.exit_code == 0, shown.output
    assert "верно первой" in shown.output and "95 %" in shown.output
    assert (tmp_path / "путаница-themes.html").exists()
    as_json = json.loads(run("evaluate", "themes", "--test", str(path), "--json").output)
    assert set(as_json) >= KEYS
    few = written(tmp_path / "few.csv", [("нет воды", "вода", "1")])
    assert isinstance(run("evaluate", "themes", "--test", str(few)).exception, BadInput)
    assert isinstance(run("evaluate", "themes", "--test", str(path), "--zero-shot").exception, BadInput)


def test_learning_from_a_table_leaves_a_file_that_can_be_checked(run, tmp_path, monkeypatch):
    from otklik.triage.model.storing import read_trained

    monkeypatch.setenv("OTKLIK_HOME", str(tmp_path / "home"))
    lines = [(row.text, row.label, row.group) for row in table(160).rows]
    path, out = written(tmp_path / "t.csv", lines), tmp_path / "m.model"
    shown = run("train", "--train", str(path), "--out", str(out), "--json")
    assert shown.exit_code == 0, shown.output
    card = json.loads(shown.output.splitlines()[0])
    assert card["learnt"] > 300 and card["judged"] > 50 and "curve" in card
    key = bytes.fromhex((tmp_path / "home" / "secrets" / "models").read_text())
    model, _ = read_trained(tmp_path / "m.model", key)
    assert set(model.labels) == set(TELLS)
