"""How the reader's numbers are said, and the alarm where they grow worse."""

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.cases import reader_drift

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.934 → «93 %»; nothing to count gives a dash."""
    return "—" if share is None else f"{round(share * 100)} %"


@register.filter
def growth_words(one: reader_drift.Growth) -> str:
    """What grew, as a sentence."""
    values = {"now": round(one.share * 100), "before": round(one.before * 100)}
    if one.what == "low":
        return _("Программа стала чаще сомневаться: %(now)s %% сообщений за неделю, раньше %(before)s %%.") % values
    return _("Темы стали чаще исправлять: %(now)s %% решений за неделю, раньше %(before)s %%.") % values


@register.inclusion_tag("parts/reader_growth.html", takes_context=True)
def reader_growth(context: Context) -> dict[str, object]:
    """The alarm for those who watch the whole region; nothing for others and while nothing grows."""
    actor = getattr(context.get("request"), "actor", None)
    watches = isinstance(actor, Staff) and actor.sees is None
    may_open = isinstance(actor, Staff) and any(g.role in ("administrator", "analyst") for g in actor.grants)
    grown = reader_drift.growth(reader_drift.weeks(timezone.now())) if watches else []
    return {"grown": grown, "may_open": may_open}
