"""How each case's theme was read, and what people made of it: the ground of thresholds, drift and learning.

Inside a gate only (widened).
"""

from datetime import datetime
from typing import Any

from otklik.cases import abstaining
from otklik.cases.models import Case, ReaderVersion, ThemeReading
from otklik.organisations import region_settings
from otklik.territory.models import Territory


def city_of(scope_id: int) -> int:
    """The municipality of a scope: itself, or the city of an inner district."""
    return Territory.objects.filter(pk=scope_id).values_list("municipality_id", flat=True).first() or scope_id


def note_read(case: Case, now: datetime) -> ThemeReading:
    """Keep how a case that was just read was read. One that people decided about already stays as it is."""
    kept: dict[str, Any] = case.suggestion or {}
    first = (kept.get("themes") or [{}])[0]
    version = kept.get("reader")
    p = first.get("p")
    low = bool(kept.get("abstains", True))
    sure = version is not None and p is not None and not low
    row, _new = ThemeReading.objects.update_or_create(
        case=case,
        defaults={
            "scope_id": case.scope_id, "at": now, "version_id": version, "code": first.get("code", ""), "p": p,
            "low": low, "waits": sure and abstaining.may_by_itself(case, city_of(case.scope_id)),
        },
    )
    return row


def note_decided(case: Case, place: int, now: datetime) -> None:
    """A person said which theme it is: the `place`-th of those suggested (1–3), or another (0).

    The first word of a person counts for the figures; whatever comes later only makes the theme a person's.
    """
    row = ThemeReading.objects.filter(case=case).first()
    if row is None:
        return
    row.by_itself, row.waits = False, False
    if row.decided_at is None:
        row.decided_at, row.place = now, place
    row.save(update_fields=["by_itself", "waits", "decided_at", "place"])


def threshold_of(case: Case) -> abstaining.Threshold:
    """The threshold that holds for this case now, by the version in use."""
    in_use = ReaderVersion.objects.filter(task=ReaderVersion.Task.THEME, state=ReaderVersion.State.IN_USE)
    card = in_use.values_list("card", flat=True).first() or {}
    place = city_of(case.scope_id)
    wanted = abstaining.precision_of(region_settings.get("theme_precision", place))
    return abstaining.threshold_of(card, place, wanted)
