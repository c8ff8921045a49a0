"""A city of inner districts for the radar's measurement: the largest place of a made year (`bench.made_bursts`) cut up.

The made world knows no place inside a place. Here each message of its largest one gets a district: ordinary ones by the
districts' shares, one author's and neighbours' like texts (other than those that come all year) into one, of planted
bursts every second is of one district and the others go over the whole city. The judge stays that of the world: an
alarm of a district or of the city is an alarm of the place that was cut up.
"""

from dataclasses import dataclass, replace

import numpy as np

from bench.made_bursts import GROUPS, STANDING, Alarm, Ints, Planted, Stream

SHARES = 12.0  # Dirichlet: inner districts of one city are of about one size [assumed]


@dataclass(frozen=True)
class Cut:
    """A stream whose city is cut up, and how to speak of its places to the judge of the whole one."""

    stream: Stream
    city: int  # number of the place that was cut up; its districts have the numbers after all places
    districts: int
    wide: tuple[Planted, ...]  # bursts that go over the whole city

    @property
    def cities(self) -> dict[int, int]:
        """District → city."""
        return {len(self.stream.places) - self.districts + n: self.city for n in range(self.districts)}

    def whole(self, alarm: Alarm) -> Alarm:
        """The alarm as the judge of the whole city understands it."""
        return replace(alarm, place=self.cities.get(alarm.place, alarm.place))


def cut_up(stream: Stream, seed: int, districts: int) -> Cut:
    """Cut the place with most messages, the region's own aside, into so many districts."""
    chance = np.random.default_rng([8, 5, seed])
    city = int(np.bincount(stream.place[stream.place < len(stream.places) - 1]).argmax())
    here = np.flatnonzero(stream.place == city)
    share = chance.dirichlet(np.full(districts, SHARES))
    district = chance.choice(districts, size=len(here), p=share)
    standing = GROUPS * STANDING
    for column, ordinary in ((stream.author, 0), (stream.likeness, standing)):
        district = _together(column[here], district, ordinary)
    wide = []
    for number, one in enumerate(burst for burst in stream.bursts if burst.place == city):
        inside = np.flatnonzero(np.isin(stream.minute[here], one.moments))
        if number % 2:
            district[inside] = chance.choice(districts, p=share)
        else:
            district[inside] = chance.choice(districts, size=len(inside), p=share)
            wide.append(one)
    place = stream.place.copy()
    place[here] = len(stream.places) + district
    names = (*stream.places, *(f"district{n}" for n in range(districts)))
    population = np.append(stream.population, (stream.population[city] * share).astype(np.int64))
    return Cut(replace(stream, place=place, places=names, population=population), city, districts, tuple(wide))


def _together(column: Ints, district: Ints, ordinary: int) -> Ints:
    """Messages with the same number above `ordinary` go where the first of them is."""
    _names, first, group = np.unique(column, return_index=True, return_inverse=True)
    return np.where(column > ordinary, district[first][group], district)
