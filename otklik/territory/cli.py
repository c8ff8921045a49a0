"""How the imports of settlements and boundaries show themselves on the command line.

The command itself is in `operations.commands`, since it also makes organisations of the
administrations that a list names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from otklik.acting import System, acting
from otklik.failures import Failure
from otklik.territory.boundaries import BoundaryImport
from otklik.territory.models import LearnedName
from otklik.territory.regionfile import read_region
from otklik.territory.settlements import SettlementImport, import_settlements
from otklik.territory.street_import import StreetImport

MAX_FILE = 256 * 1024 * 1024


def file_content(file: Path) -> bytes:
    """What is in a file. Raises `Failure` in words when it cannot be read or is beyond what can be a list of ours."""
    try:
        if file.stat().st_size > MAX_FILE:
            raise Failure(f"Файл {file} больше {MAX_FILE // 2**20} МБ.")
        return file.read_bytes()
    except FileNotFoundError:
        raise Failure(f"Файла {file} нет. Проверьте путь.") from None
    except OSError:
        raise Failure(f"Файл {file} не читается. Проверьте, что это файл и что на него есть права.") from None


def import_with_progress(file: Path, *, quiet: bool) -> SettlementImport:
    """Read and import the list, with a progress bar unless `quiet`.

    Raises `Failure` for a file that cannot be read.
    """
    content = file_content(file)
    ended = {row.oktmo for row in read_region(Path(settings.OTKLIK_REGION_FOLDER)).ended_bodies}
    with acting(System("territory.settlements")):
        if quiet:
            return import_settlements(content, ended=ended)
        with click.progressbar(length=1, label="Населённые пункты", show_pos=False) as bar:

            def progress(done: int, of: int) -> None:
                bar.length = max(of, 1)
                bar.update(done - bar.pos)

            return import_settlements(content, progress=progress, ended=ended)


def report_lines(report: SettlementImport) -> Iterator[str]:
    """The report for a person."""
    yield (
        f"Строк {report.rows}: новых населённых пунктов {report.created}, уже были {report.existing}, "
        f"исправлено {report.updated}, заголовков {report.sections}, отклонено {len(report.rejected)}."
    )
    yield f"Городских и сельских поселений в перечне: {len(report.bodies) + len(report.ended)}."
    if report.ended:
        yield f"Из них уже объединены с другими, организаций не будет: {', '.join(report.ended)}."
    for line in report.rejected:
        column = f", столбец {line.column}" if line.column else ""
        yield f"  строка {line.number}{column}: {line.reason}"


def machine_readable(report: SettlementImport) -> dict[str, Any]:
    """The report as plain JSON."""
    return {
        "rows": report.rows,
        "created": report.created,
        "existing": report.existing,
        "updated": report.updated,
        "sections": report.sections,
        "ended": report.ended,
        "rejected": [asdict(line) for line in report.rejected],
        "bodies": [
            {"name": body.name, "oktmo": body.oktmo, "municipality": body.municipality.code}
            for body in report.bodies
        ],
    }


def boundary_lines(report: BoundaryImport) -> Iterator[str]:
    """The report of an import of boundaries for a person."""
    yield (
        f"Объектов в файле {report.features}: границ загружено {report.taken}, не подошло {len(report.rejected)}. "
        f"Заменено прежних: {report.replaced}."
    )
    if report.mended:
        yield f"Исправлены самопересечения: {', '.join(report.mended)}."
    for one in report.rejected:
        yield f"  {one.number}. «{one.label}»: {one.reason}"
    if report.without:
        yield f"Без границы остались: {', '.join(report.without)}."
    if report.attribution:
        licence = f" ({report.licence})" if report.licence else ""
        yield f"На картах будет подпись: {report.attribution}{licence}."
    else:
        yield "Источник не указан. Если данные требуют подписи, загрузите снова с --attribution."


def without_shapes(report: BoundaryImport) -> dict[str, Any]:
    """The report as plain JSON."""
    return asdict(report)


def street_lines(report: StreetImport) -> Iterator[str]:
    """The report of an import of streets for a person."""
    yield (
        f"Записей в файле {report.lines}: новых улиц {report.created}, дополнено {report.updated}, "
        f"без изменений {report.existing}; номеров домов {report.houses}."
    )
    if report.points:
        yield f"Населённых пунктов получили точку на карте: {report.points}."
    if not report.unplaced_total:
        return
    yield f"Не удалось разместить {report.unplaced_total}:"
    for reason, count in sorted(report.reasons.items(), key=lambda one: -one[1])[:10]:
        yield f"  {count} — {reason}"
    for label, reason in report.unplaced[:20]:
        yield f"    {label}: {reason}"
    if report.unplaced_total > 20:
        yield "    … Весь перечень (до 200 записей) — с ключом --json."


def street_numbers(report: StreetImport) -> dict[str, Any]:
    """The report as plain JSON."""
    return asdict(report)


def learned_numbers(names: Sequence[LearnedName]) -> list[dict[str, object]]:
    """Learned names as plain values."""
    return [
        {
            "id": row.pk, "what": row.what, "name": str(row), "territory": row.territory.code,
            "cases": row.confirmations, "counts": row.confirmations >= row.ENOUGH and not row.forbidden,
            "forbidden": row.forbidden,
        }
        for row in names
    ]


def learned_lines(names: Sequence[LearnedName]) -> Iterator[str]:
    """Learned names for people, one a line."""
    if not names:
        yield "Выученных названий пока нет: они появляются, когда сотрудники уточняют место."
    for row in names:
        state = "запрещено" if row.forbidden else "читаем" if row.confirmations >= row.ENOUGH else "мало карточек"
        place = row.territory
        above = place.municipality
        within = f", {above.short_name}" if above is not None and above.pk != place.pk else ""
        where, cases = f"{place.short_name}{within}", f"карточек: {row.confirmations}"
        yield "\t".join(map(str, (row.pk, row.get_what_display(), row, where, cases, state)))
