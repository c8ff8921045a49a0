"""`/task/<token>/`: one plain page without log-in, for a phone on a bad line.

Looking at it changes nothing, so a mail scanner that opens the link does no harm. A reply carries a key of
its own and is taken once; whatever fails, the text and the photo come back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from otklik.cases.actions.reply import MAX_TEXT
from otklik.cases.models import Assignment, TaskReply
from otklik.cases.task_links import LinkEnded, open_task
from otklik.faces.portal.report_form import too_big
from otklik.faces.task.answering import Typed, new_key, no_photo_choices, slots, take
from otklik.faces.task.small_map import small_map
from otklik.failures import NotYours
from otklik.organisations import region_settings


# The secret link is the authority: a foreign page that does not know it can send nothing, and one that does
# needs no cookie. So there is no CSRF token, and nothing breaks in browsers that keep no cookies.
@csrf_exempt
@acts_itself
def task(request: HttpRequest, token: str) -> HttpResponse:
    """Show the task (GET, HEAD) or take a reply to it (POST)."""
    here = reverse("task:task", args=[token])
    return served(request, lambda: open_task(token, timezone.now()), here, here)


def served(request: HttpRequest, opened: Callable[[], Link], here: str, after: str, back: str = "") -> HttpResponse:
    """The page of one task, whichever link opened it. `here`: its address; `after`: where a taken reply leads to;
    `back`: the list it was opened from."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    posted = request.method == "POST"
    unreadable = posted and too_big(request)
    typed = Typed.of(request) if posted and not unreadable else Typed(once=new_key())
    try:
        link = opened()
        if unreadable:
            alert = _("Прислано слишком много сразу. Вернитесь назад, сократите текст и отправьте ещё раз.")
            response = _page(request, link, typed, back, alert=alert, status=413)
        elif posted:
            wrong, alert = take(request, link, typed)
            if wrong or alert:
                response = _page(request, link, typed, back, wrong=wrong, alert=alert, status=422)
            else:
                response = HttpResponseRedirect(after, status=303)
        else:
            response = _page(request, link, typed, back)
    except NotYours as strange:
        response = closed(request, str(strange), typed, status=404)
    except LinkEnded as ended:
        response = closed(request, str(ended), typed, status=410, scope_id=ended.scope_id, back=back)
    except (OperationalError, InterfaceError):
        if not posted:
            raise
        response = _without_database(request, typed)
    return private(response)


def private(response: HttpResponse) -> HttpResponse:
    """For this reader only; the address leaves to nobody."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _page(
    request: HttpRequest,
    link: Link,
    typed: Typed,
    back: str,
    *,
    wrong: dict[str, str] | None = None,
    alert: str = "",
    status: int = 200,
) -> HttpResponse:
    with acting(link, read_only=True):
        found = Assignment.objects.select_related("case__territory", "organisation").get(
            pk=link.assignment_id or 0, case_id=link.case_id
        )
        said = TaskReply.objects.filter(assignment=found).order_by("-id").first()
        contact = passed_to(link, found.pk)
        context = _context(typed, wrong or {}, alert) | {
            "task": found,
            "what": found.task.strip().partition("\n"),
            "place": found.case.territory.short_name,
            "said": said,
            "contact": contact,
            "slots": slots(link, typed),
            "map": small_map(found.case),
            "phone": region_settings.get("centre_phone", found.scope_id),
            "writing": bool(wrong or alert) or said is None,
            "late": found.due_at is not None and found.due_at < timezone.now(),
            "back": back,
        }
        response = render(request, "task/task.html", context, status=status)
    if contact:  # a contact that is taken back must stand in no store of the phone
        response["Cache-Control"] = "private, no-store"
    return response


def _context(typed: Typed, wrong: dict[str, str], alert: str) -> dict[str, Any]:
    return {
        "typed": typed, "wrong": wrong, "alert": alert, "today": timezone.localdate(), "most_letters": MAX_TEXT,
        "reasons": no_photo_choices(),
    }


def _without_database(request: HttpRequest, typed: Typed) -> HttpResponse:
    """The form given back while the database is away: what was typed is there, what the task was is not."""
    alert = _("Не отправилось: программа ненадолго потеряла связь со своей базой. Текст на месте.")
    context = _context(typed, {}, alert) | {"writing": True}
    return render(request, "task/task.html", context, status=503)


def closed(
    request: HttpRequest, message: str, typed: Typed, *, status: int, scope_id: int | None = None, back: str = ""
) -> HttpResponse:
    """Nothing is asked here any more: why, whom to call, and what was typed."""
    phone = region_settings.get("centre_phone", scope_id)
    context = {"message": message, "phone": phone, "typed": typed, "back": back}
    return render(request, "task/closed.html", context, status=status)
