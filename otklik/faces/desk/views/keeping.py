"""What is typed and not yet sent: kept as it grows, and another text shown beside it before either is lost."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import acting
from otklik.answers.models import AnswerVersion
from otklik.answers.reading import answer_of
from otklik.cases.keeping import Parted, keep, kept_by
from otklik.cases.models import Case
from otklik.faces.desk.access import case_at, desk_view, named_case, staff_of
from otklik.failures import BadInput, Failure, NotYours

MOST_DIGITS = 5


@require_POST
@desk_view
def keep_text(request: HttpRequest, number: str) -> HttpResponse:
    """Keep the answer as typed so far. Says the new revision, and the newest saved version: it may be a colleague's.

    409: another window of the same person has kept another text; 422: it cannot be kept, with the reason.
    """
    actor = staff_of(request)
    with acting(actor, read_only=True):
        case = named_case(actor, number)
    try:
        mine = keep(
            actor, case.pk, text=request.POST.get("text", ""), base=_whole(request, "base"),
            revision=_whole(request, "revision"),
        )
    except Parted as parted:
        return JsonResponse({"revision": parted.kept.revision, "text": parted.kept.text}, status=409)
    except NotYours:
        raise
    except (BadInput, Failure) as failure:
        return JsonResponse({"why": str(failure)}, status=422)
    with acting(actor, read_only=True):
        newest = newest_of(case)
    told: dict[str, Any] = {"revision": mine.revision if mine else None, "newest": newest.number if newest else None}
    at = timezone.localtime(mine.at if mine else None)
    return JsonResponse(told | {"at": at.strftime("%H:%M")})


@require_safe
@desk_view
def beside(request: HttpRequest, number: str) -> HttpResponse:
    """The other text, beside what is being typed: a colleague's newest version, or one's own other window's."""
    actor = staff_of(request)
    case = case_at(actor, number)
    context: dict[str, Any] = {"number": case.number, "case": case}
    if request.GET.get("window") == "1":
        context["window"] = kept_by(actor, case)
    else:
        context["theirs"] = newest_of(case)
    return render(request, "desk/parts/draft_beside.html", context)


def newest_of(case: Case) -> AnswerVersion | None:
    """The newest saved text of the answer in progress. Inside `acting`."""
    answer = answer_of(case)
    if answer is None:
        return None
    return AnswerVersion.objects.filter(answer=answer).select_related("author").order_by("-number").first()


def _whole(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
