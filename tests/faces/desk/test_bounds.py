"""The bound of the desk: the queue and the page of a case ask the database under twelve times, whatever they show."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.numbers import shown
from otklik.classifier.models import Theme
from otklik.insight.models import Burst
from otklik.insight.radar_reading import running_named
from tests.making import SYSTEM, logged_in, make_staff, make_user, place

UNDER = 12
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK")  # of the test itself


def asked_for(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return len([one["sql"] for one in queries if not one["sql"].startswith(FRAME)])


@pytest.mark.parametrize("role", [("coordinator", "gorod-kamyshin"), ("curator", "volgograd")])
def test_queue_and_case_ask_under_twelve_times(world, role):
    client = logged_in(make_user(role))
    addresses = [f"/desk/?tab={tab}" for tab in ("triage", "open", "mine", "all")]
    theme = Theme.objects.first()
    addresses.append(f"/desk/?tab=all&theme={theme.pk}&state=new&text=яма")
    addresses.append(f"/desk/?tab=all&group={theme.group_id}&text=фонарь у школы прошлой весной")
    addresses += [f"/desk/case/{shown(case.number)}/" for case in world.cases.values()]
    counted = {}
    for address in addresses:
        counted[address] = min(asked_for(client, address) for _turn in range(2))  # what is kept for seconds may lapse
    assert {address: n for address, n in counted.items() if n >= UNDER} == {}


def test_the_line_of_bursts_is_one_statement_however_many_go_on(world):
    now, theme = timezone.now(), Theme.objects.order_by("-version_id", "order")[0]
    kinds = (("theme", theme.code), ("group", theme.group.code), ("topic", "17"), ("theme", "gone.for-good"))
    with acting(SYSTEM), widened():
        Burst.objects.update(state="silenced")
        for level, code in kinds:
            Burst.objects.create(
                scope=place("gorod-kamyshin"), level=level, code=code, began_at=now, found_at=now, last_at=now, count=6,
                minutes=30, expected=0.2, per_hour=0.4, odds=0.001,
            )
    cache.clear()
    reader = make_staff(("coordinator", "gorod-kamyshin"))
    with acting(reader, read_only=True), CaptureQueriesContext(connection) as queries:
        lines = running_named(None, 20)
    assert len(queries) == 1
    nameless = "новая тема, которой ещё нет названия"
    assert [one.name for one in lines] == [nameless, nameless, theme.group.name, theme.name]
    client = logged_in(make_user(("operator", "gorod-kamyshin")))
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/desk/").content.decode()
    assert page.count('class="desk-burst"') == 3
    assert len([one for one in queries if "insight_burst" in one["sql"]]) == 1
    assert min(asked_for(client, "/desk/") for _turn in range(2)) < UNDER
