"""Whom a burst that is wider than one place concerns: the places that write of it hear of it with their own number.

Called as the program (`acting`, widened). The row keeps the places of its messages; by them it is shown there.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime

from django.utils import translation

from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case
from otklik.insight.models import Burst
from otklik.insight.radar_telling import PAGE, held_on, name_of, people_of, seen_words

LEAST = 2  # people of a place; one who writes is no news of the place
TOLD = ("head", "coordinator")


def places_of(cases: Collection[int]) -> list[int]:
    """The scopes of these messages, in order."""
    return sorted(set(Case.objects.filter(pk__in=cases).order_by().values_list("scope_id", flat=True)))


def shares_of(cases: Collection[int]) -> Counter[int]:
    """How many people write from each place; those of an inner district count for its city, too."""
    people: dict[int, set[int]] = defaultdict(set)
    rows = Case.objects.filter(pk__in=cases).order_by()
    for case, who, scope, around in rows.values_list("pk", "resident_id", "scope_id", "scope__municipality_id"):
        for place in {scope, around or scope}:
            people[place].add(who or -case)
    return Counter({place: len(some) for place, some in people.items()})


def tell_places(row: Burst, now: datetime, before: Collection[int] = ()) -> int:
    """Heads and coordinators of the other places that have come to be concerned since its messages were `before`.

    Returns how many people were told.
    """
    earlier, shares = shares_of(before), shares_of(row.cases)
    own = {row.scope_id, row.scope.municipality_id}
    fresh = [place for place, n in shares.items() if n >= LEAST and place not in own and earlier[place] < LEAST]
    if not fresh:
        return 0
    day = now.astimezone(zone()).date()
    told, count = set(people_of(row, day)), 0
    for place in sorted(fresh, key=lambda one: -shares[one]):  # a city before its parts
        here = held_on(day).filter(role__in=TOLD, territory_id=place)
        people = set(here.values_list("user_id", flat=True)) - told
        told |= people
        with translation.override("ru"):
            words = f"{row.scope.short_name}, {name_of(row)}: {seen_words(row)}. Из них у вас: {shares[place]}"
        count += noticing.notify(sorted(people), "burst", case=None, now=now, words=words, link=PAGE % row.pk)
    return count
