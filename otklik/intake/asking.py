"""Mail waits for one question to the operator: сообщение, запрос по 8-ФЗ, служебная переписка (design, section 8)."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases.actions import heard
from otklik.cases.knowledge import knowledge
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Account, Arrival
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.belonging import earlier_case
from otklik.intake.channel_cases import cleaned, heard_of, open_for, told_apart
from otklik.intake.enclosing import enclose
from otklik.intake.understood import ANYWAY, understood
from otklik.journal.appending import NewEntry, append
from otklik.policy.regulation import CRITICAL
from otklik.triage import Hints, understand

KEYS = {"message": Case.Regime.SOCIAL, "law8": Case.Regime.LAW8, "office": ""}
ROLES = frozenset({"operator", "coordinator", "head", "curator"})
SYSTEM = System("channels")
SHOWN = 300  # signs of the text in the list


def ask(arrival: Arrival, account: Account, one: Incoming) -> bool:
    """Let a mail wait for its key. False where life may be in danger: that becomes a case at once and rings."""
    read = understand(one.text, Hints(territory_id=account.territory_id), knowledge())
    if read.importance >= CRITICAL:
        return False
    arrival.state = Arrival.State.ASKED
    arrival.told = {
        **{name: value for name, value in (arrival.told or {}).items() if name == ANYWAY},
        "from": one.author.email or one.author.name, "name": one.author.name, "subject": one.subject[:200],
        "words": one.text[:SHOWN], "files": len(one.files),
    }
    return True


def waiting(actor: Staff) -> QuerySet[Arrival]:
    """Mails that wait for this person, the oldest first. Inside `acting`."""
    rows = Arrival.objects.filter(state=Arrival.State.ASKED).select_related("account", "scope").defer("body")
    return _of_their_places(rows, actor).order_by("id")


def put_aside(actor: Staff) -> QuerySet[Arrival]:
    """Mails that were set aside as «служебная переписка», the last first. Inside `acting`."""
    rows = Arrival.objects.filter(state=Arrival.State.ASIDE, account__channel=Account.Channel.EMAIL)
    rows = rows.exclude(body=b"")  # kept for its time, or erased
    return _of_their_places(rows.select_related("account", "scope").defer("body"), actor).order_by("-id")


def _of_their_places(rows: QuerySet[Arrival], actor: Staff) -> QuerySet[Arrival]:
    scopes: set[int] = set()
    for grant in actor.grants:
        if grant.role in ROLES:
            if grant.scopes is None:
                return rows
            scopes |= grant.scopes
    return rows.filter(scope_id__in=scopes)


def answer_key(actor: Actor, arrival_id: int, key: str, *, now: datetime | None = None) -> Case | None:
    """The operator's key. Returns the case, whose clocks count from the mail's arrival; None for «служебная переписка».

    The same key pressed twice gives the same case. Raises `NotYours`, `Refused` when another key was faster.
    """
    now = now or timezone.now()
    if key not in KEYS:
        raise BadInput(_("Выберите, что это: сообщение, запрос по 8-ФЗ или служебная переписка."), "key")
    with acting(actor, read_only=True):
        _mine(actor, arrival_id)
    with acting(SYSTEM), widened():  # a case is opened, or heard, by the program; the entry names who pressed the key
        rows = Arrival.objects.select_for_update(of=("self",)).select_related("account__setup")
        arrival = _still_mine(actor, rows.get(pk=arrival_id))
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
    """A case of the mail; or its words, if it goes on with a case that was opened while it waited."""
    account, now = arrival.account, arrival.received_at
    one = told_apart(account, cleaned(next(iter(understood(arrival))), now))
    earlier = earlier_case(account, one)
    if earlier is not None and earlier.regime == KEYS[key]:
        arrival.message = heard.hear(SYSTEM, earlier.pk, heard_of(account, one, now), state=earlier.state)
        case = earlier
    else:
        case = open_for(account, one, now, regime=KEYS[key])
        arrival.message = CaseMessage.objects.select_related("message").filter(case=case).order_by("pk")[0].message
    enclose(arrival.message, one.files, now)
    return case


def take_back(actor: Actor, arrival_id: int, *, now: datetime | None = None) -> Arrival:
    """«Вернуть»: a mail that was set aside as «служебная переписка» waits again. Raises `NotYours`, `Refused`."""
    now = now or timezone.now()
    with acting(actor):
        _mine(actor, arrival_id)
        with widened():
            arrival = Arrival.objects.select_for_update().get(pk=arrival_id)
            if arrival.state == Arrival.State.ASKED:
                return arrival
            if not arrival.body:
                raise Refused(_("Письма больше нет: срок хранения прошёл, или его стёрли."))
            if arrival.state != Arrival.State.ASIDE:
                raise Refused(_("Это письмо уже стало карточкой: работайте с ней."))
            arrival.state = Arrival.State.ASKED
            arrival.save(update_fields=["state"])
            append(
                NewEntry(
                    f"arrival:{arrival.pk}", "mail_taken_back", actor.reference, now,
                    {"scope": arrival.scope_id},
                )
            )
            return arrival


def _mine(actor: Actor, arrival_id: int) -> Arrival:
    """A mail that this person may sort. Inside `acting` as this person."""
    return _still_mine(actor, Arrival.objects.filter(pk=arrival_id).first())


def _still_mine(actor: Actor, arrival: Arrival | None) -> Arrival:
    if arrival is None or not (isinstance(actor, Staff) and ROLES & actor.roles_at(arrival.scope_id)):
        raise NotYours(_("Такого письма нет, или оно не в вашем муниципалитете."))
    return arrival
