"""Files of a meeting: papers, the calendar file, the pack, the signed file of another region, the photo."""


from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.faces.region.exchange_forms import PacketForm
from otklik.faces.region.exchange_pages import reader
from otklik.faces.region.refused import made_by
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.storage import path_of
from otklik.practice import allowed, exchange_papers, exchange_reading, leaving, packets
from otklik.practice.calendar_file import calendar_file
from otklik.practice.models import Exchange, Practice
from otklik.practice.papers import made as made_of
from otklik.practice.reviewing import paper_of, read_quarter, review

TYPES = {
    "pdf": "application/pdf", "zip": "application/zip", "ics": "text/calendar; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "otklik": "application/octet-stream",
}


def as_file(content: bytes, name: str, *, inline: bool = False) -> HttpResponse:
    """A file to keep; no cache holds it."""
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, exchange_id: int, paper: str, paper_form: str) -> HttpResponse:
    """One paper. Of a meeting with another region it is taken by a button: allowed and written down."""
    actor = reader(request)
    if paper not in exchange_papers.PAPERS or paper_form not in ("pdf", "docx"):
        raise NotYours(_("Такой бумаги нет."))
    if (elsewhere := _gone(request, actor, exchange_id, paper)) is not None:
        return elsewhere
    with acting(actor, read_only=True):
        row = exchange_reading.the_meeting(exchange_id)
        _still_allowed(actor, row)
        drawn = exchange_papers.PAPERS[paper](exchange_papers.material(row))
    return as_file(made_of(drawn, paper_form), f"{exchange_papers.RUSSIAN[paper]}-{row.pk}.{paper_form}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """For the calendar of who takes part. It holds topic, programme and link, so it leaves as a paper does."""
    actor = reader(request)
    if (elsewhere := _gone(request, actor, exchange_id, "calendar")) is not None:
        return elsewhere
    with acting(actor, read_only=True):
        row = exchange_reading.the_meeting(exchange_id)
        _still_allowed(actor, row)
    return as_file(calendar_file(row, timezone.now()), f"vstrecha-{row.pk}.ics")


def _gone(request: HttpRequest, actor: Staff, exchange_id: int, what: str) -> HttpResponse | None:
    """Pass the gate of what leaves the region. The card instead of the file where nobody pressed its button."""
    with acting(actor, read_only=True):
        row = exchange_reading.the_meeting(exchange_id)
    if not row.leaves:
        return None
    if request.method != "POST":
        return redirect("region:exchange_card", exchange_id)
    if what in leaving.AFTER and row.state != Exchange.State.HELD:
        raise Refused(_("Протокол и новость уходят после встречи: сначала отметьте, что она прошла."))
    leaving.note_gone(actor, exchange_id, what)
    return None


def _still_allowed(actor: Staff, row: Exchange) -> None:
    """What is drawn is what was allowed, though somebody wrote in between."""
    if row.leaves and not allowed.heads_region(actor):
        leaving.require_allowed(row)


@login_required
@require_safe
def photo(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """The photo of the press note."""
    reader(request)
    stored = exchange_reading.photo_of(exchange_reading.the_meeting(exchange_id))
    if stored is None or not path_of(stored.sha256).exists():
        raise NotYours(_("Фотографии нет."))
    response = HttpResponse(path_of(stored.sha256).read_bytes(), content_type=stored.content_type)
    response["Cache-Control"] = "private, max-age=3600"
    return response


@login_required
@require_POST
def pack(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Everything for a guest without Otklik, in one ZIP. The journal keeps that it was taken."""
    actor, now = reader(request), timezone.now()
    leaving.note_gone(actor, exchange_id, "pack", now=now)
    with acting(actor, read_only=True):
        row = exchange_reading.the_meeting(exchange_id)
        found = leaving.luggage(row)
        leaving.require_allowed(row, found)
        content = exchange_papers.pack(exchange_papers.material(row), found, now)
    return as_file(content, f"obmen-opytom-{row.pk}.zip")


@login_required
@require_POST
def signed(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """The signed file for another Otklik."""
    return as_file(packets.make(reader(request), exchange_id), f"obmen-{exchange_id}.otklik")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def packet(request: HttpRequest) -> HttpResponse:
    """Take in a file of another region."""
    actor = reader(request)
    if not allowed.keeps_region(actor):
        raise Refused(_("Файлы других областей принимает куратор, координатор или руководитель ЦУР."))
    with acting(actor, read_only=True):
        places = allowed.centres()
    form = PacketForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        places=places,
    )

    def take_in(given: dict[str, Any]) -> packets.Came:
        if given["file"].size > packets.MOST_BYTES:
            raise BadInput(_("Файл слишком большой: файл обмена не больше 5 МБ."), "file")
        return packets.take_in(actor, given["file"].read(), place_id=given["place"])

    if row := made_by(form, take_in):
        messages.success(request, _("Подпись верна. Файл принят."))
        return _where_it_stands(row)
    with acting(actor, read_only=True):
        return render(request, "region/exchange/packet.html", {"form": form}, status=422 if form.is_bound else 200)


def _where_it_stands(row: packets.Came) -> HttpResponse:
    if isinstance(row, Practice):
        return redirect("region:practice", row.pk)
    return redirect("region:exchange_card", row.pk) if isinstance(row, Exchange) else redirect("region:lent_templates")


@login_required
@require_safe
def quarter(request: HttpRequest) -> HttpResponse:
    """The quarterly review."""
    reader(request)
    now = timezone.now()
    asked = read_quarter(request.GET.get("quarter", ""), timezone.localdate())
    context = {"found": review(asked, now), "quarter": asked, "this": read_quarter("", timezone.localdate())}
    return render(request, "region/exchange/review.html", context)


@login_required
@require_safe
def quarter_paper(request: HttpRequest, quarter: str, paper_form: str) -> HttpResponse:
    """The review as a paper."""
    reader(request)
    asked = read_quarter(quarter, timezone.localdate())
    if paper_form not in ("pdf", "docx") or asked.code != quarter:
        raise NotYours(_("Такой бумаги нет."))
    return as_file(made_of(paper_of(review(asked, timezone.now())), paper_form), f"obzor-{quarter}.{paper_form}")


