"""«Что горит»: the board of a day by urgency, each case in one group only. Inside `acting`.

Two queries whatever the size: which cases are the first of each group and how many there are, and their rows. The
statement of a person is made once and asked again with the moments of now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.acting import Actor, Staff
from otklik.cases.clock_rules import zone
from otklik.cases.lifecycle import IN_WORK, OPEN_STATES
from otklik.cases.models import Assignment, Case, CaseMessage, Mention
from otklik.cases.reading import visible_cases
from otklik.organisations.absences import lasting
from otklik.policy.loading import calendar_for

SHOWN = 7  # of each group; the rest is one press away
CAP = 1000
KEPT_SECONDS = 300
ANSWERS_WITHIN = 2  # working days in which an executor is expected to say anything
GROUPS: dict[str, str | Promise] = {
    "overdue": _("Просрочено"),
    "today": _("Срок сегодня"),
    "waits": _("Ждёт меня"),
    "unanswered": _("Исполнители молчат"),
    "untriaged": _("Не разобрано"),
}
APPROVES = frozenset({"approver", "head"})


@dataclass(frozen=True)
class Moments:
    """The moments that the groups are told by: now, the end of today, and since when an executor is silent."""

    now: datetime
    today_ends: datetime
    silent_since: datetime


@dataclass
class Group:
    """One group of the board."""

    name: str
    label: str | Promise
    count: int
    rows: list[Case] = field(default_factory=list)


# In a statement that is made once these stand for the moments; each is told from the others.
_ANY = Moments(*(datetime(2000, 1, day, tzinfo=UTC) for day in (1, 2, 3)))


def moments_of(now: datetime) -> Moments:
    """Those of a moment, in the region's zone."""
    local = now.astimezone(zone())
    asked = _working_days_before(local.date())
    return Moments(
        now, datetime.combine(local.date(), time.max, zone()), datetime.combine(asked, local.time(), zone())
    )


def _working_days_before(day: date) -> date:
    """The day that lies `ANSWERS_WITHIN` working days before; kept for some minutes, since it changes once a day."""
    key = f"burning:{day.isoformat()}"
    kept: date | None = cache.get(key)
    if kept is not None:
        return kept
    calendar, before, left = calendar_for(), day, ANSWERS_WITHIN
    while left:
        before -= timedelta(days=1)
        left -= calendar.is_working_day(before)
    cache.set(key, before, KEPT_SECONDS)
    return before


def of_group(
    actor: Actor, cases: QuerySet[Case], name: str, at: Moments, *, dated: bool | None = None
) -> QuerySet[Case]:
    """The cases of one group, those of the groups before it left out.

    What burns is told by the date of the case or of its most pressing part; danger to life burns from the beginning.
    `dated`: of the groups that are not told by a date only the cases that have one (or have none), so that an index
    leads past those that burn.
    """
    if name == "overdue":
        return cases.filter(urgent_at__lte=at.now, state__in=IN_WORK)
    if name == "today":
        return cases.filter(urgent_at__gt=at.now, urgent_at__lte=at.today_ends, state__in=IN_WORK)
    if dated is None:
        later = cases.filter(Q(urgent_at__gt=at.today_ends) | Q(urgent_at=None))
    else:
        later = cases.filter(urgent_at__gt=at.today_ends) if dated else cases.filter(urgent_at=None)
    later = later.filter(state__in=OPEN_STATES)  # what is closed and was written to again has a tab of its own
    if name == "waits":
        return later.filter(_waits(actor))
    others = later.filter(~_waits(actor))
    if name == "unanswered":
        asked = Assignment.objects.filter(
            case=OuterRef("pk"), state=Assignment.State.OPEN, assigned_at__lt=at.silent_since
        )
        return others.filter(Exists(asked), state=Case.State.ASSIGNED)
    nobodys = Q(state=Case.State.TRIAGED, owner=None) & ~Q(answer_by=Case.AnswerBy.OUTSIDE)
    return others.filter(Q(state=Case.State.NEW) | nobodys)


def _waits(actor: Actor) -> Q:
    """Whose next step is this person's: their own cases, what they are to approve, where they were mentioned."""
    if not isinstance(actor, Staff):
        return Q(pk__in=[])
    at_work = Assignment.objects.filter(case=OuterRef("pk"), state__in=["needs_time", "refused"])
    stuck = CaseMessage.objects.filter(
        case=OuterRef("pk"), message__delivery__state__in=("failed", "unknown", "by_hand")
    )
    approved = _answer("approved")
    own_step = (
        Q(state__in=[Case.State.NEW, Case.State.TRIAGED, Case.State.REPLIED])
        | Q(Exists(at_work), state=Case.State.ASSIGNED) | Q(approved, state__in=IN_WORK)
        | Q(heard_at__isnull=False) | Q(Exists(stuck))
    )
    waits = Q(owner_id__in=[actor.user_id, *sorted(actor.stands_for)]) & own_step
    waits |= Q(pk__in=Mention.objects.filter(user_id=actor.user_id, seen_at=None).values("case_id"))
    grants = [grant for grant in actor.grants if grant.role in APPROVES]
    if grants:
        here = Q(state__in=IN_WORK)
        if all(grant.scopes is not None for grant in grants):
            here &= Q(scope_id__in=sorted(frozenset().union(*(grant.scopes or frozenset() for grant in grants))))
        waits |= here & _answer("review")
    return waits


def _answer(state: str) -> Q:
    """An answer of the present turn in this state (answers stand in a room above, hence by relation)."""
    of_turn = Case.objects.filter(pk=OuterRef("pk"), answers__turn=F("turn"), answers__state=state)
    return Q(Exists(of_turn))


def board(actor: Actor, now: datetime, size: int = SHOWN) -> list[Group]:
    """The groups with their counts (capped) and first cases, the empty ones left out.

    The cases carry `away_until` and `away_substitute` (a full name or nothing) of an owner who is on leave today.
    """
    at = moments_of(now)
    groups = {name: Group(name, label, 0) for name, label in GROUPS.items()}
    found = _asked(_listing(actor, size), at)
    for name, _pk, count in found:
        groups[name].count = count
    rows = _with_owners(at).in_bulk([pk for _name, pk, _count in found]) if found else {}
    for name, pk, _count in found:
        if pk in rows:
            groups[name].rows.append(rows[pk])
    return [group for group in groups.values() if group.count]


def _with_owners(at: Moments) -> QuerySet[Case]:
    leave = lasting(at.today_ends.date()).filter(user=OuterRef("owner"))
    cases = Case.objects.select_related("territory", "scope", "theme__group", "account", "executor", "owner")
    return cases.annotate(
        away_until=Subquery(leave.values("until")[:1]),
        away_substitute=Subquery(leave.values("substitute__full_name")[:1]),
    )


def _asked(statement: tuple[str, tuple[Any, ...]], at: Moments) -> Sequence[tuple[Any, ...]]:
    """Run a statement that was made for any moments with those of now."""
    sql, params = statement
    real = {_ANY.now: at.now, _ANY.today_ends: at.today_ends, _ANY.silent_since: at.silent_since}
    with connection.cursor() as cursor:
        cursor.execute(sql, [real.get(one, one) if isinstance(one, datetime) else one for one in params])
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found


@lru_cache(maxsize=256)
def _listing(actor: Actor, size: int) -> tuple[str, tuple[Any, ...]]:
    """(group, id, how many in the group) of the first cases of each group, in order."""
    parts, params = [], []
    for name in GROUPS:
        halves = (None,) if name in ("overdue", "today") else (True, False)
        groups = [of_group(actor, visible_cases(actor), name, _ANY, dated=one) for one in halves]
        counted = [group.order_by().values("pk")[:CAP].query.sql_with_params() for group in groups]
        order = (F("urgent_at").asc(nulls_last=True), "id")
        firsts = [group.order_by(*order).values("pk", "urgent_at")[:size].query.sql_with_params() for group in groups]
        number = " + ".join(f"(SELECT count(*) FROM ({sql}) AS n)" for sql, _values in counted)
        rows = " UNION ALL ".join(f"(SELECT * FROM ({sql}) AS f)" for sql, _values in firsts)
        parts.append(
            f"(SELECT '{name}', g.pk, least({CAP}, {number}) FROM ({rows}) AS g"
            f" ORDER BY g.urgent_at ASC NULLS LAST, g.pk LIMIT {size})"
        )
        for _sql, values in (*counted, *firsts):
            params += list(values)
    return " UNION ALL ".join(parts), tuple(params)
