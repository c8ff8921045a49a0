"""«Обмен опытом»: the list of meetings and the card of one. They read; acts stand in `exchange_acts`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import Staff, acting
from otklik.faces.region.exchange_forms import (
    AfterForm,
    MoveForm,
    PlanForm,
    SheetFileForm,
    SheetForm,
    TakeForm,
    WordsForm,
    local_minute,
)
from otklik.faces.region.refused import made_by
from otklik.failures import NotYours, Refused
from otklik.practice import (
    allowed,
    exchange_reading,
    exchange_taking,
    exchanges,
    leaving,
    passports,
    region_keys,
    sending,
)
from otklik.practice.exchange_papers import RUSSIAN
from otklik.practice.league import period_words
from otklik.practice.models import MOST_TAKEN, Exchange, Packet, Taken
from otklik.practice.packet_reading import passport_in
from otklik.practice.packet_taking import brought

SHOWN = 100
PAPER_NAMES = ("invitation", "programme", "questions", "minutes", "press", "sheet")


def reader(request: HttpRequest) -> Staff:
    """Who asks; `Refused` for who has no part in the exchange."""
    actor = request.actor  # type: ignore[attr-defined]
    allowed.require_reader(actor)
    return cast(Staff, actor)


def pressed(request: HttpRequest, *known: str) -> str:
    """Which of a form's buttons was pressed. `NotYours` for what no button sends."""
    said = request.POST.get("as", "")
    if said not in known:
        raise NotYours(_("Такой кнопки нет. Обновите страницу."))
    return said


@login_required
@require_safe
def exchange(request: HttpRequest) -> HttpResponse:
    """What waits for this person, meetings to come, meetings that were."""
    actor, now = reader(request), timezone.now()
    rows = list(exchange_reading.meetings()[:SHOWN])
    taken = exchange_reading.taken_of(rows)
    shown = [{"row": one, "taken": taken[one.pk]} for one in rows]
    coming = [
        one for one in shown
        if one["row"].state == Exchange.State.PLANNED and one["row"].ends_at > now  # type: ignore[attr-defined]
    ]
    context = {
        "coming": coming[::-1], "past": [one for one in shown if one not in coming],
        "asked": exchange_taking.asked_of(actor),
        "keeps": any(allowed.may_keep(actor, one.pk) for one in allowed.centres()),
        "leaving": [
            one for one in rows if one.leaving == Exchange.Leaving.ASKED and allowed.heads_region(actor)
        ],
        "keeps_region": allowed.keeps_region(actor), "now": now,
        "sendings": sending.waiting(actor),
        "passports": [one for one in passports.proposed() if allowed.heads(actor, one.place)],
    }
    return render(request, "region/exchange/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A new meeting: by video for an hour, unless somebody says otherwise."""
    actor = reader(request)
    with acting(actor, read_only=True):
        places, partners = allowed.centres(), list(region_keys.trusted())
    mine = allowed.kept_centres(actor, places)
    if not mine:
        raise Refused(_("Встречи назначают руководитель, координатор и куратор центра."))
    begins = local_minute(timezone.localtime() + timedelta(days=7)).replace(hour=10, minute=0)
    asked = request.GET.get("host", "")
    form = PlanForm(
        request.POST if request.method == "POST" else None, places=places, partners=partners,
        initial={
            "guest": mine[0].pk if len(mine) == 1 else None, "begins_at": begins,
            "ends_at": begins + timedelta(hours=1), "way": Exchange.Way.CALL,
            "host": next((one.pk for one in places if one.code == asked), None),
            "topic": request.GET.get("topic", "").replace("\x00", "")[:200],
        },
    )
    if row := made_by(form, lambda _given: exchanges.plan(actor, form.planned())):
        return redirect("region:exchange_card", row.pk)
    with acting(actor, read_only=True):
        return render(request, "region/exchange/plan.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def card(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """The card of a meeting."""
    return card_page(request, reader(request), exchange_id)


def card_page(
    request: HttpRequest, actor: Staff, exchange_id: int, *, failed: Mapping[str, Any] | None = None, alert: str = "",
    said: tuple[int, str, str] | None = None, status: int = 200,
) -> HttpResponse:
    """The card. `failed`: forms that were sent wrong and what goes beside them, by name; `said`: what was wrong with an
    answer (taken thing, words, why).
    """
    with acting(actor, read_only=True):
        row = exchange_reading.the_meeting(exchange_id)
        taken = list(Taken.objects.filter(exchange=row).select_related("place", "responsible", "answered_by"))
        may_write = exchange_reading.may_write(actor, row)
        packets = list(Packet.objects.filter(exchange=row).select_related("region")) if row.partner_id else []
        content = brought(packets)
        luggage = leaving.luggage(row) if row.leaves else None
        context: dict[str, Any] = {
            "row": row, "alert": alert, "may_write": may_write, "most": MOST_TAKEN, "packets": packets,
            "taken": [
                {"row": one, "mine": exchange_taking.waits_for(actor, one),
                 "wrong": said[1] if said and said[0] == one.pk else "",
                 "why": said[2] if said and said[0] == one.pk else one.why}
                for one in taken
            ],
            "theirs": passport_in(content) if content else (), "luggage": luggage, "photo": bool(row.photo_id),
            "goes": leaving.is_allowed(row, luggage) if luggage else True, "heads_region": allowed.heads_region(actor),
            "papers": [(name, RUSSIAN[name]) for name in PAPER_NAMES if _is_offered(row, name)],
            "period": period_words(timezone.now()), "now": timezone.now(),
            **_forms(actor, row, taken, may_write), **(failed or {}),
        }
        return render(request, "region/exchange/card.html", context, status=status)


def _is_offered(row: Exchange, name: str) -> bool:
    """Whether a paper stands on the card: a sheet is for a guest of another region, who gets the rest after it."""
    if not row.leaves:
        return name != "sheet"
    return name not in leaving.AFTER or row.state == Exchange.State.HELD


def _forms(actor: Staff, row: Exchange, taken: list[Taken], may_write: bool) -> dict[str, Form]:
    """The forms of who may write; with what stands on the card."""
    if not may_write:
        return {}
    words = {name: getattr(row, name) for name in WordsForm.base_fields if name != "version"}
    return {
        "move_form": MoveForm(initial={
            "topic": row.topic, "way": row.way, "where": row.where, "begins_at": timezone.localtime(row.begins_at),
            "ends_at": timezone.localtime(row.ends_at),
        }, prefix="move"),
        "words_form": WordsForm(initial={**words, "version": row.version}),
        "after_form": AfterForm(initial={"minutes": row.minutes, "press": row.press, "version": row.version}),
        "take_form": take_form(actor, row),
        "sheet_file_form": SheetFileForm(auto_id="sheet_file_%s"),
        "sheet_form": SheetForm(initial=_sheet_of(row, taken), auto_id="sheet_%s"),
    }  # fmt: skip


def take_form(actor: Staff, row: Exchange, data: Any = None) -> TakeForm:
    """For those of our two centres that this person keeps."""
    places = [one for one in (row.guest, row.host) if one and allowed.may_keep(actor, one.pk)]
    people = [(user.pk, f"{user.full_name} · {allowed.centre_name(one)}") for one in places
              for user in allowed.colleagues(one)]  # fmt: skip
    return TakeForm(
        data, places=[(one.pk, allowed.centre_name(one)) for one in places], people=people,
        initial={"due": timezone.localdate() + timedelta(days=30)},
    )


def _sheet_of(row: Exchange, taken: list[Taken]) -> dict[str, Any]:
    given: dict[str, Any] = {
        "people": row.guest_people if row.guest_id is None else row.host_people, "words": row.guest_words,
    }
    for number, one in enumerate((one for one in taken if one.place_id is None), 1):
        given |= {f"what{number}": one.what, f"who{number}": one.responsible_name, f"due{number}": one.due}
    return given

