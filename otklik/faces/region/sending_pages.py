"""A practice or a lent template goes to another region: who asks, what the head of the ЦУР reads, the signed file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting, widened
from otklik.answers import templates
from otklik.faces.region import lending_pages, practice_pages
from otklik.faces.region.exchange_files import as_file
from otklik.faces.region.exchange_pages import pressed, reader
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.practice import allowed, packets, practice_reading, sending
from otklik.practice.models import Sending
from otklik.practice.papers import lines_of
from otklik.typed_text import whole


@login_required
@require_POST
def ask_practice(request: HttpRequest, practice_id: int) -> HttpResponse:
    """«Отправить в другую область»: a practice."""
    actor = reader(request)
    try:
        row = sending.ask(actor, practice_id=practice_id, partner_id=whole(request.POST.get("partner", "")))
    except NotYours:
        raise
    except Failure as failure:
        return practice_pages.page(request, actor, practice_id, failure=str(failure), status=_status(failure))
    return _asked(request, row)


@login_required
@require_POST
def ask_template(request: HttpRequest, lent_id: int) -> HttpResponse:
    """The same of a lent template."""
    actor = reader(request)
    try:
        row = sending.ask(actor, lent_id=lent_id, partner_id=whole(request.POST.get("partner", "")))
    except NotYours:
        raise
    except Failure as failure:
        return lending_pages.refused(request, actor, failure, wrong_id=lent_id)
    return _asked(request, row)


def _asked(request: HttpRequest, row: Sending) -> HttpResponse:
    messages.success(request, _("Руководитель ЦУР увидит просьбу."))
    return redirect("region:sending", row.pk)


@login_required
@require_safe
def one(request: HttpRequest, sending_id: int) -> HttpResponse:
    """What would go, word for word, and whether it may."""
    actor = reader(request)
    if not allowed.KEEPERS & actor.roles_at(None):
        raise Refused(_("В другую область отправляют руководитель, координатор и куратор центра."))
    return _page(request, actor, sending_id)


def _page(
    request: HttpRequest, actor: Staff, sending_id: int, *, wrong: str = "", words: str = "", alert: str = "",
    status: int = 200,
) -> HttpResponse:
    with acting(actor, read_only=True):
        row = sending.the_sending(actor, sending_id)
        with widened():
            found = sending.load(row)
        body = found.body
        context: dict[str, Any] = {
            "row": row, "found": found, "body": body, "goes": sending.is_allowed(row, found), "wrong": wrong,
            "words": words, "alert": alert, "heads_region": allowed.heads_region(actor),
            "may_send": allowed.may_keep(actor, sending.place_of(row)), "steps": lines_of(str(body.get("steps", ""))),
            "group": practice_reading.groups().get(str(body.get("group", "")), ""),
            "theme": templates.theme_names([row.lent.template]).get(row.lent.template.theme, "") if row.lent else "",
        }
        return render(request, "region/exchange/sending.html", context, status=status)


@login_required
@require_POST
def decide(request: HttpRequest, sending_id: int) -> HttpResponse:
    """The word of the head of the ЦУР."""
    actor, words = reader(request), request.POST.get("words", "")
    try:
        sending.decide(
            actor, sending_id, allow=pressed(request, "allow", "refuse") == "allow", seen=request.POST.get("seen", ""),
            words=words,
        )
    except NotYours:
        raise
    except BadInput as wrong:
        return _page(request, actor, sending_id, wrong=str(wrong), words=words, status=422)
    except Failure as failure:
        return _page(request, actor, sending_id, alert=str(failure), status=409)
    return redirect("region:sending", sending_id)


@login_required
@require_POST
def signed(request: HttpRequest, sending_id: int) -> HttpResponse:
    """The signed file."""
    actor = reader(request)
    try:
        content = packets.make_thing(actor, sending_id)
    except NotYours:
        raise
    except Failure as failure:
        return _page(request, actor, sending_id, alert=str(failure), status=_status(failure))
    return as_file(content, f"obmen-{sending_id}.otklik")


def _status(failure: Failure) -> int:
    return 422 if isinstance(failure, BadInput) else 409
