"""The queue of the desk: what burns, what waits for me, the rest; one search box. Inside `acting`."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, F, OrderBy, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Col
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.acting import Actor, Staff, once
from otklik.cases import burning, numbers, upper
from otklik.cases.asked_in_words import READ, Asked, read
from otklik.cases.clock_rules import zone
from otklik.cases.fix_dates import with_fix_dates
from otklik.cases.knowledge import knowledge
from otklik.cases.lifecycle import IN_WORK, OPEN_STATES
from otklik.cases.models import (
    Assignment,
    Case,
    CaseMessage,
    CaseWords,
    Mention,
    OutsideNumber,
    Postponement,
    Registration,
)
from otklik.cases.reading import visible_cases
from otklik.classifier.loading import predecessors_of_group, with_predecessors
from otklik.failures import BadInput
from otklik.residents.contacts import lookup_hash
from otklik.residents.models import Contact, Resident
from otklik.residents.recording import surname_key
from otklik.typed_text import typed

COUNT_CAP = 1000  # beyond it the page says «больше 1000»: an exact count of everything is paid by nobody
BURNS_WITHIN = timedelta(hours=2)

TABS = {
    "burning": _("Что горит"),
    "triage": _("Разобрать"),
    "mine": _("Мои"),
    "mentions": _("Меня упомянули"),
    "review": _("На согласовании"),
    "promises": _("Обещания"),
    "postponed": _("Отложено"),
    "replied": _("Исполнители ответили"),
    "by_hand": _("Опубликовать вручную"),
    "heard": _("Написали после ответа"),
    "undelivered": _("Не доставлено"),
    "upper": _("Решает ЦУР"),
    "upper_own": _("Карточки самого ЦУР"),
    "restricted": _("Ограниченный доступ"),
    "open": _("Все открытые"),
    "all": _("Все"),
}
NEWEST_FIRST = ("all",)
LAST_ENTRY = "last_entry"  # asked for among the counts: the newest entry of the journal
YO = str.maketrans("ёЁ", "еЕ")  # as the column `words` has it


@dataclass(frozen=True)
class Filters:
    """What the clerk asked for. Empty values do not filter."""

    tab: str = "triage"
    text: str = ""
    theme: int | None = None
    group: int | None = None
    state: str = ""
    territory: int | None = None
    executor: int | None = None
    importance: int | None = None
    channel: str = ""
    kind: str = ""
    tone: str = ""
    overdue: bool = False
    regime: str = ""
    since: date | None = None  # days in the region's zone, both included
    until: date | None = None


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; `following` is the cursor of the next one."""

    rows: list[Case]
    following: str
    total: int
    total_is_capped: bool


def narrowed(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    """The cases of a tab and its filters, without an order."""
    filters, place = _in_words(actor, filters, now)
    cases = _of_tab(actor, visible_cases(actor), filters.tab, now)
    if filters.text or place is not None:
        cases = cases.alias(written=_Words())
    if place is not None:
        cases = cases.filter(_in_settlement(place) if place.is_settlement else _in_place(place.place or 0))
    if filters.theme:
        cases = cases.filter(theme_id__in=with_predecessors(filters.theme))
    if filters.group:
        earlier = predecessors_of_group(filters.group)
        of_group = Q(theme__group_id=filters.group)
        cases = cases.filter(of_group | Q(theme_id__in=earlier) if earlier else of_group)
    if filters.state:
        cases = cases.filter(state=filters.state)
    if filters.territory:
        cases = cases.filter(_in_place(filters.territory))
    if filters.executor:
        cases = cases.filter(executor_id=filters.executor)
    if filters.importance is not None:
        cases = cases.filter(importance=filters.importance)
    if filters.channel:
        cases = cases.filter(account__channel=filters.channel)
    if filters.kind:
        # What nobody has read yet, or could not, is worked on as a complaint.
        cases = cases.filter(kind__in=("complaint", "") if filters.kind == "complaint" else (filters.kind,))
    if filters.tone:
        cases = cases.filter(tone=filters.tone)
    if filters.overdue:
        cases = cases.filter(control_at__lt=now, state__in=IN_WORK)
    if filters.regime:
        beside = Registration.objects.filter(case=OuterRef("pk"), regime=filters.regime)
        cases = cases.filter(Q(regime=filters.regime) | Q(Exists(beside)))
    if filters.since:
        cases = cases.filter(received_at__gte=_begins(filters.since))
    if filters.until:
        cases = cases.filter(received_at__lt=_begins(filters.until + timedelta(days=1)))
    return _found(cases, filters.text) if typed(filters.text) else cases


def asked_by(actor: Actor, text: str, now: datetime) -> Asked:
    """What a search means: filters in words, and the words that are left to look for. A number or a phone is neither.

    Reads the snapshot of places, which is kept in memory.
    """
    text = " ".join(typed(text).split())[:READ]
    if not any(c.isalpha() for c in text) or numbers.parse(text) is not None:
        return Asked(text)
    sees = actor.sees if isinstance(actor, Staff) else None
    near = next(iter(sees)) if sees is not None and len(sees) == 1 else None
    return read(text, now.astimezone(zone()).date(), knowledge().places, near)


def _in_words(actor: Actor, filters: Filters, now: datetime) -> tuple[Filters, Asked | None]:
    """The filters with those that the search's words say; what the form says wins. And the place, if one is named."""
    if not filters.text:
        return filters, None
    asked = asked_by(actor, filters.text, now)
    if not asked.parts:
        return replace(filters, text=asked.words), None
    said = {name: getattr(asked, name) for name in ("state", "channel", "kind", "regime", "since", "until")}
    kept = {name: getattr(filters, name) or value for name, value in said.items()}
    importance = asked.importance if filters.importance is None else filters.importance
    filters = replace(
        filters, text=asked.words, importance=importance, overdue=filters.overdue or asked.overdue, **kept
    )
    return filters, asked if asked.place is not None and not filters.territory else None


def _in_place(place: int) -> Q:
    return Q(territory_id=place) | Q(scope_id=place) | Q(scope__municipality_id=place) | Q(territory__parent_id=place)


def _in_settlement(asked: Asked) -> Q:
    """Cases that stand at the settlement, and those whose words name it and that nobody has put there yet."""
    named = Q(written=SearchQuery(asked.place_name.translate(YO), config="russian", search_type="plain"))
    return _in_place(asked.place or 0) | named


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, zone())


def _of_tab(actor: Actor, cases: QuerySet[Case], tab: str, now: datetime) -> QuerySet[Case]:
    user = actor.user_id if isinstance(actor, Staff) else None
    if tab in burning.GROUPS:
        return burning.of_group(actor, cases, tab, burning.moments_of(now))
    if tab == "burning":
        soon = Q(urgent_at__lte=now + BURNS_WITHIN) | Q(importance=4)
        return cases.filter(soon, state__in=IN_WORK)
    if tab == "triage":
        # Sorted, and nobody's: it waits here too, or it is seen again only when it burns. What an outside system
        # works on does not.
        nobodys = Q(state=Case.State.TRIAGED, owner=None) & ~Q(answer_by=Case.AnswerBy.OUTSIDE)
        return cases.filter(Q(state=Case.State.NEW) | nobodys)
    if tab == "mine":
        # Also those of colleagues on leave, whom this person stands in for.
        owners = [user, *sorted(actor.stands_for)] if isinstance(actor, Staff) else [user]
        return cases.filter(owner_id__in=owners, state__in=IN_WORK)
    if tab == "mentions":  # in a note of a colleague, whatever the case's state, until they saw it
        return cases.filter(pk__in=Mention.objects.filter(user_id=user or 0, seen_at=None).values("case_id"))
    if tab == "review":
        return cases.filter(_answered_by(state="review"), state__in=IN_WORK)
    if tab == "promises":
        return cases.filter(_promised(), state__in=OPEN_STATES)
    if tab == "postponed":
        return cases.filter(Exists(Postponement.objects.filter(case=OuterRef("pk"), back_at=None)))
    if tab == "replied":
        # A date asked for waits for staff until the resident was given one; «не наше» until it is redirected.
        at_work = Assignment.objects.filter(case=OuterRef("pk"))
        asks = Q(Exists(at_work.filter(state=Assignment.State.NEEDS_TIME))) & ~_promised()
        refused = Q(Exists(at_work.filter(state=Assignment.State.REFUSED)))
        return cases.filter(Q(state=Case.State.REPLIED) | Q(asks | refused, state=Case.State.ASSIGNED))
    if tab == "by_hand":
        return cases.filter(_answered_by(state="approved"), answer_by=Case.AnswerBy.OUTSIDE, state__in=IN_WORK)
    if tab in upper.UPPER_TABS:
        return upper.of_tab(cases, tab)
    if tab == "undelivered":
        stuck = CaseMessage.objects.filter(
            case=OuterRef("pk"), message__delivery__state__in=("failed", "unknown", "by_hand")
        )
        return cases.filter(Exists(stuck))
    if tab == "heard":
        return cases.filter(heard_at__isnull=False)
    if tab == "restricted":
        return cases.filter(restricted=True, state__in=OPEN_STATES)
    if tab == "open":
        return cases.filter(state__in=OPEN_STATES)
    return cases


def _answered_by(**fields: str) -> Q:
    """An answer of the case's present turn with these fields (answers stand in a room above, hence by relation)."""
    wanted = {f"answers__{name}": value for name, value in fields.items()}
    return Q(Exists(Case.objects.filter(pk=OuterRef("pk"), answers__turn=F("turn"), **wanted)))


def _promised() -> Q:
    return Q(Exists(Case.objects.filter(pk=OuterRef("pk"), promises__state="open")))


def _found(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """One box: our number, an outside number, a phone, a surname, else words of the text."""
    text = typed(text)[:300]
    outside = OutsideNumber.objects.filter(case=OuterRef("pk"), number=text)
    number = numbers.parse(text)
    digits = [c for c in text if c.isdigit()]
    if len(digits) >= 10 and not any(c.isalpha() for c in text):
        try:
            of_phone = Contact.objects.filter(
                resident_id=OuterRef("resident_id"), kind=Contact.Kind.PHONE,
                lookup=lookup_hash(Contact.Kind.PHONE, text),
            )
            return cases.filter(Q(Exists(of_phone)) | Q(Exists(outside)))
        except BadInput:
            pass  # long digits that are no phone: an outside number
    if number is not None:
        return cases.filter(Q(number=number) | Q(Exists(outside)))
    words = SearchQuery(text.translate(YO), config="russian", search_type="websearch")
    either = Q(written=words)
    named = once(("named", text), lambda: _named(text))
    if named.cases:
        either |= Q(pk__in=named.cases)
    if named.residents:
        either |= Q(resident_id__in=named.residents)
    return cases.filter(either)


class _Words(F):
    """The searched words of the case's own row, a column that is no field of `Case`."""

    def __init__(self) -> None:
        super().__init__("words")

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Any:
        return Col(query.get_initial_alias(), CaseWords._meta.get_field("words"))


@dataclass(frozen=True)
class _Named:
    """Who and what else carries the searched text: an outside number of these cases, these residents' surname."""

    cases: list[int]
    residents: list[int]


def _named(text: str) -> _Named:
    """Looked up before the search, as a rule in vain: as parts of it they would keep it from its index."""
    numbered = OutsideNumber.objects.filter(number=text).values_list(Value("case"), "case_id")[:COUNT_CAP]
    if len(text.split()) > 1:
        return _Named([pk for _kind, pk in numbered], [])
    bearing = Resident.objects.filter(surname_key=surname_key(text)).values_list(Value("resident"), "pk")[:COUNT_CAP]
    found = list(numbered.union(bearing, all=True))
    return _Named([pk for kind, pk in found if kind == "case"], [pk for kind, pk in found if kind == "resident"])


def page(
    actor: Actor, filters: Filters, now: datetime, after: str = "", size: int = 25, total: int | None = None
) -> QueuePage:
    """One page. `after` is the cursor that the page before gave («time|id»).

    `total`: how many there are, one more than the cap at most, when it has been counted already (`total_question`).
    """
    cases = narrowed(actor, filters, now)
    newest = filters.tab in NEWEST_FIRST
    field = "received_at" if newest else "urgent_at"
    total = cases.order_by()[: COUNT_CAP + 1].count() if total is None else total
    order = ("-received_at", "-id") if newest else _urgent_order()
    # Found first and joined then: else all that match are joined before they are cut.
    ids = list(_after(cases, field, newest, after).order_by(*order).values_list("pk", flat=True)[: size + 1])
    joined = with_fix_dates(
        Case.objects.select_related("territory", "scope", "theme__group", "account", "executor", "owner")
    )
    found = joined.in_bulk(ids) if ids else {}
    rows = [found[pk] for pk in ids if pk in found]
    following = ""
    if len(rows) > size:
        rows = rows[:size]
        following = f"{getattr(rows[-1], field).isoformat() if getattr(rows[-1], field) else ''}|{rows[-1].pk}"
    return QueuePage(rows, following, min(total, COUNT_CAP), total > COUNT_CAP)


def total_question(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    """What is counted to know how many there are: one more than the cap at most."""
    return narrowed(actor, filters, now).order_by()[: COUNT_CAP + 1]


def _urgent_order() -> tuple[OrderBy | str, ...]:
    return (F("urgent_at").asc(nulls_last=True), "id")


def _after(cases: QuerySet[Case], field: str, newest: bool, after: str) -> QuerySet[Case]:
    if "|" not in after:
        return cases
    moment, _sep, key = after.partition("|")
    try:
        last = int(key)
        at = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return cases
    if at is not None and timezone.is_naive(at):  # never given by us
        return cases
    if at is None:
        return cases.filter(**{f"{field}__isnull": True}, pk__gt=last)
    if newest:
        return cases.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=last))
    return cases.filter(Q(urgent_at__gt=at) | Q(urgent_at=at, pk__gt=last) | Q(urgent_at__isnull=True))


def counts(actor: Actor, now: datetime, tabs: tuple[str, ...] = ("burning", "triage", "mine", "mentions", "review",
                                                                  "promises", "postponed", "replied",
                                                                  "by_hand")) -> dict[str, int]:
    """How many wait in each tab, in one query, each capped."""
    sql, params = _counting(actor, tabs)
    moved = [now + (value - _ANY_MOMENT) if isinstance(value, datetime) else value for value in params]
    with connection.cursor() as cursor:
        cursor.execute(sql, moved)
        return dict(zip(tabs, cursor.fetchone(), strict=True))


# The statement of a person's counts is the same all day but for the moment: made once, since making it costs more
# than the database needs to answer it. Moments in it are counted from this one.
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=256)
def _counting(actor: Actor, tabs: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    parts, params = [], []
    for tab in tabs:
        if tab == LAST_ENTRY:
            parts.append("(SELECT coalesce(max(id), 0) FROM journal_entry)")
            continue
        ids = narrowed(actor, Filters(tab=tab), _ANY_MOMENT).order_by().values("pk")[:COUNT_CAP]
        sql, values = ids.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS {tab})")
        params += list(values)
    return "SELECT " + ", ".join(parts), tuple(params)
