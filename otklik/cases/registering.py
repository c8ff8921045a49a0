"""A case in the register of another system: what is known there, kept beside the case, with that regime's clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Case, Clock, Registration
from otklik.cases.regime_clocks import planned
from otklik.failures import BadInput
from otklik.typed_text import line

SYSTEMS = {"pos": "ПОС", "law59": "СЭД", "law8": "СЭД"}  # kept as data: how people call these systems
REGIMES = tuple(Registration.Regime.values)


@dataclass(frozen=True)
class Mirror:
    """What another system says of a case. Moments are aware; what it does not say stays empty.

    `received_at`: when it came to the body (default: when the case was received). `due_at` wins over our reckoning;
    `answered_at`: the other system has answered, and when.
    """

    regime: str
    number: str = ""
    system: str = ""
    registered_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    status: str = ""
    out_number: str = ""
    answered_at: datetime | None = None
    signer: str = ""

    def checked(self) -> "Mirror":
        """The same, cleaned. Raises `BadInput` naming the field."""
        if self.regime not in REGIMES:
            raise BadInput(_("Выберите, где зарегистрировано."), "regime")
        return Mirror(
            self.regime, line(self.number, 100, "number"), line(self.system, 120, "system") or SYSTEMS[self.regime],
            self.registered_at, self.received_at, self.due_at, line(self.status, 120, "status"),
            line(self.out_number, 100, "out_number"), self.answered_at, line(self.signer, 200, "signer"),
        )


def registration_of(case: Case, said: Mirror, now: datetime, user_id: int | None = None) -> Registration:
    """A registration row of a mirror, not saved. Raises `BadInput` when the dates contradict each other."""
    received = said.received_at or case.received_at
    if said.registered_at and _day(said.registered_at) < _day(received):
        # The other system knows better when it got it: a comment is often registered by its own date.
        received = said.registered_at
    row = Registration(
        case=case, scope_id=case.scope_id, regime=said.regime, system=said.system, number=said.number,
        received_at=received, registered_at=said.registered_at, source_due_at=said.due_at,
        source_status=said.status, out_number=said.out_number, signer=said.signer, entered_by_id=user_id,
        created_at=now,
    )
    if said.answered_at:
        row.out_at = row.ended_at = said.answered_at
        row.ended_by = Registration.EndedBy.SENT if said.regime != "pos" else Registration.EndedBy.SOURCE
    return row


def opened_with(case: Case, mirrors: Sequence[Mirror], rules: Rules) -> tuple[list[Registration], list[Clock]]:
    """Registrations with which a case of a bulk opening begins, and their clocks; nothing is saved here.

    A case that is answered or closed already gets no clocks that run.
    """
    entries, rows = [], []
    over = case.state in (Case.State.ANSWERED, Case.State.CLOSED)
    for said in mirrors:
        entry = registration_of(case, said.checked(), case.opened_at)
        if over and entry.ended_at is None:
            entry.ended_at = case.answered_at or case.closed_at or case.opened_at
            entry.ended_by = Registration.EndedBy.SOURCE
        entries.append(entry)
        if not over or entry.out_at:
            rows += planned(case, entry, rules)
    return entries, rows


def _day(moment: datetime) -> date:
    day: date = moment.astimezone(zone()).date()
    return day
