"""Danger to life: whom to call, what to read aloud, who took it over."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases import alarms as ringing
from otklik.cases import numbers
from otklik.cases.actions.assign import address_of
from otklik.cases.models import Alarm
from otklik.cases.noticing import unseen_count
from otklik.faces.desk.access import desk_view, staff_of
from otklik.failures import BadInput, Refused

RECENT = 10


@require_safe
@desk_view
def alarms(request: HttpRequest) -> HttpResponse:
    """Open alarms, oldest first, and the last ones handed over. An open page asks again: 204 if nothing is new."""
    lines = _lines(staff_of(request))
    if request.headers.get("HX-Request") != "true":
        return render(request, "desk/alarms.html", lines)
    if request.GET.get("seen") == lines["sign"]:
        return HttpResponse(status=204)
    return render(request, "desk/parts/alarm_list.html", lines)


@require_safe
@desk_view
def bell(request: HttpRequest) -> HttpResponse:
    """The bell and the red bar of every page of the desk; 204 while nothing has changed."""
    waiting = list(ringing.open_alarms(staff_of(request)))
    closed = ringing.closed_alarms(staff_of(request))
    unseen = unseen_count(staff_of(request))
    sign = f"{_sign([*waiting, *closed])}.{unseen}"
    if request.GET.get("seen") == sign:
        return HttpResponse(status=204)
    told = {"waiting": waiting, "closed": closed, "sign": sign, "count": len(waiting) + len(closed), "unseen": unseen}
    return render(request, "desk/parts/bell.html", told)


@require_POST
@desk_view
def confirm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Кто принял: фамилия."""
    actor = staff_of(request)
    taken_by = request.POST.get("taken_by", "")
    by_htmx = request.headers.get("HX-Request") == "true"
    error = ""
    try:
        ringing.confirm(actor, alarm_id, taken_by=taken_by)
    except (BadInput, Refused) as failure:
        error = str(failure)
    if not error and not by_htmx:
        return redirect("desk:alarms")
    with acting(actor, read_only=True):
        context = _lines(actor) | {"failed": alarm_id if error else 0, "error": error, "typed": taken_by}
        template = "desk/parts/alarm_list.html" if by_htmx else "desk/alarms.html"
        return render(request, template, context, status=422 if error else 200)


def _sign(waiting: Iterable[Alarm]) -> str:
    """Differs whenever an alarm comes, goes, or passes to the next person of the list."""
    return ",".join(f"{alarm.pk}.{alarm.duty_step}" for alarm in waiting) or "none"


def _lines(actor: Staff) -> dict[str, Any]:
    waiting: list[dict[str, Any]] = [
        {
            "alarm": alarm,
            "person": ringing.whom_to_call(alarm),
            "aloud": to_read_aloud(alarm),
        }
        for alarm in ringing.open_alarms(actor)
    ]
    handed = (
        Alarm.objects.exclude(confirmed_at=None)
        .select_related("case__territory", "confirmed_by", "scope")
        .order_by("-confirmed_at")[:RECENT]
    )
    last_handed = list(handed)
    sign = ",".join(f"{line['alarm'].pk}.{line['alarm'].duty_step}" for line in waiting)
    closed: list[dict[str, Any]] = [
        {"alarm": alarm, "person": ringing.whom_to_call(alarm)} for alarm in ringing.closed_alarms(actor)
    ]
    sign += "".join(f"!{line['alarm'].pk}.{line['alarm'].duty_step}" for line in closed)
    sign += f"-{last_handed[0].pk if last_handed else 0}"
    return {"waiting": waiting, "closed": closed, "handed": last_handed, "sign": sign, "now": timezone.now()}


def to_read_aloud(alarm: Alarm) -> str:
    """What to say on the phone: where, what, when; the resident's own words, no contacts.

    In Russian, whatever language the page speaks: the duty officer hears it (decision 085).
    """
    case = alarm.case
    where = ", ".join(part for part in (address_of(case), case.place_note) if part)
    words = " ".join(case.text.split())
    if len(words) > 400:
        words = words[:400].rsplit(" ", 1)[0] + "…"
    words = words.rstrip(".")  # the sentence around them ends with its own
    when = timezone.localtime(case.written_at).strftime("%d.%m %H:%M")
    return f"Адрес: {where}. Сообщили {when}: «{words}». Номер карточки {numbers.shown(case.number)}."
