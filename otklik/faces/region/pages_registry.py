"""Official pages: the registry with its gaps, one page, a sheet of them, who must have one."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.channels.models import Account
from otklik.curating import page_sheet
from otklik.curating.models import Network, OfficialPage, PageDuty
from otklik.curating.page_figures import DAYS, table
from otklik.curating.page_gaps import KINDS, LONG_WAIT, MANY_WAIT
from otklik.curating.page_rules import page_rules
from otklik.curating.pages import PageSaid, close_page, decide_duty, save_page, visible_pages
from otklik.curating.people import CURATOR
from otklik.curating.places import seen_municipalities
from otklik.faces.region.access import the_place
from otklik.faces.region.curator_common import bodies_in, curates, scopes_with, staff
from otklik.faces.region.curator_forms import PageForm, SheetForm
from otklik.faces.region.page_file import as_file, kind_of
from otklik.faces.region.page_papers import charts_of, query_of, registry_document
from otklik.faces.region.refused import made_by
from otklik.failures import BadInput, Failure, NotYours
from otklik.organisations import region_settings
from otklik.organisations.models import Organisation
from otklik.typed_text import line, whole

KEEPERS = frozenset({CURATOR, "coordinator", "head"})
WORDS = {
    "none": gettext_lazy("Нет страницы"), "unanswered": gettext_lazy("Комментарии без ответа"),
    "silent": gettext_lazy("Давно нет публикаций"), "nobody": gettext_lazy("Не назван ответственный"),
    "unmarked": gettext_lazy("Нет отметки официальной страницы"),
    "unheard": gettext_lazy("Не знаем, когда публиковали"),
}
SHOWN = 60
FIRST = 5
FIELDS = ("name", "responsible", "phone", "act", "mark", "mark_seen_on", "seen_post_on")


@login_required
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """Gaps first, then municipalities with their figures, then the pages themselves; `?place=` narrows to one."""
    actor, seen = staff(request)
    now, chosen = timezone.now(), request.GET.get("place", "")
    places = seen_municipalities(seen)
    at = next((one for one in places if one.code == chosen), None)
    scopes = the_place(at.code, seen)[1] if at else seen
    found = table(scopes, now, int(region_settings.get("page_silent_days")))
    counts = Counter(gap.kind for gap in found.gaps)
    counted = [(one, WORDS[one], counts[one]) for one in KINDS if counts[one]]
    document = registry_document(found, places, counted, WORDS, now, at.short_name if at else "")
    if as_kind := kind_of(request):
        return as_file(document, as_kind, request.GET.get("chart", ""))
    kind = request.GET.get("gap", "")
    gaps = [gap for gap in found.gaps if gap.kind == kind] if kind in WORDS else found.gaps
    whole_number = len(gaps)
    if kind not in WORDS and at is None:  # of each kind the first ones; the numbers above lead to the rest
        gaps = [gap for one in KINDS for gap in [gap for gap in found.gaps if gap.kind == one][:FIRST]]
    by_page = {row.page.pk: row for row in found.pages}
    closed = visible_pages(scopes).exclude(closed_on=None).order_by("-closed_on")[:20] if at else []
    context = {
        "places": places, "at": at, "kind": kind if kind in WORDS else "",
        "counts": counted, "file_query": query_of(request), "file_charts": charts_of(document),
        "gaps": [{"gap": gap, "words": WORDS[gap.kind], "body": found.bodies[gap.body_id],
                  "row": by_page.get(gap.page_id or 0)} for gap in gaps[:SHOWN]],
        "more": whole_number - len(gaps[:SHOWN]), "doubts": page_rules().doubts({gap.kind for gap in gaps}),
        "rows": [(one, found.places[one.pk]) for one in places if one.pk in found.places],
        "pages": found.pages if at or len(places) == 1 else found.pages[:SHOWN],
        "more_pages": 0 if at or len(places) == 1 else max(0, len(found.pages) - SHOWN),
        "closed": closed, "may_keep": _may_keep(actor), "days": DAYS, "counted": _counted(found),
        "silent_days": region_settings.get("page_silent_days"), "many": MANY_WAIT, "long": LONG_WAIT.days,
    }  # fmt: skip
    return render(request, "region/pages/pages.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, page_id: int = 0) -> HttpResponse:
    """One page, or a new one: what is known of it, and its form for who keeps it."""
    actor, _seen = staff(request)
    if request.method != "POST":
        return _page(request, actor, page_id)
    with acting(actor, read_only=True):
        form = _form(actor, _one(request, page_id), request)
    if saved := made_by(form, lambda given: save_page(actor, PageSaid(
        body_id=given["body"], address=given["address"], account_id=given["account"],
        **{name: given[name] for name in FIELDS},
    ), page_id=page_id or None)):  # fmt: skip
        messages.success(request, _("Сохранено: %(address)s") % {"address": saved.address})
        return redirect("region:pages")
    with acting(actor, read_only=True):
        return _page(request, actor, page_id, form, 422)


@login_required
@require_POST
def close(request: HttpRequest, page_id: int) -> HttpResponse:
    """The body keeps it no more, or again."""
    actor, _seen = staff(request)
    close_page(actor, page_id)
    messages.success(request, _("Записано."))
    return redirect("region:official_page", page_id=page_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def load_sheet(request: HttpRequest) -> HttpResponse:
    """A sheet: what was taken, and every row that was not with the reason."""
    actor, _seen = staff(request)
    loaded, form = None, SheetForm()
    if request.method == "POST":
        form = SheetForm(request.POST, files=request.FILES)
        loaded = made_by(form, lambda given: _load(actor, given["file"]))
    status = 422 if form.is_bound and loaded is None else 200
    with acting(actor, read_only=True):
        return render(request, "region/pages/import.html", {"form": form, "loaded": loaded}, status=status)


def _load(actor: Staff, sheet: Any) -> page_sheet.Loaded:
    if (sheet.size or 0) > page_sheet.MAX_BYTES:
        raise BadInput(_("Файл больше 5 МБ."), "file")
    return page_sheet.load(actor, sheet.file, sheet.name or "", now=timezone.now())


@login_required
@require_safe
def sheet_template(request: HttpRequest) -> HttpResponse:
    """The empty sheet to fill in."""
    staff(request)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(page_sheet.template(), content_type=kind)
    response["Content-Disposition"] = 'attachment; filename="pages.xlsx"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: HttpRequest) -> HttpResponse:
    """Who must have a page: the rule with its sources, and what was decided for single bodies."""
    actor, _seen = staff(request)
    if request.method != "POST":
        return _duties(request, actor)
    given = {name: line(request.POST.get(name, "")[:400], 400) for name in ("body", "must", "reason")}
    try:
        body, must = whole(given["body"]), {"yes": True, "no": False, "rule": None}.get(given["must"], "")
        if body is None:
            raise BadInput(_("Выберите организацию."), "body")
        if must == "":
            raise BadInput(_("Выберите, обязана ли она вести страницу."), "must")
        decide_duty(actor, body, must=must if isinstance(must, bool) else None, reason=given["reason"])
    except NotYours:
        raise
    except Failure as failure:
        with acting(actor, read_only=True):
            return _duties(request, actor, given, failure)
    messages.success(request, _("Записано."))
    return redirect("region:pages_duty")


def _duties(
    request: HttpRequest, actor: Staff, given: dict[str, str] | None = None, failure: Failure | None = None
) -> HttpResponse:
    rules = page_rules()
    bodies = bodies_in(scopes_with(actor, KEEPERS | {"analyst"}))
    decided = PageDuty.objects.select_related("body", "decided_by").order_by("body__name_key")
    context = {
        "rules": rules, "decided": [one for one in decided if one.body_id in {body.pk for body in bodies}],
        "bodies": bodies, "given": given or {}, "failure": failure, "field": getattr(failure, "field", ""),
        "may_decide": curates(actor), "networks": [Network(one).label for one in sorted(rules.fulfils, reverse=True)],
        "kinds": [Organisation.Kind(one).label for one in sorted(rules.must)],
        "undecided": [Organisation.Kind(one).label for one in sorted(rules.undecided)],
    }
    return render(request, "region/pages/duty.html", context, status=422 if failure else 200)


def _may_keep(actor: Staff) -> bool:
    return any(grant.role in KEEPERS for grant in actor.grants)


def _counted(found: Any) -> Any:
    """When the figures were made; the newest of them."""
    return max((row.figure.counted_at for row in found.pages if row.figure), default=None)


def _one(request: HttpRequest, page_id: int) -> OfficialPage | None:
    if not page_id:
        return None
    found = visible_pages(staff(request)[1]).filter(pk=page_id).first()
    if found is None:
        raise NotYours(_("Такой страницы в реестре нет."))
    return found


def _form(actor: Staff, one: OfficialPage | None, request: HttpRequest) -> PageForm:
    scopes = scopes_with(actor, KEEPERS)
    accounts = Account.objects.filter(channel__in=Network.values, active=True).order_by("name")
    if scopes is not None:
        accounts = accounts.filter(territory__scope_id__in=scopes)
    begins: dict[str, Any] = {"body": request.GET.get("body", "")}
    if one is not None:
        begins = {name: getattr(one, name) for name in ("address", *FIELDS)}
        begins |= {"body": one.body_id, "account": one.account_id}
    data = request.POST if request.method == "POST" else None
    return PageForm(bodies_in(scopes), list(accounts), data, initial=begins)


def _page(
    request: HttpRequest, actor: Staff, page_id: int, form: PageForm | None = None, status: int = 200
) -> HttpResponse:
    one = _one(request, page_id)
    context = {
        "page": one, "figure": getattr(one, "figure", None) if one else None, "days": DAYS,
        "posts": one.posts.order_by("-at")[:10] if one else [],
        "form": form or _form(actor, one, request), "may_keep": _may_keep(actor),
    }
    return render(request, "region/pages/page.html", context, status=status)
