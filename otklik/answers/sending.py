"""An answer by law: sent under a number, and the approved text kept as what was sent."""

from datetime import datetime

from otklik.acting import Actor
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
    now: datetime | None = None,
) -> Registration:
    """«Отправлено, исх. № … от …»: the clocks of that registration stop at `at`.

    When the case itself stands under that law, the approved answer of this turn (if it was written here) becomes the
    one that was sent, and joint parts must be over (`in_spite`: why it was sent before).
    """
    with passing(actor, case_id, "sent", now=now) as gate:
        entry = note_sent(gate, registration_id, number=number, at=at, signer=signer, way=way)
        if entry.regime == gate.case.regime:
            parts.check_over(gate, in_spite)
            ours = Answer.objects.select_for_update().filter(
                case=gate.case, turn=gate.case.turn, state=Answer.State.APPROVED, kind=Answer.Kind.FINAL
            ).first()
            if ours is not None:
                keep_as_sent(gate, ours, at)
        return entry
