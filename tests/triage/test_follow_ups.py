"""A second message of a thread: what it seems to be, with the signs that spoke for it."""

import csv
from pathlib import Path

import pytest

from otklik.triage.evaluating.follow_ups import fitted, measure, read_threads
from otklik.triage.follow_ups import KINDS, follow_up, signs

EXAM = Path(__file__).parents[2] / "bench" / "exams" / "follow_ups.csv"
WEIGHTS = Path(__file__).parents[2] / "otklik" / "triage" / "follow_ups_weights.csv"
FRESH = Path(__file__).with_name("follow_ups_fresh.csv")
DONE = "Работы выполнены, яма на улице Садовой засыпана."


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (DONE, "Спасибо большое, засыпали как следует!", "thanks"),
        (DONE, "Ничего не засыпали, яма как была так и есть", "not_fixed"),
        (DONE, "Спасибо за ответ, но яма на месте, никто не приезжал", "not_fixed"),
        ("Дорогу отремонтируем в следующем году.", "А в каком месяце начнёте?", "question"),
        (DONE, "За яму спасибо. Ещё одна просьба: у нас фонарь не горит третью неделю", "new_matter"),
        ("Уточните, пожалуйста, адрес.", "Садовая 12, второй подъезд", "addition"),
    ],
)
def test_what_people_write_next_is_told_apart(first: str, second: str, kind: str) -> None:
    assert follow_up(first, second).kind == kind


def test_the_signs_that_spoke_are_told() -> None:
    found = follow_up(DONE, "Спасибо большое, засыпали как следует!")
    assert "thanks" in found.signs and found.sure and 0.5 < found.p <= 1


@pytest.mark.parametrize("text", ["", "🙂", "\u200b", "a" * 100_000, "<script>", "水", "?" * 5000])
def test_any_text_is_borne_and_an_empty_one_is_never_sure(text: str) -> None:
    found = follow_up(DONE, text)
    assert 0 < found.p <= 1
    assert text or not found.sure
    follow_up(text, text)


def test_open_threads_are_judged_as_a_person_did() -> None:
    figures = measure(read_threads(EXAM, part="dev"), cross_validate=True)
    assert figures["n"] == 120
    assert figures["cross_validated"]["accuracy"] >= 0.85
    assert all(figures[kind]["recall"] >= 0.85 for kind in KINDS)


def test_threads_written_later_are_mostly_judged_by_weights_that_have_not_met_them() -> None:
    weights = {kind: {row["sign"]: row[kind] for row in fitted(read_threads(EXAM, part="dev"))} for kind in KINDS}
    fresh = read_threads(FRESH)
    right = 0
    for one in fresh:
        seen = signs(one.first, one.second)
        told = {kind: sum(weights[kind][name] * value for name, value in seen.items()) for kind in KINDS}
        right += max(KINDS, key=lambda kind: told[kind]) == one.label
    assert len(fresh) == 120 and right / len(fresh) >= 0.72


def test_the_shipped_weights_are_what_the_open_and_the_fresh_threads_give() -> None:
    with WEIGHTS.open(encoding="utf-8", newline="") as stream:
        shipped = {row["sign"]: float(row["not_fixed"]) for row in csv.DictReader(stream)}
    threads = read_threads(EXAM, part="dev") + read_threads(FRESH)
    made = {row["sign"]: row["not_fixed"] for row in fitted(threads)}
    assert made == pytest.approx(shipped, abs=0.05)
