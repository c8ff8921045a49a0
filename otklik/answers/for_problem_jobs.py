"""The job that carries a common answer to its cases, one transaction a case.

Killed at any moment it goes on where it stopped: what came of a case is written in the transaction that answers it, so
none is answered twice. Every case goes through its own gate: what a person may not do with it, the job does not do.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting
from otklik.answers import chain, promising
from otklik.answers.for_problem_rows import Line, lines
from otklik.answers.models import Answer, AnswerVersion, CommonAnswer, CommonRow
from otklik.answers.publishing import publish_in
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case
from otklik.cases.problem_models import Problem
from otklik.failures import Failure, NotYours, Refused
from otklik.journal.appending import NewEntry, append, salted_digest

ACTOR = System("common-answer")
S = CommonRow.State


def carry_on(now: datetime | None = None, *, most: int = 100_000) -> int:
    """Go on with every common answer that is being sent, at most with so many cases now. Returns with how many."""
    done = 0
    for common_id in _sending():
        while done < most and (row := _next(common_id)) is not None:
            _deal_with(*row, now or timezone.now())
            done += 1
        _end(common_id, now or timezone.now())
    return done


def _sending() -> list[int]:
    with acting(ACTOR, read_only=True):
        rows = CommonAnswer.objects.filter(state=CommonAnswer.State.SENDING).order_by("pk")
        return list(rows.values_list("pk", flat=True))


def _next(common_id: int) -> tuple[int, int] | None:
    """The next row that waits, with its case."""
    with acting(ACTOR, read_only=True):
        rows = CommonRow.objects.filter(common_id=common_id, state=S.WAITING).order_by("pk")
        return rows.values_list("pk", "case_id").first()


def _deal_with(row_id: int, case_id: int, now: datetime) -> None:
    """Answer one case, or note why not."""
    try:
        _answer(row_id, case_id, now)
    except Failure as failure:
        with acting(ACTOR):
            rows = CommonRow.objects.filter(pk=row_id, state=S.WAITING)
            rows.update(state=S.REFUSED, reason=str(failure)[:300], done_at=now)


def _answer(row_id: int, case_id: int, now: datetime) -> None:
    with acting(ACTOR, read_only=True):
        row = CommonRow.objects.select_related("common").get(pk=row_id)
        case = Case.objects.get(pk=case_id)
    move = _move_of(row.common, case, now)
    with passing(ACTOR, case_id, move, now=now) as gate:
        common = CommonAnswer.objects.select_for_update().get(pk=row.common_id)
        row = CommonRow.objects.select_for_update().get(pk=row_id)
        if row.state != S.WAITING:  # withdrawn meanwhile, or another process was faster
            gate.unchanged = True
            return
        if common.state != CommonAnswer.State.SENDING:
            raise Refused(_("Рассылку остановили."))
        line = _line_of(gate.case.pk, common, now)
        if gate.case.problem_id != common.problem_id:
            raise Refused(_("карточку отделили от проблемы"))
        if line.refused:
            raise Refused(line.refused)
        if move != _move_for(common, line):
            raise Refused(_("Карточку изменили во время рассылки: ответьте на неё отдельно."))
        row.answer = _written(gate, common, line)
        gate.fields |= {"common": common.pk, "problem": common.problem_id, "by": common.sent_by_id}
        if line.how == "sent":
            promises = promising.dated_in(line.text, gate.now, common.promised_for)
            publish_in(gate, row.answer.pk, gate.now, "", None, "", promises=promises)
            Answer.objects.filter(pk=row.answer.pk).update(published_by_id=common.sent_by_id)
        row.state = {"sent": S.SENT, "number": S.NUMBER, "by_hand": S.BY_HAND}[line.how]
        row.reason, row.done_at = ("" if line.how == "sent" else line.where)[:300], now
        row.save()


def _move_of(common: CommonAnswer, case: Case, now: datetime) -> str:
    with acting(ACTOR, read_only=True):
        return _move_for(common, _line_of(case.pk, common, now))


def _move_for(common: CommonAnswer, line: Line) -> str:
    if line.how != "sent":
        return "put_common"
    return "publish_common_interim" if common.kind == "interim" else "publish_common"


def _line_of(case_id: int, common: CommonAnswer, now: datetime) -> Line:
    case = Case.objects.select_related(
        "scope", "territory", "theme", "resident", "account", "executor", "problem"
    ).filter(pk=case_id).first()
    if case is None:
        raise NotYours(_("Карточки больше нет."))
    return lines([case], common.text, kind=common.kind, promised_for=common.promised_for, now=now)[0]


def _written(gate: Passage, common: CommonAnswer, line: Line) -> Answer:
    """The answer of one case, approved together with the others."""
    last = chain.taken_for(common).last()
    answer = Answer.objects.create(
        case=gate.case, scope_id=gate.case.scope_id, turn=gate.case.turn, kind=common.kind, state=Answer.State.APPROVED,
        author_id=common.author_id, created_at=gate.now, promised_for=common.promised_for,
        approved_by_id=last.user_id if last else None, approved_at=common.approved_at or gate.now,
        approval_note=f"общий ответ на проблему № {common.problem_id}",
    )
    AnswerVersion.objects.create(
        answer=answer, case=gate.case, scope_id=gate.case.scope_id, number=1, text=line.text,
        author_id=common.author_id, written_at=gate.now,
    )
    gate.fields |= {"answer": answer.pk, "version": 1, "text": salted_digest(bytes(gate.case.salt), line.text)}
    return answer


def _end(common_id: int, now: datetime) -> None:
    """Nothing waits any more: it is sent. The problem's journal says how many got it and how many did not."""
    with acting(ACTOR):
        problem_id = CommonAnswer.objects.values_list("problem_id", flat=True).get(pk=common_id)
        Problem.objects.select_for_update(no_key=True).get(pk=problem_id)  # whose journal it is; in the gates' order
        common = CommonAnswer.objects.select_for_update().get(pk=common_id)
        waits = CommonRow.objects.filter(common=common, state=S.WAITING).exists()
        if common.state != CommonAnswer.State.SENDING or waits:
            return
        common.state, common.ended_at = CommonAnswer.State.SENT, now
        common.save(update_fields=["state", "ended_at"])
        rows = CommonRow.objects.filter(common=common)
        refused = rows.filter(state=S.REFUSED).count()
        fields = {"answer": common.pk, "cases": rows.count(), "refused": refused}
        append(NewEntry(f"problem:{common.problem_id}", "answer_sent", ACTOR.reference, now, fields))
