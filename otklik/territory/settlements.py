"""Import of settlements from a list of the classifier ОКТМО.

Idempotent: a settlement is known by its code, then by name and type inside its municipality, so a
place loaded from GeoNames gets its code and a list of another edition does not double anything.
The codes of an edition before a reform lead to the same municipality, since codes are dated rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from otklik.acting import current_actor
from otklik.failures import BadInput
from otklik.journal.appending import NewEntry, append
from otklik.territory.models import Kind, Territory, TerritoryCode
from otklik.territory.naming import name_key, place_key, slug, type_family
from otklik.territory.oktmo import (
    MUNICIPALITY_DIGITS,
    SETTLEMENT_DIGITS,
    BodyLine,
    RejectedLine,
    SettlementLine,
    read_oktmo,
)

SOURCE = "ОКТМО (ОК 033-2013), загруженный перечень"


@dataclass(frozen=True, slots=True)
class SettlementBody:
    """A settlement municipality whose administration is an organisation of its own.

    `genitive` is for names («Администрация Ларинского сельского поселения …»).
    """

    name: str
    genitive: str
    oktmo: str
    municipality: Territory


@dataclass
class SettlementImport:
    """What an import did. `rows` counts lines with content.

    Each line is counted once: created, existing, updated, a section's heading, or rejected.
    `bodies` are the settlement municipalities the headings name, `ended` the names of those that
    the region's files know to be no more.
    """

    rows: int = 0
    created: int = 0
    existing: int = 0
    updated: int = 0
    sections: int = 0
    rejected: list[RejectedLine] = field(default_factory=list)
    bodies: list[SettlementBody] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edition:
    """A municipality's code with its days: the codes of its settlements live as long."""

    municipality: Territory
    valid_from: date | None
    valid_to: date | None


@transaction.atomic
def import_settlements(
    content: bytes,
    source: str = SOURCE,
    progress: Callable[[int, int], None] | None = None,
    ended: Collection[str] = (),
) -> SettlementImport:
    """Import a CSV of the classifier (see `oktmo`). Must run inside `acting`.

    `progress(done, of)` is called now and then. `ended` are the ОКТМО codes (8 digits) of settlement
    municipalities that are no more: an old list names them, but no organisation is to come of it.
    Raises `BadInput` when the file as a whole cannot be read or no territory of the region is
    loaded; wrong lines only go to `rejected`.
    """
    file = read_oktmo(content)
    editions = _editions()
    if not editions:
        raise BadInput("Муниципалитеты области ещё не загружены: сначала выполните «otklik migrate».")
    report = SettlementImport(rows=file.lines, rejected=list(file.rejected))
    standing = _Standing(editions)
    codes: list[TerritoryCode] = []
    for done, line in enumerate(file.settlements):
        if progress and done % 200 == 0:
            progress(done, len(file.settlements))
        edition = editions.get(line.municipality_oktmo)
        if edition is None:
            report.rejected.append(_foreign(line.number, line.oktmo, line.name))
            continue
        territory = standing.by_code.get(line.oktmo)
        if territory is not None:
            _count(report, _respelled(territory, line))
            continue
        territory = standing.take_namesake(edition.municipality, line)
        if territory is None:
            territory = standing.make(edition.municipality, line, source)
            report.created += 1
        else:
            _count(report, _respelled(territory, line))
        codes.append(
            TerritoryCode(
                territory=territory,
                code=line.oktmo,
                valid_from=edition.valid_from,
                valid_to=edition.valid_to,
                source=source,
            )
        )
    TerritoryCode.objects.bulk_create(codes, batch_size=1000)
    _take_bodies(file.bodies, editions, ended, report)
    report.sections = report.rows - report.created - report.existing - report.updated - len(report.rejected)
    report.rejected.sort(key=lambda line: line.number)
    if report.created or report.updated:
        _write_down(report)
    if progress:
        progress(len(file.settlements), len(file.settlements))
    return report


def _write_down(report: SettlementImport) -> None:
    """Enter the import into the journal of the region, whose row guards the stream."""
    region = Territory.objects.select_for_update().get(kind=Kind.REGION)
    counts = {"rows": report.rows, "created": report.created, "updated": report.updated}
    actor = current_actor().reference
    append(NewEntry(f"territory:{region.pk}", "settlements_imported", actor, timezone.now(), counts))


def _count(report: SettlementImport, changed: bool) -> None:
    if changed:
        report.updated += 1
    else:
        report.existing += 1


def _foreign(number: int, code: str, name: str) -> RejectedLine:
    reason = f"в области нет муниципалитета с кодом {code[:5]}000 — это другая область или новый код"
    return RejectedLine(number, "oktmo", reason, f"{code}; {name}")


def _editions() -> dict[str, _Edition]:
    """Every code a municipality has or had."""
    rows = TerritoryCode.objects.filter(system="oktmo", territory__kind=Kind.MUNICIPALITY)
    return {
        row.code: _Edition(row.territory, row.valid_from, row.valid_to)
        for row in rows.select_related("territory")
        if len(row.code) == MUNICIPALITY_DIGITS
    }


def _respelled(territory: Territory, line: SettlementLine) -> bool:
    """Take over a new name or type from the list; ё for е is no new name. True if changed."""
    same_name = place_key(territory.short_name) == place_key(line.name)
    same_type = territory.type_name == line.type_name or not line.type_name
    if same_name and same_type:
        return False
    if not same_name:
        territory.short_name = line.name
    if not same_type:
        territory.type_name = line.type_name
    territory.name = f"{territory.type_name} {territory.short_name}".strip()
    territory.save()
    return True


class _Standing:
    """The settlements in the tables, found by code and, where the code is new, by name."""

    def __init__(self, editions: dict[str, _Edition]) -> None:
        self.by_code: dict[str, Territory] = {}
        editions_of: dict[int, set[str]] = defaultdict(set)
        for row in TerritoryCode.objects.filter(
            system="oktmo", territory__kind=Kind.SETTLEMENT
        ).select_related("territory"):
            if len(row.code) == SETTLEMENT_DIGITS:
                self.by_code[row.code] = row.territory
                editions_of[row.territory_id].add(row.code[:5])
        self._editions_of = editions_of
        self._namesakes: dict[tuple[int | None, str], list[Territory]] = defaultdict(list)
        for territory in Territory.objects.filter(kind=Kind.SETTLEMENT).order_by("id"):
            key = (territory.municipality_id, place_key(territory.short_name))
            self._namesakes[key].append(territory)
        self._slugs = set(Territory.objects.values_list("code", flat=True))

    def take_namesake(self, municipality: Territory, line: SettlementLine) -> Territory | None:
        """A settlement of this name and type that has no code of this edition yet; taken once."""
        for territory in self._namesakes.get((municipality.pk, place_key(line.name)), ()):
            if line.oktmo[:5] in self._editions_of[territory.pk]:
                continue
            if type_family(territory.type_name) == type_family(line.type_name):
                self._editions_of[territory.pk].add(line.oktmo[:5])
                return territory
        return None

    def make(self, municipality: Territory, line: SettlementLine, source: str) -> Territory:
        """Store a settlement that is not there yet."""
        territory = Territory.objects.create(
            parent=municipality,
            scope=municipality,
            municipality=municipality,
            kind=Kind.SETTLEMENT,
            code=self._free_slug(municipality, line.name),
            name=f"{line.type_name} {line.name}".strip(),
            short_name=line.name,
            type_name=line.type_name,
            name_key=name_key(line.name),
            source=source,
        )
        self._editions_of[territory.pk].add(line.oktmo[:5])
        return territory

    def _free_slug(self, municipality: Territory, name: str) -> str:
        base = f"{municipality.code}-{slug(name)}"[:90].rstrip("-")
        code, number = base, 2
        while code in self._slugs:
            code, number = f"{base}-{number}", number + 1
        self._slugs.add(code)
        return code


def _take_bodies(
    bodies: Iterable[BodyLine],
    editions: dict[str, _Edition],
    ended: Collection[str],
    report: SettlementImport,
) -> None:
    for line in bodies:
        edition = editions.get(line.municipality_oktmo)
        if edition is None:
            report.rejected.append(_foreign(line.number, line.oktmo, line.name))
        elif line.oktmo in ended:
            report.ended.append(line.name)
        else:
            report.bodies.append(SettlementBody(line.name, line.genitive, line.oktmo, edition.municipality))
