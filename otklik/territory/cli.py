"""How the import of settlements shows itself on the command line.

The command itself is in `operations.commands`, since it also makes organisations of the
administrations that a list names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from otklik.acting import System, acting
from otklik.failures import Failure
from otklik.territory.regionfile import read_region
from otklik.territory.settlements import SettlementImport, import_settlements


def import_with_progress(file: Path, *, quiet: bool) -> SettlementImport:
    """Read and import the list, with a progress bar unless `quiet`.

    Raises `Failure` for a file that cannot be read.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise Failure(f"Файла {file} нет. Проверьте путь.") from None
    except OSError:
        raise Failure(f"Файл {file} не читается. Проверьте, что это файл и что на него есть права.") from None
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
