"""The words of a case that speak of danger, as spans to be lit; and the reasons, in words."""

from typing import Any

from otklik.cases.models import Case


def danger_spans(case: Case) -> list[tuple[int, int, str]]:
    """(start, end, why) in characters of the case's text, in its order, none overlapping another."""
    kept: dict[str, Any] = case.suggestion or {}
    spans: list[tuple[int, int, str]] = []
    for start, end, why in sorted(kept.get("dangers") or ()):
        if 0 <= start < end <= len(case.text) and (not spans or spans[-1][1] <= start):
            spans.append((start, end, str(why)))
    return spans


def danger_reasons(case: Case) -> list[tuple[str, str]]:
    """Each danger once with the words that spoke for it: («Похоже на утечку газа», «запах газа»)."""
    words: dict[str, list[str]] = {}
    for start, end, why in danger_spans(case):
        words.setdefault(why, []).append(case.text[start:end])
    return [(why, ", ".join(dict.fromkeys(said))) for why, said in words.items()]
