"""The bell: what this person is told, and how they wish it."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases import noticing, staff_chats
from otklik.cases.models import Case, Notice, NoticeChoice, NoticePost, StaffChat
from otklik.cases.notice_posting import mailboxes
from otklik.cases.numbers import shown
from otklik.cases.reading import visible_cases
from otklik.faces.desk.access import staff_of
from otklik.faces.desk.notice_form import NoticeForm
from otklik.failures import NotYours
from otklik.organisations.models import User

LATELY = timedelta(days=7)


def any_staff(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Everybody who works here has a bell, whatever their role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = getattr(request, "actor", None)
        if not isinstance(actor, Staff):
            return redirect("/accounts/login/?next=/desk/notices/")
        if not actor.grants:
            return render(request, "desk/no_role.html", status=403)
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@require_safe
@any_staff
def notices(request: HttpRequest) -> HttpResponse:
    """What waits for this person, the urgent first; below it what they have seen."""
    actor = staff_of(request)
    told = noticing.notices_of(actor)
    cases = _cases_of(actor, told)
    rows: list[dict[str, Any]] = [
        {"notice": one, "kind": noticing.KINDS[one.kind], "case": cases.get(one.case_id or 0)}
        for one in told if one.kind in noticing.KINDS
    ]
    waiting = [row for row in rows if row["notice"].seen_at is None]
    context = {
        "waiting": waiting, "seen": rows[len(waiting) :], "unseen": len(waiting),
        "trouble": noticing.trouble_of(actor.user_id),
    }
    return render(request, "desk/notices.html", context)


def _cases_of(actor: Staff, told: list[Notice]) -> dict[int, Case]:
    """The cases they are of, as far as this person may read them now. Who reads no content sees none."""
    ids = {one.case_id for one in told if one.case_id}
    if not ids or (actor.sees is not None and not actor.sees):
        return {}
    found = visible_cases(actor).filter(pk__in=ids).select_related("territory", "theme", "owner")
    return {case.pk: case for case in found}


@require_POST
@any_staff
def follow(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Open what a notice is of; it waits no longer."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        notice = Notice.objects.filter(pk=notice_id, user_id=actor.user_id).first()
        if notice is None:
            raise NotYours(_("Такого уведомления нет."))
        case = _cases_of(actor, [notice]).get(notice.case_id or 0)
    noticing.see(actor, notice_id=notice_id, now=timezone.now())
    if case is not None:
        return redirect("desk:case", number=shown(case.number))
    return redirect(notice.link or "desk:notices")


@require_POST
@any_staff
def seen(request: HttpRequest) -> HttpResponse:
    """All of them are read."""
    noticing.see(staff_of(request), now=timezone.now())
    return redirect("desk:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@any_staff
def choice(request: HttpRequest) -> HttpResponse:
    """«Уведомления»: what is sent where, quiet hours, MAX."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        kept = NoticeChoice.objects.filter(user_id=actor.user_id).first()
        form = NoticeForm(request.POST if request.method == "POST" else None, kept)
    if form.is_bound and form.is_valid():
        noticing.choose(actor, ways=form.ways(), quiet=form.hours(), now=timezone.now())
        messages.success(request, _("Сохранено."))
        return redirect("desk:notice_choice")
    return _choice_page(request, actor, form)


@require_POST
@any_staff
def chat(request: HttpRequest) -> HttpResponse:
    """A code by which MAX is bound, shown once; or the end of it."""
    actor = staff_of(request)
    if request.POST.get("act") == "unbind":
        staff_chats.unbind(actor, timezone.now())
        messages.success(request, _("В MAX больше ничего не придёт."))
        return redirect("desk:notice_choice")
    code = staff_chats.offer(actor, timezone.now())
    with acting(actor, read_only=True):
        form = NoticeForm(None, NoticeChoice.objects.filter(user_id=actor.user_id).first())
    return _choice_page(request, actor, form, code)


def _choice_page(request: HttpRequest, actor: Staff, form: NoticeForm, code: str = "") -> HttpResponse:
    with acting(actor, read_only=True):
        sent = NoticePost.objects.filter(user_id=actor.user_id, next_at__gt=timezone.now() - LATELY)
        context = {
            "form": form, "code": code, "minutes": int(staff_chats.LIVES.total_seconds() // 60),
            "email": User.objects.values_list("email", flat=True).get(pk=actor.user_id),
            "has_mailbox": bool(mailboxes()),
            "chat": StaffChat.objects.select_related("account").filter(user_id=actor.user_id).first(),
            "bots": staff_chats.bots(),
            "failed": list(sent.filter(state__in=["failed", "unknown"]).order_by("-pk")[:3]),
            "unseen": noticing.unseen_count(actor),
        }
        status = 422 if form.is_bound else 200
        return render(request, "desk/notice_choice.html", context, status=status)
