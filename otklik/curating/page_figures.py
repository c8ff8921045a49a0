"""How official pages live: prepared by a job from what the channels keep, read by pages without a count.

What is known of publications: VK tells of a community's own posts where its events (or Long Poll) include «записи на
стене», MAX of posts of a channel where our bot is; OK tells of none. What no channel tells a person may write down
(«видели последнюю запись»). Comments are public words under the page that became cases and ask for an answer: spam,
thanks and private messages are left out. Answered is what got a published answer here or an answer on the page itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.answers.models import Answer
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, CaseMessage
from otklik.channels.models import Arrival, Message
from otklik.curating.models import OfficialPage, PageDuty, PageFigure, PagePost
from otklik.curating.page_gaps import BodyFacts, Gap, PageFacts, gaps_of
from otklik.curating.page_rules import page_rules
from otklik.curating.pages import place_of
from otklik.insight.deriving import PUBLIC_THREADS
from otklik.organisations.models import Organisation

ACTOR = System("pages")
DAYS = 30
NOT_ASKED = (Case.Outcome.SPAM, Case.Outcome.THANKS)


@dataclass
class _Counts:
    comments: int = 0
    answered: int = 0
    waiting: int = 0
    oldest: datetime | None = None


def refresh(now: datetime) -> int:
    """The job: new posts of channels, and the figures of every open page that we hear. Returns how many pages."""
    with acting(ACTOR), widened():
        pages = list(OfficialPage.objects.filter(closed_on=None).select_related("account"))
        _take_posts([page for page in pages if page.account_id])
        heard = {page.account_id: page.pk for page in pages if page.account_id}
        counts = _counted(list(heard), now)
        since = now - timedelta(days=DAYS)
        posts = dict(
            PagePost.objects.filter(at__gte=since).values_list("page").annotate(n=Count("id")).values_list("page", "n")
        )
        newest = dict(PagePost.objects.values_list("page").annotate(at=Max("at")).values_list("page", "at"))
        for page in pages:
            one = counts.get(page.account_id or 0, _Counts())
            PageFigure.objects.update_or_create(
                page=page,
                defaults={
                    "posts": posts.get(page.pk, 0), "last_post_at": newest.get(page.pk), "comments": one.comments,
                    "answered": one.answered, "waiting": one.waiting, "oldest_waiting_at": one.oldest,
                    "counted_at": now,
                },
            )
    return len(pages)


def _take_posts(pages: Iterable[OfficialPage]) -> None:
    """Own posts of pages, from what their channels put aside as no message (`OwnPost` in `channels.kit.incoming`)."""
    for page in pages:
        assert page.account_id is not None
        rows = Arrival.objects.filter(account_id=page.account_id, pk__gt=page.arrivals_until, state="ignored")
        last = page.arrivals_until
        for pk, told in rows.order_by("pk").values_list("pk", "told"):
            last = pk
            post = (told or {}).get("own_post")
            if isinstance(post, dict):
                PagePost.objects.get_or_create(
                    page=page, external_id=str(post["id"])[:200],
                    defaults={"at": datetime.fromisoformat(post["at"]), "link": str(post.get("link") or "")[:500]},
                )
        if last != page.arrivals_until:
            OfficialPage.objects.filter(pk=page.pk).update(arrivals_until=last)


def _counted(accounts: list[int], now: datetime) -> dict[int, _Counts]:
    """Account → counts. Two queries: cases of the last days, and those still in work however old."""
    first_words = CaseMessage.objects.filter(case=OuterRef("pk")).order_by("pk").values("message__thread")[:1]
    answers = Answer.objects.filter(case=OuterRef("pk"), state=Answer.State.PUBLISHED)
    by_hand = CaseMessage.objects.filter(
        case=OuterRef("pk"), message__direction=Message.Direction.OUT, message__outside=True
    )
    cases = Case.objects.filter(account_id__in=accounts).exclude(outcome__in=NOT_ASKED).annotate(
        thread_of=Subquery(first_words), got=Exists(answers) | Exists(by_hand),
    )
    fields = ("pk", "account_id", "account__channel", "thread_of", "got", "state", "received_at")
    rows = {row[0]: row for row in cases.filter(received_at__gte=now - timedelta(days=DAYS)).values_list(*fields)}
    recent = set(rows)
    rows |= {row[0]: row for row in cases.filter(state__in=IN_WORK).values_list(*fields)}
    found: dict[int, _Counts] = defaultdict(_Counts)
    for pk, account_id, channel, thread, got, state, received_at in rows.values():
        if not _under_a_page(channel, thread or ""):
            continue
        one = found[account_id]
        if pk in recent:
            one.comments += 1
            one.answered += got
        if not got and state in IN_WORK:
            one.waiting += 1
            one.oldest = min(one.oldest or received_at, received_at)
    return found


def _under_a_page(channel: str, thread: str) -> bool:
    """Whether words stood under a page for everybody; the region's figures ask the same (`insight.deriving`)."""
    public = PUBLIC_THREADS.get(channel)
    return public is not None and re.search(public, thread) is not None


@dataclass(frozen=True)
class PageRow:
    """One page with its figures, as lists show it."""

    page: OfficialPage
    figure: PageFigure | None
    last_post: date | None

    @property
    def share(self) -> float | None:
        """Answered comments in per cent; None where there were none."""
        figure = self.figure
        return figure.answered * 100 / figure.comments if figure and figure.comments else None


@dataclass
class PlaceRow:
    """One municipality: bodies that must have a page, those that have one, and the figures of its pages together."""

    place_id: int
    obliged: int = 0
    fulfilled: int = 0
    pages: int = 0
    posts: int = 0
    comments: int = 0
    answered: int = 0
    waiting: int = 0
    gaps: int = 0

    @property
    def share(self) -> float | None:
        """Answered comments in per cent."""
        return self.answered * 100 / self.comments if self.comments else None


@dataclass(frozen=True)
class Table:
    """Everything that the pages of the registry show, of some scopes."""

    pages: list[PageRow]
    places: dict[int, PlaceRow]
    gaps: list[Gap]
    bodies: dict[int, Organisation]
    obliged: frozenset[int]


def table(scopes: frozenset[int] | None, now: datetime, silent_days: int) -> Table:
    """The registry with figures and gaps, of these scopes (None: of the region). Four queries; inside `acting`."""
    rules, today = page_rules(), timezone.localdate(now)
    duties = dict(PageDuty.objects.values_list("body_id", "must"))
    wanted = Q(kind__in=rules.must) | Q(pk__in=duties) | Q(pk__in=OfficialPage.objects.values("body_id"))
    bodies = Organisation.objects.filter(wanted, active=True).select_related("territory__scope__municipality")
    if scopes is not None:
        bodies = bodies.filter(Q(territory__scope_id__in=scopes) | Q(territory_id__in=scopes))
    by_id = {body.pk: body for body in bodies.order_by("name_key")}
    figures = {one.page_id: one for one in PageFigure.objects.filter(page__closed_on=None)}
    kept = OfficialPage.objects.filter(closed_on=None, body_id__in=by_id).select_related("body", "place", "account")
    rows = [_row(page, figures.get(page.pk)) for page in kept.order_by("body__name_key", "network", "pk")]
    of_body: dict[int, list[PageFacts]] = defaultdict(list)
    for row in rows:
        of_body[row.page.body_id].append(_facts(row))
    obliged = frozenset(pk for pk, body in by_id.items() if rules.obliged(body.kind, duties.get(pk)))
    facts = [BodyFacts(pk, tuple(of_body[pk])) for pk in by_id if pk in obliged]
    gaps = gaps_of(facts, rules.fulfils, now=now, today=today, silent_days=silent_days)
    for pk in by_id:  # pages that nobody must have are watched for comments and silence, too
        if pk not in obliged:
            extra = gaps_of([BodyFacts(pk, tuple(of_body[pk]))], frozenset(), now=now, today=today,
                            silent_days=silent_days)  # fmt: skip
            gaps += [gap for gap in extra if gap.kind != "none"]
    return Table(rows, _by_place(by_id, rows, obliged, gaps, rules.fulfils), gaps, by_id, obliged)


def _row(page: OfficialPage, figure: PageFigure | None) -> PageRow:
    told = timezone.localdate(figure.last_post_at) if figure and figure.last_post_at else None
    days = [day for day in (told, page.seen_post_on) if day]
    return PageRow(page, figure, max(days) if days else None)


def _facts(row: PageRow) -> PageFacts:
    page, figure = row.page, row.figure
    return PageFacts(
        page.pk, page.body_id, page.network, page.responsible, page.mark, page.account_id is not None, row.last_post,
        figure.waiting if figure else 0, figure.oldest_waiting_at if figure else None,
    )


def _by_place(
    bodies: dict[int, Organisation], rows: list[PageRow], obliged: frozenset[int], gaps: list[Gap],
    fulfils: frozenset[str],
) -> dict[int, PlaceRow]:
    place = {pk: place_of(body).pk for pk, body in bodies.items()}
    found: dict[int, PlaceRow] = {}

    def at(body_id: int) -> PlaceRow:
        return found.setdefault(place[body_id], PlaceRow(place[body_id]))

    having = {row.page.body_id for row in rows if row.page.network in fulfils}
    for pk in obliged:
        at(pk).obliged += 1
        at(pk).fulfilled += pk in having
    for row in rows:
        one = at(row.page.body_id)
        one.pages += 1
        if row.figure:
            for name in ("posts", "comments", "answered", "waiting"):
                setattr(one, name, getattr(one, name) + getattr(row.figure, name))
    for gap in gaps:
        at(gap.body_id).gaps += gap.kind in ("none", "unanswered", "silent")
    return found


