"""The answer as a letter: DOCX to be edited, PDF to be printed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from otklik.acting import acting
from otklik.answers import letters
from otklik.answers.letter_forms import as_docx, as_pdf
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.failures import Failure, NotYours

KINDS = {
    "docx": (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (as_pdf, "application/pdf"),
}


@require_POST
@desk_view
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """Make it and hand it over; an entry of the journal says so."""
    actor = staff_of(request)
    kind = request.POST.get("as", "")
    kind = kind if kind in KINDS else "docx"
    with acting(actor, read_only=True):
        case = case_at(actor, number)
    try:
        made = letters.make(actor, case.pk, kind=kind)
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("desk:case", number=number)
    drawn, content_type = KINDS[kind]
    response = HttpResponse(drawn(made), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"pismo-{number}.{kind}")
    return response
