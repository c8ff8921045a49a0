"""What the journal keeps of a warning, in words: whom it reached, who stands in for whom, whom nobody fills."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.cases.escalating import ROLE_NAMES
from otklik.cases.models import Clock


def people_in(fields: Mapping[str, Any]) -> set[int]:
    """Ids of the people whose names these words need."""
    stands = fields.get("stands_in")
    inside = stands.items() if isinstance(stands, dict) else ()
    told = fields.get("told")
    return {int(one) for pair in inside for one in pair} | set(told if isinstance(told, list) else ())


def told_words(fields: Mapping[str, Any], people: Mapping[int, str]) -> list[str]:
    """The parts of a sentence; none for an entry that is no warning."""
    if "told" not in fields and "percent" not in fields:
        return []
    said = []
    if fields.get("kind") in Clock.Kind.values:
        said.append(_("срок «%(clock)s»") % {"clock": Clock.Kind(fields["kind"]).label})
    if fields.get("percent"):
        said.append(f"{fields['percent']} %")
    if fields.get("hours"):
        said.append(_("рабочих часов после срока: %(n)s") % {"n": fields["hours"]})
    stands = {int(absent): one for absent, one in (fields.get("stands_in") or {}).items()}
    names = [
        _("%(who)s за %(absent)s") % {"who": people.get(stands[one], "—"), "absent": people.get(one, "—")}
        if one in stands else people.get(one, "—")
        for one in fields.get("told") or ()
    ]
    if names:
        said.append(_("сообщили: %(names)s") % {"names": ", ".join(names)})
    elif "told" in fields:
        said.append(_("сообщить некому"))
    if fields.get("nobody"):
        roles = ", ".join(str(ROLE_NAMES.get(role, role)) for role in fields["nobody"])
        said.append(_("на месте никого: %(roles)s") % {"roles": roles})
    if fields.get("moved_on"):
        said.append(_("поэтому сразу следующая ступень"))
    return said
