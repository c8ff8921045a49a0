"""Requests of the ЦУР: the list, a new one, one with its parts; decisions; files of both sides."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Actor, Staff, acting
from otklik.curating import ask_links, asking
from otklik.curating.models import AskFile, AskPart
from otklik.curating.people import CURATOR
from otklik.faces.region.curator_common import (
    bodies_in,
    curates,
    enclosed,
    places_in,
    pressed,
    scopes_with,
    staff,
)
from otklik.faces.region.curator_forms import AskForm, DecideForm, ReplyForm
from otklik.faces.region.refused import accepted, made_by, say_refused
from otklik.faces.task.whole_address import whole_address
from otklik.failures import Failure, NotYours
from otklik.files.storage import open_file
from otklik.organisations.models import Organisation

SHOWN = 100
OPENS, CLOSES, SATURDAY = 9, 18, 5
OPEN = ("sent", "returned", "replied")
CURATORS = frozenset({CURATOR})


@login_required
@require_safe
def asks(request: HttpRequest) -> HttpResponse:
    """Open requests by their hour, then those that are over."""
    actor, seen = staff(request)
    parts = asking.parts(seen).order_by()
    grouped = parts.values("ask_id", "title", "ask__due_at", "ask__made_by__full_name").annotate(
        of=Count("pk"), open=Count("pk", filter=Q(state__in=["sent", "returned"])),
        replied=Count("pk", filter=Q(state="replied")), accepted=Count("pk", filter=Q(state="accepted")),
        due=Min("due_at", filter=Q(state__in=OPEN)),
    )
    now = timezone.now()
    context = {
        "open": list(grouped.filter(due__isnull=False).order_by("due", "ask_id")[:SHOWN]),
        "over": list(grouped.filter(due=None).order_by("-ask_id")[:30]),
        "now": now, "may_ask": curates(actor),
    }
    return render(request, "region/asks/asks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask several at once."""
    actor, _seen = staff(request)
    if request.method != "POST":
        return _new(request, actor, None)
    with acting(actor, read_only=True):
        form = _ask_form(actor, request)
    if row := made_by(form, lambda given: asking.ask(actor, asking.Asked(
        title=given["title"], text=given["text"], due_at=given["due_at"], link=given["link"], scopes=form.whom(),
        organisations=given["organisations"], files=enclosed(request),
    ))):  # fmt: skip
        messages.success(request, _("Запрос № %(n)s отправлен.") % {"n": row.pk})
        return redirect("region:ask", ask_id=row.pk)
    with acting(actor, read_only=True):
        return _new(request, actor, form)


@login_required
@require_safe
def ask(request: HttpRequest, ask_id: int) -> HttpResponse:
    """One request: what was asked, who has answered what."""
    actor, _seen = staff(request)
    return _page(request, actor, ask_id)


@login_required
@require_POST
def cancel(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Take it back where nobody has answered."""
    actor, _seen = staff(request)
    asking.cancel(actor, ask_id)
    messages.success(request, _("Запрос отменён."))
    return redirect("region:ask", ask_id=ask_id)


@login_required
@require_POST
def decide(request: HttpRequest, part_id: int) -> HttpResponse:
    """Take a reply, or return it."""
    actor, _seen = staff(request)
    form = DecideForm(request.POST, auto_id=f"decide{part_id}_%s")
    with acting(actor, read_only=True):
        part = _part(request, part_id)
    if accepted(form, lambda given: asking.decide(
        actor, part_id, accepts=pressed(request, "accept", "return"), words=given["decision"], due_at=given["due_at"]
    )):  # fmt: skip
        accepts = request.POST["what"] == "accept"
        messages.success(request, _("Ответ принят.") if accepts else _("Возвращено на доработку."))
        return redirect("region:ask", ask_id=part.ask_id)
    say_refused(request, form)
    with acting(actor, read_only=True):
        return _page(request, actor, part.ask_id, forms={part_id: form}, status=422)


@login_required
@require_POST
def reply_for(request: HttpRequest, part_id: int) -> HttpResponse:
    """Write down what an organisation answered."""
    actor, _seen = staff(request)
    form = ReplyForm(request.POST, auto_id=f"reply{part_id}_%s")
    with acting(actor, read_only=True):
        part = _part(request, part_id)
    if accepted(form, lambda given: asking.reply(actor, part_id, words=given["words"], said_by=given["said_by"])):
        messages.success(request, _("Ответ записан."))
        return redirect("region:ask", ask_id=part.ask_id)
    with acting(actor, read_only=True):
        return _page(request, actor, part.ask_id, replies={part_id: form}, status=422)


@login_required
@require_POST
def link(request: HttpRequest, part_id: int) -> HttpResponse:
    """A ready text with the secret link, to copy into a messenger or a letter."""
    actor, _seen = staff(request)
    with acting(actor, read_only=True):
        part = _part(request, part_id)
    try:
        token = ask_links.link_for(actor, part_id)
    except NotYours:
        raise
    except Failure as failure:
        return _told(request, actor, part.ask_id, alert=str(failure), status=409)
    text = ask_links.message_text(part, whole_address(request, reverse("task:ask", args=[token])))
    return _told(request, actor, part.ask_id, link=(part_id, text))


@login_required
@require_POST
def revoke_link(request: HttpRequest, part_id: int) -> HttpResponse:
    """It went to a wrong person."""
    actor, _seen = staff(request)
    with acting(actor, read_only=True):
        part = _part(request, part_id)
    ask_links.revoke(actor, part_id)
    messages.success(request, _("Ссылка отменена: по ней больше ничего не откроется."))
    return redirect("region:ask", ask_id=part.ask_id)


def _told(request: HttpRequest, actor: Staff, ask_id: int, **told: Any) -> HttpResponse:
    with acting(actor, read_only=True):
        return _page(request, actor, ask_id, **told)


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, ask_file_id: int) -> HttpResponse:
    """A file of a request or of its reply."""
    staff(request)
    return sent_file(ask_file_id)


def sent_file(ask_file_id: int) -> HttpResponse:
    """The file, as the actor of this request sees it; others learn nothing of it. Inside `acting`."""
    found = AskFile.objects.select_related("file").filter(pk=ask_file_id).first()
    if found is None:
        raise NotYours(_("Такого файла нет."))
    try:
        with open_file(found.file) as content:
            response = HttpResponse(content.read(), content_type=found.file.content_type)
    except FileNotFoundError as missing:
        raise Http404 from missing
    name = content_disposition_header(not found.file.width, found.file.original_name) or "inline"
    response["Content-Disposition"] = name
    return response


def _part(request: HttpRequest, part_id: int) -> AskPart:
    part = asking.parts(staff(request)[1]).filter(pk=part_id).first()
    if part is None:
        raise NotYours(_("Такого запроса нет, или он не вам."))
    return part


def _ask_form(actor: Staff, request: HttpRequest) -> AskForm:
    scopes = scopes_with(actor, CURATORS)
    firms = [one for one in bodies_in(scopes, firms=True) if one.kind != Organisation.Kind.MUNICIPAL_CENTRE]
    due = hour_to_offer(timezone.localtime())
    data = request.POST if request.method == "POST" else None
    return AskForm(places_in(scopes), firms, data, initial={"due_at": due})


def hour_to_offer(now: datetime) -> datetime:
    """An hour by which a reply may be there: in four hours, but while people are at work, else at noon of the next day
    of work. `now` in the region's zone.
    """
    due = (now + timedelta(hours=4)).replace(minute=0, second=0, microsecond=0)
    if due.weekday() < SATURDAY and OPENS < due.hour <= CLOSES:
        return due
    noon = due.replace(hour=12) if due.hour <= OPENS else due.replace(hour=12) + timedelta(days=1)
    return noon + timedelta(days=max(0, 7 - noon.weekday()) if noon.weekday() >= SATURDAY else 0)


def _new(request: HttpRequest, actor: Staff, form: AskForm | None) -> HttpResponse:
    context = {"form": form or _ask_form(actor, request), "may_ask": curates(actor), "most_files": asking.MOST_FILES}
    return render(request, "region/asks/new.html", context, status=422 if form is not None else 200)


def _page(
    request: HttpRequest, actor: Actor, ask_id: int, *, forms: dict[int, DecideForm] | None = None,
    replies: dict[int, ReplyForm] | None = None, link: tuple[int, str] = (0, ""), alert: str = "", status: int = 200,
) -> HttpResponse:
    parts = list(asking.parts(staff(request)[1]).filter(ask_id=ask_id).prefetch_related("files__file").order_by(
        "scope__name_key", "organisation__name_key", "pk"
    ))
    if not parts:
        raise NotYours(_("Такого запроса нет, или он не вам."))
    rows: list[dict[str, Any]] = []
    held = ask_links.held_links([part.pk for part in parts if part.organisation_id], timezone.now())
    for part in parts:
        judged = isinstance(actor, Staff) and CURATOR in actor.roles_at(part.scope_id)
        rows.append({
            "part": part, "may_decide": judged and part.state == "replied",
            "decide": (forms or {}).get(part.pk) or DecideForm(auto_id=f"decide{part.pk}_%s"),
            "may_reply": judged and part.organisation_id and part.state in ("sent", "returned"),
            "link": link[1] if link[0] == part.pk else "", "held": judged and part.pk in held,
            "reply": (replies or {}).get(part.pk) or ReplyForm(auto_id=f"reply{part.pk}_%s"),
            "replied_files": [one for one in part.files.all() if one.reply],
            "late": (part.first_replied_at or timezone.now()) > part.due_at and part.state != "cancelled",
        })
    first = parts[0]
    context = {
        "ask": first.ask, "first": first, "files": [one for one in first.files.all() if not one.reply], "rows": rows,
        "now": timezone.now(), "alert": alert,
        "may_cancel": isinstance(actor, Staff) and all(CURATOR in actor.roles_at(p.scope_id) for p in parts)
        and any(p.state in ("sent", "returned") for p in parts),
    }
    return render(request, "region/asks/ask.html", context, status=status)


