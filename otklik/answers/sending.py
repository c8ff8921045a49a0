"""An answer by law: sent under a number, and the approved text kept as what was sent."""

from collections.abc import Sequence
from datetime import datetime

from otklik.acting import Actor
from otklik.answers import promising
from otklik.answers.models import Answer
from otklik.answers.publishing import keep_as_sent
from otklik.cases import parts
from otklik.cases.actions.correspondence import note_sent
from otklik.cases.gate import passing
from otklik.cases.models import Registration


def sent(
    actor: Actor,
    case_id: int,
    *,
    registration_id: int,
    number: str,
    at: datetime,
    signer: str,
    way: str,
    in_spite: str = "",
    promises: Sequence[promising.Taken] = (),
    now: datetime | None = None,
) -> Registration:
    """«Отправлено, исх. № … от …»: the clocks of that registration stop at `at`.

    When the case itself stands under that law, the approved answer of this turn (if it was written here) becomes the
    one that was sent, and joint parts must be over (`in_spite`: why it was sent before). `promises`: days of its words
    that are taken down; what was promised before ends as with any final answer.
    """
    with passing(actor, case_id, "sent", now=now) as gate:
        entry = note_sent(gate, registration_id, number=number, at=at, signer=signer, way=way)
        if entry.regime == gate.case.regime:
            parts.check_over(gate, in_spite)
            ours = Answer.objects.select_for_update().filter(
                case=gate.case, turn=gate.case.turn, state=Answer.State.APPROVED, kind=Answer.Kind.FINAL
            ).first()
            promising.over(gate, at)
            if ours is not None:
                keep_as_sent(gate, ours, at)
                promising.take(gate, ours, promises, at)
        return entry
