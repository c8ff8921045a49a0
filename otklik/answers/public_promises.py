"""«Обещано — сделано» for everybody: one row for a promise that staff named, where the municipality switched it on.

Never of a case under 59-ФЗ or 8-ФЗ, of a theme that is never public, or of restricted access. The row is made anew from
the promise by `follow`; `follow_all` takes away what has lost its right to stand there.
"""

from datetime import date

from otklik.answers.models import Promise, PublicPromise
from otklik.cases.clocks import zone
from otklik.cases.models import Case, Registration
from otklik.cases.registered import LAWS
from otklik.classifier.publicity import never_public
from otklik.organisations import region_settings

SETTING = "public_promises"
SHOWN = (Promise.State.OPEN, Promise.State.KEPT, Promise.State.UNMET)  # what did not hold stands without «сделано»


def may_be_shown(case: Case) -> bool:
    """Whether promises of a case may stand before everybody, if somebody names them."""
    theme = case.theme
    if theme is None or case.regime in LAWS or case.restricted:
        return False
    if never_public().reason(theme) or Registration.objects.filter(case=case, regime__in=LAWS).exists():
        return False
    return bool(region_settings.get(SETTING, case.scope.municipality_id or case.scope_id))


def follow(row: Promise) -> PublicPromise | None:
    """Make the public row anew; None where there is none. Inside a gate or a job (writable)."""
    promise = Promise.objects.select_related("case__theme__group", "case__scope").get(pk=row.pk)
    shown = bool(promise.title) and promise.state in SHOWN
    if not shown or not may_be_shown(promise.case):
        PublicPromise.objects.filter(promise=promise).delete()
        return None
    case = promise.case
    assert case.theme is not None
    first = _first(promise)
    fresh, _made = PublicPromise.objects.update_or_create(
        promise=promise,
        defaults={
            "municipality_id": case.scope.municipality_id or case.scope_id, "group": case.theme.group,
            "title": promise.title, "made_on": _day_made(first), "first_until": first.until, "until": promise.until,
            "done_on": promise.kept_at.astimezone(zone()).date() if promise.kept_at else None,
        },
    )
    return fresh


def follow_all() -> int:
    """Take away the rows whose case or municipality does not allow them any more. Inside `acting(System)`, widened."""
    gone = 0
    for row in PublicPromise.objects.select_related("promise").iterator():
        gone += follow(row.promise) is None
    return gone


def _first(promise: Promise) -> Promise:
    first, seen = promise, {promise.pk}
    while (before := Promise.objects.filter(moved_to=first).first()) is not None and before.pk not in seen:
        first = before
        seen.add(before.pk)
    return first


def _day_made(promise: Promise) -> date:
    return promise.made_at.astimezone(zone()).date() if promise.made_at else promise.until
