"""Import of boundaries: a file's polygons to the municipalities and inner districts they are of, as one step.

What was loaded before of the same level stands until the new file is wholly there. Nothing is guessed: a feature that
fits no territory, or lies far from it, is told of.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import current_actor
from otklik.failures import BadInput
from otklik.journal.appending import NewEntry, append
from otklik.territory.boundary_file import NotTaken, Outline, read_boundaries
from otklik.territory.finding import Finder
from otklik.territory.models import Boundary, BoundaryEdition, Kind, Territory
from otklik.territory.tree import by_code, by_oktmo, region

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SIMPLE_DEGREES: Final = 0.005  # some 400 m: borders of the whole region in about a hundred kilobytes
DECIMALS: Final = 4  # some 10 m
FAR_DEGREES: Final = 0.7  # a district's centre may be a town of its own beside it, but not in another region
LEVELS: Final = (Kind.MUNICIPALITY, Kind.DISTRICT)


@dataclass
class BoundaryImport:
    """What an import did. `without` are the municipalities that have no boundary now."""

    features: int = 0
    taken: int = 0
    mended: list[str] = field(default_factory=list)
    rejected: list[NotTaken] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    attribution: str = ""
    licence: str = ""
    replaced: int = 0


@transaction.atomic
def import_boundaries(
    content: bytes,
    *,
    file_name: str,
    source: str = "",
    attribution: str = "",
    licence: str = "",
    name_field: str = "",
    fewer: bool = False,
) -> BoundaryImport:
    """Replace the boundaries of the levels that the file holds (municipalities, inner districts). Inside `acting`.

    Raises `BadInput` when the file cannot be read, nothing in it is ours, or it has fewer boundaries than stand now
    and `fewer` was not said; then everything stays as it was.
    """
    read = read_boundaries(content, file_name, name_field)
    here = Territory.objects.select_for_update().get(pk=region().pk)  # two imports at once go one after the other
    report = BoundaryImport(
        features=len(read.outlines) + len(read.rejected), rejected=list(read.rejected),
        attribution=attribution.strip()[:300] or read.attribution, licence=licence.strip()[:120] or read.licence,
    )
    matched = _matched(read.outlines, here, report)
    if not matched:
        raise BadInput(_nothing_ours(report))
    digest = hashlib.sha256(content).hexdigest()
    for kind in LEVELS:
        own = {territory: shape for territory, shape in matched.items() if territory.kind == kind}
        if own:
            _replace(kind, own, report, fewer, _edition(kind, file_name, digest, source, report))
    report.taken = len(matched)
    bounded = Boundary.objects.values("territory_id")
    lacking = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).exclude(pk__in=bounded)
    report.without = [territory.short_name for territory in lacking]
    report.rejected.sort(key=lambda one: one.number)
    counts = {"features": report.features, "taken": report.taken, "replaced": report.replaced, "digest": digest}
    actor = current_actor().reference
    append(NewEntry(f"territory:{here.pk}", "boundaries_imported", actor, timezone.now(), counts))
    return report


def _nothing_ours(report: BoundaryImport) -> str:
    names = ", ".join(f"«{one.label}»: {one.reason}" for one in report.rejected[:3])
    return (
        _("Ни одна граница файла не подошла к муниципалитетам региона (%(names)s). Прежние границы на месте.")
        % {"names": names}
    )


def _edition(
    kind: Kind, file_name: str, digest: str, source: str, report: BoundaryImport
) -> BoundaryEdition:
    return BoundaryEdition(
        kind=kind, file_name=file_name[:200], digest=digest, source=source.strip()[:300], loaded_at=timezone.now(),
        attribution=report.attribution, licence=report.licence,
    )


def _matched(
    outlines: list[Outline], here: Territory, report: BoundaryImport
) -> dict[Territory, BaseGeometry]:
    """The territory of each outline; several features of one territory are its parts, if they do not overlap."""
    from shapely import union_all

    finder = Finder(here)
    parts: dict[Territory, list[BaseGeometry]] = defaultdict(list)
    for outline in outlines:
        territory, reason = _territory_of(outline, finder)
        if territory is not None:
            reason = _misplaced(outline.shape, territory)
            if any(part.intersection(outline.shape).area > 0.02 * outline.shape.area for part in parts[territory]):
                reason = (
                    _("вторая граница для «%(short_name)s», перекрывает первую")
                    % {"short_name": territory.short_name}
                )
        if territory is None or reason:
            report.rejected.append(NotTaken(outline.number, outline.label, reason))
            continue
        parts[territory].append(outline.shape)
        if outline.mended:
            report.mended.append(territory.short_name)
    return {territory: union_all(shapes) for territory, shapes in parts.items() if shapes}


def _territory_of(outline: Outline, finder: Finder) -> tuple[Territory | None, str]:
    """By code first, then by each name it calls itself; the reason where none fits."""
    for code in outline.codes:
        found = by_oktmo(code) if code.replace(" ", "").isdecimal() else by_code(code)
        if found is not None and found.kind in LEVELS and found.active:
            return found, ""
    for name in outline.names:
        answer = finder.find(name, None)
        if answer.territory is not None and answer.territory.kind in LEVELS:
            return answer.territory, ""
        if len(answer.candidates) > 1:
            names = ", ".join(candidate.name for candidate in answer.candidates[:3])
            return None, _("подходит несколько: %(names)s. Добавьте код ОКТМО") % {"names": names}
    return None, _("в регионе нет такого муниципалитета или района")


def _misplaced(shape: BaseGeometry, territory: Territory) -> str:
    """Why an outline cannot be this territory's: another region has a district of the same name."""
    from shapely.geometry import Point

    if territory.latitude is None or territory.longitude is None:
        return ""
    if shape.distance(Point(territory.longitude, territory.latitude)) > FAR_DEGREES:
        away = _("лежит далеко от места «%(name)s»: это другая область или перепутаны координаты")
        return away % {"name": territory.short_name}
    return ""


def _replace(
    kind: Kind, own: dict[Territory, BaseGeometry], report: BoundaryImport, fewer: bool, edition: BoundaryEdition
) -> None:
    from shapely import to_wkb

    old = Boundary.objects.filter(territory__kind=kind)
    before = old.count()
    if len(own) < before and not fewer:
        raise BadInput(
            _("В файле нашлось границ: %(n)s, а сейчас загружено %(before)s. Прежние границы на месте. "
              "Если так и нужно, отметьте «Загрузить, даже если границ меньше» (в команде: --fewer).")
            % {"n": len(own), "before": before}
        )
    old.delete()
    BoundaryEdition.objects.filter(kind=kind).delete()
    edition.save()
    outlines = _outlines(list(own.values()))
    Boundary.objects.bulk_create(
        [
            Boundary(territory=territory, edition=edition, shape=to_wkb(shape), outline=outline)
            for (territory, shape), outline in zip(own.items(), outlines, strict=True)
        ]
    )
    report.replaced += before


def _outlines(shapes: list[BaseGeometry]) -> list[str]:
    """GeoJSON of each shape, simplified together, so that neighbours keep one common line."""
    from shapely import coverage_simplify
    from shapely.geometry import mapping

    simple = coverage_simplify(shapes, SIMPLE_DEGREES)
    return [
        json.dumps(_rounded(mapping(thin if not thin.is_empty else whole)), separators=(",", ":"))
        for thin, whole in zip(simple, shapes, strict=True)
    ]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value
