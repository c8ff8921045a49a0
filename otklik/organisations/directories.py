"""The directory of organisations and of duty persons, kept by administrators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput, NotYours
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import DutyPerson, Organisation
from otklik.organisations.staffing import require_administrator
from otklik.territory.models import Territory
from otklik.territory.naming import name_key
from otklik.typed_text import line


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation as a file or an import names it. `code` is its stable own id."""

    code: str
    name: str
    short_name: str
    kind: str
    territory_id: int
    parent_code: str = ""
    phone: str = ""
    source: str = ""


def load_organisations(rows: Iterable[NewOrganisation]) -> int:
    """Bring organisations from reference data in step by code; returns how many rows changed or came.

    The caller acts as the program. What an administrator edited (phone, mail) stays.
    """
    changed = 0
    known = {o.code: o for o in Organisation.objects.all()}
    for row in rows:
        parent = known.get(row.parent_code)
        fields: dict[str, Any] = {
            "name": row.name, "short_name": row.short_name, "kind": row.kind, "territory_id": row.territory_id,
            "name_key": name_key(row.name), "parent_id": parent.pk if parent else None, "source": row.source,
        }
        found = known.get(row.code)
        if found is None:
            known[row.code] = Organisation.objects.create(code=row.code, phone=row.phone, **fields)
            changed += 1
        elif any(getattr(found, k) != v for k, v in fields.items()):
            Organisation.objects.filter(pk=found.pk).update(**fields)
            changed += 1
    return changed


def save_organisation(
    actor: Actor,
    organisation_id: int | None,
    *,
    name: str,
    short_name: str,
    kind: str,
    territory_id: int,
    phone: str = "",
    email: str = "",
    active: bool = True,
) -> Organisation:
    """Add or change an organisation by hand."""
    name, short_name = line(name, 300, "name"), line(short_name, 120, "short_name")
    phone, email = line(phone, 40, "phone"), line(email, 254, "email")
    if not name:
        raise BadInput(_("Напишите название организации."), "name")
    if kind not in Organisation.Kind.values:
        raise BadInput(_("Выберите вид организации."), "kind")
    territory = Territory.objects.filter(pk=territory_id).first()
    if territory is None:
        raise BadInput(_("Выберите территорию."), "territory")
    with acting(actor), widened():
        require_administrator(actor, territory.scope_id or territory.pk)
        if organisation_id is None:
            row = Organisation(code=f"own-{timezone.now():%Y%m%d%H%M%S%f}")
        else:
            found = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
            if found is None:
                raise NotYours(_("Такой организации нет."))
            row = found
            require_administrator(actor, row.territory.scope_id or row.territory_id)
        row.name, row.short_name, row.kind = name, short_name or name[:120], kind
        row.territory, row.phone, row.email, row.active = territory, phone, email, active
        row.name_key = name_key(row.name)
        row.save()
        verb = "organisation_added" if organisation_id is None else "organisation_changed"
        append(NewEntry(f"organisation:{row.pk}", verb, actor.reference, timezone.now(), {"kind": kind}))
    return row


def save_duty(actor: Actor, territory_id: int, rows: Sequence[tuple[str, str]]) -> None:
    """Replace the duty list of a place by (who, phone) in calling order."""
    listed = [(line(who, 200, "duty"), line(phone, 40, "duty")) for who, phone in rows]
    if not all(who and phone for who, phone in listed):
        raise BadInput(_("У каждого дежурного нужны имя и телефон."), "duty")
    with acting(actor), widened():
        place = Territory.objects.select_for_update().filter(pk=territory_id).first()
        if place is None:
            raise NotYours(_("Такой территории нет."))
        require_administrator(actor, place.scope_id or place.pk)
        DutyPerson.objects.filter(territory=place).delete()
        DutyPerson.objects.bulk_create(
            [DutyPerson(territory=place, order=n, name=who, phone=phone) for n, (who, phone) in enumerate(listed, 1)]
        )
        append(
            NewEntry(f"duty:{territory_id}", "duty_changed", actor.reference, timezone.now(), {"count": len(listed)})
        )


def duty_for(scope: Territory) -> list[DutyPerson]:
    """Whom to call for a scope: its own list, else the nearest one above it."""
    node: Territory | None = scope
    while node is not None:
        found = list(DutyPerson.objects.filter(territory=node))
        if found:
            return found
        node = node.parent
    return []
