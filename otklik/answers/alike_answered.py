"""«Похожие отвеченные»: what was answered to like cases of the same centre, without names and phones. Inside `acting`.

Bounded whatever lies in the database: the newest `LOOKED_AT` answered cases of the theme are compared by the words of
their fingerprints and by place, and the few best are read. Every text goes through redaction, so that nothing that was
written to one person (a letter under 59-ФЗ above all) reaches another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from otklik.acting import Actor
from otklik.answers.models import Answer, AnswerVersion
from otklik.cases.alike import own_print
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases
from otklik.triage.fingerprints import words_of
from otklik.triage.personal import personal_spans
from otklik.triage.personal.redacting import redact

LOOKED_AT = 300
SHOWN = 5
_NEWEST = """SELECT c.id, c.territory_id, c.street, c.fix, p.kept FROM cases_case c
 JOIN cases_caseprint p ON p.case_id = c.id WHERE c.scope_id = %s AND c.theme_id = %s AND c.id <> %s
 AND c.state IN ('answered', 'closed') AND c.answered_at IS NOT NULL AND NOT c.restricted
 ORDER BY c.answered_at DESC LIMIT %s"""


@dataclass(frozen=True)
class Answered:
    """An answer that was given before, as it may be used again. `hidden`: something was taken out of it."""

    case: Case
    text: str
    at: datetime
    hidden: bool
    refuted: bool


class _Row(NamedTuple):
    id: int
    territory_id: int
    street: str
    fix: str
    kept: bytes


def alike_answered(actor: Actor, case: Case, limit: int = SHOWN) -> list[Answered]:
    """The likest answered cases of the same theme and centre with their last published answer. Four queries."""
    if case.theme_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [case.scope_id, case.theme_id, case.pk, LOOKED_AT])
        rows = [_Row(*one) for one in cursor.fetchall()]
    if not rows:
        return []
    mine = own_print(case).words
    ranked = sorted(((_rank(case, mine, row), -n, row) for n, row in enumerate(rows)), key=lambda one: one[:2])
    ids = [row.id for _rank_, _n, row in reversed(ranked[-limit * 3 :])]
    texts = _published(ids)
    cases = visible_cases(actor).select_related("territory", "theme").in_bulk([pk for pk in ids if pk in texts])
    found: list[Answered] = []
    seen: set[str] = set()
    for pk in ids:
        if pk not in cases or len(found) == limit:
            continue
        text, at = texts[pk]
        plain = redact(text, personal_spans(text))
        if plain in seen:
            continue
        seen.add(plain)
        found.append(Answered(cases[pk], plain, at, plain != text, cases[pk].fix == Case.Fix.REFUTED))
    return found


def _rank(case: Case, mine: frozenset[int], row: _Row) -> float:
    theirs = words_of(row.kept)
    share = len(mine & theirs) / (min(len(mine), len(theirs)) or 1)
    place = 0.2 * (row.territory_id == case.territory_id) + 0.2 * bool(case.street and row.street == case.street)
    taken = {"confirmed": 0.15, "refuted": -0.3}.get(row.fix, 0.0)
    return share + place + taken


def _published(case_ids: list[int]) -> dict[int, tuple[str, datetime]]:
    """The last final answer of each case: its text, and when it went out."""
    answers = Answer.objects.filter(case_id__in=case_ids, state="published", kind="final").order_by("published_at")
    last = {one.pk: one for one in {one.case_id: one for one in answers}.values()}
    texts = dict(
        AnswerVersion.objects.filter(answer_id__in=last).order_by("number").values_list("answer_id", "text")
    )
    return {
        one.case_id: (texts[pk], one.published_at) for pk, one in last.items()
        if pk in texts and one.published_at is not None
    }
