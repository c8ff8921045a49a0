"""`otklik evaluate duplicates`: how often two messages are rightly told to be about one problem. No database.

The test file has either two columns of texts, or two columns of ids that a second file gives the texts of. Positive is
the label `same`. The weights of `likeness.csv` were fitted on the part `dev` of `bench/exams/pairs.csv` and on
`tests/triage/likeness_pairs_more.csv`: on those pairs the figure to believe is `cross_validated`, which fits anew
without the pairs it judges; messages that are joined by any chain of pairs stay on one side. Further pairs to learn
from may be given; they are never judged. Pairs of equal texts are easy and many; `other_words` gives the figures
without them.
"""

from __future__ import annotations

import csv
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from otklik.failures import BadInput
from otklik.triage.fingerprints import fingerprint
from otklik.triage.likeness import SAME_FROM, Side, likeness
from otklik.triage.likeness_signs import UNWEIGHED, other_number, other_place, signs

SAME: Final = "same"
_FOLDS, _SEEDS, _DRAWS = 5, 5, 400
STRICT: Final = 0.3  # how much the weights are held back; few pairs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts with what a person said about them. `place` is a column by which figures are given apart, or ""."""

    a: str
    b: str
    first: str
    second: str
    same: bool
    place: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with what the program says."""

    pair: Pair
    score: float
    said: bool
    reasons: tuple[str, ...]


def read_pairs(
    test: Path, texts: Path | None = None, columns: Mapping[str, str] | None = None, part: str = ""
) -> tuple[list[Pair], int]:
    """The pairs of a file, and how many were left out because a text is missing.

    `columns` renames: `a`, `b`, `label`, `id`, `text`. Raises `BadInput` for a missing column or file.
    """
    name = {"a": "a", "b": "b", "label": "label", "id": "id", "text": "text", **(columns or {})}
    rows = _rows(test, {name["a"], name["b"], name["label"]})
    known: dict[str, str] | None = None
    if texts is not None:
        known = {row[name["id"]]: row[name["text"]] for row in _rows(texts, {name["id"], name["text"]})}
    elif rows and all(row[name[side]].isdigit() for row in rows[:50] for side in ("a", "b")):
        raise BadInput("В таблице только номера сообщений. Укажите таблицу с текстами: --texts ФАЙЛ.", "texts")
    pairs: list[Pair] = []
    left = 0
    for row in rows:
        if part and row.get("part", part) != part:
            continue
        a, b = row[name["a"]], row[name["b"]]
        first, second = (a, b) if known is None else (known.get(a, ""), known.get(b, ""))
        if not first or not second:
            left += 1
            continue
        pairs.append(Pair(a, b, first, second, row[name["label"]] == SAME, row.get("place", "")))
    return pairs, left


def _rows(path: Path, wanted: set[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = wanted - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"В файле {path.name} нет столбцов: {', '.join(sorted(missing))}.", "test")
            return list(reader)
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"Файл {path} не читается.", "test") from wrong


def measure(
    pairs: Sequence[Pair], *, cross_validate: bool = False, more: Sequence[Pair] = ()
) -> tuple[dict[str, Any], list[Judged]]:
    """The figures of a run, and every judgement for the page that an expert reads. `more` are further pairs from which
    the cross-validation learns."""
    began = time.perf_counter()
    prints = {text: fingerprint(text) for pair in pairs for text in (pair.first, pair.second)}
    judged: list[Judged] = []
    for pair in pairs:
        found = likeness(Side(prints[pair.first]), Side(prints[pair.second]))
        judged.append(Judged(pair, found.score, found.same, found.reasons))
    spent = (time.perf_counter() - began) * 1000
    figures: dict[str, Any] = {"n": len(pairs), **_figures(judged)}
    for place in sorted({pair.place for pair in pairs} - {""}):
        apart = [one for one in judged if one.pair.place == place]
        figures[f"place_{place}"] = {"n": len(apart), **_figures(apart)}
    if cross_validate:
        figures["cross_validated"] = _cross_validated(pairs, more)
    other = [one for one in judged if not equal_texts(one.pair)]
    if other and len(other) < len(judged):
        figures["equal_texts"] = {
            "n": len(judged) - len(other), **_figures([one for one in judged if equal_texts(one.pair)])
        }
        figures["other_words"] = {"n": len(other), **_figures(other)}
        if cross_validate:
            figures["other_words"]["cross_validated"] = _cross_validated([one.pair for one in other], more)
    figures["ms_per_text"] = round(spent / max(len(prints), 1), 3)
    return figures, judged


def equal_texts(pair: Pair) -> bool:
    """Whether both texts have the same letters and digits in the same order: no skill is needed for such a pair."""
    return _plain(pair.first) == _plain(pair.second)


def _plain(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower().replace("ё", "е"))


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    told = [one.pair.same for one in judged]
    said = [one.said for one in judged]
    groups = _groups([one.pair for one in judged])
    return _scores(told, said) | _intervals(told, said, groups)


def _scores(told: Sequence[bool], said: Sequence[bool]) -> dict[str, Any]:
    hit = sum(one and other for one, other in zip(told, said, strict=True))
    precision = hit / sum(said) if any(said) else 0.0
    recall = hit / sum(told) if any(told) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return {
        "positive": sum(told), "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)
    }


def _intervals(told: Sequence[bool], said: Sequence[bool], groups: Sequence[int]) -> dict[str, Any]:
    """95 % by drawing whole groups of messages again and again: pairs that share a message are not independent."""
    members: dict[int, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    draw = random.Random(7)
    keys = sorted(members)
    drawn: dict[str, list[float]] = {"precision": [], "recall": [], "f1": []}
    for _round in range(_DRAWS if keys else 0):
        chosen = [one for key in draw.choices(keys, k=len(keys)) for one in members[key]]
        scores = _scores([told[one] for one in chosen], [said[one] for one in chosen])
        for name, values in drawn.items():
            values.append(scores[name])
    return {f"{name}_95": _middle(values) for name, values in drawn.items()}


def _middle(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered[int(len(ordered) * 0.025)], ordered[int(len(ordered) * 0.975)]] if ordered else []


def _groups(pairs: Sequence[Pair]) -> list[int]:
    """The number of the group of each pair: messages joined by any chain of pairs are one group."""
    above: dict[str, str] = {}

    def top(one: str) -> str:
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for pair in pairs:
        above[top(pair.a)] = top(pair.b)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(top(pair.a), len(numbers)) for pair in pairs]


Predict = Callable[[Sequence[int], Sequence[int]], list[float]]


def _cross_validated(judged: Sequence[Pair], more: Sequence[Pair]) -> dict[str, Any]:
    """The weights fitted anew on four fifths, judging the last; the mean of several ways of cutting."""
    pairs = [*judged, *more]
    predict = _predictor(pairs)
    groups, count = _groups(pairs), len(judged)
    told = [pair.same for pair in judged]
    runs: list[dict[str, Any]] = []
    apart: dict[str, list[dict[str, Any]]] = {name: [] for name in ("told", "none")}
    for seed in range(_SEEDS):
        said = [False] * len(pairs)
        for out in _folds(groups, seed):
            kept = [at for at in range(len(pairs)) if at not in out]
            for at, score in zip(sorted(out), predict(kept, sorted(out)), strict=True):
                said[at] = score >= SAME_FROM
        runs.append(_scores(told, said[:count]) | _intervals(told, said[:count], groups[:count]))
        for name, found in apart.items():
            named = [at for at, pair in enumerate(judged) if pair.place == name]
            found.append(_scores([told[at] for at in named], [said[at] for at in named]))
    mean = {name: round(sum(run[name] for run in runs) / _SEEDS, 4) for name in ("precision", "recall", "f1")}
    low = round(sum(run["f1_95"][0] for run in runs) / _SEEDS, 4)
    high = round(sum(run["f1_95"][1] for run in runs) / _SEEDS, 4)
    place = {
        f"f1_place_{name}": round(sum(run["f1"] for run in runs_of) / _SEEDS, 4)
        for name, runs_of in apart.items() if runs_of[0]["positive"]
    }
    return {"folds": _FOLDS, "cuts": _SEEDS, **mean, "f1_95": [low, high], **place}


def _folds(groups: Sequence[int], seed: int) -> Iterable[set[int]]:
    """Five parts of about one size, whole groups each."""
    members: dict[int, set[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, set()).add(at)
    order = sorted(members)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda group: -len(members[group]))
    parts: list[set[int]] = [set() for _fold in range(_FOLDS)]
    for group in order:
        min(parts, key=len).update(members[group])
    return parts


def _predictor(pairs: Sequence[Pair]) -> Predict:
    """A linear model over the signs, as the shipped weights were made."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = _signs(pairs)
    seen = [[value for name, value in row.items() if name not in UNWEIGHED] for row in rows]
    shut = [other_number(row) or other_place(row) for row in rows]

    def predict(kept: Sequence[int], out: Sequence[int]) -> list[float]:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=STRICT, max_iter=1000))
        model.fit([seen[at] for at in kept], [pairs[at].same for at in kept])
        scores = model.predict_proba([seen[at] for at in out])
        return [0.0 if shut[at] else float(row[1]) for at, row in zip(out, scores, strict=True)]

    return predict


def _signs(pairs: Sequence[Pair]) -> list[dict[str, float]]:
    prints = {text: fingerprint(text) for pair in pairs for text in (pair.first, pair.second)}
    return [signs(prints[pair.first], prints[pair.second]) for pair in pairs]


def fitted(pairs: Sequence[Pair]) -> dict[str, float]:
    """Weights by the names of `likeness.csv`, fitted on the given pairs: how the shipped ones were made."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows = _signs(pairs)
    names = [name for name in rows[0] if name not in UNWEIGHED]
    scaled = StandardScaler()
    seen = scaled.fit_transform([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=STRICT, max_iter=1000).fit(seen, [pair.same for pair in pairs])
    weights = [float(weight) for weight in model.coef_[0] / scaled.scale_]
    start = float(model.intercept_[0]) - sum(w * float(m) for w, m in zip(weights, scaled.mean_, strict=True))
    return {"start": round(start, 3)} | {name: round(w, 3) for name, w in zip(names, weights, strict=True)}


def lines(figures: Mapping[str, Any]) -> Iterable[str]:
    """The figures as lines for people."""
    places = [(f"место: {name[6:]}", figures[name]) for name in figures if name.startswith("place_")]
    cut = [
        (name, figures[key]) for key, name in
        (("equal_texts", "одинаковые тексты"), ("other_words", "без одинаковых текстов")) if key in figures
    ]
    for name, part in [("все пары", figures), *cut, *places]:
        yield f"{name}: n = {part['n']}, «одно и то же» {part['positive']}"
        for figure in ("precision", "recall", "f1"):
            low, high = part[f"{figure}_95"] or (0.0, 0.0)
            yield f"  {figure:9} {part[figure]:.3f}  ({low:.3f}–{high:.3f})"
    if checked := figures.get("cross_validated"):
        low, high = checked["f1_95"]
        yield f"перекрёстная проверка: f1 {checked['f1']:.3f}  ({low:.3f}–{high:.3f})"
    if checked := figures.get("other_words", {}).get("cross_validated"):
        low, high = checked["f1_95"]
        yield f"перекрёстная проверка без одинаковых текстов: f1 {checked['f1']:.3f}  ({low:.3f}–{high:.3f})"
    yield f"мс на текст: {figures['ms_per_text']}"
