"""The executor's side, from the desk: the link to send, the sheet to print, the word by phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff, acting
from otklik.cases import task_links
from otklik.cases.actions.reply import note_word
from otklik.cases.models import Assignment, Case
from otklik.faces.desk import forms
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.case_page import Outcome
from otklik.faces.task.whole_address import whole_address
from otklik.failures import NotYours


@require_POST
@desk_view
def link(request: HttpRequest, number: str, assignment_id: int) -> HttpResponse:
    """A ready text with the link, to copy into a messenger or SMS."""

    def gate(actor: Staff, case: Case) -> Outcome:
        task, address = _task_and_address(request, actor, case, assignment_id)
        return Outcome(
            link_text=task_links.message_text(task, address), link_assignment=assignment_id, opened="link"
        )

    return act(request, number, "link", gate)


@require_POST
@desk_view
def print_page(request: HttpRequest, number: str, assignment_id: int) -> HttpResponse:
    """The task on paper, with its link as a QR code."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        case = case_at(actor, number)
    task, address = _task_and_address(request, actor, case, assignment_id)
    import segno  # only here: a start does not pay for it

    drawing = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff")
    return render(
        request,
        "desk/print_task.html",
        {"case": case, "task": task, "address": address, "drawing": mark_safe(drawing), "now": timezone.now()},  # noqa: S308 - drawn by segno from an address of our own
    )


@require_POST
@desk_view
def revoke(request: HttpRequest, number: str, assignment_id: int) -> HttpResponse:
    """Отменить ссылку: it went to a wrong person."""

    def gate(actor: Staff, case: Case) -> str:
        with acting(actor, read_only=True):
            if not Assignment.objects.filter(pk=assignment_id, case=case).exists():
                raise NotYours(_("Такого поручения нет: возможно, его уже передали. Обновите страницу."))
        ended = task_links.revoke(actor, assignment_id)
        return _("Ссылка больше не действует.") if ended else _("Ссылку ещё не давали.")

    return act(request, number, "link", gate)


@require_POST
@desk_view
def word(request: HttpRequest, number: str) -> HttpResponse:
    """Со слов: what the executor said by phone counts like a reply, and is marked."""
    form = forms.WordForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        note_word(
            actor,
            case.pk,
            assignment_id=given["assignment"],
            kind=given["kind"],
            text=given["text"],
            until=given["until"],
            whose=given["whose"],
            said_by=given["said_by"],
            said_at=given["said_at"],
        )
        return _("Записано со слов.")

    return act(request, number, "word", gate, form)


def _task_and_address(
    request: HttpRequest, actor: Staff, case: Case, assignment_id: int
) -> tuple[Assignment, str]:
    """The assignment and the whole address of its link; the making of the link is journalled by the gate."""
    with acting(actor, read_only=True):
        task = (
            Assignment.objects.filter(pk=assignment_id, case=case).select_related("organisation").first()
        )
    if task is None:
        raise NotYours(_("Такого поручения нет: возможно, его уже передали. Обновите страницу."))
    token = task_links.link_for(actor, task.pk)
    return task, whole_address(request, reverse("task:task", args=[token]))
