"""Checks of cases: clocks, states, dates."""

from collections.abc import Iterator

from otklik.cases.lifecycle import MOVES
from otklik.cases.models import Case
from otklik.operations.doctor.findings import Finding, Visit, counted, examples, reading, streamed

_NUMBER = "SELECT c.number FROM cases_case c"
# Which moves an entry may tell of: mostly its own name, and those of moves that write another verb.
VERBS = {
    "publish": ("publish", "publish_interim"), "redirect": ("redirect", "redirect_again"),
    "reply": ("reply", "ask", "co_reply"), "word": ("word", "ask_word", "co_word"), "mapped": ("mirror",),
    "clock_warned": ("warn",), "hand_over": ("hand_over", "hand_over_again"),
    "forwarded": ("forwarded", "forwarded_also"), "register": ("register", "source_answered"),
    "reception": ("reception", "reception_over"),
}  # fmt: skip


def clocks(visit: Visit) -> Iterator[Finding]:
    """At most one clock of a kind, a regime and a part runs in a turn; none after the answer or in an older turn."""
    yield from counted(
        f"{_NUMBER} JOIN cases_clock k ON k.case_id = c.id AND k.stopped_at IS NULL"
        " GROUP BY c.number, k.regime, k.kind, k.turn, k.assignment_id, k.inquiry_id HAVING count(*) > 1",
        "Два одинаковых срока идут сразу, карточки:",
    )
    yield from counted(
        f"{_NUMBER} WHERE c.state IN ('answered', 'closed')"
        " AND EXISTS (SELECT FROM cases_clock k WHERE k.case_id = c.id AND k.stopped_at IS NULL)",
        "В отвеченных и закрытых карточках идёт срок:",
    )
    yield from counted(
        f"{_NUMBER} WHERE EXISTS (SELECT FROM cases_clock k WHERE k.case_id = c.id AND k.stopped_at IS NULL"
        " AND k.turn <> c.turn)",
        "Идёт срок прошлого круга, карточки:",
    )


def dates(visit: Visit) -> Iterator[Finding]:
    """The dates on a case are those of its clock that runs out first; «react» only when alone, a paused one never."""
    yield from counted(
        f"{_NUMBER} LEFT JOIN LATERAL (SELECT k.control_at, k.due_at FROM cases_clock k"
        " WHERE k.case_id = c.id AND k.stopped_at IS NULL AND k.paused_at IS NULL AND k.assignment_id IS NULL"
        " AND k.kind NOT IN ('copies', 'inquiry')"
        " ORDER BY (k.kind = 'react'), k.control_at, k.due_at LIMIT 1) f ON true"
        " WHERE c.control_at IS DISTINCT FROM f.control_at OR c.due_at IS DISTINCT FROM f.due_at",
        "Даты карточки не совпадают с её сроками:",
    )


def states(visit: Visit) -> Iterator[Finding]:
    """Every change of state in a stream is a move of the table, and the last one is where the case stands."""
    odd: list[str] = []
    number_odd = 0
    strayed: list[int] = []
    number_strayed = 0
    with reading():
        for case_id, state, wrong in _walked():
            if wrong:
                number_odd += len(wrong)
                odd += wrong
            if state is None:
                number_strayed += 1
                strayed.append(case_id)
            del odd[6:], strayed[6:]
    if number_odd:
        yield Finding(f"В журнале переходы, которых нет в таблице: {examples(odd, number_odd)}.")
    if number_strayed:
        yield Finding(f"Состояние карточки не то, что в журнале, карточки с id: {examples(strayed, number_strayed)}.")


def _walked() -> Iterator[tuple[int, str | None, list[str]]]:
    """(case, state by the journal or None when the row says another, wrong moves) for every case."""
    sql = (
        "SELECT c.id, c.state, e.verb, e.fields->>'from', e.fields->>'to', e.fields->>'state' FROM cases_case c"
        " LEFT JOIN journal_entry e ON e.stream = 'case:' || c.id AND (e.verb = 'opened' OR e.fields ? 'to')"
        " ORDER BY c.id, e.seq"
    )
    current, kept, state = 0, "", ""
    wrong: list[str] = []
    for case_id, row_state, verb, before, after, opened in streamed(sql):
        if case_id != current:
            if current:
                yield current, state if state == kept else None, wrong
            current, kept, state, wrong = case_id, row_state, "", []
        if verb == "opened":
            state = opened
        elif verb is not None:
            if before != state or not is_move(verb, before, after):
                wrong.append(f"id {case_id}: {verb} {before} → {after}")
            state = after
    if current:
        yield current, state if state == kept else None, wrong


def is_move(verb: str, before: str, after: str) -> bool:
    """Whether the table knows a move that this entry can tell of. A mirrored case takes its source's state."""
    names = VERBS.get(verb, (verb,))
    return any(
        move.name in names and before in move.sources and (move.target == after or move.name == "mirror")
        for move in MOVES
    )


def numbers(visit: Visit) -> Iterator[Finding]:
    """Answered and closed cases have their times and outcomes; a turn has one answer in work; remarks have entries."""
    closed, answered = Case.State.CLOSED, Case.State.ANSWERED
    yield from counted(
        f"{_NUMBER} WHERE (c.state = '{closed}') <> (c.outcome <> '')",
        "Состояние «закрыта» и итог расходятся, карточки:",
    )
    yield from counted(
        f"{_NUMBER} JOIN answers_answer a ON a.case_id = c.id AND a.turn = c.turn"
        " WHERE a.state IN ('draft', 'review', 'approved') GROUP BY c.number HAVING count(*) > 1",
        "Два черновика ответа сразу, карточки:",
    )
    yield from counted(
        f"{_NUMBER} JOIN cases_remark r ON r.case_id = c.id LEFT JOIN journal_entry e"
        " ON e.stream = 'case:' || c.id AND e.seq = r.entry_seq WHERE NOT coalesce(e.fields ? 'remark', false)",
        "Пояснения сотрудников без записи журнала, карточки:",
    )
    yield from counted(
        f"{_NUMBER} WHERE (c.state = '{closed}') <> (c.closed_at IS NOT NULL)",
        "Состояние «закрыта» и время закрытия расходятся, карточки:",
    )
    yield from counted(
        f"{_NUMBER} WHERE c.state = '{answered}' AND c.answered_at IS NULL",
        "Ответ дан, а времени ответа нет, карточки:",
    )
