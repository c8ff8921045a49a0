"""The page of one case, and its photos."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from otklik.cases.models import Case, Evidence
from otklik.cases.queue import TABS
from otklik.channels.models import Attachment
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.case_page import case_context
from otklik.files.models import StoredFile
from otklik.files.storage import open_file


@require_safe
@desk_view
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case: a whole page, or for htmx its body alone, for the right side of the queue."""
    actor = staff_of(request)
    found = case_at(actor, number)
    context = case_context(actor, found, timezone.now())
    context["pane"] = request.headers.get("HX-Request") == "true"
    tab = request.GET.get("tab", "")
    context["tab"] = tab if tab in TABS else ""
    response = render(request, "desk/body.html" if context["pane"] else "desk/case.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@desk_view
def photo(request: HttpRequest, number: str, file_id: int) -> HttpResponseBase:
    """A photo of a case this person sees: what the resident sent, or what the executor showed."""
    found = case_at(staff_of(request), number)
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or not _belongs(found, file_id):
        raise Http404
    try:
        with open_file(stored) as content:  # our own JPEG of a megabyte or so: not worth a stream under ASGI
            response = HttpResponse(content.read(), content_type=stored.content_type)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response["Content-Disposition"] = content_disposition_header(not stored.width, stored.original_name) or "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _belongs(found: Case, file_id: int) -> bool:
    return (
        Attachment.objects.filter(message__in_case__case=found, file_id=file_id).exists()
        or Evidence.objects.filter(case=found, file_id=file_id).exists()
    )
