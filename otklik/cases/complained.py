"""Whom a complaint is about, with all that are under them: they never get it for consideration (59-ФЗ, 8, part 6)."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from otklik.cases.models import Case, ComplainedOf
from otklik.cases.outcome_rules import Complained
from otklik.failures import BadInput
from otklik.organisations.models import Organisation

MOST_LEVELS = 12  # of organisations under one another: a ring in the directory ends here


def complained_of(case: Case) -> Complained:
    """Everybody whom this case complains of, those under them included. Inside `acting`."""
    rows = list(ComplainedOf.objects.filter(case=case).select_related("organisation").order_by("id"))
    if not rows:
        return Complained()
    ids = with_subordinates({row.organisation_id for row in rows if row.organisation_id})
    known = Organisation.objects.filter(pk__in=ids).order_by("id").values_list("name", "short_name")
    names = [row.name for row in rows if row.name] + [name for pair in known for name in pair]
    return Complained(frozenset(ids), tuple(dict.fromkeys(names)))


def with_subordinates(ids: Collection[int]) -> set[int]:
    """These organisations and all that are under them."""
    found, edge = set(ids), set(ids)
    for _level in range(MOST_LEVELS):
        below = Organisation.objects.filter(parent_id__in=edge).exclude(pk__in=found)
        edge = set(below.values_list("pk", flat=True)) if edge else set()
        if not edge:
            break
        found |= edge
    return found


def named(case: Case) -> str:
    """Those complained of as a letter names them: only they, not who is under them."""
    rows = ComplainedOf.objects.filter(case=case).select_related("organisation").order_by("id")
    return ", ".join(row.organisation.name if row.organisation else row.name for row in rows)


def refuse_complained(case: Case, organisation_id: int | None, name: str, field: str) -> None:
    """Raise `BadInput` when this addressee is among those whom the case complains of."""
    whom = complained_of(case).forbids(organisation_id, name)
    if whom:
        raise BadInput(
            _("Жалобу нельзя пересылать тем, на кого жалуются, и тем, кто им подчинён: %(whom)s. Если больше некому, "
              "верните её с разъяснением.") % {"whom": whom}, field,
        )
