"""Ограничить доступ: a possible call to panic or to an unlawful act is read by few; and opening it again."""

from datetime import datetime

from otklik.acting import Actor
from otklik.cases.gate import passing, said
from otklik.cases.models import Case
from otklik.cases.problems import part


def restrict(actor: Actor, case_id: int, *, reason: str = "", now: datetime | None = None) -> Case:
    """From now on only coordinators, heads and the ЦУР see the case; whoever closes it may be none of them.

    It leaves its problem, so that nothing of it is counted for the public. Closing it again changes nothing.
    """
    words = said(reason)
    with passing(actor, case_id, "restrict", now=now) as gate:
        case = gate.case
        if case.restricted:
            gate.unchanged = True
            return case
        part(case, actor, gate.now)
        case.restricted = True
        gate.words = words
        return case


def open_up(actor: Actor, case_id: int, *, reason: str = "", now: datetime | None = None) -> Case:
    """The case is an ordinary one again, for everybody of its centre."""
    words = said(reason)
    with passing(actor, case_id, "open_up", now=now) as gate:
        if not gate.case.restricted:
            gate.unchanged = True
            return gate.case
        gate.case.restricted = False
        gate.words = words
        return gate.case
