"""Median and p90 without keeping every value: a scale whose steps grow by a tenth, and how many fell on each step.

Steps are whole numbers and counts are added, so the same cases always give the same figure. A figure read from the
scale is the middle of its step: at most 5 % off.
"""

from collections.abc import Mapping

from otklik.insight.measures import Spread

RATIO = 1.1
LONGEST = 600  # steps; 1.1 to this power is more minutes than anybody lives


def bucket_of(minutes: str) -> str:
    """The SQL of the step of a number of minutes: 0 under a minute, 1 at one, then each a tenth longer."""
    return f"(CASE WHEN {minutes} < 1 THEN 0 ELSE 1 + floor(ln({minutes}::float8) / ln({RATIO}::float8)) END)::smallint"


def minutes_of(bucket: int) -> int:
    """The minutes that a step stands for: its middle."""
    return 0 if bucket < 1 else round(RATIO ** (bucket - 0.5))


def read(counts: Mapping[int, int]) -> Spread | None:
    """Median and p90 of how many fell on which step; None of nothing."""
    n = sum(counts.values())
    return Spread(n, _at(counts, n * 0.5), _at(counts, n * 0.9)) if n else None


def _at(counts: Mapping[int, int], wanted: float) -> int:
    """The minutes within which at least so many were done."""
    seen = 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if seen >= wanted:
            break
    return minutes_of(bucket)
