"""The page of one message, for whoever holds its secret link. Nothing here asks for a log-in or a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Link, acting
from otklik.acting.middleware import acts_itself
from otklik.cases.actions import resident
from otklik.cases.actions.more_words import add_words
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Rating
from otklik.cases.resident_links import open_link
from otklik.faces.portal import draft_photos, story
from otklik.faces.portal.case_problem import problem_of
from otklik.faces.portal.private_places import private_places
from otklik.faces.portal.report_form import plain, too_big
from otklik.failures import BadInput, Failure, NotYours
from otklik.files.models import StoredFile
from otklik.files.photos import PhotoRejected
from otklik.files.storage import open_file
from otklik.intake import accepting
from otklik.organisations import region_settings

View = Callable[..., HttpResponseBase]


def by_link(view: View) -> View:
    """Give the view the actor of the link; say plainly when there is none; keep the link out of other logs.

    The link itself is the authority, so there is no cookie that a foreign page could misuse (hence no CSRF
    token), and the page must not tell the link to the sites it leads to.
    """

    @csrf_exempt
    @acts_itself
    @wraps(view)
    def opened(request: HttpRequest, token: str, **more: object) -> HttpResponseBase:
        try:
            return private(view(request, token, open_link(token), **more))
        except NotYours:
            return private(render(request, "portal/link_unknown.html", status=404))
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
            return private(_given_back(request, token))

    return opened


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Mark an answer as one for this reader only."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


@by_link
@require_safe
def case(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """`/c/<token>/`: state, date, answers and history."""
    return _page(request, token, link)


@by_link
@require_safe
def accepted(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """`/c/<token>/accepted/`: shown after sending; the number, the link, the date, what comes next."""
    with acting(link, read_only=True):
        told = story.tell(link.case_id, timezone.now())
        context = {"story": told, "case": told.case, "token": token, "address": _address(request, token)}
        return render(request, "portal/accepted.html", context)


@by_link
@require_POST
def fixed(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """«Исправлено, спасибо»."""
    try:
        resident.confirm(link)
    except Failure as wrong:
        return _page(request, token, link, alert=str(wrong), status=422)
    return HttpResponseRedirect(reverse("portal:case", args=[token]), status=303)


@by_link
@require_POST
def rate(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """«Оцените ответ и работу»: from 1 to 5; said again it is changed."""
    given = request.POST.get("stars", "")
    try:
        resident.rate(link, int(given) if given in ("1", "2", "3", "4", "5") else 0)
    except Failure as wrong:
        return _page(request, token, link, alert=str(wrong), status=422)
    return HttpResponseRedirect(reverse("portal:case", args=[token]), status=303)


@by_link
@require_POST
def not_fixed(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """«Не исправлено»: words and photos start the next turn."""
    if too_big(request):
        alert = _("Прислано слишком много сразу. Вернитесь назад, сократите текст и отправьте ещё раз.")
        return _page(request, token, link, alert=alert, status=413)
    once = _key_of(request)
    text = plain(request.POST.get("text", ""))
    refused = _keep_photos(request, once)
    alert, wrong_text = "", ""
    if not refused:
        try:
            resident.refute(link, text=text, photos=draft_photos.take(once), once=once)
        except BadInput as wrong:
            wrong_text = str(wrong)
        except Failure as wrong:
            alert = str(wrong)
        else:
            draft_photos.forget(once)
            return HttpResponseRedirect(reverse("portal:case", args=[token]), status=303)
    given = {"alert": alert, "text": text, "wrong_text": wrong_text, "once": once}
    return _page(request, token, link, refused=refused, status=422, **given)


@by_link
@require_POST
def more(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """«Добавить к сообщению»: more words and photos while the matter is in work."""
    if too_big(request):
        alert = _("Прислано слишком много сразу. Вернитесь назад, сократите текст и отправьте ещё раз.")
        return _page(request, token, link, alert=alert, status=413)
    once = _key_of(request)
    text = plain(request.POST.get("text", ""))
    refused = _keep_photos(request, once)
    alert, wrong = "", ""
    if not refused:
        try:
            add_words(link, text=text, photos=draft_photos.take(once), once=once)
        except BadInput as failure:
            wrong = str(failure)
        except Failure as failure:
            alert = str(failure)
        else:
            draft_photos.forget(once)
            return HttpResponseRedirect(reverse("portal:case", args=[token]), status=303)
    return _page(request, token, link, alert=alert, text=text, wrong_text=wrong, once=once, refused=refused, status=422)


@by_link
@require_safe
def photo(request: HttpRequest, token: str, link: Link, file_id: int) -> HttpResponseBase:
    """`/c/<token>/photo/<id>`: a photo that the page shows, and no other."""
    with acting(link, read_only=True):
        if file_id not in story.tell(link.case_id, timezone.now()).photos:
            return render(request, "portal/link_unknown.html", status=404)
        stored = StoredFile.objects.get(pk=file_id)
    try:
        with open_file(stored) as content:  # our own JPEG of a megabyte or so: not worth a stream under ASGI
            response = HttpResponse(content.read(), content_type=stored.content_type)
    except FileNotFoundError:
        return HttpResponse(_("Фотография не нашлась."), status=404)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _key_of(request: HttpRequest) -> str:
    key = request.POST.get("once", "")
    return key if accepting.key_holds(key) else accepting.issue_key()


def _keep_photos(request: HttpRequest, once: str) -> list[tuple[str, str]]:
    for digest in request.POST.getlist("drop"):
        draft_photos.remove(once, digest)
    refused = []
    for upload in request.FILES.getlist("photos"):
        try:
            draft_photos.add(once, upload)
        except PhotoRejected as wrong:
            refused.append((draft_photos.shown_name(upload), wrong.message))
    return refused


def _page(
    request: HttpRequest,
    token: str,
    link: Link,
    *,
    alert: str = "",
    text: str = "",
    wrong_text: str = "",
    once: str = "",
    refused: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    once = once or accepting.issue_key()
    with acting(link, read_only=True):
        now = timezone.now()
        told = story.tell(link.case_id, now)
        rated = Rating.objects.filter(case=told.case, turn=told.case.turn).first()
        context = {
            "story": told,
            "case": told.case,
            "why_not": resident.why_not_refuted(told.case, now) if told.may_judge else "",
            "may_rate": told.may_rate and not resident.over(told.case, now),
            "stars": rated.stars if rated else 0,
            "problem": problem_of(told.case),
            "may_add": told.case.state in IN_WORK,
            "elsewhere": private_places(told.case),
            "token": token,
            "address": _address(request, token),
            "phone": region_settings.get("centre_phone", told.case.scope_id),
            "alert": alert,
            "text": text,
            "wrong_text": wrong_text,
            "once": once,
            "photos": draft_photos.photos(once),
            "refused": refused,
            "most_photos": draft_photos.MOST_PHOTOS,
            "writing": bool(text or wrong_text or refused),
        }
        return render(request, "portal/case.html", context, status=status)


def _given_back(request: HttpRequest, token: str) -> HttpResponse:
    """What was sent, on a page that needs no database. Good photos wait on disk."""
    once = _key_of(request)
    for upload in request.FILES.getlist("photos"):
        upload.seek(0)
    _keep_photos(request, once)
    context = {"token": token, "once": once, "text": plain(request.POST.get("text", ""))}
    template = "portal/not_sent.html" if "text" in request.POST else "portal/not_taken.html"
    return render(request, template, context, status=503)


def _address(request: HttpRequest, token: str) -> str:
    """The whole secret link, as people reach us from outside."""
    base = str(region_settings.get("public_address")).rstrip("/")
    path = reverse("portal:case", args=[token])
    return base + path if base else request.build_absolute_uri(path)
