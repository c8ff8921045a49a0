"""A burst wider than one place: the places that write of it hear of it, see their part, and no more than that."""

from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases.models import Notice
from otklik.failures import Refused
from otklik.insight import radar_acts
from otklik.insight.models import Burst, HourCount
from otklik.insight.radar_reading import messages_of, parts_of, running_bursts
from otklik.territory.models import Kind, Territory
from tests.insight.radar_steps import NOON, came, looked, past, water
from tests.making import SYSTEM, logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
CITY, REGION = "gorod-volgograd", "volgograd"


def notices() -> dict[int, str]:
    with acting(SYSTEM):
        return dict(Notice.objects.filter(kind="burst").values_list("user_id", "words"))


def over_the_region(writers: dict[str, int]) -> Burst:
    """One burst of the whole region: so many write from each of these places, others from nine more."""
    past(water())
    others = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).exclude(code__in=[*writers, CITY])
    for n, one in enumerate(others.order_by("pk")[:9]):
        came(1, 1, code=one.code, until=NOON - timedelta(minutes=30 + n))
    for n, (code, count) in enumerate(writers.items()):
        came(count, 20, code=code, until=NOON - timedelta(minutes=1 + n))
    (one,) = looked()
    assert one.level == "theme_all" and one.scope.code == REGION
    return one


def test_heads_and_coordinators_of_places_with_two_writers_hear_of_the_regions_burst_with_their_number(db):
    head, coordinator = make_staff(("head", "gorod-kamyshin")), make_staff(("coordinator", "gorod-kamyshin"))
    curator, one_writes = make_staff(("curator", REGION)), make_staff(("head", "gorod-volzhskiy"))
    make_staff(("operator", "gorod-kamyshin"))
    one = over_the_region({"gorod-kamyshin": 2, "gorod-volzhskiy": 1})
    told = notices()
    assert set(told) == {head.user_id, coordinator.user_id, curator.user_id}
    assert told[head.user_id].endswith("Из них у вас: 2") and "Из них" not in told[curator.user_id]
    came(2, 2, code="gorod-volzhskiy", until=NOON + timedelta(minutes=5))
    looked(NOON + timedelta(minutes=6))
    told = notices()
    assert set(told) == {head.user_id, coordinator.user_id, curator.user_id, one_writes.user_id}
    assert told[one_writes.user_id].endswith("Из них у вас: 2")
    with acting(SYSTEM):
        assert Notice.objects.filter(kind="burst", user_id=head.user_id).count() == 1
        assert place("gorod-volzhskiy").pk in Burst.objects.get(pk=one.pk).places


def test_a_place_sees_its_part_of_the_regions_burst_and_may_not_silence_it(db):
    one = over_the_region({"gorod-kamyshin": 2})
    head = make_staff(("head", "gorod-kamyshin"))
    scopes = head.sees
    with acting(head):
        assert [line.row.pk for line in running_bursts(scopes)] == [one.pk]
        assert messages_of(head, one).count() == 2
        assert [(part.place.code, part.count) for part in parts_of(head, one)] == [("gorod-kamyshin", 2)]
    with pytest.raises(Refused):
        radar_acts.silence(head, one.pk, kind="spam", reason="нет", now=NOON)
    problem = radar_acts.problem_of(head, one.pk, place("gorod-kamyshin").pk, now=NOON)
    assert problem.scope_id == place("gorod-kamyshin").pk
    nobody = make_staff(("head", CITY))  # nobody writes from there
    with acting(nobody):
        assert not Burst.objects.exists()
    page = logged_in(make_user(("head", "gorod-kamyshin"))).get(f"/region/bursts/{one.pk}/").content.decode()
    assert f"Вам видны 2 из {one.total}" in page and "Всплеск шире вашего места" in page
    assert logged_in(make_user(("head", CITY))).get(f"/region/bursts/{one.pk}/").status_code == 404


def test_a_city_of_districts_is_heard_as_one_and_told_to_its_people_and_its_districts(db):
    city = place(CITY)
    districts = list(Territory.objects.filter(kind=Kind.DISTRICT, municipality=city, active=True).order_by("pk")[:4])
    city_head, city_coordinator = make_staff(("head", CITY)), make_staff(("coordinator", CITY))
    inner, beside = make_staff(("coordinator", districts[0].code)), make_staff(("head", districts[3].code))
    past(water())
    with acting(SYSTEM), widened():
        HourCount.objects.update(received=20)  # so busy are the others that six are nothing for the region
    for n in range(3):
        came(2, 20, code=districts[n].code, until=NOON - timedelta(minutes=n))
    (one,) = looked()
    assert (one.level, one.scope_id) == ("theme_city", city.pk)
    told = notices()
    assert {city_head.user_id, city_coordinator.user_id} <= set(told)
    assert beside.user_id not in told
    assert one.total >= 4
    came(2, 2, code=districts[0].code, until=NOON + timedelta(minutes=3))
    (one,) = looked(NOON + timedelta(minutes=4))
    assert "Из них у вас:" in notices()[inner.user_id]
    with acting(inner):
        assert Burst.objects.get().pk == one.pk
    with acting(beside):
        assert not Burst.objects.exists()


def test_a_district_louder_than_its_city_stays_its_own_burst_and_tells_the_city_once(db):
    city = place(CITY)
    district = Territory.objects.filter(kind=Kind.DISTRICT, municipality=city, active=True).order_by("pk")[0]
    coordinator, head = make_staff(("coordinator", CITY)), make_staff(("head", CITY))
    past(water())
    came(6, 12, code=district.code)
    (one,) = looked()
    assert (one.level, one.scope_id) == ("theme", district.pk)
    assert set(notices()) == {coordinator.user_id} and head.user_id not in notices()
    wall = logged_in(make_user(("curator", REGION))).get("/region/wall/").content.decode()
    tile = wall[wall.index(city.short_name + "</span>"):]
    assert "всплеск" in tile[: tile.index("</li>")]
