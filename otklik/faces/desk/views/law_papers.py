"""Letters by law beside the decisions: notices of an extension and of a forwarding, letters to other bodies.

Each is made from what stands in the form of its act, before the act is noted, or from what was noted.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff, acting
from otklik.answers import law_letters
from otklik.answers.letter import Letter
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view, named_case, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.appeal_forms import LetterPaperForm
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.regime_forms import ExtensionLetterForm, ForwardingLetterForm, moment_of
from otklik.faces.desk.views.appeal_acts import named
from otklik.faces.desk.views.letters import KINDS
from otklik.failures import BadInput, Failure, NotYours
from otklik.typed_text import whole

Making = Callable[[Staff, Case, str], Letter]


@require_POST
@desk_view
def extension(request: HttpRequest, number: str) -> HttpResponse:
    """Уведомление о продлении."""
    noted = request.POST.get("noted") == "1"
    form = ExtensionLetterForm(request.POST)
    if noted:  # what was noted is known: nothing else is asked
        for name in ("days", "reason"):
            form.fields[name].required = False

    def making(actor: Staff, case: Case, kind: str) -> Letter:
        given = form.cleaned_data
        return law_letters.make_extension(
            actor, case.pk, registration_id=given["registration"], days=given["days"] or 0, reason=given["reason"],
            kind=kind,
        )

    return _paper(request, number, "extend", form, making, "prodlenie")


@require_POST
@desk_view
def forwarding(request: HttpRequest, number: str) -> HttpResponse:
    """Письма о пересылке: уведомление и сопроводительное."""
    form = ForwardingLetterForm(request.POST)
    to_body = request.GET.get("whom") == "body"

    def making(actor: Staff, case: Case, kind: str) -> Letter:
        given = form.cleaned_data
        return law_letters.make_forwarding(
            actor, case.pk, registration_id=given["registration"], body=given["to"], to_body=to_body, kind=kind,
            organisation_id=named(given["to"]),
        )

    return _paper(request, number, "forwarded", form, making, "peresylka")


@require_POST
@desk_view
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """Письмо в другой орган: внесённое, or what stands in the form."""
    ident = whole(request.POST.get("inquiry", ""))
    form = LetterPaperForm(request.POST)
    if ident is not None:
        for field in form.fields.values():
            field.required = False

    def making(actor: Staff, case: Case, kind: str) -> Letter:
        if ident is not None:
            return law_letters.make_inquiry(actor, case.pk, inquiry_id=ident, kind=kind)
        given = form.cleaned_data
        return law_letters.draft_inquiry(
            actor, case.pk, registration_id=given["registration"], of=given["kind"], to=given["to"],
            what=given["what"], kind=kind, until=moment_of(given["until"], end=True), names=given["names"],
            organisation_id=named(given["to"]),
        )

    return _paper(request, number, "inquire", form, making, "zapros")


def _paper(
    request: HttpRequest, number: str, step: str, form: DeskForm, making: Making, name: str
) -> HttpResponse:
    """The letter as a file; where it cannot be made, the case again with what is wrong beside its field."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        case = named_case(actor, number)
    kind = request.GET.get("as") or request.POST.get("as", "")  # a button in the form of an act has it in its address
    if form.is_valid() and kind not in KINDS:
        form.add_error(None, _("Выберите, в каком виде письмо: DOCX или PDF."))
    if form.is_valid():
        try:
            made = making(actor, case, kind)
        except BadInput as failure:
            form.add_error(failure.field if failure.field in form.fields else None, str(failure))
        except NotYours:
            raise
        except Failure as failure:
            form.add_error(None, str(failure))
        else:
            drawn, content_type = KINDS[kind]
            response = HttpResponse(drawn(made), content_type=content_type)
            filename = f"{name}-{number}.{kind}"
            response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
            return response
    return act(request, number, step, _nothing, form)


def _nothing(_actor: Staff, _case: Case) -> str:
    raise AssertionError("a form with errors calls no gate")
