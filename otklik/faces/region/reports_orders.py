"""Поручения: what is open, what is mine, and what is done with one."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import acting
from otklik.faces.desk.fields import Day
from otklik.faces.region.reports import staff_of
from otklik.failures import BadInput, Failure, NotYours
from otklik.reports import orders as work
from otklik.reports.access import may_give, seen
from otklik.typed_text import typed

DONE_DAYS = 30
MOST = 200
ACTS = ("done", "move", "off")


@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """The open ones by their day; those that ended lately."""
    return _page(request)


def _page(
    request: HttpRequest, *, wrong_id: int = 0, wrong_act: str = "", wrong: str = "", given: str = "", status: int = 200
) -> HttpResponse:
    actor, today = staff_of(request), timezone.localdate()
    mine = request.GET.get("mine") == "1"
    try:
        seen(actor)
    except Failure:
        if not actor.grants:
            raise
        mine = True  # whoever has an order may see it, whatever their role
    rows = list(work.orders_of(actor, mine=mine)[:MOST])
    ended = [] if mine else list(work.ended_orders(actor, today - timedelta(days=DONE_DAYS))[:50])
    context = {
        "rows": [(one, may_give(actor, one.scope_id)) for one in rows], "ended": ended, "today": today, "mine": mine,
        "late": sum(one.due < today for one in rows), "wrong_id": wrong_id, "wrong_act": wrong_act, "wrong": wrong,
        "given": given, "me": actor.user_id,
    }
    return render(request, "region/reports/orders.html", context, status=status)


@login_required
@require_POST
def act(request: HttpRequest, order_id: int, order_act: str) -> HttpResponse:
    """Done, another day, taken off."""
    actor = staff_of(request)
    if order_act not in ACTS:
        raise NotYours(_("Такого действия нет."))
    given = typed(request.POST.get("due" if order_act == "move" else "outcome", ""))
    try:
        if order_act == "move":
            day = Day(required=False).clean(given)
            work.move(actor, order_id, due=day)
            messages.success(request, _("Срок изменён."))
        elif order_act == "done":
            work.done(actor, order_id, outcome=given)
            messages.success(request, _("Отмечено: выполнено."))
        else:
            work.take_off(actor, order_id, outcome=given)
            messages.success(request, _("Поручение снято."))
    except NotYours:
        raise
    except (Failure, BadInput) as failure:
        return _refused(request, order_id, order_act, str(failure), given)
    except ValidationError as wrong:
        return _refused(request, order_id, order_act, " ".join(wrong.messages), given)
    return redirect("/region/reports/orders/" + ("?mine=1" if request.POST.get("mine") == "1" else ""))


def _refused(request: HttpRequest, order_id: int, act: str, why: str, given: str) -> HttpResponse:
    with acting(staff_of(request), read_only=True):
        return _page(request, wrong_id=order_id, wrong_act=act, wrong=why, given=given, status=422)
