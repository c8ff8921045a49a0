"""What the case page shows of regimes: clocks with the name of theirs, registrations with what may be done, parts,
and what waits for the ЦУР. Inside `acting`, reading only."""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from otklik.acting import Staff
from otklik.cases import clocks, parts, upper
from otklik.cases.follows import earlier_letters_question, earlier_question, followers_question
from otklik.cases.models import Assignment, Case, Clock, LawDecision, Registration
from otklik.cases.outcome_filling import stopped_before
from otklik.cases.outcome_table import BY_CODE
from otklik.cases.outcome_terms import OPEN
from otklik.cases.registered import LAWS
from otklik.cases.registers import registers_for
from otklik.faces.context import region_place
from otklik.faces.desk import regime_forms
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.part_forms import AskUpperForm, KeepForm
from otklik.territory.models import Kind
from otklik.together import asked

SHORT = dict(regime_forms.REGIMES)


class ClockLine(NamedTuple):
    """One running limit: with its regime's name when it is not plainly the case's own, and how sure its date is."""

    clock: Clock
    why: Sequence[str]
    regime: str
    unconfirmed: bool


class Entry(NamedTuple):
    """One registration with the forms of what may be done with it, by name."""

    row: Registration
    forms: Mapping[str, DeskForm]
    decision: LawDecision | None = None  # the one by law that is not carried out yet
    decision_name: str | Promise = ""


class Followed(NamedTuple):
    """An earlier case with whose answer the resident disagreed, and the letters of it."""

    case: Case
    letters: Sequence[Registration]


def clock_lines(case: Case, running: Sequence[Clock]) -> list[ClockLine]:
    """The running limits of all regimes, side by side."""
    several = len({clock.regime for clock in running}) > 1
    return [
        ClockLine(
            clock, clocks.explain(clock),
            str(SHORT[clock.regime]) if several or clock.regime != Case.Regime.SOCIAL else "",
            clock.regime == Case.Regime.POS and clock.policy_version != clocks.OF_SOURCE,
        )
        for clock in running
    ]


def regime_context(
    actor: Staff, case: Case, allowed: Set[str], bound: Mapping[str, DeskForm], tasks: Sequence[Assignment],
    asks_upper: bool, has_registers: bool, was_stopped: bool = False,
) -> dict[str, Any]:
    """Names of the context that the regime's templates use.

    `asks_upper`, `has_registers`, `was_stopped`: whether there is a request to the ЦУР, any own register at all, a
    decision that stopped correspondence with the resident; the page has asked already, and without them there is
    nothing to read.
    """
    rows = asked(case, "registrations", registrations_question)
    standing = [row for row in rows if row.ended_at is None]
    waiting = upper.waiting(case) if asks_upper and allowed & {"ask_upper", "keep"} else None
    above = any(grant.scopes is None for grant in actor.grants)
    at_upper = case.scope.kind == Kind.REGION
    return {
        "registrations": _entries(standing, case, allowed, bound),
        "stops": stopped_before(case) if was_stopped else [],
        "followed": _followed(case) if case.follows_id else [],
        "followers": asked(case, "followers", followers_question),
        "registered_before": [row for row in rows if row.ended_at is not None],
        "own_registers": registers_for(case) if has_registers and "register_own" in allowed else [],
        "regime_name": SHORT[case.regime] if case.regime != Case.Regime.SOCIAL else "",
        "by_law": case.regime in LAWS,
        "unfinished_parts": parts.unfinished_of(tasks) if "publish" in allowed or "sent" in allowed else [],
        "part_due_form": bound.get("part_due"), "withdraw_part_form": bound.get("withdraw_part"),
        "upper_request": waiting,
        "decides_above": above and "keep" in allowed,
        "may_ask_upper": "ask_upper" in allowed and not above and case.hops >= upper.SECOND_HOP and waiting is None,
        "region_place": None if at_upper else region_place(),
        "only_upper": case.hops >= upper.SECOND_HOP and "hand_over_again" not in allowed,
    }


def forms_of_regimes(case: Case, standing: Sequence[Entry]) -> dict[str, Callable[[], DeskForm]]:
    """How the forms of these blocks begin. `standing` are the open registrations."""
    return {
        "register": lambda: regime_forms.RegisterForm(
            initial={"regime": _likely(case, [entry.row for entry in standing])}, use_required_attribute=False
        ),
        "register_own": regime_forms.OwnForm,
        "transfer": lambda: _transfer_form(case),
        "ask_upper": AskUpperForm,
        "keep": KeepForm,
    }


def _followed(case: Case) -> list[Followed]:
    """The cases that this one follows, with the letters in which they were answered."""
    letters = asked(case, "followed_letters", earlier_letters_question)
    return [
        Followed(one, [row for row in letters if row.case_id == one.pk])
        for one in asked(case, "followed", earlier_question)
    ]


def decisions_question(case: Case) -> QuerySet[LawDecision]:
    """Decisions by law that are not carried out yet, of all registrations of the case."""
    return LawDecision.objects.filter(registration__case=case, state__in=OPEN)


def registrations_question(case: Case) -> QuerySet[Registration]:
    """In which registers the case stands and stood."""
    return Registration.objects.filter(case=case).select_related("body").order_by("id")


def _entries(
    standing: Sequence[Registration], case: Case, allowed: Set[str], bound: Mapping[str, DeskForm]
) -> list[Entry]:
    """Open registrations; where a decision by law is under way, its steps stand in the place of forwarding."""
    by_law = [row.pk for row in standing if row.regime in LAWS]
    rows = asked(case, "decisions", decisions_question) if by_law else []
    decided = {row.registration_id: row for row in rows if row.registration_id in by_law}
    found = []
    for row in standing:
        decision = decided.get(row.pk)
        may = allowed - {"not_ours", "forwarded", "forwarded_also"} if decision else allowed
        name = BY_CODE[decision.code].name if decision else ""
        found.append(Entry(row, _forms_of(row, case, may, bound), decision, name))
    return found


def _likely(case: Case, standing: Sequence[Registration]) -> str:
    """The register that a person most likely types: the case's own while it has no number, else what is missing."""
    numbered = {row.regime for row in standing if row.number}
    wanted = [case.regime, *Registration.Regime.values]
    return next((regime for regime in wanted if regime != Case.Regime.SOCIAL and regime not in numbered), "pos")


def _transfer_form(case: Case) -> DeskForm:
    form = regime_forms.TransferForm()
    form.fields["regime"].choices = [  # type: ignore[attr-defined]
        (code, label) for code, label in regime_forms.REGIMES if code != case.regime
    ]
    return form


def _forms_of(
    row: Registration, case: Case, allowed: Set[str], bound: Mapping[str, DeskForm]
) -> dict[str, DeskForm]:
    """What may be done with a registration now: as it was sent if it had errors, else empty."""
    law = row.regime in LAWS
    fits = {
        "sent": law,
        "source_answered": not law,
        "not_ours": law and row.not_ours_at is None,
        "forwarded": law and row.not_ours_at is not None,
        "forwarded_also": law and row.not_ours_at is not None,
        "extend": law and row.registered_at is not None and not row.extended_days and row.source_due_at is None,
        "ask_extension": law and row.registered_at is not None and not row.extended_days and _waits(row, case),
        "unregister": not row.own and row.regime != case.regime,
    }
    forms: dict[str, DeskForm] = {}
    for kind in regime_forms.OF_ONE:
        if kind.panel not in allowed or not fits[kind.panel]:
            continue
        sent = bound.get(kind.panel)
        if sent is not None and str(sent.data.get("registration")) == str(row.pk):
            forms[kind.panel] = sent
        else:
            today = timezone.localdate()  # what is noted is mostly noted on its day
            known = {"registration": row.pk, "at": today, "noticed_at": today}
            forms[kind.panel] = kind(initial=known, auto_id=f"{kind.panel}{row.pk}_%s")
    return forms


def _waits(row: Registration, case: Case) -> bool:
    """Whether the regime has a limit for the notice that is not watched yet."""
    rows = asked(case, "clocks", clocks.clocks_question)
    there = any(one.registration_id == row.pk and one.kind == Clock.Kind.EXTEND for one in rows)
    return row.regime == "law8" and not there
