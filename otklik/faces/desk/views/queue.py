"""The queue: tabs, filters, one search box; and the small question «has anything changed?»."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.acting import Staff
from otklik.cases import burning
from otklik.cases import queue as queues
from otklik.cases.kind_and_tone import KINDS, TONES
from otklik.cases.models import Case
from otklik.cases.saved_views import views_of
from otklik.channels.models import Account, MissedCall
from otklik.classifier.loading import current
from otklik.classifier.models import ThemeGroup
from otklik.curating.waiting import owed
from otklik.faces.desk import network, understood_words
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.board import board_context
from otklik.faces.desk.choices import places_for
from otklik.faces.desk.fields import YEARS
from otklik.intake import asking
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.together import counted

SIZE = 25
NOTHING: Mapping[str, QuerySet[Any]] = MappingProxyType({})
SHORT = {
    "mentions": _("Упомянули"), "replied": _("Ответили"), "by_hand": _("Вручную"), "review": _("Согласовать"),
    "open": _("Открытые"), "restricted": _("Ограничены"),
    "upper_own": _("Карточки ЦУР"),
}  # fmt: skip
MAIN_TABS = (
    "burning", "triage", "mine", "mentions", "replied", "review", "promises", "postponed", "by_hand", "heard",
    "undelivered",
)  # fmt: skip
ALWAYS = ("burning", "triage", "mine")  # tabs that stand in the row even when nothing waits there
WHOLE = ("open", "all")  # first among what is folded and empty
MOST_IN_ROW = 6  # with their numbers and the tools beside them they fit a screen of 1280
CHOICES = ("state", "channel", "kind", "tone", "regime")
DAYS = ("since", "until")
NUMBERS = ("theme", "group", "territory", "executor", "importance")


def filters_of(query: QueryDict, default_tab: str) -> queues.Filters:
    """Filters from an address; what cannot be understood does not filter."""
    tab = query.get("tab", "")
    given = {name: query.get(name, "") for name in NUMBERS}
    numbers = {name: int(value) for name, value in given.items() if value.isdecimal() and len(value) < 10}
    state = query.get("state", "")
    channel = query.get("channel", "")
    return queues.Filters(
        tab=tab if tab in queues.TABS or tab in burning.GROUPS else default_tab,
        text=query.get("text", "").replace("\x00", "")[:200].strip(),
        state=state if state in Case.State.values else "",
        channel=channel if channel in Account.Channel.values else "",
        kind=kind if (kind := query.get("kind", "")) in KINDS else "",
        tone=tone if (tone := query.get("tone", "")) in TONES else "",
        overdue=query.get("overdue") == "1",
        regime=regime if (regime := query.get("regime", "")) in Case.Regime.values else "",
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        **numbers,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def address_of(filters: queues.Filters) -> str:
    """The query string of filters: what is not set is left out."""
    query = QueryDict(mutable=True)
    query["tab"] = filters.tab
    for name in ("text", *CHOICES, *NUMBERS, *DAYS):
        value = getattr(filters, name)
        if value not in ("", None):
            query[name] = str(value)
    if filters.overdue:
        query["overdue"] = "1"
    return query.urlencode()


def without_words(query: QueryDict) -> str:
    """The address of a filter as it is saved: without the words looked for, which may be somebody's name."""
    return address_of(replace(filters_of(query, "open"), text=""))


@require_safe
@desk_view
def queue(request: HttpRequest) -> HttpResponse:
    """The list on the left, room for a case on the right."""
    actor = staff_of(request)
    context = _list_context(request, waiting_beside(actor))
    context["searched"] = context["filters"].text
    context["open_number"] = request.GET.get("case", "")[:20]
    context |= network.municipalities(staff_of(request), request.GET, context["filters"].territory)
    return render(request, "desk/queue.html", context)


@require_safe
@desk_view
def changes(request: HttpRequest) -> HttpResponse:
    """The list anew if anything in it changed since `seen`, else 204. Asked every five seconds by an open page.

    The first question is one index look-up: has the journal grown at all? Only then the list is read.
    """
    seen, _sep, seen_sign = request.GET.get("seen", "").partition(".")
    grown = str(_last_entry())
    if grown == seen and request.GET.get("minute") != "1":
        return HttpResponse(status=204)
    context = _list_context(request)
    if context["sign"] == seen_sign and request.GET.get("minute") != "1":
        return HttpResponse(status=204)
    return render(request, "desk/parts/list.html", context)


@require_safe
@desk_view
def filters(request: HttpRequest) -> HttpResponse:
    """The choices of the filters, fetched when they are opened."""
    actor = staff_of(request)
    chosen = filters_of(request.GET, "open")
    groups = ThemeGroup.objects.filter(version=current()).order_by("order")
    context = {
        "filters": chosen,
        "groups": groups,
        "places": _places(actor),
        "executors": _executors(actor),
        "states": Case.State.choices,
        "channels": Account.Channel.choices,
        "kinds": KINDS.items(),
        "tones": TONES.items(),
        "importances": range(5),
        "regimes": Case.Regime.choices,
        "any": chosen != queues.Filters(tab=chosen.tab, text=chosen.text),
    }
    return render(request, "desk/parts/filters.html", context)


def waiting_beside(actor: Staff) -> dict[str, QuerySet[Any]]:
    """What else waits, told beside the list: callers to ring back, and letters, for who sorts them."""
    found: dict[str, QuerySet[Any]] = {"callers": MissedCall.objects.filter(settled_at=None)}
    if actor.roles_at(None) & asking.ROLES:
        found["letters"] = asking.waiting(actor)
    return found | owed(actor, timezone.now())


def _list_context(request: HttpRequest, beside: Mapping[str, QuerySet[Any]] = NOTHING) -> dict[str, Any]:
    """`beside`: what is to be counted in the same statement as the list."""
    actor = staff_of(request)
    now = timezone.now()
    main = network.tabs_of(actor, MAIN_TABS)
    hidden = network.hidden_tabs(actor)
    counts = queues.counts(actor, now, (*main, queues.LAST_ENTRY))
    last_entry = counts.pop(queues.LAST_ENTRY)
    saved = list(views_of(actor))
    first = next((view.query for view in saved if view.is_first), "")  # type: ignore[attr-defined]
    query = QueryDict(first) if first and not request.GET else request.GET
    chosen = filters_of(query, "burning" if counts["burning"] else "triage")
    after = request.GET.get("after", "")[:80]
    whole_tab = chosen == queues.Filters(tab=chosen.tab)
    board: dict[str, Any] = {"board": None}
    if whole_tab and chosen.tab == "burning" and not after:
        board = board_context(actor, now)
        page = queues.QueuePage(board["board_rows"], "", board["board_total"], total_is_capped=False)
        beside_list = counted(beside)
    else:
        known = counts.get(chosen.tab, queues.COUNT_CAP) if whole_tab else queues.COUNT_CAP
        wanted = {} if known < queues.COUNT_CAP else {"total": queues.total_question(actor, chosen, now)}
        beside_list = counted({**wanted, **beside})
        page = queues.page(actor, chosen, now, after, SIZE, beside_list.get("total", known))
    group_here = [name for name in burning.GROUPS if name == chosen.tab]  # of the board: «показать все» leads there
    tabs = [
        {
            "name": name,
            "label": SHORT.get(name, label),
            "title": label,
            "count": counts.get(name),
            "here": name == chosen.tab,
            "address": address_of(replace(queues.Filters(), tab=name)),
        }
        for name, label in (*queues.TABS.items(), *((name, burning.GROUPS[name]) for name in group_here))
        if name not in hidden
    ]
    row, folded = row_and_folded(
        sorted(tabs, key=lambda tab: main.index(tab["name"]) if tab["name"] in main else len(main))
    )
    return {
        "now": now,
        "filters": chosen,
        "address": address_of(chosen),
        "filtered": not whole_tab,
        **_understood(actor, chosen, now),
        "filter_count": sum(
            getattr(chosen, name) not in ("", None) for name in (*CHOICES, *NUMBERS, *DAYS)
        ) + chosen.overdue,
        "tabs": tabs,
        "row_tabs": row,
        "more_tabs": folded,
        "folded_count": sum(tab["count"] or 0 for tab in folded),
        "several": network.sees_several(actor),
        "saved": saved,
        "page": page,
        **board,
        "after": after,
        "cap": queues.COUNT_CAP,
        "sign": _sign(page, counts | {group.name: group.count for group in board["board"] or ()}),
        "last_entry": last_entry,
        "callers": beside_list.get("callers", 0),
        "letters": beside_list.get("letters"),
        "owed": {name: beside_list.get(name, 0) for name in ("asks", "asks_late", "remarks", "remarks_late")},
    }


def row_and_folded(ordered: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Tabs of the row, and those folded into «Ещё»: the row of sixteen was longer than any screen.

    In the row: where the day begins, where something waits, and the one that is open, as many as fit. Of what is
    folded that where something waits comes first.
    """
    wanted = [tab for tab in ordered if tab["name"] in ALWAYS or tab["count"] or tab["here"]]
    open_far = [tab for tab in wanted[MOST_IN_ROW:] if tab["here"]]
    row = wanted[: MOST_IN_ROW - len(open_far)] + open_far
    folded = [tab for tab in ordered if tab not in row]
    return row, sorted(folded, key=lambda tab: (not tab["count"], tab["name"] not in WHOLE))


def _understood(actor: Staff, chosen: queues.Filters, now: datetime) -> dict[str, Any]:
    """How the search's words were understood, and the addresses that take each part back, or all of them."""
    chips = understood_words.chips(actor, chosen, now)
    plain = chosen.text.replace('"', " ")
    return {
        "understood": [(chip.label, address_of(replace(chosen, text=chip.text))) for chip in chips],
        "as_words": address_of(replace(chosen, text=f'"{plain}"')) if chips else "",
    }


def _last_entry() -> int:
    return Entry.objects.aggregate(last=Max("id"))["last"] or 0


def _sign(page: queues.QueuePage, counts: dict[str, int]) -> str:
    """Differs whenever a row, its state or a count differs."""
    seen = [(row.pk, row.version, str(row.control_at)) for row in page.rows]
    return hashlib.sha256(repr((seen, page.total, sorted(counts.items()))).encode()).hexdigest()[:16]


def _places(actor: Staff) -> list[Territory]:
    """Municipalities for those who see several, else the places of the one."""
    if actor.sees is None:
        return list(Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).order_by("name_key"))
    wide = Territory.objects.filter(pk__in=actor.sees, active=True).order_by("name_key")
    return list(wide) if len(actor.sees) > 1 else places_for(sorted(actor.sees), "")


def _executors(actor: Staff) -> list[Organisation]:
    """Organisations of the places this person sees; for the whole region only the regional ones."""
    firms = Organisation.objects.filter(active=True).order_by("name_key")
    if actor.sees is None:
        return list(firms.filter(territory__kind=Kind.REGION)[:200])
    return list(firms.filter(territory__scope_id__in=actor.sees)[:200])
