"""What the ЦУР asks of a centre, from the centre's side: requests, remarks on answers, learning examples."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers.models import AnswerVersion
from otklik.curating import asking, checking, checklists
from otklik.curating.models import AskPart, SampledAnswer
from otklik.curating.people import of_centre
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.region.asks_pages import sent_file
from otklik.faces.region.curator_common import enclosed
from otklik.faces.region.curator_forms import ReplyForm
from otklik.faces.region.refused import accepted
from otklik.faces.region.samples_pages import examples_context
from otklik.failures import BadInput, Failure, NotYours
from otklik.typed_text import typed

SHOWN = 100


@require_safe
@desk_view
def curator(request: HttpRequest) -> HttpResponse:
    """What waits for this centre, then what was answered."""
    actor = staff_of(request)
    parts, answers = asking.parts(actor.sees), checking.sampled(actor.sees)
    remarks = answers.exclude(remark="").order_by("due_at", "pk")
    context = {
        "now": timezone.now(),
        "open_asks": list(parts.filter(state__in=["sent", "returned"]).order_by("due_at", "pk")[:SHOWN]),
        "open_remarks": list(remarks.filter(state="remarked")[:SHOWN]),
        "asks": list(parts.filter(state__in=["replied", "accepted", "cancelled"]).order_by("-pk")[:30]),
        "remarks": list(remarks.filter(state__in=["replied", "closed"]).order_by("-pk")[:30]),
    }
    return render(request, "desk/curator/curator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def part(request: HttpRequest, part_id: int) -> HttpResponse:
    """One request: what is asked; POST sends the position with files."""
    actor = staff_of(request)
    if request.method != "POST":
        return _part(request, actor, part_id)
    form = ReplyForm(request.POST)
    if accepted(form, lambda given: asking.reply(
        actor, part_id, words=given["words"], said_by=given["said_by"], files=enclosed(request)
    )):  # fmt: skip
        messages.success(request, _("Ответ отправлен в ЦУР."))
        return redirect("desk:curator")
    with acting(actor, read_only=True):
        return _part(request, actor, part_id, form)


@require_POST
@desk_view
def take(request: HttpRequest, part_id: int) -> HttpResponse:
    """«Взяли в работу»: the ЦУР sees that the request was read."""
    asking.open_part(staff_of(request), part_id)
    messages.success(request, _("ЦУР видит, что вы взяли запрос в работу."))
    return redirect("desk:curator_ask", part_id=part_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def remark(request: HttpRequest, sampled_id: int) -> HttpResponse:
    """One remark beside the answer it is about; POST replies."""
    actor = staff_of(request)
    if request.method != "POST":
        return _remark(request, actor, sampled_id)
    words = typed(request.POST.get("reply", ""))
    try:
        checking.reply(actor, sampled_id, words=words)
    except NotYours:
        raise
    except Failure as failure:
        with acting(actor, read_only=True):
            return _remark(request, actor, sampled_id, failure, words)
    messages.success(request, _("Ответ отправлен куратору."))
    return redirect("desk:curator")


@require_safe
@desk_view
def examples(request: HttpRequest) -> HttpResponse:
    """Learning examples of the network."""
    return render(request, "desk/curator/examples.html", examples_context())


@require_safe
@desk_view
def file(request: HttpRequest, ask_file_id: int) -> HttpResponse:
    """A file of a request or of its reply."""
    return sent_file(ask_file_id)


def _returned(part: AskPart) -> dict[str, str]:
    """What was answered, to be added to, when the ЦУР gave it back."""
    return {"words": part.reply} if part.state == AskPart.State.RETURNED else {}


def _part(request: HttpRequest, actor: Staff, part_id: int, form: ReplyForm | None = None) -> HttpResponse:
    found = asking.parts(actor.sees).filter(pk=part_id).first()
    if found is None:
        raise NotYours(_("Такого запроса нет, или он не вам."))
    files = list(found.files.select_related("file").order_by("pk"))
    context = {
        "part": found, "form": form or ReplyForm(initial=_returned(found)), "now": timezone.now(),
        "files": [one for one in files if not one.reply], "replied_files": [one for one in files if one.reply],
        "may_reply": of_centre(actor, found.scope) and found.state in (AskPart.State.SENT, AskPart.State.RETURNED),
        "most_files": asking.MOST_FILES,
    }
    return render(request, "desk/curator/ask.html", context, status=422 if form is not None else 200)


def _remark(
    request: HttpRequest, actor: Staff, sampled_id: int, failure: Failure | None = None, words: str = ""
) -> HttpResponse:
    row = checking.sampled(actor.sees).filter(pk=sampled_id).exclude(remark="").first()
    if row is None:
        raise NotYours(_("Такого замечания нет."))
    version = AnswerVersion.objects.filter(answer_id=row.answer_id).order_by("-number").first()
    lines = [(one, row.marks.get(one.code, "")) for one in checklists.lines_of(row.sample.checklist)]
    context = {
        "row": row, "text": version.text if version else "", "now": timezone.now(), "words": words,
        "missed": [one for one, mark in lines if mark == "no"], "failure": failure,
        "wrong_field": failure.field if isinstance(failure, BadInput) else "",
        "may_reply": of_centre(actor, row.scope) and row.state == SampledAnswer.State.REMARKED,
    }
    return render(request, "desk/curator/remark.html", context, status=422 if failure is not None else 200)
