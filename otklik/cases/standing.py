"""How a case stands: its columns, clocks and tasks as plain values, and putting them back exactly so.

What a gate is about to change is noted before it, so that the person who did it may take it back for some seconds
(`actions/undo_last.py`). Everything here is called inside an open gate, the case locked.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Model, QuerySet

from otklik.cases.models import Assignment, Case, Clock, LastAct, Registration

if TYPE_CHECKING:
    from otklik.cases.gate import Passage

OF_CASE = (
    "state", "outcome", "closed_at", "answered_at", "executor_id", "owner_id", "fix", "hops", "due_at", "control_at",
    "urgent_at",
)  # fmt: skip
OF_TASK = ("state", "finished_at", "due_at")
OF_ENTRY = ("ended_at", "ended_by", "out_at")
NEVER = ("id", "case_id", "scope_id")
PERSON_ACTED = "person_acted"  # a first action that was taken back was a first action all the same

Rows = dict[str, dict[str, Any]]


def note(gate: "Passage") -> None:
    """Note how the case stands before this gate changes it. Nothing for anybody but staff: only they take back."""
    if gate.user_id is not None:
        gate.before = noted(gate.case)


def noted(case: Case, more: Sequence[str] = ()) -> dict[str, Any]:
    """How a locked case stands; `more`: further columns of its own that the act may change."""
    clock_columns = [f.attname for f in Clock._meta.concrete_fields if f.attname not in NEVER]
    return {
        "case": _values(case, (*OF_CASE, *more)),
        "clocks": rows_of(Clock.objects.filter(case=case), clock_columns),
        "tasks": rows_of(Assignment.objects.filter(case=case), OF_TASK),
        "entries": rows_of(Registration.objects.filter(case=case), OF_ENTRY),
    }


def remember(gate: "Passage", verb: str) -> None:
    """Keep what was noted, in place of the act before it. The gate calls it when the case is saved."""
    assert gate.user_id is not None
    LastAct.objects.update_or_create(
        case=gate.case,
        defaults={
            "scope_id": gate.case.scope_id, "user_id": gate.user_id, "verb": verb, "version": gate.case.version,
            "at": gate.now, "before": gate.before,
        },
    )


def remember_for(
    case: Case, user_id: int, verb: str, before: dict[str, Any], now: datetime
) -> None:
    """The same of an act whose gate notes nothing by itself; `case` as it stands after it. Inside `widened`."""
    LastAct.objects.update_or_create(
        case=case,
        defaults={
            "scope_id": case.scope_id, "user_id": user_id, "verb": verb, "version": case.version, "at": now,
            "before": before,
        },
    )


def put_back(case: Case, before: Mapping[str, Any]) -> None:
    """Let the case stand as it was noted; what was made since goes away. The gate sets its state and saves it."""
    columns = {name: value for name, value in before["case"].items() if name != "state"}
    for name, value in _read(Case, columns).items():
        setattr(case, name, value)
    restore(Assignment.objects.filter(case=case), before["tasks"])
    acted = {
        str(pk) for pk in Clock.objects.filter(case=case, stopped_by=PERSON_ACTED).values_list("pk", flat=True)
    }
    restore(Clock.objects.filter(case=case), before["clocks"], keep=acted)
    restore(Registration.objects.filter(case=case), before["entries"])


def rows_of(rows: QuerySet[Any], names: Sequence[str]) -> Rows:
    """These columns of these rows, by their ids, as JSON keeps them."""
    return {str(row.pk): _values(row, names) for row in rows}


def restore(rows: QuerySet[Any], kept: Rows, keep: Iterable[str] = ()) -> None:
    """Give the rows the values that were kept of them; rows that were not there go away. `keep`: left as they are."""
    rows.exclude(pk__in=[int(pk) for pk in kept]).delete()
    untouched = set(keep)
    for pk, values in kept.items():
        if pk not in untouched:
            rows.filter(pk=int(pk)).update(**_read(rows.model, values))


def _values(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _read(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {field.attname: field for field in model._meta.concrete_fields}
    return {
        name: value if isinstance(columns[name], models.JSONField) else columns[name].to_python(value)
        for name, value in values.items()
    }
