"""Mail waits for one question to the operator: сообщение, запрос по 8-ФЗ, служебная переписка (design, section 8)."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.knowledge import knowledge
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Account, Arrival
from otklik.channels.registered import channel
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.channel_cases import cleaned, open_for
from otklik.intake.enclosing import enclose
from otklik.journal.appending import NewEntry, append
from otklik.policy.regulation import CRITICAL
from otklik.triage import Hints, understand

KEYS = {"message": Case.Regime.SOCIAL, "law8": Case.Regime.LAW8, "office": ""}
ROLES = frozenset({"operator", "coordinator", "head", "curator"})
SHOWN = 300  # signs of the text in the list


def ask(arrival: Arrival, account: Account, one: Incoming) -> bool:
    """Let a mail wait for its key. False where life may be in danger: that becomes a case at once and rings."""
    understood = understand(one.text, Hints(territory_id=account.territory_id), knowledge())
    if understood.importance >= CRITICAL:
        return False
    arrival.state = Arrival.State.ASKED
    arrival.told = {
        "from": one.author.email or one.author.name, "name": one.author.name, "subject": one.subject[:200],
        "words": one.text[:SHOWN], "files": len(one.files),
    }
    return True


def waiting(actor: Staff, now: datetime | None = None) -> list[Arrival]:
    """Mails that wait for this person, the oldest first. Inside `acting`."""
    rows = Arrival.objects.filter(state=Arrival.State.ASKED).select_related("account", "scope").defer("body")
    return [row for row in rows.order_by("id")[:500] if ROLES & actor.roles_at(row.scope_id)]


def answer_key(actor: Actor, arrival_id: int, key: str, *, now: datetime | None = None) -> Case | None:
    """The operator's key. Returns the case, whose clocks count from the mail's arrival; None for «служебная переписка».

    The same key pressed twice gives the same case. Raises `NotYours`, `Refused` when another key was faster.
    """
    now = now or timezone.now()
    if key not in KEYS:
        raise BadInput(_("Выберите, что это: сообщение, запрос по 8-ФЗ или служебная переписка."), "key")
    with acting(actor):
        mine = Arrival.objects.filter(pk=arrival_id).first()
        if mine is None or not (isinstance(actor, Staff) and ROLES & actor.roles_at(mine.scope_id)):
            raise NotYours(_("Такого письма нет, или оно не в вашем муниципалитете."))
        with widened():
            arrival = Arrival.objects.select_for_update().select_related("account").get(pk=arrival_id)
            if arrival.state != Arrival.State.ASKED:
                return _decided(arrival, key)
            case = _open(arrival, key) if KEYS[key] else None
            arrival.state = Arrival.State.TAKEN if case else Arrival.State.ASIDE
            arrival.save(update_fields=["state", "message"])
            append(
                NewEntry(
                    f"arrival:{arrival.pk}", "mail_sorted", actor.reference, now,
                    {"key": key, "case": case.pk if case else None, "scope": arrival.scope_id},
                )
            )
            return case


def _decided(arrival: Arrival, key: str) -> Case | None:
    joined = CaseMessage.objects.select_related("case").filter(message__arrivals=arrival).first()
    case = joined.case if joined else None
    if (case.regime if case else "") != KEYS[key]:
        raise Refused(_("Это письмо уже разобрали."))
    return case


def _open(arrival: Arrival, key: str) -> Case:
    account = arrival.account
    found = channel(account.channel).read(account, bytes(arrival.body), arrival.received_at)
    one = cleaned(next(iter(found)), arrival.received_at)
    case = open_for(account, one, arrival.received_at, regime=KEYS[key])
    arrival.message = CaseMessage.objects.select_related("message").filter(case=case).order_by("pk")[0].message
    enclose(arrival.message, one.files, arrival.received_at)
    return case
