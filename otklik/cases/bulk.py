"""One act on many cases: rehearsed first, then done case by case through the same gates as a single one.

The rehearsal passes every case through its gate and takes it back, so it says exactly what would happen and what would
be refused, and why. The run has a transaction for each case: what cannot be done stops nothing else, and a case that
somebody changed after the rehearsal is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from django.utils.translation import gettext as _

from otklik.acting import Staff, acting, widened
from otklik.cases import standing
from otklik.cases.actions.assign import assign
from otklik.cases.actions.close import close
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.models import Alarm, Case
from otklik.cases.reading import visible_cases
from otklik.failures import Failure, Refused
from otklik.journal.models import Entry
from otklik.policy.regulation import CRITICAL

MOST = 200
NOTED = ("take", "triage")  # whose gates do not note how the case stood: alone they have ways back of their own
OF_TRIAGE = ("theme_id", "importance", "importance_reason")
Kind = Literal["triage", "take", "assign", "hand_over", "set_aside", "close"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Plan:
    """What to do with each case. Which fields count depends on `kind`; the gates say what is wrong with them."""

    kind: Kind
    theme_id: int | None = None
    importance: int | None = None
    organisation_id: int | None = None
    task: str = ""  # empty: each case's own title, or its theme
    territory_id: int | None = None
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """What came, or would come, of one case. `refused` is a sentence for the person, or empty."""

    number: int
    title: str = ""
    version: int = 0  # as it was before
    changes: tuple[str, ...] = ()
    refused: str = ""
    after: int = 0  # its version when it was done; 0: nothing was
    rings: bool = False  # it raises an alarm: that is not taken back with the others


@dataclass(frozen=True)
class _State:
    """What an act may change, in words."""

    state: str
    theme: str
    importance: str
    executor: str
    owner: str
    scope: str
    outcome: str


class _TakenBack(Exception):  # noqa: N818 - no error: it carries a rehearsal out of its transaction
    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line


def rehearse(actor: Staff, numbers: Sequence[int], plan: Plan, now: datetime) -> list[Line]:
    """What would come of it, case by case, in the order given. Nothing is changed."""
    found = _found(actor, numbers)
    return [_rehearsed(actor, found[number], plan, now) if number in found else _nothing(number) for number in numbers]


def carry_out(actor: Staff, seen: Sequence[tuple[int, int]], plan: Plan, now: datetime) -> list[Line]:
    """Do it, each case in its own transaction. `seen`: (number, version at the rehearsal)."""
    found = _found(actor, [number for number, _version in seen])
    lines = []
    for number, version in seen:
        if number not in found:
            lines.append(_nothing(number))
            continue
        case = found[number]
        try:
            with acting(actor):
                lines.append(_passed(actor, case, plan, now, version))
        except Failure as failure:
            lines.append(_refused(case, failure))
    return lines


def _found(actor: Staff, numbers: Sequence[int]) -> dict[int, Case]:
    if len(numbers) > MOST:
        raise Refused(_("Не больше %(n)s карточек за один раз.") % {"n": MOST})
    with acting(actor, read_only=True):
        return {case.number: case for case in visible_cases(actor).filter(number__in=numbers)}


def _nothing(number: int) -> Line:
    return Line(number, refused=_("Такой карточки нет, или она не в вашем муниципалитете."))


def _refused(case: Case, failure: Failure) -> Line:
    return Line(case.number, _title(case), case.version, refused=str(failure))


def _title(case: Case) -> str:
    return case.title or " ".join(case.text[:200].split())


def _rehearsed(actor: Staff, case: Case, plan: Plan, now: datetime) -> Line:
    try:
        with acting(actor):
            raise _TakenBack(_passed(actor, case, plan, now, None))
    except _TakenBack as back:
        return back.line
    except Failure as failure:
        return _refused(case, failure)


def _passed(actor: Staff, case: Case, plan: Plan, now: datetime, version: int | None) -> Line:
    """Through the gate, inside `acting`. With `version` a case that is another by now is refused."""
    with widened():  # the actor sees the case: it was found as them, and the gate asks again
        locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        before = _state(locked)
    if version is not None and locked.version != version:
        raise Refused(_("Карточку изменили после проверки. Откройте её и решите отдельно."))
    with widened():
        stood = standing.noted(locked, OF_TRIAGE) if version is not None and plan.kind in NOTED else None
    _gate(actor, locked, plan, now)
    with widened():
        passed = Case.objects.get(pk=case.pk)
        done = passed.version if passed.version != locked.version else 0
        rings = locked.importance != passed.importance == CRITICAL and _alarmed(passed)
        if stood is not None and done and not rings:
            standing.remember_for(passed, actor.user_id, _last_verb(passed), stood, now)
    changes = _changes(before, _state(passed))
    if rings:
        changes += (_("поднимется тревога") if version is None else _("поднята тревога: «Отменить» её не снимет"),)
    return Line(case.number, _title(case), locked.version, changes, after=done, rings=rings)


def _alarmed(case: Case) -> bool:
    return Alarm.objects.filter(case=case, confirmed_at=None).exists()


def _last_verb(case: Case) -> str:
    """Under which name the gate has entered what it did."""
    return Entry.objects.filter(stream=f"case:{case.pk}").order_by("-seq").values_list("verb", flat=True)[0]


def _gate(actor: Staff, case: Case, plan: Plan, now: datetime) -> None:
    if plan.kind == "take":
        take(actor, case.pk, now=now)
    elif plan.kind == "triage":
        triage(actor, case.pk, theme_id=plan.theme_id, importance=plan.importance, now=now)
    elif plan.kind == "assign":
        task = plan.task.strip() or case.title or (case.theme.name if case.theme else "")
        assign(actor, case.pk, organisation_id=plan.organisation_id or 0, task=task, now=now)
    elif plan.kind == "hand_over":
        hand_over(actor, case.pk, territory_id=plan.territory_id or 0, reason=plan.reason, now=now)
    elif plan.kind == "set_aside":
        set_aside(actor, case.pk, outcome=plan.outcome, reason=plan.reason, now=now)
    else:
        close(actor, case.pk, outcome=plan.outcome, reason=plan.reason, now=now)


def _state(case: Case) -> _State:
    return _State(
        case.get_state_display(), case.theme.name if case.theme else "", str(case.importance),
        case.executor.short_name if case.executor else "", case.owner.short_name if case.owner else "",
        case.scope.short_name, case.get_outcome_display(),
    )  # fmt: skip


def _changes(before: _State, after: _State) -> tuple[str, ...]:
    names = {
        "state": _("состояние"), "theme": _("тема"), "importance": _("важность"), "executor": _("исполнитель"),
        "owner": _("ведёт"), "scope": _("муниципалитет"), "outcome": _("итог"),
    }  # fmt: skip
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    return tuple(
        f"{names[name]}: {getattr(before, name) or '—'} → {getattr(after, name) or '—'}" for name in changed
    )
