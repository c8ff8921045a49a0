"""One answer to a problem: written once with placeholders, approved once, carried to each case by a job.

Everything of a common answer goes through the gate of its problem (`cases.problems.working`), which locks the problem
and writes its journal. What becomes of it for each case stands in `for_problem_rows`; the sending in
`for_problem_jobs`.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.answers import chain, templating
from otklik.answers.approval import take_back
from otklik.answers.coaching import TITLES, grave_of
from otklik.answers.for_problem_coach import findings
from otklik.answers.models import Agreement, CommonAnswer, CommonRow, CommonVersion
from otklik.cases import upper_help
from otklik.cases.clocks import Rules, zone
from otklik.cases.lifecycle import APPROVERS, IN_WORK, PUBLISHERS
from otklik.cases.models import Case
from otklik.cases.problem_models import Problem, ProblemRemark
from otklik.cases.problems import Work, working
from otklik.channels.kit.starting import start_once
from otklik.failures import BadInput, NotYours, Refused
from otklik.triage.personal import personal_spans
from otklik.typed_text import line, typed, within

MOST_CASES = 2_000
TASK = "answers.common"
OPEN = ("draft", "review", "approved", "sending")
S = CommonAnswer.State


def cases_of(problem: Problem) -> list[Case]:
    """The cases a common answer is for: those of the problem that are in work, oldest first."""
    rows = Case.objects.filter(problem=problem, state__in=IN_WORK, scope_id=problem.scope_id)
    rows = rows.select_related("scope", "territory", "theme", "resident", "account", "executor", "problem")
    return list(rows.order_by("received_at", "pk")[:MOST_CASES])


def chain_for(problem: Problem) -> tuple[str, ...]:
    """The chain that satisfies every case of the problem."""
    rules, alone = Rules(), dict[int, bool]()
    return chain.together(chain.chain_of(case, rules, alone) for case in cases_of(problem))


def current(problem: Problem) -> CommonAnswer | None:
    """The common answer that is being prepared or sent."""
    return CommonAnswer.objects.filter(problem=problem, state__in=OPEN).first()


def save(
    actor: Actor, problem_id: int, *, text: str, kind: str = "final", promised_for: date | None = None,
    base_version: int | None = None, names_are_fine: bool = False, now: datetime | None = None,
) -> CommonAnswer:
    """Save the text as the next version. What was approved has to be approved anew. Raises `BadInput`, `Refused`.

    `base_version` is the version the writer started from (None: there was none); somebody else's newer one is told, and
    nothing is lost on either side.
    """
    text = within(typed(text), templating.MAX_TEMPLATE, "text")
    if not text:
        raise BadInput(_("Напишите текст ответа."), "text")
    if kind not in ("interim", "final"):
        raise BadInput(_("Выберите вид ответа."), "kind")
    templating.check(text)
    _nobody_named(text, names_are_fine)
    now = now or timezone.now()
    if kind == "interim" and promised_for is None:
        raise BadInput(_("В промежуточном ответе нужна дата, к которой ответите окончательно."), "promised_for")
    if promised_for is not None and promised_for < now.astimezone(zone()).date():
        raise BadInput(_("Обещанная дата уже прошла."), "promised_for")
    with working(actor, problem_id, "answer_saved", now=now) as work:
        row = _open(work)
        if row is None:
            row = CommonAnswer(problem=work.problem, scope_id=work.problem.scope_id, version=0, created_at=work.now,
                               author_id=work.user_id)
        elif row.state == S.SENDING:
            raise Refused(_("Ответ уже рассылается. Новый текст можно написать, когда рассылка кончится."))
        elif base_version != row.version and row.text != text and not (
            base_version is None and row.versions.latest("number").author_id == work.user_id
        ):
            raise BadInput(_("Пока вы писали, текст изменили. Ваш остался на странице: сравните."), "text")
        if row.pk and (row.text, row.kind, row.promised_for) == (text, kind, promised_for):
            work.unchanged = True
            return row
        row.text, row.kind, row.promised_for, row.state, row.approved_at = text, kind, promised_for, S.DRAFT, None
        row.version += 1
        row.save()
        chain.end_steps(row, Agreement.Ended.CHANGED, work.now)
        CommonVersion.objects.create(
            common=row, scope_id=row.scope_id, number=row.version, text=text, author_id=work.user_id,
            written_at=work.now,
        )
        work.fields |= {"answer": row.pk, "version": row.version, "kind": kind}
        return row


def _nobody_named(text: str, names_are_fine: bool) -> None:
    """A text for many names no resident: what is found is told; a name that is an official's may be let through."""
    for span in personal_spans(text):
        if span.kind == "name" and names_are_fine:
            continue
        advice = _(" Если это не житель, отметьте «Имён жителей здесь нет».") if span.kind == "name" else ""
        told = _("Этот текст прочтут многие: уберите «%(words)s».") % {"words": text[span.start : span.end]}
        raise BadInput(told + advice, "text")


def send_to_review(actor: Actor, problem_id: int, *, now: datetime | None = None) -> CommonAnswer:
    """Draft → on approval."""
    with working(actor, problem_id, "answer_to_review", now=now) as work:
        row = _in_state(work, None, S.DRAFT)
        row.state = S.REVIEW
        row.save(update_fields=["state"])
        return row


def approve(
    actor: Actor, problem_id: int, *, version: int, note: str = "", in_spite: str = "", now: datetime | None = None
) -> CommonAnswer:
    """Take the next step for the whole text; the last one makes it approved. `in_spite`: why, when the coach found
    something grave.
    """
    note = line(note, 300, "note")
    with working(actor, problem_id, "answer_agreed", roles=APPROVERS, now=now) as work:
        row = _in_state(work, version, S.REVIEW)
        work.fields |= upper_help.answering(
            actor, APPROVERS, cases_of(work.problem), upper_help.APPROVING, work.now
        )
        _vouch(work, row, in_spite)
        writers = row.versions.values_list("author_id", flat=True)
        step, last = chain.take(
            actor, row, chain_for(work.problem), version=row.version, writers=writers, note=note, now=work.now
        )
        if step is not None:
            work.fields |= {"step": step.step, "role": step.role, "oral": bool(note)}
        if last:
            row.state, row.approved_at = S.APPROVED, work.now
            row.save(update_fields=["state", "approved_at"])
        return row


def send_back(actor: Actor, problem_id: int, *, reason: str, now: datetime | None = None) -> CommonAnswer:
    """On approval or approved → draft, with what is to be changed."""
    words = _reason(reason, _("Напишите, что поправить."))
    with working(actor, problem_id, "answer_returned", roles=APPROVERS, now=now) as work:
        row = _in_state(work, None, S.REVIEW, S.APPROVED)
        chain.end_steps(row, Agreement.Ended.RETURNED, work.now)
        row.state, row.approved_at = S.DRAFT, None
        row.save(update_fields=["state", "approved_at"])
        _remark(work, "answer_returned", words)
        return row


def withdraw(actor: Actor, problem_id: int, *, reason: str, now: datetime | None = None) -> CommonAnswer:
    """An approval is taken back. While the answer is being sent, the rest of the cases do not get it."""
    words = _reason(reason, _("Напишите, почему отзываете согласование."))
    with working(actor, problem_id, "answer_withdrawn", roles=APPROVERS, now=now) as work:
        row = _in_state(work, None, S.REVIEW, S.APPROVED, S.SENDING)
        if row.agreements.filter(ended_at=None).exists():
            work.fields["step"] = take_back(actor, row, work.now)
        elif row.state != S.SENDING:
            raise Refused(_("Отозвать нечего: этот текст ещё никто не согласовал."))
        if row.state == S.SENDING:
            waiting = CommonRow.objects.filter(common=row, state=CommonRow.State.WAITING)
            work.fields["left_out"] = waiting.update(
                state=CommonRow.State.REFUSED, reason="Согласование отозвали во время рассылки.", done_at=work.now
            )
            row.state, row.ended_at = S.STOPPED, work.now
        else:
            row.state, row.approved_at = S.REVIEW, None
        row.save(update_fields=["state", "approved_at", "ended_at"])
        _remark(work, "answer_withdrawn", words)
        return row


def _vouch(work: Work, row: CommonAnswer, in_spite: str) -> None:
    """With something grave found by the coach a person says why the text is good all the same; their words are kept."""
    _text, found = findings(
        cases_of(work.problem), row.text, kind=row.kind, promised_for=row.promised_for, now=work.now
    )
    grave = grave_of(found)
    if not grave:
        return
    kinds = sorted({one.kind for one in grave})
    words = within(typed(in_spite), 300, "in_spite")
    if not words:
        named = ", ".join(str(TITLES[kind]).lower() for kind in kinds)
        raise BadInput(
            _("Проверьте ответ: %(what)s. Поправьте текст или напишите, почему отправляете так.") % {"what": named},
            "in_spite",
        )
    work.fields["in_spite_of"] = kinds
    _remark(work, "answer_in_spite", words)


def _reason(words: str, asked: str) -> str:
    words = within(typed(words), 300, "reason")
    if not words:
        raise BadInput(asked, "reason")
    return words


def _remark(work: Work, verb: str, words: str) -> None:
    ProblemRemark.objects.create(
        problem=work.problem, scope_id=work.problem.scope_id, verb=verb, text=words, author_id=work.user_id, at=work.now
    )


def begin(
    actor: Actor, problem_id: int, *, version: int, but: frozenset[int] = frozenset(), in_spite: str = "",
    now: datetime | None = None,
) -> CommonAnswer:
    """Send the approved text: a row for each case that is in work now (`but`: ids left out), and the job starts.

    Nobody's agreement is needed where the chain of all these cases is empty. Pressed twice it is begun once.
    """
    with working(actor, problem_id, "answer_sending", roles=PUBLISHERS, now=now) as work:
        row = _open(work)
        if row is not None and row.state == S.SENDING:
            work.unchanged = True
            return row
        needed = chain_for(work.problem)
        row = _in_state(work, version, S.APPROVED, *(() if needed else (S.DRAFT, S.REVIEW)))
        if needed and (missing := chain.next_step(row, needed)) is not None:
            raise Refused(_("Нужен ещё один шаг согласования: %(who)s.") % {"who": missing.role_name})
        if not needed:
            _vouch(work, row, in_spite)
        cases = [case for case in cases_of(work.problem) if case.pk not in but]
        if not cases:
            raise Refused(_("Отвечать некому: карточек в работе нет или все отмечены «не отправлять»."))
        work.fields |= upper_help.answering(actor, PUBLISHERS, cases, upper_help.PUBLISHING, work.now)
        CommonRow.objects.bulk_create(
            [CommonRow(common=row, case=case, scope_id=case.scope_id) for case in cases], ignore_conflicts=True
        )
        row.state, row.sent_by_id, row.sent_at = S.SENDING, work.user_id, work.now
        row.save(update_fields=["state", "sent_by_id", "sent_at"])
        work.fields["cases"] = len(cases)
        start_once(TASK)
        return row


def _open(work: Work) -> CommonAnswer | None:
    return CommonAnswer.objects.select_for_update().filter(problem=work.problem, state__in=OPEN).first()


def _in_state(work: Work, version: int | None, *states: str) -> CommonAnswer:
    """The open common answer, locked, in one of these states and of the version that was read."""
    row = _open(work)
    if row is None:
        raise NotYours(_("Общего ответа на эту проблему сейчас нет."))
    if row.state not in states:
        raise Refused(
            _("Ответ уже в состоянии «%(state)s». Обновите страницу.") % {"state": row.get_state_display()}
        )
    if version is not None and version != row.version:
        raise Refused(_("Пока вы читали, текст ответа изменили. Прочитайте новый."))
    work.fields |= {"answer": row.pk, "version": row.version}
    return row
