"""`/task/list/<token>/`: all open tasks of one organisation, answered one by one. Nothing of any resident."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from otklik.acting.middleware import acts_itself
from otklik.cases.list_links import ListTask, open_list, open_one, tasks_of
from otklik.cases.task_links import LinkEnded
from otklik.faces.task.answering import Typed
from otklik.faces.task.page import closed, private, served
from otklik.failures import NotYours
from otklik.organisations import region_settings

FILTERS = ("late", "soon", "needs_time")


@acts_itself
def task_list(request: HttpRequest, list_token: str) -> HttpResponse:
    """The list (GET, HEAD): what, where, until when; by words and by urgency."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    now = timezone.now()
    try:
        row = open_list(list_token, now)
    except NotYours as strange:
        return private(closed(request, str(strange), Typed(), status=404))
    except LinkEnded as ended:
        return private(closed(request, str(ended), Typed(), status=410, scope_id=ended.scope_id))
    everything = tasks_of(row.pk, now)
    chosen = request.GET.get("show", "")
    words = request.GET.get("text", "").replace("\x00", "").strip()[:100]
    shown = [one for one in everything if _fits(one, chosen, words.casefold(), now)]
    counts = {name: sum(_fits(one, name, "", now) for one in everything) for name in FILTERS}
    context = {
        "organisation": row.organisation, "tasks": shown, "token": list_token, "text": words, "chosen": chosen,
        "now": now,
        "all": len(everything), "until": row.expires_at,
        "filters": [
            ("", _("все"), len(everything)), ("late", _("срок прошёл"), counts["late"]),
            ("soon", _("до завтра"), counts["soon"]), ("needs_time", _("просили срок"), counts["needs_time"]),
        ],
        "phone": region_settings.get("centre_phone", row.scopes[0] if len(row.scopes) == 1 else None),
    }
    return private(render(request, "task/list.html", context))


@csrf_exempt  # as with the link of one task: the address is the authority, and there is no cookie to misuse
@acts_itself
def one_of_list(request: HttpRequest, list_token: str, assignment_id: int) -> HttpResponse:
    """One task out of the list, answered as by its own link."""
    here = reverse("task:one_of_list", args=[list_token, assignment_id])
    back = reverse("task:list", args=[list_token])
    return served(request, lambda: open_one(list_token, assignment_id, timezone.now()), here, here, back)


def _fits(one: ListTask, chosen: str, words: str, now: datetime) -> bool:
    if words and words not in f"{one.task} {one.address} {one.theme}".casefold():
        return False
    if chosen == "needs_time":
        return one.state == "needs_time"
    if chosen in ("late", "soon"):
        if one.due_at is None:
            return False
        left = (timezone.localdate(one.due_at) - timezone.localdate(now)).days
        late = one.due_at < now
        return late if chosen == "late" else not late and left <= 1
    return True
