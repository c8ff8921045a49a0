"""How a search in words was understood: chips beside the list, each with an address that takes it back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.asked_in_words import Asked, Part, without
from otklik.cases.kind_and_tone import KINDS
from otklik.cases.models import Case
from otklik.cases.queue import Filters, asked_by
from otklik.channels.models import Account


@dataclass(frozen=True)
class Chip:
    """One thing that was understood, in words; `text` is the search without it."""

    label: str
    text: str


def chips(actor: Actor, filters: Filters, now: datetime) -> list[Chip]:
    """The chips of a search, in its order. Inside `acting`. Nothing for a search that is words only."""
    if not filters.text:
        return []
    asked = asked_by(actor, filters.text, now)
    return [Chip(_label(part, asked), without(filters.text, asked, part)) for part in asked.parts]


def _label(part: Part, asked: Asked) -> str:
    labels = {
        "place": asked.place_name,
        "overdue": _("просроченные"),
        "state": str(dict(Case.State.choices).get(asked.state, asked.state)),
        "channel": str(dict(Account.Channel.choices).get(asked.channel, asked.channel)),
        "importance": _("важность %(n)s") % {"n": asked.importance},
        "regime": str(dict(Case.Regime.choices).get(asked.regime, asked.regime)),
        "kind": str(KINDS.get(asked.kind, asked.kind)),
    }
    return labels.get(part.name) or _days(asked.since, asked.until)


def _days(since: date | None, until: date | None) -> str:
    if since and until:
        if since == until:
            return _shown(since)
        return _("с %(since)s по %(until)s") % {"since": _shown(since), "until": _shown(until)}
    if since:
        return _("с %(since)s") % {"since": _shown(since)}
    return _("по %(until)s") % {"until": _shown(until)} if until else ""


def _shown(day: date) -> str:
    return date_format(day, "j E Y")
