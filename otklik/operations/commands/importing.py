"""`otklik import`."""

import json
import resource
import time
from pathlib import Path
from typing import Any

import click

from otklik.failures import BadInput


@click.command("import")
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))
@click.option("--into", required=True, help="Куда: код ОКТМО муниципалитета (или региона) или наш код территории.")
@click.option("--map", "written_map", default="", help="Столбцы: id=…,text=…,theme=…; без этого — по заголовкам.")
@click.option("--profile", default="", help="Имя источника: номера строк различаются внутри него, столбцы помнятся.")
@click.option("--sheet", "tab", default="", help="Лист книги; без этого — первый, где что-то есть.")
@click.option("--full", is_flag=True, help="Это полная выгрузка: сказать, какие открытые карточки из неё пропали.")
@click.option("--report", type=click.Path(path_type=Path), help="Куда записать непринятые строки (.csv или .xlsx).")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def import_(
    file: Path, into: str, written_map: str, profile: str, tab: str, full: bool, report: Path | None, as_json: bool
) -> None:
    """Загрузить таблицу сообщений (CSV, JSON Lines, XLSX, XLS, ODS)."""
    started = time.monotonic()
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.acting import System, acting
    from otklik.intake import importing, taking
    from otklik.intake.report import rejected_file

    actor = System("import")
    run = importing.begin(actor, file, into=_territory(into), profile=profile, written_map=written_map, tab=tab,
                          full=full)
    run = taking.run(run.pk, path=file, progress=None if as_json else _shown)
    if report:
        with acting(actor, read_only=True):
            report.write_bytes(rejected_file(run, "xlsx" if report.suffix == ".xlsx" else "csv"))
    counts = {
        "rows": run.rows, "created": run.created, "existing": run.existing, "rejected": run.rejected,
        "seconds": round(time.monotonic() - started, 2), "peak_mb": round(peak_mb(), 1),
    }
    if as_json:
        click.echo(json.dumps(counts))
        return
    _say(run, counts, actor)


def peak_mb() -> float:
    """The most memory this process has held, in MB: the kernel's VmHWM, since `ru_maxrss` may be a parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _territory(into: str) -> Any:
    from otklik.territory.tree import by_code, by_oktmo

    found = (by_oktmo(into) if into.isdigit() else None) or by_code(into)
    if found is None:
        raise BadInput(f"Территории «{into}» нет. Нужен код ОКТМО из 8 цифр, например 18701000.", "into")
    return found


def _shown(run: Any) -> None:
    click.echo(f"\r  строк {run.rows}, новых {run.created}, не принято {run.rejected}", nl=False, err=True)


def _say(run: Any, counts: dict[str, Any], actor: Any) -> None:
    from otklik.acting import acting

    click.echo("", err=True)
    click.echo(
        f"Строк {run.rows}: новых карточек {run.created}, уже были {run.existing}, не принято {run.rejected}. "
        f"{counts['seconds']} с."
    )
    with acting(actor, read_only=True):
        for row in run.rejected_rows.order_by("row")[:20]:
            column = f", столбец «{row.column}»" if row.column else ""
            click.echo(f"  строка {row.row}{column}: {row.reason}")
    if run.rejected > 20:
        click.echo(f"  …и ещё {run.rejected - 20}. Все — с ключом --report ФАЙЛ.csv")
    click.echo(
        f"Открыто {run.opened}, просрочено {run.overdue} — принять? Страница «Настройки → Загрузки», загрузка {run.pk}."
    )
