"""While a resident speaks: who rings, what they wrote before, which streets there are, what this house already has."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases.at_address import at_address
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases
from otklik.faces.desk.access import desk_view, staff_of
from otklik.failures import BadInput
from otklik.residents.contacts import lookup_hash
from otklik.residents.models import Contact, Resident
from otklik.territory.models import Street, Territory
from otklik.typed_text import typed

EARLIER = 5
MOST_STREETS = 2000


@require_POST
@desk_view
def known(request: HttpRequest) -> HttpResponse:
    """The caller by phone: how they are called, their earlier cases. Sent, so that the number stands in no address."""
    actor = staff_of(request)
    phone = typed(request.POST.get("phone", ""))[:40]
    with acting(actor, read_only=True):
        residents = _of_phone(phone)
        cases = list(
            visible_cases(actor).filter(resident__in=residents)
            .select_related("theme", "territory", "territory__municipality").order_by("-received_at", "-pk")[:EARLIER]
        ) if residents else []  # fmt: skip
        name = next((one.name for one in residents if one.name), "")
        return render(request, "desk/parts/call_known.html", {"name": name, "cases": cases, "known": bool(residents)})


@require_safe
@desk_view
def streets(request: HttpRequest) -> HttpResponse:
    """Streets of the place: of the directory, and of cases before, as choices of the field."""
    actor = staff_of(request)
    place = _place(actor, request.GET.get("territory", ""))
    names: list[str] = []
    if place is not None:
        rows = Street.objects.filter(territory=place, active=True).order_by("name_key")[:MOST_STREETS]
        names = [f"{row.type_name} {row.name}".strip() for row in rows]
        before = visible_cases(actor).filter(territory=place).exclude(street="").order_by("-received_at")[:MOST_STREETS]
        names += [street for street in before.values_list("street", flat=True) if street not in names]
    return render(request, "desk/parts/call_streets.html", {"streets": list(dict.fromkeys(names))[:MOST_STREETS]})


@require_safe
@desk_view
def there(request: HttpRequest) -> HttpResponse:
    """Cases of the house that is being written down: perhaps it is known already."""
    actor = staff_of(request)
    place = _place(actor, request.GET.get("territory", ""))
    street, house = typed(request.GET.get("street", ""))[:150], typed(request.GET.get("house", ""))[:30]
    cases: list[Case] = at_address(actor, place.pk, street, house, EARLIER) if place is not None else []
    return render(request, "desk/parts/call_there.html", {"cases": cases})


def _of_phone(phone: str) -> list[Resident]:
    """Residents with this phone whom the actor may see. Half a number is nobody's yet."""
    try:
        lookup = lookup_hash(Contact.Kind.PHONE, phone)
    except BadInput:
        return []
    found = Contact.objects.filter(kind=Contact.Kind.PHONE, lookup=lookup).select_related("resident")
    return [contact.resident for contact in found[:EARLIER]]


def _place(actor: Staff, asked: str) -> Territory | None:
    """A place in which this person works."""
    if not asked.isdecimal() or len(asked) > 9:
        return None
    place = Territory.objects.filter(pk=int(asked), active=True).first()
    if place is None or (actor.sees is not None and (place.scope_id or place.pk) not in actor.sees):
        return None
    return place
