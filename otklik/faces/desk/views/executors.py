"""«Исполнители»: who has how much to do, one link to all of it, the list on paper, and what the map remembers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases import executor_work, list_links
from otklik.cases.list_links import LIFETIMES
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.task.whole_address import whole_address
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.organisations import region_settings
from otklik.organisations.models import Organisation
from otklik.territory.naming import name_key

SHOWN = 200


@require_safe
@desk_view
def executors(request: HttpRequest) -> HttpResponse:
    """Organisations with open tasks in the places of whoever looks, the latest first."""
    actor = staff_of(request)
    words = request.GET.get("text", "").replace("\x00", "").strip()[:100]
    scopes = sorted(actor.sees) if actor.sees is not None else None
    now = timezone.now()
    rows = executor_work.loads(scopes, name_key(words), now)
    held: dict[int, int] = {}
    if _gives_lists(actor):
        held = list_links.held_lists([row.organisation.pk for row in rows], *list_links.scopes_for(actor), now)
    context = {"rows": rows, "text": words, "held": held, "now": now}
    return render(request, "desk/executors.html", context)


@require_safe
@desk_view
def executor(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation."""
    return _page(request, organisation_id)


@require_POST
@desk_view
def list_link(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """A new link to the list, shown once with a ready text."""
    actor, given = staff_of(request), request.POST.get("days", "30")
    try:
        token = list_links.issue(actor, organisation_id, days=int(given) if given.isdecimal() and len(given) < 4 else 0)
    except BadInput as wrong:
        return _page(request, organisation_id, wrong=str(wrong), status=422)
    except Refused as refused:
        return _page(request, organisation_id, wrong=str(refused), status=403)
    link = whole_address(request, reverse("task:list", args=[token]))
    response = _page(request, organisation_id, link=link)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@desk_view
def list_revoke(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """End the links to the list."""
    try:
        ended = list_links.revoke(staff_of(request), organisation_id)
    except Refused as refused:
        return _page(request, organisation_id, wrong=str(refused), status=403)
    done = _("Ссылки на список больше не действуют.") if ended else _("Действующих ссылок на список не было.")
    return _page(request, organisation_id, notice=done)


@require_safe
@desk_view
def print_list(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The list on paper, with room for answers by hand. Nothing of any resident."""
    tasks = list(executor_work.open_tasks(organisation_id)[: SHOWN + 1])
    context = {
        "organisation": _organisation(organisation_id), "tasks": tasks[:SHOWN], "more": len(tasks) > SHOWN,
        "now": timezone.now(), "phone": region_settings.get("centre_phone", tasks[0].scope_id if tasks else None),
    }
    return render(request, "desk/print_list.html", context)


def _page(
    request: HttpRequest, organisation_id: int, *, link: str = "", notice: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    actor, now = staff_of(request), timezone.now()
    gives = _gives_lists(actor)
    with acting(actor, read_only=True):
        organisation = _organisation(organisation_id)
        tasks = list(executor_work.open_tasks(organisation_id)[: SHOWN + 1])
        scopes = sorted(actor.sees) if actor.sees is not None else None
        held = list_links.held_lists([organisation_id], *list_links.scopes_for(actor), now) if gives else {}
        context = {
            "organisation": organisation, "tasks": tasks[:SHOWN], "more": len(tasks) > SHOWN, "now": now,
            "gives": gives, "held": held.get(organisation_id, 0), "lifetimes": LIFETIMES, "link": link,
            "link_text": _ready_text(organisation, link) if link else "", "notice": notice, "wrong": wrong,
            "known": executor_work.remembered(organisation_id, scopes),
            "redirected": executor_work.redirected_away(organisation_id),
        }
        return render(request, "desk/executor.html", context, status=status)


def _ready_text(organisation: Organisation, link: str) -> str:
    """For a messenger or a letter, in Russian: it is read by somebody else (decision 085)."""
    return f"Поручения для: {organisation.short_name}\nСрок, место и ответ по каждому: {link}"


def _gives_lists(actor: Staff) -> bool:
    try:
        list_links.scopes_for(actor)
    except Failure:
        return False
    return True


def _organisation(organisation_id: int) -> Organisation:
    found = Organisation.objects.select_related("territory").filter(pk=organisation_id).first()
    if found is None:
        raise NotYours(_("Такой организации нет."))
    return found
