"""What everybody may read: the list and map of problems, the page of one, «у меня так же» and what follows it.

Everything here comes from the public tables, which hold only what a person released.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Visitor, acting
from otklik.acting.middleware import acts_itself
from otklik.cases.problem_models import LIVE_STATES, PublicPhoto, PublicProblem
from otklik.cases.supporting import followed, support
from otklik.classifier.models import ThemeGroup
from otklik.faces.maps.part import map_part
from otklik.faces.portal.case_page import private
from otklik.faces.portal.public_filters import Filters, states_to_choose, switched_on
from otklik.faces.portal.report_form import plain, too_big
from otklik.failures import BadInput, Failure, NotYours
from otklik.files.storage import path_of
from otklik.intake import accepting
from otklik.organisations import region_settings
from otklik.territory.models import Territory

ON_A_PAGE = 20
MOST_PAGES = 200
COOKIE = "otklik_same"  # set only by pressing «у меня так же», so that the same browser is counted once
COOKIE_SECONDS = 365 * 24 * 3600


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """`/problems/`: the list, and the same on a map; filters are in the address and need no script."""
    on = switched_on()
    filters = Filters.of(request)
    context: dict[str, Any] = {"on": on, "filters": filters}
    if on.problems:
        number = _page(request)
        rows, more = _rows(filters, number)
        context |= {
            "rows": rows, "page": number, "states": states_to_choose(),
            "before": f"?{filters.query(page=number - 1)}" if number > 1 else "",
            "after": f"?{filters.query(page=number + 1)}" if more and number < MOST_PAGES else "",
            "places": Territory.objects.filter(pk__in=on.problems).order_by("name_key"),
            "groups": ThemeGroup.objects.filter(code__in=on.groups).order_by("order"),
            "map": map_part(
                request, "problems-map", around=filters.place,
                points=f"{reverse('portal:problem_points')}?{filters.query()}",
            ),
        }
    return render(request, "portal/problems.html", context)


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 5 else 1


def _rows(filters: Filters, number: int) -> tuple[list[PublicProblem], bool]:
    found = PublicProblem.objects.select_related("group", "municipality")
    if filters.place:
        found = found.filter(municipality=filters.place)
    if filters.group:
        found = found.filter(group=filters.group)
    first = (number - 1) * ON_A_PAGE
    rows = list(
        found.filter(state__in=filters.states()).order_by("-released_at", "-problem_id")[first : first + ON_A_PAGE + 1]
    )
    return rows[:ON_A_PAGE], len(rows) > ON_A_PAGE


@require_safe
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """`/problems/<number>/`: what, where, since when, how many, news, before and after."""
    return _problem_page(request, _shown(problem_id))


def _shown(problem_id: int) -> PublicProblem:
    try:
        found = PublicProblem.objects.select_related("group", "municipality", "territory").filter(pk=problem_id).first()
    except OverflowError:
        found = None
    if found is None:
        raise NotYours(_("Этой проблемы на портале нет. Возможно, её убрали или уже устранили."))
    return found


def _problem_page(
    request: HttpRequest, shown: PublicProblem, *, wrong: str = "", phone: str = "", status: int = 200
) -> HttpResponse:
    photos = list(shown.photos.order_by("id"))
    context = {
        "problem": shown,
        "live": shown.state in LIVE_STATES,
        "news": shown.news.order_by("-at"),
        "before": [photo for photo in photos if photo.moment == "before"],
        "after": [photo for photo in photos if photo.moment == "after"],
        "key": accepting.issue_key(),
        "marked": _is_marked(request),
        "wrong": wrong,
        "phone": phone,
        "map": map_part(request, "problem-map", around=shown.territory, point=(shown.latitude, shown.longitude))
        if shown.latitude is not None and shown.longitude is not None else None,
    }
    response = render(request, "portal/problem.html", context, status=status)
    response["Cache-Control"] = "private, no-cache"  # the key in it is for one form only
    return response


def _is_marked(request: HttpRequest) -> bool:
    return bool(request.COOKIES.get(COOKIE))


@require_safe
def photo(request: HttpRequest, problem_id: int, photo_id: int) -> HttpResponseBase:
    """A photo that a person chose for everybody."""
    try:
        found = PublicPhoto.objects.filter(pk=photo_id, public_id=problem_id).first()
    except OverflowError:
        found = None
    if found is None:
        raise Http404
    try:
        content = path_of(found.sha256).read_bytes()  # our own JPEG of a megabyte or so
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = HttpResponse(content, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"  # what is withdrawn leaves at once
    return response


# As everywhere on the portal the signed key of the form stands for a token: nothing here is done for a log-in.
@csrf_exempt
@require_POST
def same(request: HttpRequest, problem_id: int) -> HttpResponse:
    """«У меня так же»: leads to the supporter's page; asked by `fetch` on the report's page, answers a piece."""
    piece = request.headers.get("X-Requested-With") == "fetch"
    if too_big(request):
        return HttpResponse(_("Прислано слишком много сразу."), status=413)
    key = request.POST.get("key", "")
    phone = plain(request.POST.get("phone", ""))[:40]
    try:
        if not accepting.key_holds(key):
            raise BadInput(_("Страница открыта слишком давно. Нажмите ещё раз."), "key")
        browser = request.COOKIES.get(COOKIE, "")[:200] or key
        done = support(Visitor(), problem_id, browser=browser, phone=phone)
    except NotYours as gone:
        if piece:
            return HttpResponse(str(gone), status=404)
        raise
    except Failure as failure:
        if piece:
            return HttpResponse(str(failure), status=422)
        with acting(Visitor(), read_only=True):
            return _problem_page(request, _shown(problem_id), wrong=str(failure), phone=phone, status=422)
    address = reverse("portal:followed", args=[done.token])
    response: HttpResponse
    if piece:
        response = render(request, "portal/parts/same_done.html", {"address": address, "existed": done.existed})
    else:
        response = HttpResponseRedirect(address, status=303)
    response.set_cookie(
        COOKIE, browser, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=settings.HTTPS, path="/problems/"
    )
    return response


@acts_itself
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """`/same/<token>/`: how the problem stands, and its news, for who marked «у меня так же»."""
    try:
        found = followed(token)
    except NotYours:
        return private(render(request, "portal/link_unknown.html", status=404))
    with acting(Visitor(), read_only=True):
        news = list(found.public.news.order_by("-at")) if found.public else []
        base = str(region_settings.get("public_address")).rstrip("/")
        address = base + request.path if base else request.build_absolute_uri(request.path)
        context = {"found": found, "problem": found.public, "news": news, "address": address}
        return private(render(request, "portal/followed.html", context))


