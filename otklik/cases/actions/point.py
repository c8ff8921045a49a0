"""Where exactly it is: staff set, move or take away the point of a case. The journal says that, not where."""

import math
from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.actions.triage import early_or_later
from otklik.cases.gate import passing
from otklik.cases.models import Case
from otklik.failures import BadInput

DECIMALS = 6  # some 10 cm


def place_point(
    actor: Actor, case_id: int, *, latitude: float | None, longitude: float | None, now: datetime | None = None
) -> Case:
    """Set the point (WGS 84, degrees) of a case in work, or take it away with two Nones.

    The municipality does not follow: if the point lies in another one, the case's page says so, and a person decides.
    Raises `BadInput` for what is no point. The same point again leaves no trace.
    """
    if (latitude is None) != (longitude is None):
        raise BadInput(_("У точки должны быть и широта, и долгота."), "latitude")
    if latitude is not None and longitude is not None:
        if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            raise BadInput(_("Такой точки на карте нет. Поставьте её ещё раз."), "latitude")
        latitude, longitude = round(latitude, DECIMALS), round(longitude, DECIMALS)
    with passing(actor, case_id, early_or_later, now=now, verb="point") as gate:
        gate.target = None  # a point alone decides nothing: a new case stays new
        case = gate.case
        if (case.latitude, case.longitude) == (latitude, longitude):
            gate.unchanged = True
            return case
        case.latitude, case.longitude = latitude, longitude
        gate.fields["changed"] = ["point"]
        return case
