"""What the case page shows of regimes: clocks with the name of theirs, registrations with what may be done, parts,
and what waits for the ЦУР. Inside `acting`, reading only."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.utils import timezone

from otklik.acting import Staff
from otklik.cases import clocks, parts, upper
from otklik.cases.models import Assignment, Case, Clock, Registration
from otklik.cases.registered import LAWS
from otklik.cases.registers import registers_for
from otklik.faces.context import region_place
from otklik.faces.desk import regime_forms
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.part_forms import AskUpperForm, KeepForm, PartDueForm, WithdrawPartForm
from otklik.territory.models import Kind

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
    asks_upper: bool, has_registers: bool,
) -> dict[str, Any]:
    """Names of the context that the regime's templates use.

    `asks_upper`, `has_registers`: whether there is a request to the ЦУР, and any own register at all; the page has
    asked already, and without them there is nothing to read.
    """
    rows = list(Registration.objects.filter(case=case).select_related("body").order_by("id"))
    standing = [row for row in rows if row.ended_at is None]
    waiting = upper.waiting(case) if asks_upper and allowed & {"ask_upper", "keep"} else None
    above = any(grant.scopes is None for grant in actor.grants)
    at_upper = case.scope.kind == Kind.REGION
    return {
        "registrations": [Entry(row, _forms_of(row, case, allowed, bound)) for row in standing],
        "registered_before": [row for row in rows if row.ended_at is not None],
        "own_registers": registers_for(case) if has_registers and "register_own" in allowed else [],
        "regime_name": SHORT[case.regime] if case.regime != Case.Regime.SOCIAL else "",
        "by_law": case.regime in LAWS,
        "register_form": bound.get("register") or regime_forms.RegisterForm(
            initial={"regime": _likely(case, standing)}, use_required_attribute=False
        ),
        "own_form": bound.get("register_own") or regime_forms.OwnForm(),
        "transfer_form": bound.get("transfer") or _transfer_form(case),
        "unfinished_parts": parts.unfinished_of(tasks) if "publish" in allowed or "sent" in allowed else [],
        "part_due_form": bound.get("part_due"), "withdraw_part_form": bound.get("withdraw_part"),
        "fresh_part_due": PartDueForm(), "fresh_withdraw": WithdrawPartForm(),
        "upper_request": waiting,
        "decides_above": above and "keep" in allowed,
        "may_ask_upper": "ask_upper" in allowed and not above and case.hops >= upper.SECOND_HOP and waiting is None,
        "ask_upper_form": bound.get("ask_upper") or AskUpperForm(),
        "keep_form": bound.get("keep") or KeepForm(),
        "region_place": None if at_upper else region_place(),
        "only_upper": case.hops >= upper.SECOND_HOP and "hand_over_again" not in allowed,
    }


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
    return row.regime == "law8" and not Clock.objects.filter(registration=row, kind=Clock.Kind.EXTEND).exists()
