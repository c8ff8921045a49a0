"""From a point to a place: boundaries decide the municipality, the nearest known place only where there are none."""

import math

import pytest

from otklik.acting import acting
from otklik.territory.models import Kind, Territory
from otklik.territory.whereabouts import Whereabouts, disagrees, whereabouts
from tests.making import SYSTEM, place
from tests.territory.shapes import collection, feature, load, square, two_districts

pytestmark = pytest.mark.django_db


def where(latitude: float, longitude: float) -> Whereabouts:
    with acting(SYSTEM, read_only=True):
        return whereabouts(latitude, longitude)


def village(code: str, name: str, latitude: float, longitude: float) -> Territory:
    above = place(code)
    return Territory.objects.create(
        parent=above, scope=above, municipality=above, kind=Kind.SETTLEMENT, code=f"{code}-{name.lower()}",
        name=f"село {name}", short_name=name, type_name="село", latitude=latitude, longitude=longitude,
    )


def test_without_boundaries_the_nearest_known_place_is_given_and_said_to_be_only_that() -> None:
    found = where(50.08, 45.40)
    assert found.by == "nearest" and found.place == place("gorod-kamyshin")
    assert where(55.75, 37.62).by == "outside"


def test_boundaries_decide_even_where_another_place_is_nearer() -> None:
    load(two_districts())
    town = place("gorod-kamyshin")
    assert town.latitude is not None and town.longitude is not None
    here = where(town.latitude, town.longitude)
    assert (here.by, here.place, here.unit) == ("boundary", town, town)
    beside = where(town.latitude + 0.12, town.longitude)  # nearer to the town's middle than to any village
    assert beside.by == "boundary" and beside.unit == beside.place == place("kamyshinskiy-rayon")
    assert where(town.latitude + 3, town.longitude).by == "outside"


def test_a_village_of_the_municipality_is_named_when_the_point_is_in_it() -> None:
    load(two_districts())
    town = place("gorod-kamyshin")
    assert town.latitude is not None and town.longitude is not None
    own = village("kamyshinskiy-rayon", "Пробное", town.latitude + 0.13, town.longitude)
    village("gorod-kamyshin", "Чужое", town.latitude + 0.121, town.longitude)  # nearer, but across the border
    found = where(town.latitude + 0.12, town.longitude)
    assert found.place == own and found.unit == place("kamyshinskiy-rayon")
    assert where(town.latitude + 0.3, town.longitude).place == place("kamyshinskiy-rayon")


def test_a_point_beside_the_outer_border_still_is_ours_and_one_far_off_is_not() -> None:
    load(collection(feature(square(45, 50), name="Камышинский район")))
    assert where(49.999, 45.5).unit == place("kamyshinskiy-rayon")
    assert where(49.98, 45.5).by == "outside"


@pytest.mark.parametrize("point", [(math.nan, 45.0), (50.0, math.inf), (91.0, 45.0), (50.0, -181.0)])
def test_nonsense_is_nowhere(point: tuple[float, float]) -> None:
    load(two_districts())
    assert where(*point).by == "outside"


def test_a_point_in_another_municipality_than_the_case_is_told() -> None:
    town, district = place("gorod-kamyshin"), place("kamyshinskiy-rayon")
    assert town.latitude is not None and town.longitude is not None
    with acting(SYSTEM):
        assert disagrees(district, town.latitude, town.longitude) is None  # nobody knows without boundaries
        load(two_districts())
        assert disagrees(district, town.latitude, town.longitude) == town
        assert disagrees(town, town.latitude, town.longitude) is None
        assert disagrees(town, None, None) is None
        assert disagrees(town, 10.0, 10.0) is None
