"""Rows of figures, kept for some seconds: whoever opens the same slice meanwhile, or the wall, makes nobody count anew.

They are kept by the slice and by how far the figures have come (`Freshness.mark`), so that a page asked anew after the
journal went on shows what is new, and two databases or two regions never meet. Only what passes by the clock alone (a
limit that ends) may be those seconds late. In this process, apart from the cache that counts attempts to log in.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from django.core.cache import caches

from otklik.insight import slices
from otklik.insight.definitions import today
from otklik.insight.figures import RegionRow, region_rows
from otklik.insight.measures import Measures, Spread
from otklik.insight.slice_sources import SUMS
from otklik.insight.slices import By, Slice, Timed

SECONDS = 15
T = TypeVar("T")


def measured(mark: str, given: Slice, by: By, now: datetime, only: tuple[str, ...] = SUMS) -> dict[Any, Measures]:
    """As `slices.measured`. Without a mark nothing is kept."""
    return _kept(mark, ("measured", *_told(given), by, only), lambda: slices.measured(given, by, now, only))


def crossed(
    mark: str, given: Slice, one: By, other: By, now: datetime, only: tuple[str, ...] = SUMS
) -> dict[tuple[Any, Any], Measures]:
    """As `slices.crossed`."""
    told = ("crossed", *_told(given), one, other, only)
    return _kept(mark, told, lambda: slices.crossed(given, one, other, now, only))


def spreads(mark: str, given: Slice, by: By | None, now: datetime) -> dict[Timed, dict[Any, Spread]]:
    """As `slices.spreads`."""
    return _kept(mark, ("spreads", *_told(given), by), lambda: slices.spreads(given, by, now))


def rows(mark: str, days: int, seen: frozenset[int] | None, now: datetime) -> list[RegionRow]:
    """As `figures.region_rows`, for the wall."""
    told = None if seen is None else sorted(seen)
    return _kept(mark, ("rows", days, told, today(now)), lambda: region_rows(now, days, seen))


def _told(given: Slice) -> tuple[object, ...]:
    """A slice as words that are the same for the same slice."""
    scopes = None if given.scopes is None else sorted(given.scopes)
    return (repr(replace(given, scopes=None)), scopes)


def _kept(mark: str, what: tuple[object, ...], make: Callable[[], T]) -> T:
    if not mark:
        return make()
    cache = caches["figures"]
    key = hashlib.sha256(repr((mark, what)).encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, SECONDS)
    return cast(T, found)
