"""Reading bursts as an actor. Inside `acting`; row-level security shows one's own places only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases.models import Case
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.cases.reading import visible_cases
from otklik.classifier.models import Theme, ThemeGroup
from otklik.failures import NotYours
from otklik.insight.models import Burst
from otklik.insight.radar_telling import expected_words, name_of, names_of, odds_words, seen_words
from otklik.territory.models import Territory

SHOWN_DAYS = 30
MOST = 100
MOST_CASES = 60
BINS = 12


@dataclass(frozen=True)
class Line:
    """One burst as a list shows it."""

    row: Burst
    name: str

    @property
    def seen(self) -> str:
        """«обычно 0,4 в час, сейчас 7 за 30 минут»."""
        return seen_words(self.row)

    @property
    def expected(self) -> str:
        """How many are usual within the time looked at."""
        return expected_words(self.row.expected)

    @property
    def odds(self) -> str:
        """How seldom chance alone says so."""
        return odds_words(self.row.odds)


@dataclass(frozen=True)
class Part:
    """The messages of one place in a burst: how many, the problem that most of them belong to, how many have none."""

    place: Territory
    count: int
    problem: Problem | None = None
    loose: int = 0


def visible_bursts(seen: Collection[int] | None) -> QuerySet[Burst]:
    """The bursts of these scopes, and wider ones with messages from there; None is the whole region."""
    rows = Burst.objects.select_related("scope")
    if seen is None:
        return rows
    scopes = list(seen)
    return rows.filter(Q(scope_id__in=scopes) | Q(places__overlap=scopes))


def running_bursts(seen: Collection[int] | None, most: int = MOST) -> list[Line]:
    """Those that go on and are not silenced, the newest first. Two or three small queries."""
    return lines(list(visible_bursts(seen).filter(ended_at=None, state=Burst.State.ACTIVE).order_by("-id")[:most]))


def running_named(seen: Collection[int] | None, most: int) -> list[Line]:
    """The same in one statement with the names, for a line on a page that is about something else."""
    names = [
        Subquery(model.objects.filter(code=OuterRef("code")).order_by("-version_id").values("name")[:1])
        for model in (Theme, ThemeGroup)
    ]
    rows = visible_bursts(seen).filter(ended_at=None, state=Burst.State.ACTIVE)
    named = rows.annotate(named=Coalesce(*names, Value(""))).order_by("-id")[:most]
    return [Line(row, name_of(row, {row.code: row.named})) for row in named]


def past_bursts(seen: Collection[int] | None, now: datetime) -> list[Line]:
    """Those that went quiet or were silenced in the last days."""
    rows = visible_bursts(seen).exclude(state=Burst.State.ACTIVE)
    return lines(list(rows.filter(found_at__gte=now - timedelta(days=SHOWN_DAYS)).order_by("-id")[:MOST]))


def lines(rows: list[Burst]) -> list[Line]:
    """With the names of what they are about."""
    names = names_of({row.code for row in rows if row.code and row.level != Burst.Level.TOPIC})
    return [Line(row, name_of(row, names)) for row in rows]


def the_burst(seen: Collection[int] | None, burst_id: int) -> Burst:
    """One burst. `NotYours` for a stranger."""
    row = visible_bursts(seen).select_related("silenced_by").filter(pk=burst_id).first()
    if row is None:
        raise NotYours(_("Такого всплеска нет, или он не в вашем муниципалитете."))
    return row


def messages_of(actor: Actor, row: Burst) -> QuerySet[Case]:
    """The messages of a burst, so far as the actor may read them, the newest first."""
    found = visible_cases(actor).filter(pk__in=row.cases)
    return found.select_related("territory", "theme", "account").order_by("-received_at", "-pk")


def is_behind(row: Burst, problem_id: int, held: int, of: int) -> bool:
    """Whether a problem with so many of a place's messages is the one behind the burst.

    One message of many that somebody put into a problem (works in the next street) does not take the others along.
    """
    return problem_id == row.problem_id or held * 3 >= of


def parts_of(actor: Staff, row: Burst) -> list[Part]:
    """By place: how many messages, and the live problem behind them that most belong to already."""
    counts = visible_cases(actor).filter(pk__in=row.cases).order_by().values_list("scope_id").annotate(
        n=Count("pk"), loose=Count("pk", filter=Q(problem=None, restricted=False))
    )
    by_place = {scope: (n, loose) for scope, n, loose in counts}
    problems: dict[int, Problem] = {}
    found = Problem.objects.filter(cases__pk__in=row.cases, scope_id__in=by_place, state__in=LIVE_STATES)
    for problem in found.annotate(n=Count("cases")).order_by("n", "-pk"):
        if is_behind(row, problem.pk, problem.n, by_place[problem.scope_id][0]):
            problems[problem.scope_id] = problem
    places = Territory.objects.in_bulk(by_place)
    made = [Part(places[scope], n, problems.get(scope), loose) for scope, (n, loose) in by_place.items()]
    return sorted(made, key=lambda part: (-part.count, part.place.name_key))


@dataclass(frozen=True)
class Bin:
    """Messages of a stretch of time, by when it begins."""

    since: datetime
    count: int


def bins_of(times: Collection[datetime], number: int = BINS) -> list[Bin]:
    """Moments in equal stretches from the first to the last, of a minute at least. Pure."""
    if not times:
        return []
    first, last = min(times), max(times)
    step = max((last - first) / number, timedelta(minutes=1))
    counts = [0] * number
    for at in times:
        counts[min(int((at - first) / step), number - 1)] += 1
    return [Bin(first + step * n, count) for n, count in enumerate(counts)]
