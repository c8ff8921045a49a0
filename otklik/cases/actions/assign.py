"""Назначить: one responsible organisation, any number of co-executors, each with its part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import part_clocks, responsibility, standing
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Assignment, Case
from otklik.failures import BadInput
from otklik.organisations.models import Organisation
from otklik.typed_text import line, typed, within

MAX_TASK = 5000
MAX_ADDRESS = 300
MAX_REASON = 500
MAX_PARTS = 20


@dataclass(frozen=True)
class PartTask:
    """What one more body of a joint matter is given: its own text, and its own date (None: due with the case)."""

    organisation_id: int
    task: str = ""
    due_at: datetime | None = None


def assign(
    actor: Actor,
    case_id: int,
    *,
    organisation_id: int,
    task: str,
    address: str = "",
    due_at: datetime | None = None,
    reason: str = "",
    co_executors: Sequence[PartTask | tuple[int, str]] = (),
    now: datetime | None = None,
) -> Assignment:
    """Give the case to an organisation. `task` is staff's own wording: it is what leaves to the executor.

    `co_executors`: the other bodies of a joint matter, municipal and regional, each with its part. Raises `BadInput`
    for an empty task, an unknown organisation, or a date in the past.
    """
    parts = [part if isinstance(part, PartTask) else PartTask(*part) for part in co_executors]
    others = [part.organisation_id for part in parts]
    if organisation_id in others or len(set(others)) < len(others):
        raise BadInput(_("Одна организация указана дважды."), "co_executors")
    if len(parts) > MAX_PARTS:
        raise BadInput(_("Не больше %(n)s соисполнителей за раз.") % {"n": MAX_PARTS}, "co_executors")
    with passing(actor, case_id, "assign", now=now) as gate:
        case = gate.case
        standing.note(gate)
        _withdraw(case, organisation_id, others, gate.now)
        main = place_task(
            gate, organisation_id, task, Assignment.Part.RESPONSIBLE, address=address, due_at=due_at, reason=reason
        )
        for part in parts:
            place_task(
                gate, part.organisation_id, part.task or task, Assignment.Part.CO_EXECUTOR, address=address,
                due_at=part.due_at,
            )
        case.executor_id = organisation_id
        case.owner_id = case.owner_id or gate.user_id
        if case.fix == Case.Fix.REPORTED:  # what was reported done is given to somebody anew
            case.fix = Case.Fix.UNKNOWN
        responsibility.remember_assigned(case, organisation_id)
        gate.fields |= {
            "organisation": organisation_id, "assignment": main.pk, "co_executors": others
        }
        return main


def add_co_executor(
    actor: Actor, case_id: int, *, organisation_id: int, task: str, due_at: datetime | None = None,
    now: datetime | None = None,
) -> Assignment:
    """Bring in one more organisation beside the responsible one, with its part and its date."""
    with passing(actor, case_id, "add_co_executor", now=now) as gate:
        taken = Assignment.objects.filter(case=gate.case, organisation_id=organisation_id).exclude(
            state=Assignment.State.WITHDRAWN
        )
        if taken.exists():
            raise BadInput(_("Эта организация уже работает по карточке."), "organisation")
        added = place_task(gate, organisation_id, task, Assignment.Part.CO_EXECUTOR, due_at=due_at)
        gate.fields |= {"organisation": organisation_id, "assignment": added.pk}
        return added


def place_task(
    gate: Passage,
    organisation_id: int,
    task: str,
    part: str,
    *,
    address: str = "",
    due_at: datetime | None = None,
    reason: str = "",
    hop: int = 1,
) -> Assignment:
    """Write one task down. Inside an open gate only."""
    task = typed(task)
    if not task:
        raise BadInput(_("Напишите, что нужно сделать: исполнитель увидит этот текст."), "task")
    within(task, MAX_TASK, "task")
    address, reason = line(address, MAX_ADDRESS, "address"), line(reason, MAX_REASON, "reason")
    organisation = Organisation.objects.filter(pk=organisation_id, active=True).first()
    if organisation is None:
        raise BadInput(_("Выберите организацию из списка."), "organisation")
    if due_at is not None and due_at <= gate.now:
        raise BadInput(_("Срок уже прошёл, выберите другой."), "due_at")
    placed = Assignment.objects.create(
        case=gate.case, scope_id=gate.case.scope_id, organisation=organisation, part=part, task=task,
        address=address or address_of(gate.case), due_at=due_at or gate.case.control_at, reason=reason, hop=hop,
        assigned_by_id=gate.user_id, assigned_at=gate.now,
    )
    part_clocks.start(gate.case, placed, gate.now, given=due_at is not None)
    return placed


def address_of(case: Case) -> str:
    """The object's address as the executor may see it: place, street, house; never a flat."""
    parts = [case.territory.short_name, case.street, case.house]
    return ", ".join(p for p in parts if p)[:MAX_ADDRESS]


def _withdraw(case: Case, organisation_id: int, others: Sequence[int], now: datetime) -> None:
    """A new responsible takes over: whoever was responsible before, done or not, no longer reports by their link.

    So does a co-executor who gets a task anew.
    """
    before = Q(part=Assignment.Part.RESPONSIBLE) | Q(organisation_id__in=[organisation_id, *others])
    Assignment.objects.filter(before, case=case).exclude(state=Assignment.State.WITHDRAWN).update(
        state=Assignment.State.WITHDRAWN, finished_at=now
    )
