"""The plan of publications with the stories offered for it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.curating import planning
from otklik.curating.models import PlannedPost
from otklik.curating.pages import visible_pages
from otklik.curating.places import seen_municipalities
from otklik.faces.region.curator_common import places_in, scopes_with, staff
from otklik.faces.region.curator_forms import PostForm, PublishedForm
from otklik.faces.region.pages_registry import KEEPERS
from otklik.faces.region.refused import accepted
from otklik.failures import NotYours
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import CONTENT_ROLES
from otklik.territory.models import Territory
from otklik.typed_text import whole

SHOWN = 200


@login_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """What is planned by day, what is offered, what was published lately."""
    actor, seen = staff(request)
    today = timezone.localdate()
    rows = planning.plan(seen)
    places = seen_municipalities(seen)
    names = {place.pk: place.short_name for place in places}
    context = {
        "planned": list(rows.filter(state=PlannedPost.State.PLANNED).order_by("planned_on", "pk")[:SHOWN]),
        "published": list(rows.filter(state=PlannedPost.State.PUBLISHED).order_by("-published_at")[:20]),
        "stories": [(story, names.get(story.place_id, "")) for story in planning.stories(
            None if seen is None else places, today
        )],
        "today": today, "may_keep": any(grant.role in KEEPERS for grant in actor.grants),
        "several": len(names) > 1,
    }
    return render(request, "region/pages/plan.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, post_id: int = 0) -> HttpResponse:
    """One publication: its form while it is planned, its text to copy, where it stands."""
    actor, _seen = staff(request)
    if request.method != "POST":
        return _page(request, actor, post_id)
    with acting(actor, read_only=True):
        form = _form(request, actor, _one(request, post_id))
    if accepted(form, lambda given: planning.put_into_plan(actor, planning.PostSaid(
        scope_id=given["place"], planned_on=given["planned_on"], title=given["title"], text=given["text"],
        page_id=given["page"], who_id=given["who"], source=given["source"] or "", source_id=given["source_id"],
    ), post_id=post_id or None)):  # fmt: skip
        messages.success(request, _("Внесено в план."))
        return redirect("region:pages_plan")
    with acting(actor, read_only=True):
        return _page(request, actor, post_id, form=form, status=422)


@login_required
@require_POST
def published(request: HttpRequest, post_id: int) -> HttpResponse:
    """«Опубликовано», with the link."""
    actor, _seen = staff(request)
    form = PublishedForm(request.POST)
    if accepted(form, lambda given: planning.mark_published(actor, post_id, link=given["link"])):
        messages.success(request, _("Отмечено: опубликовано."))
        return redirect("region:pages_plan")
    with acting(actor, read_only=True):
        return _page(request, actor, post_id, link=form, status=422)


@login_required
@require_POST
def drop(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take it off the plan."""
    actor, _seen = staff(request)
    planning.drop(actor, post_id)
    messages.success(request, _("Снято с плана."))
    return redirect("region:pages_plan")


def _one(request: HttpRequest, post_id: int) -> PlannedPost | None:
    if not post_id:
        return None
    found = planning.plan(staff(request)[1]).filter(pk=post_id).first()
    if found is None:
        raise NotYours(_("Такой публикации нет."))
    return found


def _form(request: HttpRequest, actor: Staff, one: PlannedPost | None) -> PostForm:
    scopes = scopes_with(actor, KEEPERS)
    places = places_in(scopes)
    people = _people(places)
    pages = list(visible_pages(scopes).filter(closed_on=None).order_by("body__name_key")[:500])
    source, ident = request.GET.get("source", ""), whole(request.GET.get("id", ""))
    story = planning.story_of(source, ident) if ident and one is None else None
    if story is not None and story.place_id not in {place.pk for place in places}:
        story = None
    begins = PostForm.told(one, story, places[0].pk if len(places) == 1 else None)
    begins.setdefault("planned_on", timezone.localdate())
    return PostForm(places, pages, people, request.POST if request.method == "POST" else None, initial=begins)


def _people(places: list[Territory]) -> list[User]:
    """Who may publish; of the whole region nobody is listed by name: there the plan names a place only."""
    if len(places) > 3:
        return []
    ids = [place.pk for place in places]
    here = Q(assignments__territory__scope_id__in=ids) | Q(assignments__territory_id__in=ids)
    roles: set[Any] = set(CONTENT_ROLES)
    held = RoleAssignment.objects.filter(role__in=roles).values("user_id")
    return list(User.objects.filter(here, pk__in=held, is_active=True).distinct().order_by("full_name")[:200])


def _page(
    request: HttpRequest, actor: Staff, post_id: int, *, form: PostForm | None = None,
    link: PublishedForm | None = None, status: int = 200,
) -> HttpResponse:
    one = _one(request, post_id)
    shown = form if form is not None else _form_for_page(request, actor, one)
    context = {
        "post": one, "form": shown, "link": link or PublishedForm(),
        "may_keep": any(grant.role in KEEPERS for grant in actor.grants),
        "told": one is None or planning.may_be_told(one),
    }
    return render(request, "region/pages/post.html", context, status=status)


def _form_for_page(request: HttpRequest, actor: Staff, one: PlannedPost | None) -> PostForm:
    """The form with what stands there, also beside a wrong link that was sent by the other form."""
    scopes = scopes_with(actor, KEEPERS)
    if request.method != "POST":
        return _form(request, actor, one)
    places = places_in(scopes)
    pages = list(visible_pages(scopes).filter(closed_on=None).order_by("body__name_key")[:500])
    return PostForm(places, pages, _people(places), initial=PostForm.told(one, None, None))
