"""Limits that are shorter for some matters: those of the law as shipped, those of the region's law as its setting.

A matter is what a person says of a registration (`Registration.matter`), since no theme tells it: the same theme is
answered in 30 days by the mayor and in 20 by the governor.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.failures import BadInput
from otklik.organisations import region_settings
from otklik.policy.regulation import Limit, Policy
from otklik.typed_text import line

SETTING = "shorter_terms"
MOST = 40
CLOCKS = ("answer", "register", "forward")


@dataclass(frozen=True)
class Term:
    """One shorter limit. `source`: the law and its part; `checked`: whether its text was read; `own`: the region's."""

    code: str
    regime: str
    clock: str
    days: int
    name: str
    source: str
    checked: bool = False
    own: bool = False


@cache
def shipped() -> tuple[Term, ...]:
    """Those of federal law."""
    rows = tomllib.loads((Path(__file__).parent / "shorter_terms.toml").read_text(encoding="utf-8"))
    return tuple(Term(code=code, **row) for code, row in rows.items())


def terms(regime: str = "") -> list[Term]:
    """All of them, or those of a regime: the law's first. Inside `acting`, or where settings may be read."""
    own = [Term(**row, own=True) for row in region_settings.get(SETTING) or ()]
    return [term for term in (*shipped(), *own) if regime in ("", term.regime)]


def term_of(code: str, regime: str) -> Term | None:
    """The term of a matter; None when there is none (it was taken away since)."""
    return next((term for term in terms(regime) if term.code == code), None) if code else None


def shortened(policy: Policy, code: str) -> Policy | None:
    """The policy with the limit of this matter in place of the common one, never a longer one. None: no such matter."""
    term = term_of(code, policy.regime)
    if term is None:
        return None
    rules = [
        replace(rule, limit=Limit(term.days, "days"), overrides=(), source=f"{term.source}, {term.name.lower()}")
        if rule.kind == term.clock and rule.limit.unit == "days" and term.days < rule.limit.amount else rule
        for rule in policy.clocks
    ]
    return replace(policy, clocks=tuple(rules))


def save_own(actor: Actor, given: Sequence[dict[str, Any]]) -> list[Term]:
    """Keep the region's own terms, all at once; the journal keeps both lists. Its administrator's alone.

    Clocks that run keep their dates: the new ones hold for what is marked from now on. Raises `BadInput`, `Refused`.
    """
    if len(given) > MOST:
        raise BadInput(_("Не больше %(n)s коротких сроков.") % {"n": MOST}, "name")
    found = list({term.code: term for term in map(_checked, given)}.values())
    region_settings.put(
        actor, SETTING,
        [{"code": t.code, "regime": t.regime, "clock": t.clock, "days": t.days, "name": t.name, "source": t.source,
          "checked": t.checked} for t in found],
    )  # fmt: skip
    return found


def _checked(row: dict[str, Any]) -> Term:
    name, source = line(str(row.get("name", "")), 150, "name"), line(str(row.get("source", "")), 150, "source")
    regime, clock = str(row.get("regime", "")), str(row.get("clock", "answer"))
    days = row.get("days")
    if not name:
        raise BadInput(_("Напишите, о каких обращениях речь."), "name")
    if not source:
        raise BadInput(_("Напишите, какой закон это даёт: номер, статья, часть."), "source")
    if regime not in ("law59", "law8") or clock not in CLOCKS:
        raise BadInput(_("Выберите закон."), "regime")
    if not isinstance(days, int) or not 0 <= days <= 29:
        raise BadInput(_("Короткий срок — от 0 до 29 дней: общий и так 30."), "days")
    # A card remembers the code: another term never gets it, the same one gets it again.
    code = f"own{crc32(f'{regime} {clock} {days} {name} {source}'.encode()):08x}"
    return Term(code, regime, clock, days, name, source, own=True)
