"""Finding a person to erase: by phone, mail or the number of a case, within what one may look after."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases import numbers
from otklik.cases.models import Case, OutsideNumber
from otklik.channels.models import Arrival
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.erasing.arrivals import arrivals_of
from otklik.intake.erasing.models import Erasure
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import RoleAssignment
from otklik.residents.contacts import lookup_hash
from otklik.residents.models import Contact, Resident
from otklik.residents.traces import traces_of
from otklik.territory.models import Kind, Territory
from otklik.typed_text import typed, within

ERASERS = frozenset({RoleAssignment.Role.ADMINISTRATOR, RoleAssignment.Role.SECURITY})
MAX_REASON = 1000
FEWEST_DIGITS = 10


def scopes_of(actor: Actor) -> frozenset[int] | None:
    """The scopes in which the actor may erase; None is the whole region. `Refused` for who may nowhere."""
    if isinstance(actor, System):
        return None
    grants = [g for g in actor.grants if g.role in ERASERS] if isinstance(actor, Staff) else []
    if not grants:
        raise Refused(_("Стереть человека может специалист по ИБ или администратор."))
    if any(g.scopes is None for g in grants):
        return None
    return frozenset[int]().union(*(g.scopes or () for g in grants))


def ask(actor: Actor, *, sought: str, reason: str, now: datetime | None = None) -> Erasure:
    """Find a person and note who asked and why; the journal keeps it. Nothing is changed yet.

    Raises `BadInput` when nobody is found in the actor's scopes, or no reason is given.
    """
    now = now or timezone.now()
    scopes = scopes_of(actor)
    reason = within(typed(reason), MAX_REASON, "reason")
    if not reason:
        raise BadInput(_("Напишите основание: чьё заявление, номер и дата."), "reason")
    sought = typed(sought)
    if not sought:
        raise BadInput(_("Напишите телефон, почту или номер карточки."), "sought")
    with acting(actor), widened():
        people, alone = _found(sought[:300], scopes)
        arrivals = _arrivals_of(sought[:300], scopes) if not people and not alone else []
        if not people and not alone and not arrivals:
            raise BadInput(
                _("Никого не нашли. Проверьте, что написали; возможно, человека уже стёрли или он из другого центра."),
                "sought",
            )
        scopes_of_all = [*(p.scope_id for p in people), *(c.scope_id for c in alone), *(a.scope_id for a in arrivals)]
        scope = _common(scopes_of_all)
        row = Erasure.objects.create(
            scope_id=scope, residents=[p.pk for p in people], cases=[c.pk for c in alone], reason=reason,
            arrivals=[one.pk for one in arrivals],
            asked_by_id=actor.user_id if isinstance(actor, Staff) else None, asked_at=now,
        )
        append(
            NewEntry(
                f"erasure:{row.pk}", "erasure_asked", actor.reference, now,
                {"residents": row.residents, "cases": row.cases, "arrivals": row.arrivals, "scope": scope},
            )
        )
    return row


def the_erasure(actor: Actor, erasure_id: int, *, lock: bool = False) -> Erasure:
    """One erasure that the actor may see. Inside `acting` and `widened`. Raises `NotYours`."""
    scopes = scopes_of(actor)
    rows = Erasure.objects.select_related("asked_by", "done_by", "scope")
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=erasure_id).first()
    mine = isinstance(actor, Staff) and row is not None and row.asked_by_id == actor.user_id
    if row is None or not (scopes is None or row.scope_id in scopes or mine):
        raise NotYours(_("Такой записи нет, или она не из вашего муниципалитета."))
    if scopes is not None and not _all_within(row, scopes):
        raise NotYours(_("Сообщения этого человека есть и в других центрах: стереть его может ЦУР."))
    return row


def _all_within(row: Erasure, scopes: frozenset[int]) -> bool:
    """A case may have been handed over since: whoever does not look after all of it does not erase it."""
    outside = Case.objects.filter(pk__in=row.cases).exclude(scope_id__in=scopes).exists()
    return not outside and not Resident.objects.filter(pk__in=row.residents).exclude(scope_id__in=scopes).exists()


def _found(sought: str, scopes: frozenset[int] | None) -> tuple[list[Resident], list[Case]]:
    """People in these scopes, and cases of nobody known. One person is a row in each centre they wrote to."""
    cases: list[Case] = []
    contacts = Contact.objects.none()
    if kind := _kind(sought):
        with suppress(BadInput):
            contacts = Contact.objects.filter(kind=kind, lookup=lookup_hash(kind, sought))
    ids = set(contacts.values_list("resident_id", flat=True))
    if not ids:
        cases = list(_cases_of(sought))
        ids = _elsewhere_too({c.resident_id for c in cases if c.resident_id})
    people = Resident.objects.filter(pk__in=ids).order_by("pk")
    alone = [c for c in cases if c.resident_id is None and bytes(c.salt)]
    if scopes is not None:
        people = people.filter(scope_id__in=scopes)
        alone = [c for c in alone if c.scope_id in scopes]
    return [one for one in people if _is_held(one)], alone


def _kind(sought: str) -> str:
    """Which contact this is; "" for none."""
    if "@" in sought:
        return Contact.Kind.EMAIL
    is_phone = sum(c.isdigit() for c in sought) >= FEWEST_DIGITS and not any(c.isalpha() for c in sought)
    return Contact.Kind.PHONE if is_phone else ""


def _arrivals_of(sought: str, scopes: frozenset[int] | None) -> list[Arrival]:
    """What came from somebody of whom no case was made: mail that waits or was put aside, what was sifted out."""
    if not (kind := _kind(sought)):
        return []
    rows = arrivals_of(traces_of([], [(kind, sought)]))
    return [row for row in rows if scopes is None or row.scope_id in scopes]


def _is_held(person: Resident) -> bool:
    """Not erased yet, or written again through a form that was on its way at that moment."""
    if person.erased_at is None or person.contacts.exists():
        return True
    return Case.objects.filter(resident=person).exclude(salt=b"").exists()


def _cases_of(sought: str) -> Sequence[Case]:
    number = numbers.parse(sought)
    if number is not None:
        found = list(Case.objects.filter(number=number))
        if found:
            return found
    ids = OutsideNumber.objects.filter(number=sought).values_list("case_id", flat=True)
    return list(Case.objects.filter(pk__in=list(ids)[:10]))


def _elsewhere_too(ids: set[int]) -> set[int]:
    """The same person as other centres know them, by a common contact."""
    lookups = Contact.objects.filter(resident_id__in=ids).values_list("lookup", flat=True)
    return ids | set(Contact.objects.filter(lookup__in=list(lookups)).values_list("resident_id", flat=True))


def _common(scope_ids: Sequence[int]) -> int:
    """The scope of all of them, or the region when they are several."""
    different = set(scope_ids)
    return different.pop() if len(different) == 1 else Territory.objects.get(kind=Kind.REGION).pk
