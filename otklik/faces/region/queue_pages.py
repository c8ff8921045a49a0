"""«Молчащие очереди»: where cases wait and nobody acts; the ЦУР reminds, calls the head, or triages."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases import silent_queues, upper_help
from otklik.cases.clock_rules import zone
from otklik.cases.models import HelpAgreement, SilentQueue
from otklik.faces.region.access import seen_scopes
from otklik.faces.region.list_file import list_kind, moment, table_file
from otklik.faces.region.page_file import number
from otklik.failures import BadInput, Failure
from otklik.organisations.absences import away
from otklik.organisations.models import User
from otklik.reports.document import Table


def _staff(request: HttpRequest) -> Staff:
    actor = request.actor  # type: ignore[attr-defined]
    seen_scopes(actor)  # refuses who sees no figures
    return cast(Staff, actor)


@login_required
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """All that are silent now, the longest silence first."""
    actor = _staff(request)
    if kind := list_kind(request):
        return table_file(_table(silent_queues.silent_queues(actor)), kind, "otklik-queues", timezone.now())
    return _page(request, actor)


def _table(rows: Iterable[SilentQueue]) -> Table:
    """The queues without the phones of people."""
    columns = (
        _("Муниципалитет"), _("Ждёт сообщений"), _("Почему"), _("Самое старое ждёт с"), _("Ничего не происходит с"),
    )
    return Table("queues", _("Молчащие очереди"), columns, tuple(
        (row.place.short_name, number(row.waiting, "count"), str(row.get_reason_display()), moment(row.oldest_at),
         moment(row.since))
        for row in rows
    ))


@login_required
@require_POST
def remind(request: HttpRequest, queue_id: int) -> HttpResponse:
    """Remind everybody who may triage there."""
    told = silent_queues.remind(_staff(request), queue_id, now=timezone.now())
    messages.success(request, _("Напомнили. Увидят: %(n)s.") % {"n": told} if told else _("Напомнить некому."))
    return redirect("region:queues")


@login_required
@require_POST
def call(request: HttpRequest, queue_id: int) -> HttpResponse:
    """«Позвонил руководителю», with what was agreed."""
    actor, words = _staff(request), request.POST.get("words", "")
    try:
        silent_queues.note_call(actor, queue_id, words=words, now=timezone.now())
    except BadInput as failure:
        with acting(actor, read_only=True):
            return _page(request, actor, failed=queue_id, failure=failure, typed=words)
    messages.success(request, _("Записано."))
    return redirect("region:queues")


def _page(
    request: HttpRequest, actor: Staff, *, failed: int = 0, failure: Failure | None = None, typed: str = ""
) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(zone()).date()
    rows = silent_queues.silent_queues(actor)
    people, heads = silent_queues.known_in([row.place for row in rows], day)
    ids = {one for some in (*people.values(), *heads.values()) for one in some}
    named = User.objects.in_bulk(ids)
    gone = away(ids, day)

    def shown(some: list[int]) -> list[dict[str, Any]]:
        return [{"user": named[one], "away": gone.get(one)} for one in some if one in named]

    agreed = HelpAgreement.objects.filter(territory__in=[row.place_id for row in rows], ended_at=None, since__lte=day)
    context = {
        "now": now,
        "helps": silent_queues.helps(actor),
        "rows": [
            {
                "queue": row, "people": shown(people.get(row.place_id, [])), "heads": shown(heads[row.place_id]),
                "acts": sorted(row.acts.all(), key=lambda act: act.at),
                "agreements": [one for one in agreed if one.territory_id == row.place_id and holds(one, day)],
                "failure": failure if row.pk == failed else None, "typed": typed if row.pk == failed else "",
            }
            for row in rows
        ],
        "covered": upper_help.COVERED,
        "ended": _ended(actor),
        "file_query": "?",
    }
    return render(request, "region/queues.html", context, status=422 if failure else 200)


def holds(agreement: HelpAgreement, day: Any) -> bool:
    """Whether an agreement that was not ended has not run out."""
    return agreement.until is None or agreement.until >= day


def _ended(actor: Staff) -> list[SilentQueue]:
    """The last ones that woke up."""
    rows = SilentQueue.objects.exclude(ended_at=None).select_related("place")
    if actor.sees is not None:
        rows = rows.filter(place_id__in=actor.sees)
    return list(rows.order_by("-ended_at")[:10])
