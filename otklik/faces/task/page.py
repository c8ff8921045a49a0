"""`/task/<token>/`: one plain page without log-in, for a phone on a bad line.

Looking at it changes nothing, so a mail scanner that opens the link does no harm. A reply carries a key of
its own and is taken once; whatever fails, the text and the photo come back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from otklik.acting import Link, acting
from otklik.acting.middleware import acts_itself
from otklik.cases.actions.pass_contact import passed_to
from otklik.cases.actions.reply import MAX_TEXT, reply
from otklik.cases.models import Assignment, TaskReply
from otklik.cases.task_links import LinkEnded, open_task
from otklik.faces.portal import draft_photos
from otklik.faces.portal.report_form import plain, too_big
from otklik.failures import BadInput, Failure, NotYours
from otklik.files.photos import PhotoRejected
from otklik.organisations import region_settings

_KEY_LETTERS: Final = 64


@dataclass(frozen=True, slots=True)
class Typed:
    """What the executor filled in, as it goes back onto the page."""

    kind: str = ""
    text: str = ""
    until: str = ""
    whose: str = ""
    once: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Typed:
        """Read the form; without a key of its own it gets one."""
        given = {name: plain(request.POST.get(name, "")) for name in ("kind", "text", "until", "whose")}
        once = request.POST.get("once", "")
        good = 16 <= len(once) <= _KEY_LETTERS and once.isascii() and once.isprintable()
        return cls(**given, once=once if good else new_key())


def new_key() -> str:
    """A key by which a form sent twice is taken once."""
    return secrets.token_urlsafe(24)


# The secret link is the authority: a foreign page that does not know it can send nothing, and one that does
# needs no cookie. So there is no CSRF token, and nothing breaks in browsers that keep no cookies.
@csrf_exempt
@acts_itself
def task(request: HttpRequest, token: str) -> HttpResponse:
    """Show the task (GET, HEAD) or take a reply to it (POST)."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    posted = request.method == "POST"
    unreadable = posted and too_big(request)
    typed = Typed.of(request) if posted and not unreadable else Typed(once=new_key())
    try:
        link = open_task(token, timezone.now())
        if unreadable:
            alert = _("Прислано слишком много сразу. Вернитесь назад, сократите текст и отправьте ещё раз.")
            response = _page(request, link, typed, alert=alert, status=413)
        elif posted:
            response = _take(request, token, link, typed)
        else:
            response = _page(request, link, typed)
    except NotYours as wrong:
        response = _closed(request, str(wrong), typed, status=404)
    except LinkEnded as ended:
        response = _closed(request, str(ended), typed, status=410, scope_id=ended.scope_id)
    except (OperationalError, InterfaceError):
        if not posted:
            raise
        response = _without_database(request, typed)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-cache"
    return response


def _take(request: HttpRequest, token: str, link: Link, typed: Typed) -> HttpResponse:
    shelf = _shelf(link, typed)
    wrong_photo = _keep_photo(request, shelf)
    wrong = {"photo": wrong_photo} if wrong_photo else {}
    alert = ""
    if not wrong:
        try:
            until = date.fromisoformat(typed.until) if typed.until else None
        except ValueError:
            wrong["until"] = _("Не похоже на дату. Пример: 31.12.2026.")
        else:
            try:
                reply(
                    link, kind=typed.kind, text=typed.text, until=until, whose=typed.whose,
                    photos=draft_photos.take(shelf), once=typed.once,
                )
            except BadInput as bad:
                wrong[bad.field or "kind"] = str(bad)
            except Failure as failure:
                alert = str(failure)
            else:
                draft_photos.forget(shelf)
                return HttpResponseRedirect(reverse("task:task", args=[token]), status=303)
    return _page(request, link, typed, wrong=wrong, alert=alert, status=422)


def _shelf(link: Link, typed: Typed) -> str:
    """Under what the photo of this form waits; the link is part of it, so that no other link finds it."""
    return f"task:{link.link_id}:{typed.once}"


def _keep_photo(request: HttpRequest, shelf: str) -> str:
    """Keep the photo of this form instead of the one before it. Returns why it was refused, or ""."""
    upload = request.FILES.get("photo")
    if upload is None:
        if request.POST.get("drop"):
            draft_photos.forget(shelf)
        return ""
    try:
        before = draft_photos.photos(shelf)
        kept = draft_photos.add(shelf, upload)
    except PhotoRejected as wrong:
        return wrong.message
    for photo in before:
        if photo.digest != kept.digest:
            draft_photos.remove(shelf, photo.digest)
    return ""


def _page(
    request: HttpRequest,
    link: Link,
    typed: Typed,
    *,
    wrong: dict[str, str] | None = None,
    alert: str = "",
    status: int = 200,
) -> HttpResponse:
    with acting(link, read_only=True):
        found = Assignment.objects.select_related("case__territory", "organisation").get(
            links=link.link_id, case_id=link.case_id
        )
        said = TaskReply.objects.filter(assignment=found).order_by("-id").first()
        context = _context(typed, wrong or {}, alert) | {
            "task": found,
            "what": found.task.strip().partition("\n"),
            "place": found.case.territory.short_name,
            "said": said,
            "contact": passed_to(link, found.pk),
            "photos": draft_photos.photos(_shelf(link, typed)),
            "phone": region_settings.get("centre_phone", found.scope_id),
            "writing": bool(wrong or alert) or said is None,
            "late": found.due_at is not None and found.due_at < timezone.now(),
        }
        return render(request, "task/task.html", context, status=status)


def _context(typed: Typed, wrong: dict[str, str], alert: str) -> dict[str, Any]:
    return {"typed": typed, "wrong": wrong, "alert": alert, "today": timezone.localdate(), "most_letters": MAX_TEXT}


def _without_database(request: HttpRequest, typed: Typed) -> HttpResponse:
    """The form given back while the database is away: what was typed is there, what the task was is not."""
    alert = _("Не отправилось: программа ненадолго потеряла связь со своей базой. Текст на месте.")
    context = _context(typed, {}, alert) | {"writing": True}
    return render(request, "task/task.html", context, status=503)


def _closed(
    request: HttpRequest, message: str, typed: Typed, *, status: int, scope_id: int | None = None
) -> HttpResponse:
    phone = region_settings.get("centre_phone", scope_id)
    return render(request, "task/closed.html", {"message": message, "phone": phone, "typed": typed}, status=status)
