"""Another version of the formula: entered by the ЦУР's head or analyst, for months that were not rated yet."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.failures import BadInput, Refused
from otklik.insight.rating_formula import Formula, formula_from
from otklik.insight.rating_models import RatingFormula, RatingRun
from otklik.journal.appending import NewEntry, append

CHANGERS = frozenset({"head", "analyst"})


def may_change(actor: Actor) -> bool:
    """Whether this person enters versions of the formula."""
    return isinstance(actor, Staff) and any(g.role in CHANGERS and g.scopes is None for g in actor.grants)


def first_free_month() -> date | None:
    """The first month for which another version may be entered; None: any. Inside `acting`."""
    last = RatingRun.objects.order_by("-month").values_list("month", flat=True).first()
    return _next(last) if last else None


def add_version(actor: Actor, given: Mapping[str, Any], now: datetime) -> Formula:
    """Keep another version; its number is the next. Raises `Refused`, or `BadInput` with the field."""
    if not may_change(actor):
        raise Refused(_("Формулу меняет руководитель или аналитик ЦУР."))
    with acting(actor), widened():
        rows = list(RatingFormula.objects.select_for_update().order_by("version"))
        number = rows[-1].version + 1 if rows else 1
        formula = formula_from({**given, "version": number})
        free = first_free_month()
        if free and formula.valid_from < free:
            raise BadInput(
                _("Месяцы до %(month)s уже посчитаны: их формула не меняется.") % {"month": f"{free:%m.%Y}"},
                "valid_from",
            )
        RatingFormula.objects.create(
            version=number, valid_from=formula.valid_from, data={**given, "version": number},
            added_by_id=actor.user_id if isinstance(actor, Staff) else None, added_at=now,
        )
        append(NewEntry("rating:formula", "rating_formula", actor.reference, now, {"version": number}))
    return formula


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
