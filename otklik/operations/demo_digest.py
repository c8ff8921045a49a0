"""The digest of a demo: over content (texts, themes, places, states, relative times), never over ids or dates."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from otklik.acting import acting
from otklik.answers.models import Answer
from otklik.cases.models import Assignment, Case, CaseMessage, Clock, TaskReply
from otklik.operations.demo_network import ACTOR

BATCH = 500
ANSWERING = ("answer", "final")


def digest(made: Mapping[int, str], end: datetime) -> str:
    """The digest of these cases (id → relative time in the plan) as they stand in the database at `end`."""
    lines: list[str] = []
    ids = sorted(made)
    with acting(ACTOR, read_only=True):
        for start in range(0, len(ids), BATCH):
            for case_id, content in _contents(ids[start : start + BATCH], end):
                lines.append(json.dumps([made[case_id], *content], ensure_ascii=False))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _contents(ids: Sequence[int], end: datetime) -> Iterator[tuple[int, list[Any]]]:
    thread = _grouped(
        CaseMessage.objects.filter(case_id__in=ids).order_by("message_id").values_list(
            "case_id", "message__direction", "message__text"
        )
    )
    tasks = _grouped(
        Assignment.objects.filter(case_id__in=ids).order_by("id").values_list(
            "case_id", "organisation__code", "state", "task", "hop"
        )
    )
    replies = _grouped(
        TaskReply.objects.filter(case_id__in=ids).order_by("id").values_list("case_id", "kind", "text", "whose")
    )
    answers = _grouped(
        Answer.objects.filter(case_id__in=ids).order_by("id").values_list("case_id", "kind", "state", "turn")
    )
    missed = {
        c.case_id for c in Clock.objects.filter(case_id__in=ids, kind__in=ANSWERING)
        if (c.stopped_at or end) > c.due_at
    }
    rows = Case.objects.filter(pk__in=ids).values_list(
        "id", "text", "title", "theme__code", "territory__code", "scope__code", "street", "house", "account__code",
        "state", "outcome", "fix", "importance", "turn", "hops", "resident__name", "executor__code",
    )
    for case_id, *values in rows:
        yield case_id, [
            *values, case_id in missed,
            *(group.get(case_id, []) for group in (thread, tasks, replies, answers)),
        ]


def _grouped(rows: Any) -> dict[int, list[list[Any]]]:
    out: dict[int, list[list[Any]]] = {}
    for case_id, *values in rows:
        out.setdefault(case_id, []).append(values)
    return out
