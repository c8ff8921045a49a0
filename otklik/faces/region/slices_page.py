"""`/region/slices/`: what is chosen on a page, kept under a name; one's own and those that colleagues shared."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Staff, acting
from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.choices import Choices, chosen
from otklik.faces.region.filters import told
from otklik.faces.region.measuring import SHOWN
from otklik.faces.region.network import period_words
from otklik.faces.region.places import Places, places_of
from otklik.failures import BadInput, NotYours
from otklik.insight import saved_slices
from otklik.insight.slice_models import SavedSlice

MOST_QUERY = 4000  # of an address: as many places as one may have, with the longest codes


@dataclass(frozen=True)
class Target:
    """A page with what is chosen on it."""

    path: str
    query: str
    page: str
    choice: Choices


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    slice: SavedSlice
    page: str
    words: str
    period: str
    mine: bool
    removable: bool

    @property
    def address(self) -> str:
        """Where it opens."""
        return self.slice.path + self.slice.query


def page_names() -> dict[str, str]:
    """The pages whose choice can be kept, by the name of their address."""
    return {
        "network": _("Обзор сети"), "place": _("Муниципалитет"), "themes": _("Темы"), "flows": _("Кто кому передаёт"),
        "compare": _("Сравнение"),
    }


def target_of(path: str, query: str) -> Target:
    """The page and its choice, read anew so that nothing foreign is kept. NotYours for another page than ours."""
    try:
        found = resolve(path)
    except Resolver404:
        found = None
    names = page_names()
    if found is None or found.namespace != "region" or found.url_name not in names or len(path) > 120:
        raise NotYours(_("Сохранить можно страницы цифр: сеть, муниципалитет, темы, передачи, сравнение."))
    choice = chosen(QueryDict(query.removeprefix("?")[:MOST_QUERY]), SHOWN, ("name", *SHOWN))
    return Target(path, choice.address(beside=""), names[found.url_name], choice)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slices(request: HttpRequest) -> HttpResponse:
    """The list; with `of` and `q` also the form to keep that page. POST keeps it."""
    actor = cast(Staff, actor_of(request))
    seen_scopes(actor)
    if request.method != "POST":
        path = request.GET.get("of", "")
        target = target_of(path, request.GET.get("q", "")) if path else None
        return _page(request, actor, target)
    target = target_of(request.POST.get("of", ""), request.POST.get("q", ""))
    shared = request.POST.get("shared") == "1"
    try:
        saved_slices.save(
            actor, name=request.POST.get("name", ""), path=target.path, query=target.query, shared=shared,
            now=timezone.now(),
        )
    except BadInput as failure:
        with acting(actor, read_only=True):
            return _page(request, actor, target, failure=failure, typed=request.POST.get("name", ""), shared=shared)
    messages.success(request, _("Срез сохранён."))
    return redirect("region:slices")


@login_required
@require_POST
def remove(request: HttpRequest, slice_id: int) -> HttpResponse:
    """Take a slice away."""
    saved_slices.remove(cast(Staff, actor_of(request)), slice_id, now=timezone.now())
    messages.success(request, _("Срез убран."))
    return redirect("region:slices")


def _page(
    request: HttpRequest, actor: Staff, target: Target | None, *, failure: BadInput | None = None, typed: str = "",
    shared: bool = False,
) -> HttpResponse:
    now = timezone.now()
    places = places_of(seen_scopes(actor))
    rows = [row for one in saved_slices.slices_of(actor) if (row := _listed(actor, one, places, now))]
    context = {
        "target": target, "words": told(target.choice, places) if target else "",
        "period": period_words(target.choice, now) if target else "", "failure": failure, "typed": typed,
        "shared": shared, "mine": [r for r in rows if r.mine], "others": [r for r in rows if not r.mine],
        "whole_region": seen_scopes(actor) is None,
    }
    return render(request, "region/slices.html", context, status=422 if failure else 200)


def _listed(actor: Staff, one: SavedSlice, places: Places, now: datetime) -> Listed | None:
    """A line; None for a slice of places that this person does not see, or of a page that is gone."""
    try:
        target = target_of(one.path, one.query)
        places.scopes(target.choice.places)
        code = resolve(one.path).kwargs.get("code")
        if code:
            places.one(code)
    except NotYours:
        return None
    place = f" {places.one(code)[0].name}" if code else ""
    period = period_words(target.choice, now) if target.choice.since else _("за %(n)s дн.") % {"n": target.choice.days}
    return Listed(
        one, target.page + (":" + place if place else ""), told(target.choice, places), period,
        one.owner_id == actor.user_id, saved_slices.may_remove(actor, one),
    )
