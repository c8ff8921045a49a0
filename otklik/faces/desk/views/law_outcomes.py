"""«Решение по обращению»: a page of a case; each act reads its form, calls one gate and comes back to the page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers import law_letters
from otklik.cases.actions import complained as complaining
from otklik.cases.actions import law_outcomes
from otklik.cases.models import Case
from otklik.cases.outcome_table import BY_CODE
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.choices import all_organisations_for
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.law_forms import ComplainedForm, LawDoneForm, LawWithdrawForm, LetterForm
from otklik.faces.desk.law_page import ids_of, law_context, prepare_form_of
from otklik.faces.desk.regime_forms import moment_of
from otklik.faces.desk.views.letters import KINDS
from otklik.failures import BadInput, Failure, NotYours
from otklik.typed_text import whole

Gate = Callable[[Staff, Case], str]


@require_safe
@desk_view
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The outcomes that can be true of this case, the chosen one with what it needs, and what is decided already."""
    actor = staff_of(request)
    case = case_at(actor, number)
    entry = whole(request.GET.get("entry", ""))
    return render(
        request, "desk/law.html", law_context(actor, case, entry_id=entry, code=request.GET.get("outcome", "")[:30])
    )


@require_POST
@desk_view
def prepare(request: HttpRequest, number: str) -> HttpResponse:
    """Подготовить решение."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        form = prepare_form_of(actor, case_at(actor, number), request.POST)
    if form is None:
        messages.error(request, _("Выберите решение из списка."))
        with acting(actor, read_only=True):
            return render(request, "desk/law.html", law_context(actor, case_at(actor, number)), status=422)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        law_outcomes.prepare(
            actor, case.pk, registration_id=given["entry"], code=given["code"], given=form.given()
        )
        return _("Подготовлено: %(what)s. Проверьте письмо.") % {"what": BY_CODE[given["code"]].name}

    return _act(request, number, gate, form)


@require_POST
@desk_view
def text(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Изменить письмо."""
    form = LetterForm(request.POST, auto_id=ids_of("text", decision_id))

    def gate(actor: Staff, case: Case) -> str:
        law_outcomes.rewrite(
            actor, case.pk, decision_id=decision_id, text=form.cleaned_data["text"], was=form.cleaned_data["was"]
        )
        return _("Письмо сохранено.")

    return _act(request, number, gate, form, decision_id)


@require_POST
@desk_view
def decide(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Принять решение."""

    def gate(actor: Staff, case: Case) -> str:
        taken = law_outcomes.decide(actor, case.pk, decision_id=decision_id)
        if taken.done_at:
            return _("Решение принято и исполнено.")
        return _("Решение принято. Отправьте письмо и отметьте отправку.")

    return _act(request, number, gate, None, decision_id)


@require_POST
@desk_view
def done(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Письмо отправлено."""
    form = LawDoneForm(request.POST, auto_id=ids_of("done", decision_id))

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        at = moment_of(given["at"])
        assert at is not None  # the field is required
        law_outcomes.done(
            actor, case.pk, decision_id=decision_id, number=given["number"], at=at, signer=given["signer"],
            way=given["way"],
        )
        return _("Отмечено: отправлено, исх. № %(number)s.") % {"number": given["number"]}

    return _act(request, number, gate, form, decision_id)


@require_POST
@desk_view
def withdraw(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Снять решение."""
    form = LawWithdrawForm(request.POST, auto_id=ids_of("withdraw", decision_id))

    def gate(actor: Staff, case: Case) -> str:
        law_outcomes.withdraw(actor, case.pk, decision_id=decision_id, reason=form.cleaned_data["reason"])
        return _("Решение снято. В журнале карточки оно осталось.")

    return _act(request, number, gate, form, decision_id)


@require_POST
@desk_view
def complained(request: HttpRequest, number: str) -> HttpResponse:
    """Указать, на кого жалуются."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        bodies = [(one.pk, one.short_name) for one in all_organisations_for(case_at(actor, number))]
    form = ComplainedForm(request.POST, organisations=bodies)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        complaining.add_complained(actor, case.pk, organisation_id=given["organisation"] or None, name=given["name"])
        return _("Записано: им и тем, кто им подчинён, жалобу не перешлют.")

    return _act(request, number, gate, form)


@require_POST
@desk_view
def not_complained(request: HttpRequest, number: str, complained_id: int) -> HttpResponse:
    """Убрать: жалуются не на них."""

    def gate(actor: Staff, case: Case) -> str:
        complaining.remove_complained(actor, case.pk, complained_id=complained_id)
        return _("Убрано.")

    return _act(request, number, gate)


@require_POST
@desk_view
def letter(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """The letter of a decision: DOCX to be edited, PDF to be printed."""
    actor = staff_of(request)
    kind = request.POST.get("as", "")
    with acting(actor, read_only=True):
        case = case_at(actor, number)
        if kind not in KINDS:
            messages.error(request, _("Выберите, в каком виде письмо: DOCX или PDF."))
            return render(request, "desk/law.html", law_context(actor, case), status=422)
    try:
        to = request.POST.get("to", "")[:10]
        made = law_letters.make(actor, case.pk, decision_id=decision_id, kind=kind, to=to)
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("desk:law", number=number)
    drawn, content_type = KINDS[kind]
    response = HttpResponse(drawn(made), content_type=content_type)
    name = f"pismo-{number}-{decision_id}{to and '-'}{to}.{kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _act(
    request: HttpRequest, number: str, gate: Gate, form: DeskForm | None = None, decision_id: int | None = None
) -> HttpResponse:
    """Call the gate if the form is right, and show the page again: with a notice, or the error beside its field."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        case = case_at(actor, number)
    if form is None or form.is_valid():
        try:
            messages.success(request, gate(actor, case))
            return redirect("desk:law", number=number)
        except BadInput as failure:
            if form is None:
                messages.error(request, str(failure))
            else:
                form.add_error(failure.field if failure.field in form.fields else None, str(failure))
        except NotYours:
            raise
        except Failure as failure:
            messages.error(request, str(failure))
    with acting(actor, read_only=True):
        context = law_context(
            actor, case_at(actor, number), code=str(request.POST.get("code", ""))[:30],
            entry_id=whole(request.POST.get("entry", "")), bound={form.panel: form} if form else {},
            failed_decision=decision_id,
        )
        if form is None:
            return render(request, "desk/law.html", context, status=422)
        form.watch()
        response = render(request, "desk/law.html", context, status=422)
        if not (unsaid := form.unsaid()):
            return response
        for words in unsaid:  # the form is not on the page any more: somebody was faster
            messages.error(request, words)
        return render(request, "desk/law.html", context, status=422)
