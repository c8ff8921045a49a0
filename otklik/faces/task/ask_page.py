"""`/task/ask/<token>/`: a request of the ЦУР for an organisation without an account; one plain page without log-in.

Looking at it changes nothing, so a mail scanner that opens the link does no harm. Whatever fails, the text and the
photos come back. Of residents it shows what the curator wrote, so no store of a phone keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from otklik.acting import AskedLink, acting
from otklik.acting.middleware import acts_itself
from otklik.curating import ask_links
from otklik.curating.asking import MOST_TEXT
from otklik.faces.portal import draft_photos
from otklik.faces.portal.report_form import plain, too_big
from otklik.faces.task.answering import Typed, new_key
from otklik.faces.task.page import closed, private
from otklik.failures import BadInput, Failure, NotYours
from otklik.files.photos import PhotoRejected
from otklik.files.storage import open_file
from otklik.organisations import region_settings

CLOSED = ("replied", "accepted")


@dataclass(frozen=True, slots=True)
class Said:
    """What was filled in, as it goes back onto the page."""

    words: str = ""
    who: str = ""
    once: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Said:
        """Read the form; the key is under what its photos wait."""
        return cls(plain(request.POST.get("words", "")), plain(request.POST.get("who", "")), Typed.of(request).once)


# The secret link is the authority, as on an executor's page: no cookie, so no CSRF token.
@csrf_exempt
@acts_itself
def ask(request: HttpRequest, ask_token: str) -> HttpResponse:
    """Show the request (GET, HEAD) or take the position (POST)."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    posted = request.method == "POST"
    unreadable = posted and too_big(request)
    said = Said.of(request) if posted and not unreadable else Said(once=new_key())
    try:
        actor = ask_links.open_ask(ask_token, timezone.now())
        if unreadable:
            alert = _("Прислано слишком много сразу. Вернитесь назад, сократите текст и отправьте ещё раз.")
            response = _page(request, actor, ask_token, said, alert=alert, status=413)
        elif posted:
            wrong, alert = _take(request, actor, said)
            if wrong or alert:
                response = _page(request, actor, ask_token, said, wrong=wrong, alert=alert, status=422)
            else:
                response = HttpResponseRedirect(reverse("task:ask", args=[ask_token]), status=303)
        else:
            response = _page(request, actor, ask_token, said)
    except NotYours as strange:
        response = closed(request, str(strange), _as_typed(said), status=404)
    except ask_links.AskLinkEnded as ended:
        response = closed(request, str(ended), _as_typed(said), status=410, scope_id=ended.scope_id)
    except (OperationalError, InterfaceError):
        if not posted:
            raise
        alert = _("Не отправилось: программа ненадолго потеряла связь со своей базой. Текст на месте.")
        context = {"said": said, "wrong": {}, "alert": alert, "open": True}
        response = render(request, "task/ask.html", context, status=503)
    return _unkept(response)


@acts_itself
def ask_file(request: HttpRequest, ask_token: str, ask_file_id: int) -> HttpResponse:
    """A file of the request, only ever downloaded."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        actor = ask_links.open_ask(ask_token, timezone.now())
        with acting(actor, read_only=True):
            found = next((stored for pk, stored in ask_links.files_of(actor) if pk == ask_file_id), None)
    except NotYours as strange:
        return _unkept(closed(request, str(strange), Typed(), status=404))
    except ask_links.AskLinkEnded as ended:
        return _unkept(closed(request, str(ended), Typed(), status=410, scope_id=ended.scope_id))
    if found is None:
        return _unkept(closed(request, _("Такого файла нет."), Typed(), status=404))
    try:
        with open_file(found) as content:
            response = HttpResponse(content.read(), content_type=found.content_type)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response["Content-Disposition"] = content_disposition_header(True, found.original_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return _unkept(response)


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return private(response)


def _as_typed(said: Said) -> Typed:
    return Typed(text=said.words, whose=said.who, once=said.once)


def _shelf(actor: AskedLink, said: Said) -> str:
    return f"ask:{actor.link_id}:{said.once}"


def _take(request: HttpRequest, actor: AskedLink, said: Said) -> tuple[dict[str, str], str]:
    """Give what was sent to the gate. Returns what is wrong by field, and an alert; both empty when it was taken."""
    shelf = _shelf(actor, said)
    if request.POST.get("drop_photo"):
        draft_photos.forget(shelf)
    for upload in request.FILES.getlist("photo")[: ask_links.MOST_PHOTOS + 1]:
        try:
            draft_photos.add(shelf, upload)
        except PhotoRejected as wrong:
            return {"photo": wrong.message}, ""
    try:
        ask_links.answer(actor, words=said.words, who=said.who, photos=draft_photos.take(shelf))
    except BadInput as bad:
        return {bad.field or "words": str(bad)}, ""
    except Failure as failure:
        return {}, str(failure)
    draft_photos.forget(shelf)
    return {}, ""


def _page(
    request: HttpRequest, actor: AskedLink, token: str, said: Said, *, wrong: dict[str, str] | None = None,
    alert: str = "", status: int = 200,
) -> HttpResponse:
    with acting(actor, read_only=True):
        part = ask_links.the_part(actor)
        context: dict[str, Any] = {
            "part": part, "said": said, "wrong": wrong or {}, "alert": alert, "token": token,
            "files": ask_links.files_of(actor), "open": part.state not in CLOSED, "most": MOST_TEXT,
            "late": part.state not in CLOSED and part.due_at < timezone.now(),
            "kept": draft_photos.photos(_shelf(actor, said)), "most_photos": ask_links.MOST_PHOTOS,
            "phone": region_settings.get("centre_phone", part.scope_id),
        }
        return render(request, "task/ask.html", context, status=status)
