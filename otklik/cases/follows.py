"""A matter that follows an earlier one: whoever disagrees with a final answer writes anew, and the two stay linked.

Only the id is kept: the earlier case may be of another scope, and then only its own staff read it.
"""

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from otklik.cases.models import Case, Registration

FINAL = (Case.State.ANSWERED, Case.State.CLOSED)
DEEPEST = 20  # who writes a twenty-first time is found by name as well
_CHAIN = f"""WITH RECURSIVE chain(id, follows_id, depth) AS (
 SELECT id, follows_id, 1 FROM cases_case WHERE id = %s
 UNION ALL SELECT c.id, c.follows_id, depth + 1 FROM cases_case c JOIN chain ON c.id = chain.follows_id
  WHERE depth < {DEEPEST}
) SELECT id FROM chain"""


def earlier_ids(case: Case) -> RawSQL:
    """Ids of the cases that this one follows, one after the other, as far as the reader sees them."""
    return RawSQL(_CHAIN, [case.follows_id])


def of_the_same(case: Case) -> Q:
    """For tables that hang on a case: other cases of the same resident, and those that this one follows."""
    found = Q(case__in=earlier_ids(case)) if case.follows_id is not None else Q()
    if case.resident_id is not None:
        found |= Q(case__resident_id=case.resident_id)
    return found or Q(pk__in=())


def earlier_question(case: Case) -> QuerySet[Case]:
    """The cases that this one follows, the newest first. Ask only where there is one."""
    return Case.objects.filter(pk__in=earlier_ids(case)).order_by("-id")


def earlier_letters_question(case: Case) -> QuerySet[Registration]:
    """The letters in which they were answered, the newest first."""
    rows = Registration.objects.filter(case__in=earlier_ids(case)).exclude(out_number="")
    return rows.order_by("-out_at", "-id")


def followers_question(case: Case) -> QuerySet[Case]:
    """What was written anew after this case was answered."""
    return Case.objects.filter(follows=case.pk).order_by("id")
