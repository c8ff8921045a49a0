"""What the coach says of a common answer: of the text as one of the cases would get it. Inside `acting`.

Findings about one resident's question or about earlier answers are left out: they differ from case to case, and the
text is nobody's own. Others read as for an answer, and grave ones ask whoever approves for a reason.
"""

from datetime import date, datetime

from otklik.answers.coach import Finding
from otklik.answers.coaching import findings_of
from otklik.answers.for_problem_rows import lines
from otklik.cases.models import Case

OF_ONE_CASE = ("unanswered_question", "contradiction")
TRIED = 20  # cases among which one with a public answer is looked for: there more is forbidden


def findings(
    cases: list[Case], text: str, *, kind: str, promised_for: date | None, now: datetime
) -> tuple[str, list[Finding]]:
    """The text that was looked at and what was found in it."""
    made = lines(cases[:TRIED], text, kind=kind, promised_for=promised_for, now=now)
    if not made:
        return text, []
    line = next((one for one in made if one.public), next((one for one in made if one.able), made[0]))
    found = findings_of(line.case, line.text, now, promised_for=promised_for)
    return line.text, [one for one in found if one.kind not in OF_ONE_CASE]
