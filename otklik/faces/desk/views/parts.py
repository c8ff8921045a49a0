"""Parts of a joint matter, and requests to the ЦУР: each view reads its form and calls one gate."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff
from otklik.cases import upper
from otklik.cases.actions import ask_upper as asking
from otklik.cases.actions import part
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.redirect import redirect
from otklik.cases.models import Case, UpperRequest
from otklik.faces.desk import part_forms
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.choices import all_organisations_for
from otklik.failures import NotYours, Refused


@require_safe
@desk_view
def rows(request: HttpRequest, number: str) -> HttpResponse:
    """One more row of the assign form: an organisation, its part, its date."""
    case = case_at(staff_of(request), number)
    context = {"part_rows": [{}], "part_organisations": all_organisations_for(case)}
    return render(request, "desk/parts/part_rows.html", context)


@require_POST
@desk_view
def due(request: HttpRequest, number: str) -> HttpResponse:
    """Изменить срок части."""
    form = part_forms.PartDueForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        part.set_due(
            actor, case.pk, assignment_id=given["assignment"], due_at=given["due_at"], reason=given["reason"]
        )
        return _("Срок части изменён.")

    return act(request, number, "part_due", gate, form)


@require_POST
@desk_view
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Снять часть."""
    form = part_forms.WithdrawPartForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        taken = part.withdraw(actor, case.pk, assignment_id=given["assignment"], reason=given["reason"])
        return _("Часть снята: %(organisation)s.") % {"organisation": taken.organisation.short_name}

    return act(request, number, "withdraw_part", gate, form)


@require_POST
@desk_view
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Попросить ЦУР решить."""
    form = part_forms.AskUpperForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        asking.ask_upper(
            actor, case.pk, reason=given["reason"], organisation_id=given["organisation"],
            territory_id=given["territory"],
        )
        return _("Просьба передана в ЦУР. Решение появится в этой карточке.")

    return act(request, number, "ask_upper", gate, form)


@require_POST
@desk_view
def recall(request: HttpRequest, number: str) -> HttpResponse:
    """Отозвать просьбу."""

    def gate(actor: Staff, case: Case) -> str:
        asking.recall(actor, case.pk)
        return _("Просьба отозвана.")

    return act(request, number, "recall_upper", gate)


@require_POST
@desk_view
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """ЦУР: оставить как есть."""
    form = part_forms.KeepForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        asking.keep(actor, case.pk, words=form.cleaned_data["words"])
        return _("Решение записано, центр его увидит.")

    return act(request, number, "keep", gate, form)


@require_POST
@desk_view
def grant(request: HttpRequest, number: str) -> HttpResponse:
    """ЦУР: сделать, как просят. The request names what; the usual gates do it, and settle the request."""

    def gate(actor: Staff, case: Case) -> str:
        wanted = upper.asked_of(actor, case.pk)
        if wanted.wish == UpperRequest.Wish.REDIRECT and wanted.organisation_id and wanted.assignment_id:
            try:
                made = redirect(
                    actor, case.pk, assignment_id=wanted.assignment_id, organisation_id=wanted.organisation_id,
                    reason=wanted.reason,
                )
            except NotYours as gone:
                raise Refused(
                    _("Это поручение уже сняли, перенаправлять нечего. Решите сами или оставьте как есть.")
                ) from gone
            return _("Перенаправлено: %(organisation)s.") % {"organisation": made.organisation.short_name}
        if wanted.wish == UpperRequest.Wish.HAND_OVER and wanted.territory_id:
            moved = hand_over(actor, case.pk, territory_id=wanted.territory_id, reason=wanted.reason)
            return _("Передано: %(place)s.") % {"place": moved.territory.short_name}
        raise Refused(_("В просьбе не сказано, кому: решите сами — перенаправьте, передайте или оставьте как есть."))

    return act(request, number, "keep", gate)
