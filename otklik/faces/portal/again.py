"""«Не согласны с ответом»: the report that follows an earlier one, known by the secret token of its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Link, acting
from otklik.cases.follows import FINAL
from otklik.cases.resident_links import open_link
from otklik.faces.callers import bucket_of, is_this_machine
from otklik.faces.portal import story
from otklik.failures import NotYours
from otklik.organisations import limits

LONGEST = 100  # signs of a token; longer is none of ours


@dataclass(frozen=True)
class Again:
    """What a token stands for: the link of the earlier case and its place, or why this will be a plain report."""

    token: str
    link: Link | None = None
    number: int = 0
    place: dict[str, Any] = field(default_factory=dict)
    told: str = ""


def again_of(request: HttpRequest, token: str) -> Again | None:
    """The earlier message of this token; None where none was given. One that does not hold is told, never refused.

    Wrong ones count as wrong secret links do; who has sent too many is not answered whether the next one is right.
    """
    if not token:
        return None
    unknown = Again("", told=_("Ссылка на прежнее сообщение не подошла. Напишите здесь: примем как новое."))
    address = None if is_this_machine(request) else bucket_of(request)
    try:
        if address is not None and limits.is_over("link_misses", address) is not None:
            return unknown
        link = open_link(token[:LONGEST])
        with acting(link, read_only=True):
            case = story.tell(link.case_id, timezone.now()).case
    except (NotYours, ValueError):
        if address is not None:
            limits.hit("link_misses", address)
        return unknown
    except (OperationalError, InterfaceError):
        return Again("", told=_("Прежнее сообщение сейчас не открыть. Напишите здесь: примем как новое."))
    if case.state not in FINAL:
        return Again("", told=_(
            "На прежнее сообщение ещё не ответили: дополнить его можно на его странице. Здесь оно будет новым."
        ))  # fmt: skip
    place = {
        "territory": case.territory_id, "street": case.street, "house": case.house, "place_note": case.place_note,
    }
    return Again(token[:LONGEST], link, case.number, place)
