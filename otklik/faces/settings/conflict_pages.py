"""Conflicts with sources: their word and ours side by side, decided one by one or in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from otklik.cases import numbers
from otklik.cases.models import Case, CaseMessage, Registration
from otklik.channels.models import Message
from otklik.faces.settings.access import IMPORTERS, actor_of, required
from otklik.faces.templatetags.otklik_tags import local
from otklik.intake import aspects, conflicts
from otklik.intake.models import Conflict
from otklik.organisations.models import Organisation

PAGE = 50
LABELS: dict[str, str | Promise] = {
    aspects.STATE: gettext_lazy("Состояние"), aspects.DUE: gettext_lazy("Срок"),
    aspects.EXECUTOR: gettext_lazy("Исполнитель"), aspects.ANSWER: gettext_lazy("Ответ"),
    aspects.REGISTER: gettext_lazy("Регистрация"),
}
LEVELS: dict[str, str | Promise] = {
    "open": gettext_lazy("в работе"), "answered": gettext_lazy("ответ дан"), "closed": gettext_lazy("закрыта"),
}


@dataclass(frozen=True)
class Seen:
    """A conflict in words."""

    conflict: Conflict
    label: str
    theirs: str
    ours: str


@login_required
@require_safe
def conflict_list(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    actor = actor_of(request)
    required(actor, IMPORTERS)
    found = conflicts.open_conflicts(actor)
    profile = request.GET.get("profile", "")
    if profile.isdecimal() and len(profile) < 10:
        found = found.filter(row__profile_id=int(profile))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    here = _here(rows)
    context = {
        "tab": "imports", "page": page, "seen": [_seen(one, here) for one in rows], "profile": profile,
    }
    return render(request, "settings/conflicts.html", context)


@login_required
@require_POST
def conflict_settle(request: HttpRequest) -> HttpResponse:
    """Take theirs or keep ours for the marked ones; `one` decides a single one by its button."""
    actor = actor_of(request)
    required(actor, IMPORTERS)
    chosen, _colon, single = request.POST.get("chosen", "").partition(":")
    given = [single] if single else request.POST.getlist("conflict")
    ids = [int(text) for text in given if text.isdecimal() and len(text) < 18]
    if not ids:
        messages.error(request, _("Отметьте хотя бы одно расхождение."))
        return redirect("settings:conflicts")
    settled = conflicts.settle_all(actor, ids, chosen)
    if settled.done:
        n = settled.done
        messages.success(request, ngettext("Решено %(n)s расхождение.", "Решено %(n)s расхождений.", n) % {"n": n})
    for number, reason in settled.refused[:20]:
        shown = numbers.shown(number) if number else ""
        messages.error(request, f"{shown}: {reason}" if shown else reason)
    return redirect("settings:conflicts")


@dataclass(frozen=True)
class _Here:
    """What the cases of a page hold, read for all of them at once."""

    firms: Mapping[int, str]
    answers: Mapping[int, str]
    entries: Mapping[int, Registration]


def _here(found: Sequence[Conflict]) -> _Here:
    ids: set[Any] = {one.theirs.get("executor_id") for one in found} | {one.case.executor_id for one in found}
    firms = dict(Organisation.objects.filter(pk__in=ids - {None}).values_list("pk", "short_name"))
    answered = [one.case_id for one in found if one.aspect == aspects.ANSWER]
    sent = CaseMessage.objects.filter(case_id__in=answered, message__direction=Message.Direction.OUT)
    last = sent.order_by("case_id", "-id").distinct("case_id").values_list("case_id", "message__text")
    registered = [one.case_id for one in found if one.aspect == aspects.REGISTER]
    entries = Registration.objects.filter(case_id__in=registered).order_by("case_id", "-id").distinct("case_id")
    return _Here(firms, dict(last), {entry.case_id: entry for entry in entries})


def _seen(one: Conflict, here: _Here) -> Seen:
    return Seen(one, str(LABELS.get(one.aspect, one.aspect)), _theirs(one, here.firms), _ours(one, here))


def _theirs(one: Conflict, firms: Mapping[int, str]) -> str:
    kept = one.theirs
    if one.aspect == aspects.STATE:
        words = str(LEVELS.get(kept.get("level", ""), ""))
        return _with(words, _outcome(kept.get("outcome", "")), _at(kept.get("at")))
    if one.aspect == aspects.DUE:
        return _at(kept.get("due_at"))
    if one.aspect == aspects.EXECUTOR:
        return firms.get(kept.get("executor_id") or 0, "—")
    if one.aspect == aspects.ANSWER:
        return str(kept.get("answer", ""))
    return _with(
        str(Registration.Regime(kept["regime"]).label), _numbered(kept.get("number", "")),
        _at(kept.get("registered_at")),
        _("исх. № %(number)s") % {"number": kept["out_number"]} if kept.get("out_number") else "",
    )


def _ours(one: Conflict, here: _Here) -> str:
    case = one.case
    if one.aspect == aspects.STATE:
        return _with(str(case.get_state_display()), _outcome(case.outcome), local(case.closed_at or case.answered_at))
    if one.aspect == aspects.DUE:
        return local(case.due_at) or "—"
    if one.aspect == aspects.EXECUTOR:
        return here.firms.get(case.executor_id or 0, "—")
    if one.aspect == aspects.ANSWER:
        return here.answers.get(case.pk) or "—"
    entry = here.entries.get(case.pk)
    return "—" if entry is None else _with(
        str(entry.get_regime_display()), _numbered(entry.number), local(entry.registered_at),
        _("исх. № %(number)s") % {"number": entry.out_number} if entry.out_number else "",
    )


def _numbered(number: str) -> str:
    return f"№ {number}" if number else ""


def _outcome(code: str) -> str:
    return str(Case.Outcome(code).label) if code in Case.Outcome.values else ""


def _at(text: str | None) -> str:
    return local(aspects.moment(text))


def _with(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
