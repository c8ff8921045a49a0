"""The program and the naive oracle agree on any hours, breaks, short and moved days, zones, pauses and caps.

The oracle (`oracle.py`) imports nothing of ours; both read one row of text, each in its own way.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.policy.calendar import Calendar
from otklik.policy.reading import shipped_calendar
from otklik.policy.schedules import Schedule, WorkingHours
from tests.policy import oracle
from tests.policy.of_the_table import Row, counted, pauses_of, rows, schedule_of

DAYS = ("пн", "вт", "ср", "чт", "пт", "сб")
ZONES = (
    "Europe/Volgograd", "Europe/Volgograd", "Europe/Volgograd", "Europe/Samara", "Europe/Kaliningrad",
    "Asia/Kamchatka", "Europe/Saratov", "Asia/Magadan", "Europe/Simferopol",
)
BORDERS = [  # where the wall clock or the calendar does something unusual
    date(2014, 3, 28), date(2014, 10, 24), date(2016, 3, 25), date(2016, 12, 2), date(2018, 10, 26),
    date(2020, 12, 25), date(2024, 4, 25), date(2024, 11, 1), date(2024, 12, 27), date(2025, 3, 6), date(2025, 5, 7),
    date(2025, 10, 31), date(2025, 12, 29), date(2026, 4, 29), date(2026, 5, 7), date(2026, 6, 10), date(2026, 12, 29),
    date(2027, 12, 30),
]
BLANK = dict.fromkeys(next(iter(rows())), "")

any_day = st.one_of(st.dates(date(2024, 1, 1), date(2027, 3, 1)), st.sampled_from(BORDERS))
minute = st.integers(0, 24 * 60 - 1)


def clock(number: int) -> str:
    return f"{number // 60:02}:{number % 60:02}"


@st.composite
def spans(draw: st.DrawFn) -> str:
    a, b, c, d = sorted(draw(st.lists(st.integers(0, 24 * 12 - 1), min_size=4, max_size=4, unique=True)))
    rest = f" обед {clock(b * 5)}–{clock(c * 5)}" if draw(st.booleans()) else ""
    return f"{clock(a * 5)}–{clock(d * 5)}{rest}"


@st.composite
def weeks(draw: st.DrawFn) -> str:
    usual = draw(st.sampled_from(["пн–пт 09:00–18:00", "пн–пт 08:00–17:00 обед 12:00–13:00", ""]))
    if usual and draw(st.booleans()):
        return usual
    cut = draw(st.lists(st.integers(1, 5), max_size=2, unique=True).map(sorted))
    ends = [0, *cut, draw(st.integers(max(cut, default=0) + 1, 6))]
    groups = [(first, last - 1) for first, last in zip(ends, ends[1:], strict=False)]
    return ", ".join(
        f"{DAYS[first]}{f'–{DAYS[last]}' if last > first else ''} {draw(spans())}" for first, last in groups
    )


@st.composite
def organisations(draw: st.DrawFn, around: date) -> dict[str, str]:
    near = st.integers(-3, 12).map(lambda n: around + timedelta(days=n))
    hours = draw(weeks())
    if draw(st.integers(0, 9)) == 0:
        hours = "круглосуточно"  # the oracle knows it only for good
    elif draw(st.integers(0, 3)) == 0:
        hours += f" | с {draw(near)}: {draw(weeks())}"
    own = draw(st.lists(near, max_size=4, unique=True))
    given = [(day, draw(st.sampled_from(["closed", "opened", "shortened"]))) for day in own]
    return {
        "hours": hours,
        "closed": "; ".join(str(day) for day, kind in given if kind == "closed"),
        "opened": "; ".join(f"{day} {draw(spans())}" for day, kind in given if kind == "opened"),
        "shortened": "; ".join(str(day) for day, kind in given if kind == "shortened"),
    }


@st.composite
def examples(draw: st.DrawFn) -> Row:
    """A row of a region's own rules: any limit of any unit, an organisation, a start, pauses and their cap."""
    day = draw(any_day)
    row = BLANK | draw(organisations(day)) | {"zone": draw(st.sampled_from(ZONES))}
    unit = draw(st.sampled_from(["working_hours", "working_hours", "working_days", "days", "hours"]))
    clock_kind = "final" if unit == "working_days" else "answer"
    most = {"working_hours": 20, "working_days": 12, "days": 35, "hours": 60}[unit]
    begun = datetime.combine(day, datetime.min.time()) + timedelta(minutes=draw(minute))
    row |= {
        "regime": "social", "clock": clock_kind, "turn": "1", "importance": "2", "rule": "область", "unit": unit,
        "limit": str(draw(st.integers(0 if unit == "hours" else 1, most))), "received": f"{begun:%Y-%m-%dT%H:%M}",
        "interim": f"{begun:%Y-%m-%dT%H:%M}", "outcome": "срок",
    }
    pauses: list[str] = []
    moment = begun
    for _n in range(draw(st.integers(0, 2))):
        since = moment + timedelta(minutes=draw(st.integers(1, 3 * 24 * 60)))
        moment = since + timedelta(minutes=draw(st.integers(1, 12 * 24 * 60)))
        pauses.append(f"с {since:%Y-%m-%dT%H:%M} по {moment:%Y-%m-%dT%H:%M}, ждём жителя")
    row["pauses"] = "; ".join(pauses)
    capped = draw(st.booleans())
    row["pause_cap"] = f"{draw(st.integers(1, 6))} рабочих дней" if pauses and capped else ""
    return row


@settings(max_examples=250, deadline=None)
@given(examples())
def test_any_limit_of_any_organisation_is_what_walking_over_minutes_gives(row: Row) -> None:
    plan = counted(row)
    due, _control = oracle.counted(row)
    assert plan.due == due
    assert plan.due.utcoffset() == due.utcoffset()
    assert plan.control == oracle.control(went_on(row, due), due, row["unit"], oracle.organisation(row))


def went_on(row: Row, due: datetime) -> datetime:
    """When the clock last went on: a control date before the end of a pause would be over at once (decision 160)."""
    here, zone = oracle.organisation(row), ZoneInfo(row["zone"])
    pauses = pauses_of(row, zone)
    if row["pause_cap"]:
        pauses = oracle.capped(pauses, int(row["pause_cap"].split()[0]), here)
    ended = [end for begin, end in pauses if begin < due]
    return max([oracle.start_of(row, here), *ended])


@settings(max_examples=60, deadline=None)
@given(examples())
def test_warnings_lie_at_their_part_of_the_way(row: Row) -> None:
    row |= {"pauses": "", "pause_cap": ""}
    plan, here = counted(row), oracle.organisation(row)
    start, until = plan.starts_at.astimezone(UTC), plan.control.astimezone(UTC)  # real time, across clock changes
    expected = oracle.warnings(start, until, row["unit"], here)
    whole = until - start
    if whole and row["limit"] != "0":
        minutes = [abs(a - b) < timedelta(minutes=1) for a, b in zip(plan.warn_at, expected, strict=True)]
        assert minutes == [True, True, True]


@settings(max_examples=100, deadline=None)
@given(any_day.flatmap(lambda day: st.tuples(st.just(day), organisations(day))))
def test_an_organisation_works_on_the_days_and_minutes_that_the_oracle_gives_it(
    given_: tuple[date, dict[str, str]],
) -> None:
    day, words = given_
    row = BLANK | words | {"zone": "Europe/Volgograd"}
    here, calendar = oracle.organisation(row), shipped_calendar().of(schedule_of(row))
    for number in range(-4, 14):
        that = day + timedelta(days=number)
        worked = {n for since, until in calendar.stretches(that) for n in range(since, until)}
        assert worked == here.minutes(that), that


def test_a_sunday_of_its_own_week_is_worked_and_is_off_on_a_holiday() -> None:
    calendar = shipped_calendar().of(_seven_days())
    assert calendar.is_working_day(date(2026, 4, 12))
    assert not calendar.is_working_day(date(2025, 2, 23))  # a holiday on a Sunday


def test_a_calendar_of_one_organisation_does_not_change_another() -> None:
    country = Calendar((), shipped_calendar().law)
    own = country.of(_seven_days())
    assert own is country.of(_seven_days())
    assert own.is_working_day(date(2026, 4, 12))
    assert not country.is_working_day(date(2026, 4, 12))
    assert not country.of(WorkingHours()).is_working_day(date(2026, 4, 12))


def _seven_days() -> Schedule:
    return schedule_of(BLANK | {"hours": "пн–вс 10:00–20:00"})


def test_zones_of_the_examples_are_known() -> None:
    assert all(ZoneInfo(name) for name in ZONES)
