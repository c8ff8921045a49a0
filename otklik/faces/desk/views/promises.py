"""Promises to residents: the board, what became of them, and what is done with one; postponed decisions beside them."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers import promise_reading, promising
from otklik.answers.models import CoachOverride, Promise
from otklik.cases.actions import postpone as postponing
from otklik.cases.clocks import zone
from otklik.cases.models import Case
from otklik.cases.postponed import debt_of, postponed_now
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.promise_forms import (
    MovePromiseForm,
    PostponeForm,
    PromiseHeldForm,
    PromiseReasonForm,
    PromiseTitleForm,
)
from otklik.faces.portal.report_form import plain
from otklik.failures import Failure, NotYours

MOST_POSTPONED = 200


@require_safe
@desk_view
def promises(request: HttpRequest) -> HttpResponse:
    """The board: what was promised and is not done yet, by its day, of everybody or of one person."""
    return _board(request)


def _board(request: HttpRequest, status: int = 200) -> HttpResponse:
    actor, now = staff_of(request), timezone.now()
    given = request.GET.get("owner", "")
    owner = actor.user_id if given == "me" else int(given) if given.isdecimal() and len(given) < 10 else None
    groups = promise_reading.board(actor, now, owner)
    context = {
        "groups": groups, "owners": promise_reading.owners(actor), "owner": owner, "now": now,
        "today": now.astimezone(zone()).date(), "debt": debt_of(actor), "me": actor.user_id,
        "total": sum(group.count for group in groups),
    }
    return render(request, "desk/promises.html", context, status=status)


@require_safe
@desk_view
def done(request: HttpRequest) -> HttpResponse:
    """«Обещано — сделано»: how much of what was promised was done by its day."""
    return _done(request)


def _done(request: HttpRequest, status: int = 200) -> HttpResponse:
    actor, now = staff_of(request), timezone.now()
    given = request.GET.get("days", "")
    days = int(given) if given in {str(one) for one in promise_reading.DAYS} else promise_reading.DAYS[0]
    figures, rows = promise_reading.done(actor, now, days)
    overrides = CoachOverride.objects.filter(at__gte=now - timedelta(days=days)).count()
    context = {
        "figures": figures, "rows": rows, "days": days, "overrides": overrides,
        "periods": [(30, _("30 дней")), (90, _("90 дней")), (365, _("год"))],
        "may_name": bool(actor.roles_at(None) & {"head", "coordinator"}),
    }
    return render(request, "desk/promises_done.html", context, status=status)


@require_safe
@desk_view
def postponed(request: HttpRequest) -> HttpResponse:
    """The debt: what was put off, the longest waiting first."""
    actor, now = staff_of(request), timezone.now()
    rows = postponed_now(actor).select_related("case__territory", "case__theme", "case__owner", "by")
    context = {"rows": list(rows[:MOST_POSTPONED]), "debt": debt_of(actor), "now": now}
    return render(request, "desk/postponed.html", context)


def _then(request: HttpRequest, act: Callable[[], Promise], told: str) -> HttpResponse:
    """Do it, say what came of it, and go back to where the person was."""
    try:
        act()
    except NotYours:
        raise
    except Failure as failure:
        return _refused(request, str(failure))
    messages.success(request, told)
    return redirect("desk:promises_done" if request.POST.get("back") == "done" else "desk:promises")


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    """The page again, with why, and with the words that were typed: they must not be lost."""
    messages.error(request, why)
    given = (plain(request.POST.get(name, "")).strip()[:1000] for name in ("until", "reason", "title"))
    typed = [words for words in given if words]
    if typed:
        messages.info(request, f"{_('Вы написали')}: {' '.join(typed)}")
    with acting(staff_of(request), read_only=True):
        return (_done if request.POST.get("back") == "done" else _board)(request, 422)


def _wrong(form: MovePromiseForm | PromiseHeldForm | PromiseReasonForm | PromiseTitleForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


@require_POST
@desk_view
def keep(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Сделано."""
    actor = staff_of(request)
    return _then(request, lambda: promising.keep(actor, promise_id), _("Отмечено: выполнено."))


@require_POST
@desk_view
def move(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Перенести: the resident is told in the same act, or a person is reminded to."""
    actor, form = staff_of(request), MovePromiseForm(request.POST)
    if not form.is_valid():
        return _refused(request, _wrong(form))
    given = form.cleaned_data
    with acting(actor, read_only=True):
        row = Promise.objects.select_related("case__account", "case__scope").filter(pk=promise_id).first()
        by_hand = row is not None and promising.must_be_told_by_hand(row.case)
    return _then(
        request, lambda: promising.move(actor, promise_id, until=given["until"], reason=given["reason"]),
        _("Перенесено. Сообщите жителю сами: в той системе или письмом.") if by_hand
        else _("Перенесено. Житель получит сообщение с причиной."),
    )


@require_POST
@desk_view
def take_off(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Снять, с причиной."""
    actor, form = staff_of(request), PromiseReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, _wrong(form))
    return _then(
        request, lambda: promising.take_off(actor, promise_id, reason=form.cleaned_data["reason"]), _("Снято.")
    )


@require_POST
@desk_view
def hold(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Вернулись по другому поводу: обещанное сделано."""
    actor, form = staff_of(request), PromiseHeldForm(request.POST)
    if not form.is_valid():
        return _refused(request, _wrong(form))
    return _then(
        request, lambda: promising.hold(actor, promise_id, reason=form.cleaned_data["reason"]),
        _("Отмечено: обещанное сделано, вернулись по другому поводу."),
    )


@require_POST
@desk_view
def name(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Название для портала; пустое убирает обещание оттуда."""
    actor, form = staff_of(request), PromiseTitleForm(request.POST)
    if not form.is_valid():
        return _refused(request, _wrong(form))
    title = form.cleaned_data["title"]
    return _then(
        request, lambda: promising.name(actor, promise_id, title=title),
        _("Обещание видно на портале.") if title else _("Обещание убрано с портала."),
    )


@require_POST
@desk_view
def postpone(request: HttpRequest, number: str) -> HttpResponse:
    """Отложить решение до плановой даты."""
    form = PostponeForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        row = postponing.postpone(actor, case.pk, until=given["until"], reason=given["reason"])
        return _("Отложено до %(day)s. Карточка вернётся сама.") % {"day": f"{row.until:%d.%m.%Y}"}

    return act(request, number, "postpone", gate, form)


@require_POST
@desk_view
def come_back(request: HttpRequest, number: str) -> HttpResponse:
    """Взять в работу раньше плановой даты."""

    def gate(actor: Staff, case: Case) -> str:
        postponing.come_back(actor, case.pk)
        return _("Карточка снова в работе.")

    return act(request, number, "postpone", gate)
