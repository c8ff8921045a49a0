"""The names that staff taught the reader: seeing them, forbidding a wrong one. Inside `acting`."""

from __future__ import annotations

from django.utils import timezone

from otklik.acting import current_actor
from otklik.failures import BadInput
from otklik.journal.appending import NewEntry, append
from otklik.territory.models import Kind, LearnedName, Territory


def learned_names() -> list[LearnedName]:
    """All of them, those that count first."""
    rows = LearnedName.objects.select_related("territory", "territory__municipality")
    return sorted(rows, key=lambda row: (row.confirmations < LearnedName.ENOUGH, row.name_key, row.pk))


def forbid(name_id: int, *, forbidden: bool = True) -> LearnedName:
    """Forbid a name (or allow it again): texts are not read by it, whoever confirms it. Journalled by its id.

    Raises `BadInput` when there is no such name.
    """
    region = Territory.objects.select_for_update().get(kind=Kind.REGION)  # its row guards the stream
    row = LearnedName.objects.select_for_update().filter(pk=name_id).first()
    if row is None:
        raise BadInput(f"Выученного названия № {name_id} нет.", "name")
    if row.forbidden != forbidden:
        row.forbidden = forbidden
        row.save(update_fields=["forbidden"])
        verb = "learned_name_forbidden" if forbidden else "learned_name_allowed"
        append(NewEntry(f"territory:{region.pk}", verb, current_actor().reference, timezone.now(), {"name": row.pk}))
    return row
