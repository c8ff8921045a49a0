"""The plan of a demo region: which case comes when and where, and what becomes of it. Pure and repeatable.

The plan speaks in times relative to the end of the demo, so the same number and seed give the same plan on any
day. For the same reason the demo always plays autumn: its last day counts as the end of November, whatever the
real month is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from otklik.operations.demo_courses import CAN_BE_LATE, FRESH, MISSED_SHARE, RULES, Course, courses
from otklik.operations.demo_texts import THEMES, how_often

DAYS = 90
FIRST_QUIET_DAY = 20  # of what is older than this, any ending fits whatever holidays lie between
SHOW_BOOST = 2.5  # the demo's own town has more cases than its people would write…
SHOW_BOOST_AT_WORK = 14.0  # …most of all such as are at work now: its desk is what people look at first
AS_ONE_PERSON = 0.8  # persons for each case of a place: some write again
HOURS = (1, 1, 1, 1, 1, 2, 8, 20, 30, 32, 30, 28, 26, 24, 24, 24, 26, 30, 34, 34, 30, 20, 10, 4)  # when people write

Ending = Literal["silence", "confirmed", "closed", "open"]
SPAM_THEMES = ("feedback.spam", "feedback.chatter")
THANKS_THEMES = ("feedback.thanks",)
BURST_THEMES = ("water.street_leak", "water.no_supply", "water.no_supply", "water.dirty")


@dataclass(frozen=True)
class Spot:
    """A scope in which cases come. `town` and `people` weigh it; one that is `whole` is a municipality."""

    code: str
    municipality: str
    people: int
    whole: bool


@dataclass(frozen=True)
class ThemeFacts:
    """What the plan must know of a theme: its usual importance, and whether an executor is needed."""

    importance: int
    has_task: bool


@dataclass(frozen=True)
class Story:
    """One case of the demo before it happens.

    `days_ago` with `minute` of the day; for cases at work now (`days_ago` 0) `minute` is minutes before the end,
    for overdue ones `over` is the working minutes past the date. `pace`: the share of the limit used for the
    answer (above 1: late). `person` is a number within the spot.
    """

    index: int
    spot: str
    theme: str
    course: Course
    days_ago: int
    minute: int
    pace: float
    over: int
    ending: Ending
    person: int | None
    by_phone: bool
    photo: bool
    photo_after: bool

    @property
    def when(self) -> str:
        """The relative time, as the digest keeps it."""
        return f"{self.days_ago}d{self.minute}m{self.over}w"

    @property
    def order(self) -> tuple[int, int]:
        """Earlier cases first."""
        return (-self.days_ago, -self.minute if self.course in FRESH else self.minute)


def show_town(spots: Sequence[Spot]) -> str:
    """The municipality in which the demo's own desk stands: the third by people, a town of middle size."""
    people = _people(spots)
    ranked = sorted(people, key=lambda code: (-people[code], code))
    return ranked[min(2, len(ranked) - 1)]


def smallest(spots: Sequence[Spot]) -> str:
    """The municipality with the fewest people: a centre of one person."""
    people = _people(spots)
    return min(people, key=lambda code: (people[code], code))


def _people(spots: Sequence[Spot]) -> dict[str, int]:
    """People of each municipality, its inner districts with it."""
    out: dict[str, int] = {}
    for spot in spots:
        out[spot.municipality] = out.get(spot.municipality, 0) + spot.people
    return out


def month_of(days_ago: int) -> int:
    """The month that a day of the demo plays."""
    return 11 if days_ago < 30 else 10 if days_ago < 61 else 9


def plan(count: int, seed: int, spots: Sequence[Spot], themes: Mapping[str, ThemeFacts]) -> list[Story]:
    """The stories of a demo region, earliest first. `themes` are those of the classifier by code."""
    rng = Random(f"otklik demo {seed} {count}")
    drawn = [_story(rng, index, course) for index, course in enumerate(courses(count))]
    drawn = _with_spots(rng, drawn, spots)
    drawn = _with_themes(rng, drawn, themes)
    drawn = _with_late(rng, drawn, count)
    return sorted(_with_people(rng, drawn), key=lambda story: (*story.order, story.index))


def _story(rng: Random, index: int, course: Course) -> Story:
    first, last = RULES[course].days
    days = rng.randint(first, last)
    hour = rng.choices(range(24), HOURS)[0]
    minute = hour * 60 + rng.randrange(60)
    if course == Course.ALARM_FRESH:
        minute = 4
    elif course in FRESH:
        minute = rng.randint(6, 200) if course == Course.NEW else rng.randint(45, 215)
    elif course == Course.BURST:
        minute = rng.randint(6 * 60, 12 * 60)
    return Story(
        index, "", "", course, days, minute, pace=round(rng.uniform(0.2, 0.9), 3),
        over=rng.randint(20, 1500) if course == Course.OVERDUE else 0, ending=_ending(rng, course, days),
        person=None, by_phone=rng.random() < 0.22, photo=rng.random() < 0.18, photo_after=rng.random() < 0.4,
    )  # fmt: skip


def _ending(rng: Random, course: Course, days_ago: int) -> Ending:
    if course in FRESH or course in (Course.PROMISED, Course.REFUTED_OPEN, Course.ANSWERED):
        return "open"
    endings: tuple[Ending, ...] = ("silence", "confirmed", "closed")
    weights = (55, 27, 18) if days_ago >= FIRST_QUIET_DAY else (0, 60, 40)
    return rng.choices(endings, weights)[0]


def _with_spots(rng: Random, stories: list[Story], spots: Sequence[Spot]) -> list[Story]:
    """Places by people, every municipality at least once where the demo is big enough."""
    show = show_town(spots)
    homes = [spot for spot in spots if spot.whole]
    free = [n for n, s in enumerate(stories) if s.course not in (Course.BURST, Course.ALARM_FRESH)]
    free.sort(key=lambda n: stories[n].course not in CAN_BE_LATE)
    first = dict(zip(free, homes, strict=False)) if len(free) >= len(homes) else {}
    codes = [spot.code for spot in spots]
    weights = [spot.people * (SHOW_BOOST if spot.code == show else 1) for spot in spots]
    at_work = [spot.people * (SHOW_BOOST_AT_WORK if spot.code == show else 1) for spot in spots]
    out = []
    for n, story in enumerate(stories):
        code = rng.choices(codes, at_work if story.course in FRESH else weights)[0]
        if story.course in (Course.BURST, Course.ALARM_FRESH):
            code = show
        elif n in first:
            code = first[n].code
        out.append(replace(story, spot=code))
    return out


def _with_themes(rng: Random, stories: list[Story], themes: Mapping[str, ThemeFacts]) -> list[Story]:
    """Themes by season; first each theme of the autumn once, as far as a third of the cases reaches."""
    known = [code for code in THEMES if code in themes]
    usual = [code for code in known if themes[code].has_task and themes[code].importance < 4]
    waiting = rng.sample(usual, k=len(usual))[: len(stories) // 3]
    dangers = [code for code in known if themes[code].importance == 4 and themes[code].has_task]
    out = []
    for story in stories:
        month = month_of(story.days_ago)
        if story.course in (Course.ALARM_FRESH, Course.ALARM_TAKEN):
            code = rng.choice(dangers)
        elif story.course == Course.BURST:
            code = rng.choice([c for c in BURST_THEMES if c in themes] or usual)
        elif story.course in (Course.SPAM, Course.THANKS):
            own = SPAM_THEMES if story.course == Course.SPAM else THANKS_THEMES
            code = rng.choice([c for c in own if c in themes] or usual)
        elif story.course in CAN_BE_LATE and waiting:
            code = next((c for c in reversed(waiting) if how_often(c, month) > 0), "") or rng.choice(usual)
            if code in waiting:
                waiting.remove(code)
        else:
            code = rng.choices(usual, [how_often(c, month) for c in usual])[0]
        out.append(replace(story, theme=code))
    return out


def _with_late(rng: Random, stories: list[Story], count: int) -> list[Story]:
    """As many late answers as are wanting to the share of missed dates."""
    wanted = round(MISSED_SHARE * count) - sum(RULES[s.course].missed for s in stories)
    able = [
        n for n, s in enumerate(stories)
        if s.course in CAN_BE_LATE and s.days_ago >= FIRST_QUIET_DAY
    ]
    late = set(rng.sample(able, k=max(0, min(wanted, len(able)))))
    return [
        replace(story, pace=round(rng.uniform(1.15, 2.4), 3)) if n in late else story
        for n, story in enumerate(stories)
    ]


def _with_people(rng: Random, stories: list[Story]) -> list[Story]:
    """Who writes: some nameless, some again. People belong to their place."""
    places: dict[str, int] = {}
    for story in stories:
        places[story.spot] = places.get(story.spot, 0) + 1
    out = []
    for story in stories:
        known = story.by_phone or rng.random() < 0.75
        person = rng.randrange(1 + int(places[story.spot] * AS_ONE_PERSON)) if known else None
        out.append(replace(story, person=person))
    return out
