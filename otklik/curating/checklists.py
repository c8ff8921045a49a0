"""The checklist by which the curator judges answers: versions as data, the first one shipped."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.curating.models import Checklist
from otklik.curating.people import CURATOR, entry, user_id
from otklik.failures import BadInput, Refused
from otklik.typed_text import line

FILE = Path(__file__).with_name("checklist.toml")
LINES = 10
MARKS = ("yes", "no", "none")  # «да», «нет», «не касается»


@dataclass(frozen=True)
class Line:
    """One line. `grave`: a «нет» here spoils the whole answer."""

    code: str
    text: str
    grave: bool = False


@cache
def shipped() -> tuple[tuple[Line, ...], int]:
    """The first version: its lines and how many misses a good answer may have."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Line(**one) for one in told["lines"]), int(told["misses"])


def lines_of(checklist: Checklist | None) -> tuple[Line, ...]:
    """The lines of a version; of the shipped one where none is kept yet."""
    return tuple(Line(**one) for one in checklist.lines) if checklist else shipped()[0]


def newest() -> Checklist | None:
    """The version in force; None before the first drawing."""
    return Checklist.objects.order_by("-number").first()


def in_force(now: datetime) -> Checklist:
    """The same, made from the shipped one at need. Inside a gate (widened)."""
    found = newest()
    if found is not None:
        return found
    lines, misses = shipped()
    made, _new = Checklist.objects.get_or_create(
        number=1, defaults={"since": timezone.localdate(now), "misses": misses, "lines": [_kept(one) for one in lines]}
    )
    return made


def change(
    actor: Actor, lines: Sequence[tuple[str, bool]], *, misses: int, now: datetime | None = None
) -> Checklist:
    """A new version, from today on: ten lines with words. What was checked stays with its own. Raises `BadInput`."""
    now = now or timezone.now()
    region_wide = isinstance(actor, Staff) and any(g.role == CURATOR and g.scopes is None for g in actor.grants)
    if not region_wide:
        raise Refused(_("Чек-лист меняет куратор всего региона."))
    if not 0 <= misses < LINES:
        raise BadInput(_("Промахов — от 0 до %(n)s.") % {"n": LINES - 1}, "misses")
    plain = [(line(text, 200, f"line_{place}"), grave) for place, (text, grave) in enumerate(lines)]
    empty = next((place for place, (text, _grave) in enumerate(plain) if not text), None)
    if len(plain) != LINES or empty is not None:
        raise BadInput(_("Заполните все десять строк."), f"line_{empty or 0}")
    with acting(actor), widened():
        before = Checklist.objects.select_for_update().filter(pk=in_force(now).pk).get()
        codes = {one.text: one.code for one in lines_of(before)}
        number = before.number + 1
        kept = [
            _kept(Line(codes.get(text, f"v{number}-{place}"), text, grave)) for place, (text, grave) in enumerate(plain)
        ]
        made = Checklist.objects.create(
            number=number, since=timezone.localdate(now), lines=kept, misses=misses, made_by_id=user_id(actor)
        )
        entry(actor, f"checklist:{number}", "checklist_changed", now, misses=misses)
        return made


def judge(lines: Sequence[Line], marks: Mapping[str, str], misses: int) -> bool:
    """Whether an answer with these marks is good. Pure."""
    missed = [one for one in lines if marks.get(one.code) == "no"]
    return not any(one.grave for one in missed) and len(missed) <= misses


def _kept(one: Line) -> dict[str, Any]:
    return {"code": one.code, "text": one.text, "grave": one.grave}
