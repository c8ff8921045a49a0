"""Erase: once, in one transaction, for good. Or not: with the reason told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.answers import redaction as of_answers
from otklik.cases import redaction as of_cases
from otklik.cases.models import CaseMessage
from otklik.channels import redaction as of_messages
from otklik.failures import BadInput, Refused
from otklik.files.storage import forget_many
from otklik.intake import conflicts
from otklik.intake.erasing import arrivals, sheets
from otklik.intake.erasing.finding import the_erasure
from otklik.intake.erasing.holding import cases_of, obstacles, traces
from otklik.intake.erasing.models import Erasure
from otklik.journal.appending import NewEntry, append
from otklik.residents import redaction as of_residents
from otklik.residents.models import Resident
from otklik.residents.traces import Traces
from otklik.typed_text import line, typed

CONFIRMING = "стереть"  # typed by the officer: the second confirmation
MAX_WORDS = 300


def erase(
    actor: Actor, erasure_id: int, *, confirmed: str, whole: bool = False, words: str = "", now: datetime | None = None
) -> Erasure:
    """Erase the person of this request. Done already: nothing happens. Hindered by law: it waits, with the reason.

    `whole` removes the resident's texts; otherwise redacted copies stay. `words`: more words to take out, by commas.
    Raises `BadInput` when the confirming word is not there, `Refused` for a request that was dropped.
    """
    now = now or timezone.now()
    if typed(confirmed).lower() != CONFIRMING:
        raise BadInput(_("Напишите слово «%(word)s»: вернуть стёртое нельзя.") % {"word": CONFIRMING}, "confirmed")
    more = tuple(w for part in line(words, MAX_WORDS, "words").split(",") if len(w := part.strip()) > 1)
    with acting(actor), widened():
        row = the_erasure(actor, erasure_id, lock=True)
        if row.state == Erasure.State.DONE:
            return row
        if row.state == Erasure.State.DROPPED:
            raise Refused(_("Эту запись закрыли без стирания. Найдите человека снова."))
        # In one order with `record`: two erasures of one person wait for each other here.
        list(Resident.objects.select_for_update().filter(pk__in=row.residents).order_by("pk"))
        cases = cases_of(row, lock=True)
        if hindered := obstacles(cases, now):
            row.state = Erasure.State.WAITING
            row.waits_for = "\n".join(f"{one.number}: {one.why}" for one in hindered)
            days = [one.until for one in hindered if one.until]
            row.waits_until = max(days) if days else None
            row.save()
            _note(row, actor, "erasure_put_off", now, {"until": row.waits_until and row.waits_until.isoformat()})
            return row
        marks = traces(row, cases, more)
        row.counts = _counted(row, marks, whole, actor, now)
        row.state, row.whole, row.done_at = Erasure.State.DONE, whole, now
        row.done_by_id = actor.user_id if isinstance(actor, Staff) else None
        row.reason, row.waits_for, row.waits_until = marks.without(row.reason, own=True), "", None
        row.cases = sorted({*row.cases, *(case.pk for case in cases)})
        row.save()
        _note(row, actor, "erasure_done", now, {"counts": row.counts, "cases": row.cases, "whole": whole})
    return row


def drop(actor: Actor, erasure_id: int, *, now: datetime | None = None) -> Erasure:
    """Close a request without erasing anybody: the wrong person was found, or the claim was taken back."""
    with acting(actor), widened():
        row = the_erasure(actor, erasure_id, lock=True)
        if row.state == Erasure.State.DONE:
            raise Refused(_("Уже стёрто, отменить нельзя."))
        if row.state != Erasure.State.DROPPED:
            row.state = Erasure.State.DROPPED
            row.save(update_fields=["state"])
            _note(row, actor, "erasure_dropped", now or timezone.now(), {})
    return row


def _counted(row: Erasure, marks: Traces, whole: bool, actor: Actor, now: datetime) -> dict[str, int]:
    """Redact room by room; how many rows of each kind."""
    cases = cases_of(row)
    ids = [case.pk for case in cases]
    messages = list(CaseMessage.objects.filter(case_id__in=ids).values_list("message_id", flat=True))

    def own(text: str) -> str:
        return "[текст удалён по требованию автора]" if whole and text else marks.without(text, own=True)

    photos = [*of_messages.photos_of(messages), *of_cases.photos_of(ids, whole=whole)]
    counts = of_messages.redact(messages, own, marks.without)
    counts |= of_cases.redact(cases, own, marks.inside, actor, row.pk, now)
    of_answers.redact([case.pk for case in cases], marks.inside)
    of_cases.redact_apart({row.scope_id, *(case.scope_id for case in cases)} - {None}, marks.inside)
    counts["supports"] = of_cases.forget_supporters(row.residents)
    counts["photos"] = forget_many(photos)
    counts |= of_residents.redact(row.residents, now)
    counts["rejected_rows"] = sheets.redact_rejected(marks)
    counts["arrivals"] = arrivals.redact_arrivals(marks, row.arrivals)
    counts["missed_calls"] = arrivals.forget_missed_calls(marks)
    counts["conflicts"] = conflicts.forget_texts(ids)
    files = sheets.drop_files(marks)
    counts["import_files"] = len(files)
    for path in files:
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    return counts


def _note(row: Erasure, actor: Actor, verb: str, at: datetime, fields: dict[str, object]) -> None:
    append(NewEntry(f"erasure:{row.pk}", verb, actor.reference, at, {"scope": row.scope_id, **fields}))
