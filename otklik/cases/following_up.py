"""What a resident's further words are to their thread: kept beside the message; and to earlier cases of theirs."""

from dataclasses import dataclass
from datetime import timedelta

from otklik.acting import Actor
from otklik.cases.models import Case, CaseMessage
from otklik.cases.reading import visible_cases
from otklik.channels.models import Message
from otklik.triage.follow_ups import FollowUp, follow_up

WINDOW = timedelta(days=60)  # an earlier case this fresh may be what a person goes on about
MOST = 3


@dataclass(frozen=True)
class Earlier:
    """An earlier case of the same person, and what the new one seems to be to it."""

    case: Case
    seems: FollowUp


def seems(case: Case, text: str) -> str:
    """What further words in a case's own thread seem to be; "" when that is not clear."""
    answer = _last_answer([case.pk]).get(case.pk)
    found = follow_up(answer or case.text, text, from_us=answer is not None)
    return found.kind if found.sure else ""


def earlier_matters(actor: Actor, case: Case) -> list[Earlier]:
    """Fresh cases of the same person that this one seems to go on with; a surely new matter is left out."""
    if case.resident_id is None:
        return []
    mine = visible_cases(actor).filter(
        resident_id=case.resident_id, received_at__lt=case.received_at, received_at__gt=case.received_at - WINDOW
    )
    cases = list(mine.exclude(pk=case.pk).select_related("theme", "territory").order_by("-received_at")[:MOST])
    answers = _last_answer([one.pk for one in cases])
    found = []
    for one in cases:
        answer = answers.get(one.pk)
        judged = follow_up(f"{one.text}\n{answer}" if answer else one.text, case.text, from_us=answer is not None)
        if judged.kind != "new_matter" and judged.sure:
            found.append(Earlier(one, judged))
    return found


def _last_answer(case_ids: list[int]) -> dict[int, str]:
    """The last answer that each case got, by the case's id."""
    rows = CaseMessage.objects.filter(case_id__in=case_ids, message__direction=Message.Direction.OUT)
    return dict(rows.order_by("message__written_at", "pk").values_list("case_id", "message__text"))
