"""Works announced in advance: the list, announcing, a schedule from a sheet, other hours, and the ready answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers.ready import answer_with_works
from otklik.cases.actions.planned import Announced, announce, cancel, move
from otklik.cases.models import Case
from otklik.cases.planned import kinds, places_text, ready_text, visible_works
from otklik.cases.planned_models import PlannedWork
from otklik.cases.problems import WRITERS
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.choices import places_for
from otklik.faces.desk.works_forms import CancelWorksForm, MoveWorksForm, ScheduleForm, WorksForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.intake.outages import MAX_BYTES, Loaded, load
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory

SHOWN = 200
MOST_FIRMS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def works(request: HttpRequest) -> HttpResponse:
    """What goes on now, what comes, what was; POST announces."""
    actor = staff_of(request)
    if request.method != "POST":
        return _page(request, actor)
    with acting(actor, read_only=True):
        form = WorksForm(_places(actor), _firms(actor), request.POST)
        valid = form.is_valid()
    if valid:
        given = form.cleaned_data
        said = Announced(
            territory_id=given["territory"], kind=given["kind"], begins_at=given["begins_at"],
            ends_at=given["ends_at"], places=given["places"], organisation_id=given["organisation"],
            reason=given["reason"], ready_text=given["ready_text"],
        )
        try:
            work, new = announce(actor, said)
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except NotYours:
            raise
        except Failure as failure:
            form.add_error(None, str(failure))
        else:
            told = _("Объявлено: проблема № %(n)s.") if new else _("Эти работы уже объявлены: проблема № %(n)s.")
            messages.success(request, told % {"n": work.problem_id})
            return redirect("desk:works")
    with acting(actor, read_only=True):
        return _page(request, actor, form=form, status=422)


@require_POST
@desk_view
def schedule(request: HttpRequest) -> HttpResponse:
    """A schedule from a sheet: every row announced, or told why not."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        form = ScheduleForm(_places(actor), request.POST, request.FILES)
        valid = form.is_valid()
    loaded: Loaded | None = None
    if valid:
        uploaded = form.cleaned_data["file"]
        try:
            if uploaded.size > MAX_BYTES:
                raise BadInput(_("Файл больше 5 МБ."), "file")
            loaded = load(actor, uploaded.file, uploaded.name or "", territory_id=form.cleaned_data["territory"])
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
    with acting(actor, read_only=True):
        return _page(request, actor, schedule=form, loaded=loaded, status=200 if loaded else 422)


@require_safe
@desk_view
def one(request: HttpRequest, work_id: int) -> HttpResponse:
    """One of them: hours, streets, the ready answer; other hours, or none."""
    return _one(request, staff_of(request), work_id)


@require_POST
@desk_view
def change(request: HttpRequest, work_id: int) -> HttpResponse:
    """Other hours, told to everybody concerned."""
    actor, form = staff_of(request), MoveWorksForm(request.POST)
    if form.is_valid():
        try:
            move(actor, work_id, ends_at=form.cleaned_data["ends_at"], reason=form.cleaned_data["reason"])
        except NotYours:
            raise
        except Failure as failure:
            field = getattr(failure, "field", "")
            form.add_error(field if field in form.fields else None, str(failure))
        else:
            messages.success(request, _("Время изменено, об этом сказано всем, кого касаются работы."))
            return redirect("desk:work", work_id=work_id)
    with acting(actor, read_only=True):
        return _one(request, actor, work_id, move_form=form, status=422)


@require_POST
@desk_view
def drop(request: HttpRequest, work_id: int) -> HttpResponse:
    """The works will not be."""
    actor, form = staff_of(request), CancelWorksForm(request.POST)
    if form.is_valid():
        try:
            cancel(actor, work_id, reason=form.cleaned_data["reason"])
        except NotYours:
            raise
        except Failure as failure:
            form.add_error(None, str(failure))
        else:
            messages.success(request, _("Работы отменены."))
            return redirect("desk:works")
    with acting(actor, read_only=True):
        return _one(request, actor, work_id, cancel_form=form, status=422)


@require_POST
@desk_view
def ready(request: HttpRequest, number: str) -> HttpResponse:
    """The case joins the works' problem, and the ready answer becomes its draft."""

    def gate(actor: Staff, case: Case) -> str:
        text = request.POST.get("work", "")
        if not (text.isascii() and text.isdecimal() and 0 < len(text) < 19):
            raise BadInput(_("Страница устарела. Откройте карточку ещё раз."), "work")
        answer_with_works(actor, case.pk, int(text), now=timezone.now())
        return _("Присоединено к работам, ответ готов: прочитайте и отправьте.")

    return act(request, number, "draft", gate)


def _page(
    request: HttpRequest, actor: Staff, *, form: WorksForm | None = None, schedule: ScheduleForm | None = None,
    loaded: Loaded | None = None, status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    places = _places(actor)
    rows = list(visible_works(actor).order_by("-begins_at")[:SHOWN])
    context = {
        "form": form or WorksForm(places, _firms(actor)), "schedule": schedule or ScheduleForm(places),
        "loaded": loaded, "groups": _groups(rows, now), "may_write": any(g.role in WRITERS for g in actor.grants),
        "several": actor.sees is None or len(actor.sees) > 1,
    }
    return render(request, "desk/works.html", context, status=status)


def _groups(rows: list[PlannedWork], now: datetime) -> list[tuple[str, list[dict[str, Any]]]]:
    going = [_shown(w) for w in rows if w.begins_at <= now < w.ends_at]
    coming = [_shown(w) for w in reversed(rows) if w.begins_at > now]
    over = [_shown(w) for w in rows if w.ends_at <= now][:30]
    return [(_("Идут сейчас"), going), (_("Будут"), coming), (_("Время вышло: проверьте, закончены ли"), over)]


def _shown(work: PlannedWork) -> dict[str, Any]:
    kind = kinds().get(work.kind)
    named = str(kind.name) if kind else work.kind
    return {"work": work, "kind": named, "places": places_text(work.places).splitlines()}


def _one(
    request: HttpRequest, actor: Staff, work_id: int, *, move_form: MoveWorksForm | None = None,
    cancel_form: CancelWorksForm | None = None, status: int = 200,
) -> HttpResponse:
    work = visible_works(actor).filter(pk=work_id).first()
    if work is None:
        raise NotYours(_("Таких работ нет, или они не в вашем муниципалитете."))
    context = _shown(work) | {
        "ready": ready_text(work), "may_write": bool(WRITERS & actor.roles_at(work.scope_id)),
        "move": move_form or MoveWorksForm(), "cancel": cancel_form or CancelWorksForm(),
        "count": Case.objects.filter(problem_id=work.problem_id).count(),
    }
    return render(request, "desk/work.html", context, status=status)


def _places(actor: Staff) -> list[Territory]:
    """Municipalities for those who see several, else the places of the one, itself first."""
    if actor.sees is None:
        return list(Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).order_by("name_key"))
    own = list(Territory.objects.filter(pk__in=actor.sees, active=True).order_by("name_key"))
    inside = places_for(sorted(actor.sees), "") if len(own) == 1 else []
    return [*own, *(place for place in inside if place.pk not in actor.sees)]


def _firms(actor: Staff) -> list[Organisation]:
    firms = Organisation.objects.filter(active=True).exclude(
        kind__in=[Organisation.Kind.REGIONAL_CENTRE, Organisation.Kind.MUNICIPAL_CENTRE]
    )
    if actor.sees is not None:
        firms = firms.filter(territory__scope_id__in=actor.sees) | firms.filter(territory__kind=Kind.REGION)
    return list(firms.order_by("name_key")[:MOST_FIRMS])
