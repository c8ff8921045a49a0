"""One mail as a person reads it before the key: whole, with its files, and what it seems to go on with."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.cases.models import Case, CaseMessage
from otklik.cases.reading import visible_cases
from otklik.channels.kit.incoming import Enclosed, Ignored, Incoming, Unreadable
from otklik.channels.models import Account, Arrival
from otklik.failures import NotYours
from otklik.intake.asking import ROLES
from otklik.intake.belonging import earlier_case
from otklik.intake.channel_cases import cleaned
from otklik.intake.understood import understood

SHOWN: Final = 20_000  # signs of one that cannot be read any more


@dataclass(frozen=True)
class Opened:
    """A mail: `one` is what is understood of it, else `reason` says why not and `raw` shows what came."""

    arrival: Arrival
    one: Incoming | None
    reason: str = ""
    raw: str = ""
    earlier: Case | None = None  # whose words these seem to be, where this person may see that case
    case: Case | None = None  # what it has become

    @property
    def files(self) -> list[Enclosed]:
        """What is enclosed."""
        return list(self.one.files) if self.one else []


def opened(actor: Staff, mail_id: int) -> Opened:
    """One mail of this person's places. Inside `acting`. Raises `NotYours`."""
    rows = Arrival.objects.select_related("account", "scope", "message").filter(account__channel=Account.Channel.EMAIL)
    arrival = rows.filter(pk=mail_id).first()
    if arrival is None or not ROLES & actor.roles_at(arrival.scope_id):
        raise NotYours(_("Такого письма нет, или оно не в вашем муниципалитете."))
    joined = CaseMessage.objects.filter(message_id=arrival.message_id or 0).first()
    case = visible_cases(actor).filter(pk=joined.case_id).first() if joined else None
    account, body = arrival.account, bytes(arrival.body)
    try:
        (found,) = understood(arrival)
        one = cleaned(found, arrival.received_at)
    except (Unreadable, Ignored) as error:
        return Opened(arrival, None, str(error), body[:SHOWN].decode("utf-8", "replace").replace("\0", ""), case=case)
    earlier = earlier_case(account, one) if arrival.state == Arrival.State.ASKED else None
    if earlier is not None and not visible_cases(actor).filter(pk=earlier.pk).exists():
        earlier = None
    return Opened(arrival, one, earlier=earlier, case=case)
