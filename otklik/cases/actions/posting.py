"""Реестр почтовых отправлений: the letters of a day as one numbered list, and what the post says of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.actions.proving import SENT, sent_registration
from otklik.cases.clock_rules import zone
from otklik.cases.gate import passing
from otklik.cases.lifecycle import TRIAGERS
from otklik.cases.models import PostalList, Registration, SendingProof
from otklik.cases.registered import LAWS
from otklik.failures import BadInput, NotYours, Refused
from otklik.residents.contacts import seal_words, unseal_words
from otklik.territory.models import Territory
from otklik.typed_text import line

MOST_LINES = 200  # of one list
MOST_WAITING = 500  # shown at once
K = SendingProof.Kind


@dataclass(frozen=True)
class Line:
    """One letter of a list."""

    registration_id: int
    addressee: str
    address: str


def waiting(actor: Staff) -> QuerySet[Registration]:
    """Letters said to be sent by post that no list has and nothing proves, the oldest first. Inside `acting`."""
    return _of(actor, Registration.objects.filter(
        way=Registration.Way.POST, ended_by__in=SENT, out_at__isnull=False, proof=None
    )).select_related("case__resident", "case__scope", "case__collective", "body").order_by("out_at", "id")  # fmt: skip


def unproven(actor: Staff) -> QuerySet[Registration]:
    """Everything that was sent by law in another way than the post, and nothing proves. Inside `acting`."""
    rows = Registration.objects.filter(ended_by__in=SENT, regime__in=LAWS, out_at__isnull=False, proof=None)
    rows = rows.exclude(way=Registration.Way.POST).exclude(way="")
    return _of(actor, rows).select_related("case", "body").order_by("out_at", "id")


def lists(actor: Staff) -> QuerySet[PostalList]:
    """The lists of the actor's centres, the newest first. Inside `acting`."""
    rows = PostalList.objects.select_related("scope", "made_by").order_by("-day", "-id")
    return rows if actor.sees is None else rows.filter(scope_id__in=actor.sees)


def lines_of(found: PostalList) -> list[SendingProof]:
    """The lines of a list in its order. Inside `acting`."""
    return list(found.lines.select_related("registration", "case").order_by("place"))


def make_list(
    actor: Actor, *, scope_id: int, day: date, lines: Sequence[Line], now: datetime | None = None
) -> PostalList:
    """Put letters of one centre on the day's list, in the order given. All or nothing; each is an entry of its case.

    The serial goes without a gap within the centre's year. Raises `BadInput` naming the field, `Refused`.
    """
    now = now or timezone.now()
    wanted = [Line(one.registration_id, *_words(one)) for one in lines]
    if not wanted:
        raise BadInput(_("Отметьте хотя бы одно письмо."), "lines")
    if len(wanted) > MOST_LINES:
        raise BadInput(_("Не больше %(n)s писем в одном реестре.") % {"n": MOST_LINES}, "lines")
    if len({one.registration_id for one in wanted}) < len(wanted):
        raise BadInput(_("Одно письмо отмечено дважды."), "lines")
    if day > now.astimezone(zone()).date():
        raise BadInput(_("Эта дата ещё не наступила."), "day")
    with acting(actor):
        cases = dict(Registration.objects.filter(
            pk__in=[one.registration_id for one in wanted], scope_id=scope_id
        ).values_list("pk", "case_id"))  # fmt: skip
        if len(cases) < len(wanted):
            raise NotYours(_("Какого-то из писем здесь нет: обновите страницу."))
        if not isinstance(actor, Staff) or not TRIAGERS & actor.roles_at(scope_id):
            raise Refused(_("Реестр составляют оператор и координатор центра."))
        with widened():
            found = _new_list(actor, scope_id, day, now)
        # Cases are locked in one order everywhere, whatever the order of the lines.
        for place, one in sorted(enumerate(wanted, 1), key=lambda pair: cases[pair[1].registration_id]):
            _put(actor, cases[one.registration_id], found, place, one, now)
    return found


def enter_tracking(
    actor: Actor, *, list_id: int, numbers: Mapping[int, str], now: datetime | None = None
) -> int:
    """Tracking numbers as they came back from the post, by the id of a line. Empty ones stay. Returns how many changed.

    The same number on two lines is a slip of the hand: `BadInput`.
    """
    now = now or timezone.now()
    given = {pk: line(number, 40, f"track{pk}") for pk, number in numbers.items()}
    given = {pk: number for pk, number in given.items() if number}
    if len(set(given.values())) < len(given):
        raise BadInput(_("Один почтовый номер стоит у двух писем: проверьте."), "tracking")
    changed = 0
    with acting(actor):
        found = _the_list(actor, list_id)
        rows = {row.pk: row for row in found.lines.order_by("case_id", "id")}
        if given.keys() - rows.keys():
            raise NotYours(_("Такого письма в реестре нет: обновите страницу."))
        for pk, row in rows.items():
            number = given.get(pk, "")
            if not number or row.reference == number:
                continue
            if any(other.reference == number for other in rows.values() if other.pk != pk and other.pk not in given):
                raise BadInput(_("Один почтовый номер стоит у двух писем: проверьте."), "tracking")
            with passing(actor, row.case_id, "prove", now=now) as gate:
                line_of = SendingProof.objects.select_for_update().get(pk=pk)
                line_of.kind, line_of.reference, line_of.reason = K.POSTAL, number, ""
                line_of.entered_by_id, line_of.entered_at = gate.user_id, now
                line_of.save()
                gate.fields |= {"registration": line_of.registration_id, "proof": K.POSTAL}
            changed += 1
    return changed


def hand_over_list(actor: Actor, *, list_id: int, now: datetime | None = None) -> PostalList:
    """The list was handed to the post with its letters. Once."""
    now = now or timezone.now()
    with acting(actor):
        found = _the_list(actor, list_id)
        with widened():
            found = PostalList.objects.select_for_update().get(pk=found.pk)
            if found.handed_at:
                raise Refused(_("Реестр уже сдан на почту."))
            found.handed_at = now
            found.save(update_fields=["handed_at"])
    return found


def address_of(row: SendingProof) -> str:
    """The postal address of a line, opened. It stands on the list itself and nowhere else."""
    return unseal_words(bytes(row.address_cipher), row.address_key) if row.address_cipher else ""


def the_list(actor: Staff, list_id: int) -> PostalList:
    """One list of the actor's centres. Inside `acting`. Raises `NotYours`."""
    return _the_list(actor, list_id)


def _the_list(actor: Actor, list_id: int) -> PostalList:
    found = PostalList.objects.select_related("scope", "made_by").filter(pk=list_id).first()
    if found is None or not isinstance(actor, Staff) or (actor.sees is not None and found.scope_id not in actor.sees):
        raise NotYours(_("Такого реестра здесь нет."))
    return found


def _new_list(actor: Staff, scope_id: int, day: date, now: datetime) -> PostalList:
    Territory.objects.select_for_update(no_key=True).get(pk=scope_id)  # who comes second waits for the first's commit
    last = PostalList.objects.filter(scope_id=scope_id, year=day.year).aggregate(last=Max("serial"))["last"] or 0
    return PostalList.objects.create(
        scope_id=scope_id, day=day, year=day.year, serial=last + 1, made_by_id=actor.user_id, made_at=now
    )


def _put(actor: Actor, case_id: int, found: PostalList, place: int, one: Line, now: datetime) -> None:
    with passing(actor, case_id, "post", now=now) as gate:
        entry = sent_registration(gate, one.registration_id)
        if entry.way != Registration.Way.POST:
            raise Refused(_("Письмо отправлено не почтой: в реестре ему не место."))
        if SendingProof.objects.filter(registration=entry).exists():
            raise Refused(_("Письмо по вх. № %(n)s уже стоит в реестре или подтверждено.") % {"n": entry.number or "—"})
        if entry.out_at and entry.out_at.astimezone(zone()).date() > found.day:
            raise BadInput(_("Реестр раньше письма: проверьте дату."), "day")
        cipher, key = seal_words(one.address)
        SendingProof.objects.create(
            case=gate.case, scope_id=gate.case.scope_id, registration=entry, kind=K.POSTAL, postal_list=found,
            place=place, addressee=one.addressee, address_cipher=cipher, address_key=key, entered_by_id=gate.user_id,
            entered_at=now,
        )
        gate.fields |= {"registration": entry.pk, "list": found.pk}


def _words(one: Line) -> tuple[str, str]:
    field = f"address{one.registration_id}"
    addressee, address = line(one.addressee, 200, f"addressee{one.registration_id}"), line(one.address, 300, field)
    if not addressee:
        raise BadInput(_("Напишите, кому письмо."), f"addressee{one.registration_id}")
    if not address:
        raise BadInput(_("Напишите почтовый адрес."), field)
    return addressee, address


def _of(actor: Staff, rows: QuerySet[Registration]) -> QuerySet[Registration]:
    return rows if actor.sees is None else rows.filter(scope_id__in=actor.sees)
