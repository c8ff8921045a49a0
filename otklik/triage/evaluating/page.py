"""The page of confusions: one HTML file without anything from outside, for an expert to read."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any, Final

import numpy as np

from otklik.triage.evaluating.figures import coverage
from otklik.triage.evaluating.running import Run

_MOST_PAIRS: Final = 60
_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1d2733;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0 2rem}th,td{text-align:left;padding:.35rem .6rem;
border-bottom:1px solid #d5dbe1;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}
.bar{display:inline-block;height:.6rem;background:#2f6fb2;vertical-align:middle}caption{text-align:left;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#e6ebf0;background:#161b21}th,td{border-color:#38424d}.bar{background:#6aa9e9}}
"""


def page(run: Run, title: str, words: dict[str, str]) -> str:
    """The page. `words` name the figures; texts of people are not on it, only labels and counts."""
    parts = [
        "<!doctype html><html lang='ru'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width,initial-scale=1'>",
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>",
        _figures(run, words), _curve(run), _pairs(run), _labels(run), "</html>",
    ]  # fmt: skip
    return "\n".join(parts)


def _figures(run: Run, words: dict[str, str]) -> str:
    rows = []
    for name, value in run.numbers.items():
        if name in words:
            low, high = run.intervals.get(name, (None, None))
            between = f"{_number(low)} – {_number(high)}" if low is not None else ""
            rows.append(
                f"<tr><td>{escape(words[name])}<td class=n>{_number(value)}<td class=n>{between}"
            )
    return _table("Показатели", ["", "значение", "95 %"], rows)


def _curve(run: Run) -> str:
    said, sure, right = _first(run)
    rows = []
    for precision in (0.99, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7):
        share = coverage(sure, said == right, precision)
        kept = np.sort(sure)[::-1][: round(share * len(sure))]
        edge = f"{kept[-1]:.2f}" if len(kept) else "—"
        rows.append(
            f"<tr><td class=n>{precision:.0%}<td class=n>{share:.0%}<td class=n>{edge}"
            f"<td><span class=bar style='width:{share * 20:.1f}rem'></span>"
        )
    return _table("Если браться только за верные случаи", ["точность", "доля текстов", "порог", ""], rows)


def _pairs(run: Run) -> str:
    said, _, right = _first(run)
    pairs = Counter((int(b), int(a)) for a, b in zip(said, right, strict=True) if a != b and b >= 0)
    total = max(sum(pairs.values()), 1)
    support = Counter(right.tolist())
    rows = [
        f"<tr><td>{escape(run.judged.labels[true])}<td>{escape(run.judged.labels[guess])}<td class=n>{count}"
        f"<td class=n>{count / support[true]:.0%}<td class=n>{count / total:.1%}"
        for (true, guess), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_PAIRS]
    ]
    heads = ["как размечено", "как прочитано", "раз", "от размеченных так", "от всех ошибок"]
    return _table(f"Что с чем путается чаще всего (ошибок {total})", heads, rows)


def _labels(run: Run) -> str:
    said, _, right = _first(run)
    within = (run.judged.order == right[:, None]).any(axis=1)
    rows = []
    for label, count in Counter(right[right >= 0].tolist()).most_common():
        mine = right == label
        guessed = int((said == label).sum())
        hit = int((said[mine] == label).sum())
        precise = f"{hit / guessed:.0%}" if guessed else "—"
        rows.append(
            f"<tr><td>{escape(run.judged.labels[label])}<td class=n>{count}<td class=n>{hit / count:.0%}"
            f"<td class=n>{within[mine].mean():.0%}<td class=n>{precise}"
        )
    heads = ["", "текстов", "верно первой", "в первых трёх", "точность, когда названа"]
    return _table("По каждой теме", heads, rows)


def _table(caption: str, heads: list[str], rows: list[str]) -> str:
    head = "".join(f"<th scope=col{' class=n' if place else ''}>{escape(text)}" for place, text in enumerate(heads))
    return f"<table><caption>{escape(caption)}</caption><tr>{head}{''.join(rows)}</table>"


def _first(run: Run) -> tuple[Any, Any, Any]:
    order = run.judged.order[:, 0]
    return order, run.judged.chances[np.arange(len(order)), order], run.judged.right


def _number(value: object) -> str:
    return f"{value:.3f}".replace(".", ",") if isinstance(value, float) else str(value)
