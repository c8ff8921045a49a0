"""Coordinates of a row: the point of a case, and the municipality where a sheet names none."""

from __future__ import annotations

from otklik.intake.sheets.columns import ColumnMap, Field
from otklik.intake.sheets.rows import Row
from otklik.territory.models import Territory
from otklik.territory.pointing import Boundaries, boundaries

Point = tuple[float, float]  # latitude, longitude


def point_of(columns: ColumnMap, row: Row) -> Point | None:
    """The point that a row gives, or None. What is no point on the earth is no reason to refuse the row; the row as
    it came is kept beside the case. Whole degrees are no point: sheets round so, and (0, 0) is what programs write."""
    latitude, longitude = _degrees(columns, row, Field.LATITUDE), _degrees(columns, row, Field.LONGITUDE)
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    if latitude == int(latitude) and longitude == int(longitude):
        return None
    return latitude, longitude


def _degrees(columns: ColumnMap, row: Row, field: Field) -> float | None:
    try:
        return float(columns.text(row, field).strip().replace(",", "."))
    except ValueError:
        return None


class Units:
    """The municipalities and inner districts by point, as the boundaries stand when a run begins."""

    def __init__(self) -> None:
        """Read the boundaries (once for many runs) and no territory yet."""
        self._boundaries: Boundaries = boundaries()
        self._known: dict[int, Territory] = {}

    def at(self, point: Point) -> Territory | None:
        """The unit a point lies in; None outside of all, and where no boundaries are loaded."""
        found = self._boundaries.lies_in(*point).territory_id
        if found is None:
            return None
        if found not in self._known:
            self._known[found] = Territory.objects.get(pk=found)
        return self._known[found]
