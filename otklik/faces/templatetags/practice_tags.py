"""Practices in words: points, and what a centre is told when its like do better."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.cases.problem_models import Problem
from otklik.faces.templatetags.otklik_tags import field
from otklik.practice import allowed, needs, practices
from otklik.practice.models import Need, Practice

register = template.Library()
MINUTES = ("react", "answer", "fix")


@dataclass(frozen=True)
class Told:
    """A need as the page shows it."""

    row: Need
    name: str
    better: list[str]
    differs: list[str]
    practices: list[Practice]
    may: bool


@register.simple_tag(takes_context=True)
def needs_of(context: dict[str, Any], place_id: int) -> list[Told]:
    """What is open of a centre, for its people and for the ЦУР; those who do better come first with their practices."""
    actor = getattr(context.get("request"), "actor", None)
    if not isinstance(actor, Staff):
        return []
    found, may = needs.open_of(place_id), allowed.may_keep(actor, place_id)
    names = found.places
    return [
        Told(
            row, found.groups.get(row.group, row.group), [names[one] for one in row.better if one in names],
            [_difference(one, names) for one in row.differs],
            sorted(
                (one for one in found.practices if one.group == row.group),
                key=lambda one: (one.place_id not in row.better, -one.pk),
            )[:5], may,
        )
        for row in found.needs
    ]


@register.simple_tag(takes_context=True)
def may_be_practice(context: dict[str, Any], problem: Problem) -> bool:
    """Whether «Сделать практикой» stands on the page of a problem for this person."""
    actor = getattr(context.get("request"), "actor", None)
    return practices.may_be_practice(problem) and actor is not None and allowed.may_keep(actor, problem.scope_id)


@register.filter
def points(share: float | None) -> str:
    """0.054 as «+5,4»: points of a hundred."""
    if share is None:
        return "—"
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{number_format(abs(share) * 100, 1)}"


@register.simple_tag
def numbered_field(bound: BoundField, number: int, empty: int = 0) -> SafeString:
    """A field that stands on the page several times: its id has the number in it."""
    form = type(bound.form)() if empty else bound.form
    form.auto_id = f"id_{number}_%s"
    return field(form[bound.name])


def _difference(one: dict[str, Any], names: dict[int, str]) -> str:
    who = names.get(one["place"], "")
    own, theirs = one["own"], one["theirs"]
    if one["what"] in MINUTES:
        told = {
            "react": _("первое действие: у них через %(theirs)s, здесь через %(own)s (%(who)s)"),
            "answer": _("ответ: у них через %(theirs)s, здесь через %(own)s (%(who)s)"),
            "fix": _("устраняют: у них через %(theirs)s, здесь через %(own)s (%(who)s)"),
        }[one["what"]]
        return told % {"theirs": _hours(theirs), "own": _hours(own), "who": who}
    told = {
        "hops": _("передают реже: у них %(theirs)s раза на сообщение, здесь %(own)s (%(who)s)"),
        "templates": _("своих шаблонов ответа: у них %(theirs)s, здесь %(own)s (%(who)s)"),
    }[one["what"]]
    return told % {"theirs": number_format(theirs), "own": number_format(own), "who": who}


def _hours(minutes: float) -> str:
    if minutes < 60:
        return _("%(n)s мин") % {"n": round(minutes)}
    if minutes < 48 * 60:
        return _("%(n)s ч") % {"n": round(minutes / 60)}
    return _("%(n)s дн.") % {"n": round(minutes / 1440)}
