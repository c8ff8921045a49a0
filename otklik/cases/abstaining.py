"""Where the reader says «не знаю», and where the program may set a theme by itself: thresholds of municipalities.

They come from the curve measured when the version in use was learnt, on texts it had not seen: the municipality's own
where it has at least 60 of them, else the region's. Each municipality says how precise it wants to be and whether the
program may act. Without a measured version nothing is done by itself, and a general threshold only tells doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from otklik.cases.kind_and_tone import fields_of
from otklik.cases.models import Case
from otklik.organisations import region_settings
from otklik.organisations.models import Setting
from otklik.policy.regulation import CRITICAL
from otklik.territory.models import Territory
from otklik.triage.knowledge import ABSTAINS_BELOW

PRECISIONS = (0.90, 0.95)
NEVER = 1.01  # no probability reaches it: the precision wanted is reached nowhere on the curve


@dataclass(frozen=True)
class Threshold:
    """`p`: below it «не знаю». `own`: of the municipality itself, not the region. `measured`: from a curve."""

    p: float
    precision: float
    own: bool = False
    measured: bool = False

    @property
    def reached(self) -> bool:
        return self.p < NEVER


def threshold_of(card: Mapping[str, Any], place: int, precision: float) -> Threshold:
    """The threshold of a municipality for the precision it wants, by the card of the version in use ({}: none is)."""
    curves = card.get("thresholds")
    if not curves:
        return Threshold(ABSTAINS_BELOW, precision)
    name = f"{precision:g}"
    own = curves["of"].get(str(place))
    found = (own or curves["region"]).get(name)
    return Threshold(NEVER if found is None else float(found), precision, own is not None, True)


def precision_of(value: Any) -> float:
    """A setting as one of the precisions that are measured."""
    return next((known for known in PRECISIONS if value == known), PRECISIONS[0])


def of_territories(card: Mapping[str, Any]) -> tuple[float, dict[int, float]]:
    """The region's threshold, and those of every territory in whose municipality it is another. Three queries."""
    wanted: dict[int | None, Any] = dict(
        Setting.objects.filter(name="theme_precision").values_list("territory_id", "value")
    )
    usual = precision_of(wanted.get(None, region_settings.DEFAULTS["theme_precision"]))
    general = threshold_of(card, 0, usual).p
    own = {int(place) for place in (card.get("thresholds") or {}).get("of", {})} | {p for p in wanted if p}
    if not own:
        return general, {}
    city_of = dict(Territory.objects.filter(municipality__isnull=False).values_list("pk", "municipality_id"))
    found = {}
    for pk, scope in Territory.objects.values_list("pk", "scope_id"):
        place = city_of.get(scope or pk, scope or pk)
        if place in own:
            found[pk] = threshold_of(card, place, precision_of(wanted.get(place, usual))).p
    return general, {pk: p for pk, p in found.items() if p != general}


def may_by_itself(case: Case, place: int) -> bool:
    """Whether the program may set the theme of this case by itself, were it only sure: the municipality allows it,
    nobody has touched the case, and it is a plain complaint without danger to life."""
    told = fields_of(case.suggestion)
    return (
        case.state == Case.State.NEW and case.theme_id is None and case.owner_id is None
        and case.importance < CRITICAL and told["kind"] == "complaint" and not told["tone"] and not case.restricted
        and region_settings.get("theme_by_itself", place) is True
    )
