"""What is to be carried back into a source by hand: «что куда перенести», kept as batches, marked when it was done.

A batch holds what changed here since the last one that was carried (or since the source was heard last): a final
answer that is approved or published, the state, its date, the executor. Residents' words and contacts are never in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.answers.models import Answer
from otklik.cases import clocks
from otklik.cases.actions.mirror import CLOSED, OPEN, level_of
from otklik.cases.models import Case
from otklik.failures import BadInput, NotYours
from otklik.intake import aspects
from otklik.intake.importing import require_importer
from otklik.intake.models import CarriedCase, CarryBatch, MirroredRow, SheetProfile
from otklik.journal.appending import NewEntry, append, salted_digest

ANSWER, STATE, DATE, EXECUTOR = "answer", "state", "date", "executor"
CHANGES = (ANSWER, STATE, DATE, EXECUTOR)
READY = (Answer.State.APPROVED, Answer.State.PUBLISHED)
MOST_DAYS = 366
Said = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A case with something to carry: what stands here, and which of it is new to the source."""

    case: Case
    said: Said
    changed: list[str]


def make_batch(
    actor: Actor, profile_id: int, since: date, until: date, now: datetime | None = None
) -> CarryBatch:
    """Collect what changed in a period (local days, both included). Raises `BadInput` when there is nothing."""
    now = now or timezone.now()
    if until < since or (until - since).days > MOST_DAYS:
        raise BadInput(_("Период — от первого дня до последнего, не больше года."), "until")
    with acting(actor):
        profile = SheetProfile.objects.select_related("into").filter(pk=profile_id).first()
        if profile is None:
            raise NotYours(_("Такого источника нет."))
        require_importer(actor, profile.into)
        found = collect(actor, profile, since, until)
        if not found:
            raise BadInput(_("За эти дни переносить нечего: новых ответов и состояний нет."), "since")
        with widened():
            batch = CarryBatch.objects.create(
                profile=profile, scope_id=profile.into.scope_id or profile.into_id, since=since, until=until,
                rows=sum(len(one.changed) for one in found), made_at=now,
                made_by_id=actor.user_id if isinstance(actor, Staff) else None,
            )
            CarriedCase.objects.bulk_create(
                [
                    CarriedCase(batch=batch, case=one.case, scope_id=one.case.scope_id, said=one.said,
                                changed=one.changed)
                    for one in found
                ]
            )
            append(
                NewEntry(
                    f"carry:{batch.pk}", "carry_made", actor.reference, now,
                    {"scope": batch.scope_id, "profile": profile.pk, "cases": len(found), "rows": batch.rows},
                )
            )
    return batch


def mark_carried(actor: Actor, batch_id: int, carried: bool, now: datetime | None = None) -> CarryBatch:
    """«Перенесено», or take that back: then the next batch has it all again."""
    now = now or timezone.now()
    with acting(actor), widened():
        batch = CarryBatch.objects.select_for_update().select_related("profile__into").filter(pk=batch_id).first()
        if batch is None:
            raise NotYours(_("Такого списка нет."))
        require_importer(actor, batch.profile.into)
        if (batch.carried_at is not None) == carried:
            return batch
        batch.carried_at = now if carried else None
        batch.carried_by_id = actor.user_id if carried and isinstance(actor, Staff) else None
        batch.save(update_fields=["carried_at", "carried_by"])
        verb = "carried" if carried else "carry_undone"
        append(NewEntry(f"carry:{batch.pk}", verb, actor.reference, now, {"scope": batch.scope_id}))
    return batch


def collect(actor: Actor, profile: SheetProfile, since: date, until: date) -> list[Found]:
    """The cases of a source where something new to it happened in these days. Inside `acting`."""
    begin = datetime.combine(since, time(), clocks.zone())
    end = datetime.combine(until + timedelta(days=1), time(), clocks.zone())
    span = (begin, end)
    ready = Q(answers__state__in=READY) & (Q(answers__approved_at__range=span) | Q(answers__published_at__range=span))
    happened = ready | Q(answered_at__range=span) | Q(closed_at__range=span) | Q(tasks__assigned_at__range=span)
    rows = {row.case_id: row for row in MirroredRow.objects.filter(profile=profile).order_by("id")
            .filter(case_id__in=Case.objects.filter(happened).values("pk"))}  # fmt: skip
    cases = Case.objects.filter(pk__in=list(rows)).order_by("id")
    if isinstance(actor, Staff) and actor.sees is not None:
        cases = cases.filter(scope_id__in=list(actor.sees))
    answers = _answers(rows)
    carried = _last_carried(rows)
    found = []
    for case in cases:
        said = _said(case, answers.get(case.pk))
        changed = _changed(case, said, carried.get(case.pk), rows[case.pk], answers.get(case.pk))
        if changed:
            found.append(Found(case, said, changed))
    return found


def _answers(case_ids: Iterable[int]) -> dict[int, tuple[Answer, int, str]]:
    """The newest ready final answer of each case: the answer, its version's number and text."""
    out: dict[int, tuple[Answer, int, str]] = {}
    ready = Answer.objects.filter(case_id__in=list(case_ids), state__in=READY, kind=Answer.Kind.FINAL)
    for answer in ready.prefetch_related("versions").order_by("turn", "id"):
        versions = list(answer.versions.all())
        if versions:
            out[answer.case_id] = (answer, versions[-1].number, versions[-1].text)
    return out


def _last_carried(case_ids: Iterable[int]) -> dict[int, Said]:
    done = CarriedCase.objects.filter(case_id__in=list(case_ids), batch__carried_at__isnull=False)
    return dict(done.order_by("id").values_list("case_id", "said"))


def _said(case: Case, answer: tuple[Answer, int, str] | None) -> Said:
    said: Said = {STATE: level_of(case), "outcome": case.outcome, EXECUTOR: case.executor_id}
    if answer is not None:
        said |= {ANSWER: [answer[0].pk, answer[1]], "published": answer[0].state == Answer.State.PUBLISHED}
    at = case.closed_at if said[STATE] == CLOSED else case.answered_at
    said[DATE] = at.isoformat() if at else None
    return said


def _changed(
    case: Case, said: Said, before: Said | None, row: MirroredRow, answer: tuple[Answer, int, str] | None
) -> list[str]:
    """What of it the source does not know: by the last batch that was carried, else by what it said last."""
    if before is not None:
        return [name for name in CHANGES if said.get(name) is not None and said.get(name) != before.get(name)]
    known: Mapping[str, str] = row.known
    changed = []
    if answer is not None and salted_digest(bytes(case.salt), answer[2]) != known.get(aspects.ANSWER):
        changed.append(ANSWER)
    level, _bar, outcome = known.get(aspects.STATE, OPEN).partition("|")
    if said[STATE] != OPEN and (said[STATE] != level or (said[STATE] == CLOSED and outcome != said["outcome"])):
        changed.append(STATE)
    if changed and said[DATE]:
        changed.append(DATE)
    if said[EXECUTOR] and str(said[EXECUTOR]) != known.get(aspects.EXECUTOR):
        changed.append(EXECUTOR)
    return changed
