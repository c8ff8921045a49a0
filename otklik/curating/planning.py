"""The plan of publications, and the stories offered for it: what was promised and done, what was fixed.

The program posts nothing: a person copies the text to the page and says where it stands; people who wrote of a problem
are told by the news of that problem (`answers.news`), as before. Stories come from what everybody may see already
(`PublicPromise`, `PublicProblem`), so a case of law, of a theme that is never public or of restricted access has none.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.answers.models import PublicPromise
from otklik.cases.problem_models import ProblemState, PublicProblem
from otklik.cases.public_words import spans_of
from otklik.curating.models import OfficialPage, PagePost, PlannedPost
from otklik.curating.pages import scope_of
from otklik.curating.people import entry, require_keeper, user_id
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Territory
from otklik.typed_text import line, typed, within

STORY_DAYS = 45  # what was done longer ago is no news
MOST_STORIES = 20
MOST_TEXT = 4000
AHEAD = 366
Source = Literal["promise", "problem"]


@dataclass(frozen=True)
class Story:
    """One «обещано — сделано» that may be told. Its words are staff's, and everybody sees them already."""

    source: Source
    ident: int  # of the promise or the problem
    place_id: int
    title: str
    text: str
    done_on: date
    problem_id: int | None = None
    where: str = ""


@dataclass(frozen=True)
class PostSaid:
    """What a person plans."""

    scope_id: int
    planned_on: date
    title: str
    text: str = ""
    page_id: int | None = None
    who_id: int | None = None
    source: str = ""
    source_id: int | None = None


def stories(municipalities: QuerySet[Territory] | list[Territory] | None, today: date) -> list[Story]:
    """Stories of these municipalities (None: of all) that are in nobody's plan, the newest first. Two queries."""
    since = today - timedelta(days=STORY_DAYS)
    promises = PublicPromise.objects.filter(done_on__gte=since, done_on__lte=today)
    problems = PublicProblem.objects.filter(state=ProblemState.FIXED, fixed_on__gte=since, fixed_on__lte=today)
    if municipalities is not None:
        ids = [one.pk for one in municipalities]
        promises = promises.filter(municipality_id__in=ids)
        problems = problems.filter(municipality_id__in=ids)
    planned = PlannedPost.objects.exclude(state=PlannedPost.State.DROPPED)
    promises = promises.exclude(promise_id__in=planned.exclude(promise=None).values("promise_id"))
    problems = problems.exclude(pk__in=planned.exclude(problem=None).values("problem_id"))
    found = [_of_promise(one) for one in promises.order_by("-done_on", "-pk")[:MOST_STORIES]]
    found += [_of_problem(one) for one in problems.order_by("-fixed_on", "-pk")[:MOST_STORIES]]
    return sorted(found, key=lambda story: story.done_on, reverse=True)[:MOST_STORIES]


def story_of(source: str, ident: int) -> Story | None:
    """One story as everybody may see it now; None where it may not be told (any more)."""
    if source == "promise":
        promise = PublicPromise.objects.filter(promise_id=ident, done_on__isnull=False).first()
        return _of_promise(promise) if promise else None
    problem = PublicProblem.objects.filter(pk=ident, state=ProblemState.FIXED).first() if source == "problem" else None
    return _of_problem(problem) if problem and problem.fixed_on else None


def _of_promise(one: PublicPromise) -> Story:
    assert one.done_on is not None
    # For a page of Russian readers, whatever language the clerk's own page speaks (decision 085).
    kept = "в срок" if one.done_on <= one.first_until else "позже, чем обещали"
    text = (
        f"{one.title}\n\nОбещали {one.made_on:%d.%m.%Y} — до {one.first_until:%d.%m.%Y}.\n"
        f"Сделали {one.done_on:%d.%m.%Y}, {kept}."
    )
    return Story("promise", one.promise_id, one.municipality_id, one.title, text, one.done_on)


def _of_problem(one: PublicProblem) -> Story:
    assert one.fixed_on is not None
    parts = [one.title, one.text, one.place and f"Где: {one.place}", f"Сообщили {one.since:%d.%m.%Y}, "
             f"сделали {one.fixed_on:%d.%m.%Y}. Сообщений: {one.reports}."]  # fmt: skip
    return Story("problem", one.pk, one.municipality_id, one.title, "\n\n".join(p for p in parts if p), one.fixed_on,
                 problem_id=one.pk, where=one.place)  # fmt: skip


def plan(scopes: frozenset[int] | None) -> QuerySet[PlannedPost]:
    """The plan of these scopes, by day. Inside `acting`."""
    rows = PlannedPost.objects.select_related("scope", "page__body", "who")
    return rows if scopes is None else rows.filter(scope_id__in=scopes)


def put_into_plan(
    actor: Actor, said: PostSaid, *, post_id: int | None = None, now: datetime | None = None
) -> PlannedPost:
    """Plan a publication or change a planned one. Raises `BadInput`, `NotYours`, `Refused`."""
    now = now or timezone.now()
    title = line(said.title, 160, "title")
    text = within(typed(said.text), MOST_TEXT, "text")
    if not title:
        raise BadInput(_("Напишите, о чём публикация."), "title")
    today = timezone.localdate(now)
    if not today <= said.planned_on <= today + timedelta(days=AHEAD):
        raise BadInput(_("Выберите день от сегодняшнего, не дальше года."), "planned_on")
    _public("title", title)
    _public("text", text)
    with acting(actor), widened():
        scope = Territory.objects.filter(pk=said.scope_id).first()
        if scope is None or scope.scope_id != scope.pk:
            raise BadInput(_("Выберите муниципалитет из списка."), "place")
        require_keeper(actor, scope.pk)
        post = _locked(actor, post_id) if post_id else PlannedPost(made_by_id=user_id(actor), made_at=now)
        if post.state != PlannedPost.State.PLANNED:
            raise Refused(_("Это уже опубликовано или снято: запланируйте новую публикацию."))
        if said.source:
            _take_story(post, said, scope)
        post.scope, post.planned_on, post.title, post.text = scope, said.planned_on, title, text
        post.page, post.who_id = _page(said.page_id, scope), _who(said.who_id, scope)
        post.save()
        entry(actor, f"planned-post:{post.pk}", "post_planned", now, day=str(post.planned_on), page=post.page_id,
              source=said.source, source_id=said.source_id)  # fmt: skip
        return post


def mark_published(actor: Actor, post_id: int, *, link: str, now: datetime | None = None) -> None:
    """«Опубликовано»: where it stands. A story that may not be public any more is not marked so."""
    now = now or timezone.now()
    link = line(link, 300, "link")
    with acting(actor), widened():
        post = _locked(actor, post_id)
        if post.state != PlannedPost.State.PLANNED:
            raise Refused(_("Это уже опубликовано или снято."))
        if not _is_address(link):
            raise BadInput(_("Вставьте ссылку на запись: она начинается с https://"), "link")
        if not may_be_told(post):
            raise Refused(_("Эту историю больше нельзя показывать всем: снимите её с плана."))
        post.state, post.link, post.published_at = PlannedPost.State.PUBLISHED, link, now
        post.ended_by_id, post.ended_at = user_id(actor), now
        post.save(update_fields=["state", "link", "published_at", "ended_by", "ended_at"])
        if post.page_id:
            PagePost.objects.get_or_create(
                page_id=post.page_id, external_id=_ident(link), defaults={"at": now, "link": link}
            )
        entry(actor, f"planned-post:{post.pk}", "post_published", now)


def drop(actor: Actor, post_id: int, *, now: datetime | None = None) -> None:
    """Take a publication off the plan; its story is offered again."""
    now = now or timezone.now()
    with acting(actor), widened():
        post = _locked(actor, post_id)
        if post.state != PlannedPost.State.PLANNED:
            raise Refused(_("Это уже опубликовано или снято."))
        post.state, post.ended_by_id, post.ended_at = PlannedPost.State.DROPPED, user_id(actor), now
        post.save(update_fields=["state", "ended_by", "ended_at"])
        entry(actor, f"planned-post:{post.pk}", "post_dropped", now)


def may_be_told(post: PlannedPost) -> bool:
    """Whether the story behind a publication may still stand before everybody; one without a story may."""
    if post.promise_id is not None:
        return story_of("promise", post.promise_id) is not None
    return post.problem_id is None or story_of("problem", post.problem_id) is not None


def _public(field: str, text: str) -> None:
    """Refuse words that are not for the public: contacts, documents, flats, forbidden subjects."""
    found = next((span for span in spans_of(text) if span.firm), None)
    if found:
        raise BadInput(
            _("Это нельзя публиковать: «%(words)s» — %(what)s.") % {"words": found.words, "what": found.what}, field
        )


def _take_story(post: PlannedPost, said: PostSaid, scope: Territory) -> None:
    story = story_of(said.source, said.source_id or 0)
    if story is None or story.place_id not in (scope.pk, scope.municipality_id):
        raise Refused(_("Этой истории больше нет среди открытых для всех."))
    taken = PlannedPost.objects.exclude(state=PlannedPost.State.DROPPED).exclude(pk=post.pk)
    if taken.filter(**{f"{story.source}_id": story.ident}).exists():
        raise Refused(_("Эта история уже в плане."))
    setattr(post, f"{story.source}_id", story.ident)


def _page(page_id: int | None, scope: Territory) -> OfficialPage | None:
    if page_id is None:
        return None
    page = OfficialPage.objects.select_related("body__territory__scope").filter(pk=page_id, closed_on=None).first()
    if page is None or scope.pk not in (scope_of(page.body).pk, scope_of(page.body).municipality_id):
        raise BadInput(_("Выберите страницу этого муниципалитета."), "page")
    return page


def _who(who_id: int | None, scope: Territory) -> int | None:
    if who_id is None:
        return None
    here = Q(territory__scope_id=scope.pk) | Q(territory_id__in=[scope.pk, scope.municipality_id])
    if not RoleAssignment.objects.filter(here, user_id=who_id, user__is_active=True).exists():
        raise BadInput(_("Выберите сотрудника этого муниципалитета."), "who")
    return who_id


def _locked(actor: Actor, post_id: int) -> PlannedPost:
    post = PlannedPost.objects.select_for_update(of=("self",)).select_related("scope").filter(pk=post_id).first()
    if post is None:
        raise NotYours(_("Такой публикации нет."))
    try:
        require_keeper(actor, post.scope_id)
    except Refused as refused:
        raise NotYours(_("Такой публикации нет.")) from refused
    return post


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in parts.netloc


def _ident(link: str) -> str:
    """What the channel would call this post, so that both tell of it once: `wall-1_2` of VK, else the address."""
    tail = link.split("?w=")[-1].rsplit("/", 1)[-1].split("?")[0]
    return tail[:200] if tail.startswith("wall") else link[:200]
