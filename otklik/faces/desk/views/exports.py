"""The queue as a file, with the filter of the page."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST

from otklik.cases import exporting
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.views.queue import filters_of
from otklik.faces.spooling import as_download


@require_POST
@desk_view
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Скачать список: CSV at once, XLSX when it is ready. The filter stands in the address, as on the page."""
    actor = staff_of(request)
    if kind not in exporting.KINDS:
        raise Http404
    filters = filters_of(request.GET, "all")
    with_text = request.POST.get("with_text") == "1"
    now = timezone.now()
    exporting.begin(actor, filters, kind, now, with_text=with_text)

    def parts() -> Iterator[bytes]:
        return exporting.parts(actor, filters, kind, now, with_text=with_text)

    named = exporting.named(kind, timezone.localdate(now))
    return as_download(request, parts, named.name, named.content_type)
