"""How the rating of centres is counted, for everybody: the formula in words and numbers, and its versions.

The places themselves are not public: the region's network sees them.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.region.rating_words import league_words, percent
from otklik.failures import NotYours
from otklik.insight.definitions import today
from otklik.insight.rating_formula import Formula, formula_from, in_force
from otklik.insight.rating_models import RatingExclusion, RatingFlag
from otklik.insight.rating_reading import versions


@require_safe
def formula(request: HttpRequest) -> HttpResponse:
    """The version in force now, or the one that is asked for by its number."""
    rows = versions()
    known = {row.version: formula_from(row.data) for row in rows}
    asked = request.GET.get("version", "")
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) < 5 and int(asked) in known):
        raise NotYours(_("Такой версии формулы нет."))
    now = in_force([*known.values()], today(timezone.now()).replace(day=1))
    shown = known[int(asked)] if asked else now
    context = {
        "formula": shown, "now": now, "versions": [known[row.version] for row in rows], "parts": _parts(shown),
        "leagues": [(league.name, league_words(league)) for league in shown.leagues],
        "least_measured": percent(shown.least_measured), "reasons": RatingExclusion.Why.labels,
        "flags": RatingFlag.Kind.labels,
    }
    return render(request, "portal/rating_formula.html", context)


def _parts(of: Formula) -> list[dict[str, object]]:
    return [
        {
            "counted": part.counted, "weight": f"{number_format(round(of.percent(part), 1))}\u00a0%",
            "zero": percent(part.zero), "full": percent(part.full), "least": part.least,
        }
        for part in of.parts
    ]
