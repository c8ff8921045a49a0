"""Works announced in advance: what there is, and which of them a message meets. Reading happens inside `acting`."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from otklik.acting import Actor, Staff
from otklik.cases.clock_rules import zone
from otklik.cases.house_lists import covers, read_houses
from otklik.cases.models import Case
from otklik.cases.planned_models import PlannedWork
from otklik.cases.public_twin import street_key
from otklik.failures import BadInput

_KINDS: Final = Path(__file__).with_name("outage_kinds.csv")
# People write a little before the hour, when pipes are emptied, and go on until the pressure is back.
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=3)
OTHER: Final = "other"
NAMES: Final = {
    "water": gettext_lazy("Холодная вода"), "hot_water": gettext_lazy("Горячая вода"),
    "heat": gettext_lazy("Отопление"), "power": gettext_lazy("Электричество"), "gas": gettext_lazy("Газ"),
    "road": gettext_lazy("Перекрытие дороги"), OTHER: gettext_lazy("Другие работы"),
}


@dataclass(frozen=True, slots=True)
class OutageKind:
    """One kind of works: by which words a sheet names it, which themes its messages have."""

    code: str
    name: str | Promise
    words: tuple[str, ...]
    themes: tuple[str, ...]


@cache
def kinds() -> dict[str, OutageKind]:
    """All kinds by code, in the order of the file."""
    with _KINDS.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: OutageKind(
                row["code"], NAMES[row["code"]], tuple(w for w in row["words"].split("|") if w),
                tuple(t for t in row["themes"].split("|") if t),
            )
            for row in csv.DictReader(lines)
        }


def kind_of(words: str) -> str:
    """The kind that a cell of a schedule names; «other» when none is recognised, so that nothing is lost."""
    lowered = words.lower().replace("ё", "е")
    # «горячая вода» is both: the more special stands later in the file.
    found = [kind.code for kind in kinds().values() if any(word in lowered for word in kind.words)]
    return found[-1] if found else OTHER


def visible_works(actor: Actor) -> QuerySet[PlannedWork]:
    """The works of the actor's scopes."""
    works = PlannedWork.objects.filter(cancelled_at=None)
    if isinstance(actor, Staff) and actor.sees is not None:
        works = works.filter(scope_id__in=list(actor.sees))
    return works.select_related("problem__territory", "organisation", "scope")


def works_for(case: Case, now: datetime) -> list[PlannedWork]:
    """The works that a message meets: same centre, at its time, its place, its matter. The narrowest place first.

    Other works than supplies («перекрытие дороги») are offered by place and time alone where the theme is not known.
    """
    received = case.received_at
    rows = PlannedWork.objects.filter(
        scope_id=case.scope_id, cancelled_at=None, begins_at__lte=received + BEFORE, ends_at__gte=received - AFTER
    )
    if case.territory_id != case.scope_id:  # else nobody has said yet in which settlement it is
        rows = rows.filter(problem__territory_id__in=[case.territory_id, case.scope_id])
    rows = rows.select_related("problem__theme", "problem__territory", "organisation").order_by("ends_at")
    return sorted((work for work in rows[:200] if _meets(work, case)), key=lambda work: not work.places)


def _meets(work: PlannedWork, case: Case) -> bool:
    if work.problem_id == case.problem_id or not _is_the_matter(work, case):
        return False
    if not work.places:
        return True
    key = street_key(case.street) if case.street else ""
    return bool(key) and any(
        street_key(street) == key and covers(read_houses(houses), case.house) for street, houses in work.places
    )


def _is_the_matter(work: PlannedWork, case: Case) -> bool:
    """By the theme a person or the reader gave; what nobody has read yet is met by place and time."""
    wanted = set(kinds()[work.kind].themes) if work.kind in kinds() else set()
    if case.theme is not None:
        same = work.problem.theme is not None and case.theme.group_id == work.problem.theme.group_id
        return case.theme.code in wanted or same
    guesses = [one.get("code") for one in (case.suggestion or {}).get("themes", [])]
    groups = {code.partition(".")[0] for code in wanted}
    return not guesses or not wanted or any(str(code).partition(".")[0] in groups for code in guesses[:2])


def ready_text(work: PlannedWork) -> str:
    """What a person is answered, in Russian: staff's own words, or the announced facts."""
    if work.ready_text:
        return work.ready_text
    with override("ru"):  # residents read it, whatever language the clerk has chosen
        return _facts_of(work)


def _facts_of(work: PlannedWork) -> str:
    kind, when = kinds().get(work.kind), _when(work)
    if kind and kind.code != OTHER:
        told = _("Здравствуйте! По вашему адресу запланированы работы (%(what)s): %(when)s.") % {
            "what": str(kind.name).lower(), "when": when}
    else:
        told = _("Здравствуйте! По вашему адресу запланированы работы: %(when)s.") % {"when": when}
    lines = [told]
    if work.reason:
        lines.append(_("Причина: %(reason)s.") % {"reason": work.reason.rstrip(".")})
    if work.organisation is not None:
        lines.append(_("Работы ведёт %(who)s.") % {"who": work.organisation.short_name})
    lines.append(_("Если после этого времени ничего не изменится, сообщите нам ещё раз — мы проверим."))
    return " ".join(lines)


def _when(work: PlannedWork) -> str:
    """«26.11 с 09:00 до 21:00», or from one day to another."""
    begins, ends = work.begins_at.astimezone(zone()), work.ends_at.astimezone(zone())
    if begins.date() != ends.date():
        return _("с %(begins)s до %(ends)s") % {"begins": shown(begins), "ends": shown(ends)}
    return _("%(day)s с %(begins)s до %(ends)s") % {
        "day": f"{begins:%d.%m}", "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"
    }


def shown(at: datetime) -> str:
    """«26.11 в 18:00», in the region's zone."""
    return _("%(day)s в %(time)s") % {
        "day": f"{at.astimezone(zone()):%d.%m}", "time": f"{at.astimezone(zone()):%H:%M}"
    }


def places_text(places: Sequence[Sequence[str]]) -> str:
    """«Мира 1–15, 20; Ленина» as people write it, one street a line."""
    return "\n".join(f"{street}: {houses}" if houses else street for street, houses in places)


def read_places(text: str) -> list[list[str]]:
    """Streets with their houses, a line each: «Мира: 1–15, 20». Raises `BadInput` naming the line."""
    places = []
    for line in text.splitlines():
        street, _sep, houses = line.partition(":")
        street, houses = street.strip()[:150], houses.strip()[:500]
        if not street and not houses:
            continue
        if not street:
            raise BadInput(_("Перед домами нужна улица: «Мира: 1–15»."), "places")
        read_houses(houses)
        places.append([street, houses])
    if len(places) > MOST_STREETS:
        raise BadInput(_("Не больше %(n)s улиц в одних работах.") % {"n": MOST_STREETS}, "places")
    return places


MOST_STREETS: Final = 300
