"""Import of streets into the settlements they lie in. Idempotent: a street is its settlement, type and name.

Nothing is deleted: a file may be of one district, and a street that is gone still stands in old cases. What cannot be
placed for certain is told, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from otklik.acting import current_actor
from otklik.failures import BadInput
from otklik.journal.appending import NewEntry, append
from otklik.territory.finding import Finder
from otklik.territory.gar_files import is_gar, read_gar
from otklik.territory.models import Kind, Street, Territory, TerritoryCode
from otklik.territory.osm_places import PlacePoints
from otklik.territory.osm_streets import GEOJSON, read_osm_geojson, read_osm_xml, tell_places
from otklik.territory.street_lines import StreetLine
from otklik.territory.street_names import house_order, street_key
from otklik.territory.tree import region
from otklik.territory.whereabouts import whereabouts

MOST_TOLD: Final = 200
MOST_HOUSES: Final = 3_000
GAR_SOURCE: Final = "ГАР (ФНС России)"
OSM_SOURCE: Final = "© участники OpenStreetMap, ODbL 1.0"
Progress = Callable[[int], None]


@dataclass
class StreetImport:
    """What an import did.

    `points`: settlements that got a point. `unplaced`: the first that found no settlement, each with its reason.
    """

    lines: int = 0
    created: int = 0
    updated: int = 0
    existing: int = 0
    houses: int = 0
    points: int = 0
    unplaced_total: int = 0
    unplaced: list[tuple[str, str]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass
class _Wanted:
    """A street as the file wants it, gathered from its lines."""

    name: str
    outside: set[str] = field(default_factory=set)
    houses: set[str] = field(default_factory=set)


def import_streets(path: Path, progress: Progress | None = None) -> StreetImport:
    """Import a folder, ZIP or file. Must run inside `acting`. Raises `BadInput` for what is neither ГАР nor OSM;
    then nothing is changed."""
    with transaction.atomic():
        lines, source = _reader(path)
        given = _points_of_places(path) if source == OSM_SOURCE else 0  # first: streets are placed by them
        report = take_lines(lines, source, progress, alone=False)
        report.points = given
        if not report.lines and not report.points:
            raise BadInput("В файле нет ни одной улицы.")
    return report


def _points_of_places(path: Path) -> int:
    points = PlacePoints(Finder(region()))
    tell_places(path, points.take)
    return points.save()


def _reader(path: Path) -> tuple[Iterator[StreetLine], str]:
    if not path.exists():
        raise BadInput(f"Файла {path} нет. Проверьте путь.")
    if is_gar(path):
        return read_gar(path), GAR_SOURCE
    kind = path.suffix.lower()
    if path.is_file() and kind in (".osm", ".xml"):
        return read_osm_xml(path), OSM_SOURCE
    if path.is_file() and kind in GEOJSON:
        return read_osm_geojson(path), OSM_SOURCE
    raise BadInput("Нужна выгрузка ГАР (папка или ZIP с файлами AS_…XML) или OSM (.osm или .geojson).")


@transaction.atomic
def take_lines(
    lines: Iterable[StreetLine], source: str, progress: Progress | None = None, *, alone: bool = True
) -> StreetImport:
    """Place the lines and store the streets, all or nothing. `alone`: a file without streets is a wrong one."""
    here = Territory.objects.select_for_update().get(pk=region().pk)
    report = StreetImport()
    places = _Places(here)
    wanted: dict[tuple[int, str, str], _Wanted] = {}
    for line in lines:
        report.lines += 1
        if progress and report.lines % 500 == 0:
            progress(report.lines)
        place, reason = places.of(line)
        if place is None:
            report.unplaced_total += 1
            report.reasons[reason] = report.reasons.get(reason, 0) + 1
            if len(report.unplaced) < MOST_TOLD:
                report.unplaced.append((line.label, reason))
            continue
        one = wanted.setdefault((place, street_key(line.name), line.type_name), _Wanted(line.name))
        one.outside |= {line.outside} - {""}
        one.houses |= line.houses
    if alone and not report.lines:
        raise BadInput("В файле нет ни одной улицы.")
    _store(wanted, source, report)
    counts = {"lines": report.lines, "created": report.created, "updated": report.updated}
    actor = current_actor().reference
    append(NewEntry(f"territory:{here.pk}", "streets_imported", actor, timezone.now(), counts))
    return report


def _store(wanted: dict[tuple[int, str, str], _Wanted], source: str, report: StreetImport) -> None:
    standing = {
        (row.territory_id, row.name_key, row.type_name): row
        for row in Street.objects.filter(territory_id__in={key[0] for key in wanted})
    }
    fresh, changed = [], []
    for (territory_id, key, type_name), one in wanted.items():
        row = standing.get((territory_id, key, type_name))
        if row is None:
            row = Street(territory_id=territory_id, name=one.name, type_name=type_name, name_key=key, source=source)
            fresh.append(row)
        before = (row.outside, row.houses, row.active)
        row.outside = sorted({*row.outside, *one.outside})
        row.houses = sorted({*row.houses, *one.houses}, key=house_order)[:MOST_HOUSES]
        row.active = True
        report.houses += len(one.houses)
        if row.pk is None:
            report.created += 1
        elif before != (row.outside, row.houses, row.active):
            report.updated += 1
            changed.append(row)
        else:
            report.existing += 1
    Street.objects.bulk_create(fresh, batch_size=1000)
    Street.objects.bulk_update(changed, ["outside", "houses", "active"], batch_size=500)


class _Places:
    """Where a line belongs: by code, then by the names it gives, then by its point. Answers are remembered."""

    def __init__(self, here: Territory) -> None:
        self._finder = Finder(here)
        self._by_code = {
            row.code: row.territory
            for row in TerritoryCode.objects.filter(system="oktmo", territory__active=True)
            .select_related("territory__municipality")
            .order_by("-valid_to")
        }
        self._points: dict[tuple[float, float], tuple[int | None, str]] = {}

    def of(self, line: StreetLine) -> tuple[int | None, str]:
        """The id of the place that keeps the street, or None and why."""
        unit: Territory | None = None
        for code in line.codes:
            found = self._by_code.get(code) or self._by_code.get(code[:8])
            if found is not None and found.kind == Kind.SETTLEMENT:
                return _keeper(found), ""
            unit = unit or found
        if line.settlement:
            answer = self._finder.find(unit.name if unit else line.municipality, line.settlement)
            if answer.territory is not None and answer.exact:
                return _keeper(answer.territory), ""
            if line.point is None:
                return None, answer.reason if not answer.exact else ""
        if line.point is not None:
            return self._by_point(line.point)
        if unit is not None and "район" not in unit.short_name.lower():
            return unit.pk, ""  # a municipality that is one city needs no settlement to be named
        return None, "не сказано, в каком населённом пункте"

    def _by_point(self, point: tuple[float, float]) -> tuple[int | None, str]:
        rounded = (round(point[0], 3), round(point[1], 3))
        if rounded not in self._points:
            here = whereabouts(*rounded)
            city = here.unit if here.unit and "район" not in here.unit.short_name.lower() else None
            place = here.place if here.place and here.place.kind == Kind.SETTLEMENT else city
            if here.by == "outside":
                self._points[rounded] = (None, "точка вне региона")
            elif place is None:
                self._points[rounded] = (None, "рядом с точкой нет известного населённого пункта")
            else:
                self._points[rounded] = (_keeper(place), "")
        return self._points[rounded]


def _keeper(place: Territory) -> int:
    """A town that is a municipality by itself keeps its streets as that municipality."""
    above = place.municipality
    return above.pk if above is not None and above.pk != place.pk and above.name_key == place.name_key else place.pk
