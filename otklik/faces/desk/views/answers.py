"""The answer to the resident: written, approved, published."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff, acting
from otklik.answers import approval, drafting, publishing
from otklik.answers.models import Answer
from otklik.answers.promising import Taken, written
from otklik.answers.reading import text_of
from otklik.cases.actions.undo_last import HOLD
from otklik.cases.models import Case
from otklik.faces.desk import forms
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.answer_forms import WithdrawForm
from otklik.faces.desk.case_page import Outcome
from otklik.faces.desk.coach_form import taken_of
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
            base_version=_over(request) or given["base_version"],
            template=template_of(given["template"]),
        )
        try:
            if then == "review":
                approval.send_to_review(actor, answer.pk)
                return _("Отправлено на согласование.")
            if then == "publish":
                taken = taken_of(given["text"], request.POST, timezone.now(), given["promised_for"])
                publishing.publish(
                    actor, answer.pk, in_spite=given["in_spite"], hold=HOLD, vouched=given["vouched"], promises=taken
                )
                return _("Ответ опубликован.")
        except Failure as failure:
            if isinstance(failure, BadInput) and failure.field not in ("in_spite", "vouched"):
                raise
            return Outcome(failure=_("Текст сохранён. Дальше не пошло: %(why)s") % {"why": failure}, opened="draft")
        return _("Черновик сохранён.")

    step = {"review": "send_to_review", "publish": "publish"}.get(then, "draft")
    return act(request, number, step, gate, form)


def _over(request: HttpRequest) -> int | None:
    """«Сохранить мой следующей версией»: the version that this person has seen beside their own, and writes over."""
    told = request.POST.get("over", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= 5 else None


def _taken(request: HttpRequest, actor: Staff, answer_id: int) -> list[Taken]:
    """The promises of the saved text as the page has them ticked."""
    with acting(actor, read_only=True):
        answer = Answer.objects.select_related("case").filter(pk=answer_id).first()
        if answer is None:
            return []
        since = written(answer.case, answer, timezone.now())
        return taken_of(text_of(answer).text, request.POST, since, answer.promised_for)


def template_of(told: str) -> tuple[int, int] | None:
    """The template that the text began with, as the hidden field says it: «id:version»."""
    template_id, _colon, version = told.partition(":")
    return (int(template_id), int(version)) if version else None


@require_POST
@desk_view
def approve(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Согласовать."""
    form = forms.ApproveForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        answer = approval.approve(
            actor, answer_id, note=form.cleaned_data["note"], version=form.cleaned_data["version"],
            in_spite=form.cleaned_data["vouched"],
        )
        if answer.state == Answer.State.REVIEW:
            return _("Шаг согласования записан. Дальше — следующий по цепочке.")
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
def withdraw(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Отозвать согласование, со словами, почему."""
    form = WithdrawForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        approval.withdraw(actor, answer_id, reason=form.cleaned_data["reason"])
        return _("Согласование отозвано.")

    return act(request, number, "withdraw_approval", gate, form)


@require_POST
@desk_view
def publish(request: HttpRequest, number: str, answer_id: int) -> HttpResponse:
    """Опубликовать."""
    form = forms.PublishForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        publishing.publish(
            actor, answer_id, version=given["version"], in_spite=given["in_spite"], hold=HOLD,
            vouched=given["vouched"], promises=_taken(request, actor, answer_id),
        )
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
            in_spite=given["in_spite"], vouched=given["vouched"], promises=_taken(request, actor, answer_id),
        )
        return _("Отмечено: опубликовано вручную.")

    return act(request, number, "by_hand", gate, form)
