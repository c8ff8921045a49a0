"""One answer of a sample: the checklist, the remark and its end, a learning example made of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Staff, acting
from otklik.answers.models import AnswerVersion
from otklik.curating import checking, checklists
from otklik.curating.models import SampledAnswer
from otklik.curating.people import CURATOR
from otklik.faces.region.curator_common import pressed, staff
from otklik.faces.region.curator_forms import LearnForm
from otklik.faces.region.refused import accepted
from otklik.failures import BadInput, Failure, NotYours
from otklik.typed_text import typed

MARKS = (("yes", gettext_lazy("да")), ("no", gettext_lazy("нет")), ("none", gettext_lazy("не касается")))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sampled(request: HttpRequest, sampled_id: int) -> HttpResponse:
    """The answer beside what it answers, and its marks; POST records them."""
    actor, _seen = staff(request)
    if request.method != "POST":
        return _page(request, actor, sampled_id)
    marks = {name[5:]: request.POST.get(name, "") for name in request.POST if name.startswith("mark_")}
    remark = typed(request.POST.get("remark", ""))
    try:
        row = checking.check(actor, sampled_id, marks=marks, remark=remark)
    except NotYours:
        raise
    except Failure as failure:
        with acting(actor, read_only=True):
            return _page(request, actor, sampled_id, failure=failure, marks=marks, remark=remark)
    messages.success(request, _("Записано, замечание отправлено.") if row.remark else _("Записано."))
    return _onward(actor, row)


@login_required
@require_POST
def decide(request: HttpRequest, sampled_id: int) -> HttpResponse:
    """Close the remark, or send the reply back."""
    actor, _seen = staff(request)
    words = typed(request.POST.get("verdict", ""))
    try:
        closes = pressed(request, "close", "return")
        checking.decide(actor, sampled_id, closes=closes, words=words)
    except NotYours:
        raise
    except Failure as failure:
        with acting(actor, read_only=True):
            return _page(request, actor, sampled_id, failure=failure, verdict=words)
    messages.success(request, _("Замечание закрыто.") if closes else _("Возвращено: ждём другого ответа."))
    return redirect("region:sampled", sampled_id=sampled_id)


@login_required
@require_POST
def learn(request: HttpRequest, sampled_id: int) -> HttpResponse:
    """Make a learning example of it."""
    actor, _seen = staff(request)
    with acting(actor, read_only=True):
        row = _row(request, sampled_id)
        form = LearnForm(_lines(row), request.POST)
    if accepted(form, lambda given: checking.learn(actor, sampled_id, **given)):
        messages.success(request, _("Пример виден всей сети."))
        return redirect("region:examples")
    with acting(actor, read_only=True):
        return _page(request, actor, sampled_id, learn_form=form)


def _onward(actor: Staff, row: SampledAnswer) -> HttpResponse:
    """The next one of the same sample; when all are done, the centre's list."""
    with acting(actor, read_only=True):
        code = row.sample.place.code
        waiting = SampledAnswer.objects.filter(sample_id=row.sample_id, state=SampledAnswer.State.WAITING)
        following = waiting.order_by("pk").values_list("pk", flat=True).first()
    if following:
        return redirect("region:sampled", sampled_id=following)
    return redirect("region:samples_of", code=code)


def _row(request: HttpRequest, sampled_id: int) -> SampledAnswer:
    row = checking.sampled(staff(request)[1]).filter(pk=sampled_id).first()
    if row is None:
        raise NotYours(_("Такого ответа в выборке нет."))
    return row


def _lines(row: SampledAnswer) -> list[tuple[str, str]]:
    return [(one.code, one.text) for one in checklists.lines_of(row.sample.checklist)]


def _page(
    request: HttpRequest, actor: Staff, sampled_id: int, *, failure: Failure | None = None,
    marks: dict[str, str] | None = None, remark: str | None = None, verdict: str = "",
    learn_form: LearnForm | None = None,
) -> HttpResponse:
    row = _row(request, sampled_id)
    version = AnswerVersion.objects.filter(answer_id=row.answer_id).order_by("-number").first()
    text = version.text if version else ""
    given: dict[str, Any] = marks if marks is not None else row.marks
    lines = [(one, given.get(one.code, "")) for one in checklists.lines_of(row.sample.checklist)]
    waiting = SampledAnswer.objects.filter(sample_id=row.sample_id, state=SampledAnswer.State.WAITING)
    context = {
        "row": row, "text": text, "lines": lines, "marks": MARKS, "failure": failure,
        "wrong_field": failure.field if isinstance(failure, BadInput) else "",
        "remark": remark if remark is not None else row.remark, "verdict": verdict,
        "may_judge": CURATOR in actor.roles_at(row.scope_id), "left": waiting.count(), "now": timezone.now(),
        "may_check": row.state in (SampledAnswer.State.WAITING, SampledAnswer.State.CHECKED),
        "learn": learn_form or LearnForm(_lines(row), initial={"text": text, "good": "yes" if row.good else "no"}),
    }
    status = 422 if failure is not None or learn_form is not None else 200
    return render(request, "region/samples/sampled.html", context, status=status)
