"""The board of promises and «обещано — сделано»: reading only, inside `acting`, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from otklik.acting import Actor, Staff
from otklik.answers.models import Promise
from otklik.cases.clocks import zone
from otklik.cases.models import Case
from otklik.organisations.models import User

MOST_OF_GROUP = 100
GROUPS: dict[str, str | LazyText] = {
    "overdue": _("Срок вышел"), "today": _("Сегодня"), "tomorrow": _("Завтра"), "week": _("На этой неделе"),
    "later": _("Позже"),
}  # fmt: skip
DAYS = (30, 90, 365)


@dataclass
class Group:
    """One group of the board: its first rows, and how many there are in all."""

    name: str
    label: str | LazyText
    rows: list[Promise] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the promises whose day fell into a period."""

    promised: int
    in_time: int
    late: int
    moved: int
    waiting: int  # the day is over, and nothing was said
    unmet: int  # «сделано», and the case came back

    @property
    def share(self) -> int | None:
        """Kept by the promised day, percent of those that are over; None where none is."""
        over = self.in_time + self.late + self.waiting + self.unmet
        return round(100 * self.in_time / over) if over else None


def mine(actor: Actor) -> QuerySet[Promise]:
    """The promises of this person's places."""
    rows = Promise.objects.all()
    if isinstance(actor, Staff) and actor.sees is not None:
        rows = rows.filter(scope_id__in=actor.sees)
    return rows


def board(actor: Actor, now: datetime, owner: int | None = None) -> list[Group]:
    """Open promises by their day. «На этой неделе» ends on Sunday. `owner` 0: of cases that nobody took."""
    today = now.astimezone(zone()).date()
    sunday = today + timedelta(days=6 - today.weekday())
    rows = mine(actor).filter(state=Promise.State.OPEN)
    if owner is not None:
        rows = rows.filter(case__owner_id=owner or None) if owner else rows.filter(case__owner=None)
    rows = rows.select_related("case__owner", "case__executor", "case__territory", "case__theme", "case__scope")
    groups = {name: Group(name, label) for name, label in GROUPS.items()}
    for row in rows.order_by("until", "pk")[: MOST_OF_GROUP * len(GROUPS)]:
        group = groups[group_of(row.until, today, sunday)]
        group.count += 1
        if len(group.rows) < MOST_OF_GROUP:
            group.rows.append(row)
    return [group for group in groups.values() if group.rows]


def group_of(until: date, today: date, sunday: date) -> str:
    """In which group of the board a day stands."""
    if until < today:
        return "overdue"
    if until == today:
        return "today"
    if until == today + timedelta(days=1):
        return "tomorrow"
    return "week" if until <= sunday else "later"


def owners(actor: Actor) -> list[tuple[int, str, int]]:
    """Who has open promises, and how many; 0 and no name for cases that nobody took."""
    counted = (
        mine(actor).filter(state=Promise.State.OPEN).order_by().values(owner=F("case__owner_id"))
        .annotate(n=Count("pk")).values_list("owner", "n")
    )
    found = dict(counted)
    names = {user.pk: user.short_name for user in User.objects.filter(pk__in=[one for one in found if one])}
    listed = [(pk or 0, names.get(pk or 0, ""), n) for pk, n in found.items()]
    return sorted(listed, key=lambda one: (not one[0], one[1]))


def done(actor: Actor, now: datetime, days: int) -> tuple[Done, list[Promise]]:
    """«Обещано — сделано» of the last days: the figures, and the promises themselves, the newest first."""
    today = now.astimezone(zone()).date()
    since = today - timedelta(days=days)
    rows = mine(actor).filter(until__gte=since, until__lte=today).exclude(state=Promise.State.OFF)
    kept = Q(state=Promise.State.KEPT)
    # Until the end of the promised day by the region's clock.
    in_time = kept & Q(kept_at__date__lte=F("until"))
    late = kept & Q(kept_at__date__gt=F("until"))
    figures = rows.aggregate(
        promised=Count("pk"), in_time=Count("pk", filter=in_time), late=Count("pk", filter=late),
        moved=Count("pk", filter=Q(state=Promise.State.MOVED)),
        waiting=Count("pk", filter=Q(state=Promise.State.OPEN, until__lt=today)),
        unmet=Count("pk", filter=Q(state=Promise.State.UNMET)),
    )
    shown = rows.select_related("case__territory", "case__theme", "case__owner", "moved_to").order_by("-until", "-pk")
    return Done(**figures), list(shown[:MOST_OF_GROUP])


def first_open_question(case: Case) -> QuerySet[Promise]:
    """The earliest promise of a case that still waits, so that a page can ask it ahead."""
    return Promise.objects.filter(case=case, state=Promise.State.OPEN).order_by("until", "pk")[:1]
