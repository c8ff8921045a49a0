"""The answer to the resident: written, approved, published."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.answers import approval, drafting, publishing
from otklik.cases.models import Case
from otklik.faces.desk import forms
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.case_page import Outcome
from otklik.failures import BadInput, Failure


@require_POST
@desk_view
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Save the text; with `then` also send it to review or publish it. The saving comes first and stays."""
    form = forms.DraftForm(request.POST)
    then = request.POST.get("then", "save")

    def gate(actor: Staff, case: Case) -> str | Outcome:
        given = form.cleaned_data
        answer = drafting.save_draft(
            actor,
            case.pk,
            text=given["text"],
            kind=given["kind"],
            promised_for=given["promised_for"],
            base_version=given["base_version"],
        )
        try:
            if then == "review":
                approval.send_to_review(actor, answer.pk)
                return _("Отправлено на согласование.")
            if then == "publish":
                publishing.publish(actor, answer.pk, in_spite=given["in_spite"])
                return _("Ответ опубликован.")
        except Failure as failure:
            if isinstance(failure, BadInput) and failure.field != "in_spite":
                raise
            return Outcome(failure=_("Текст сохранён. Дальше не пошло: %(why)s") % {"why": failure}, opened="draft")
        return _("Черновик сохранён.")

    step = {"review": "send_to_review", "publish": "publish"}.get(then, "draft")
    return act(request, number, step, gate, form)


@require_POST
@desk_view
def approve(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Согласовать."""
    form = forms.ApproveForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        approval.approve(
            actor, answer_id, note=form.cleaned_data["note"], version=form.cleaned_data["version"]
        )
        return _("Ответ согласован.")

    return act(request, number, "approve", gate, form)


@require_POST
@desk_view
def send_back(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Вернуть на доработку, со словами, что поправить."""
    form = forms.ReturnForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        approval.return_to_author(actor, answer_id, reason=form.cleaned_data["reason"])
        return _("Ответ возвращён автору.")

    return act(request, number, "return", gate, form)


@require_POST
@desk_view
def publish(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Опубликовать."""
    form = forms.PublishForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        publishing.publish(actor, answer_id, version=given["version"], in_spite=given["in_spite"])
        return _("Ответ опубликован.")

    return act(request, number, "publish", gate, form)


@require_POST
@desk_view
def by_hand(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Опубликовано вручную: where and when the answer was put into the other system."""
    form = forms.ByHandForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        publishing.published_by_hand(
            actor, answer_id, link=given["link"], at=given["at"], version=given["version"],
            in_spite=given["in_spite"],
        )
        return _("Отмечено: опубликовано вручную.")

    return act(request, number, "by_hand", gate, form)
