"""`otklik staff import`: staff from a sheet, with a link for each new person."""

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from otklik.operations.commands.writing import keep_what_is_there


@click.group()
def staff() -> None:
    """Сотрудники: загрузка списком."""


@staff.command("import")
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Только показать, что изменится.")
@click.option("--links", type=click.Path(path_type=Path), help="Куда записать ссылки (CSV); иначе — на экран.")
@click.option("--template", is_flag=True, help="Записать в ФАЙЛ образец списка (XLSX) и закончить.")
@click.option("--overwrite", is_flag=True, help="Записать образец или ссылки поверх файла, который уже есть.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def import_(
    file: Path, dry_run: bool, links: Path | None, template: bool, overwrite: bool, as_json: bool
) -> None:
    """Завести и обновить сотрудников по списку (XLSX, ODS, XLS, CSV). Никого не удаляет."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.acting import System, acting
    from otklik.failures import BadInput
    from otklik.intake.staff_list import applying, judging, reading

    if template:
        keep_what_is_there(file, overwrite=overwrite)
        file.write_bytes(reading.template())
        click.echo(f"Образец: {file}")
        return
    keep_what_is_there(links, overwrite=overwrite)
    actor, now = System("staff"), timezone.now()
    try:
        with file.open("rb") as source:
            rows = reading.read_list(source, file.name)
    except OSError as error:
        raise BadInput(f"Файл {file} не читается: {error.strerror}.", "file") from error
    if dry_run:
        with acting(actor, read_only=True):
            preview = judging.judge(actor, rows, timezone.localdate(now))
        invited: list[tuple[Any, str]] = []
    else:
        applied = applying.apply(actor, rows, now)
        preview, invited = applied.preview, [(user, _address(token)) for user, token in applied.invited]
    if links:
        _write_links(links, invited)
    if as_json:
        _as_json(preview, invited, shown=links is None)
    else:
        _say(preview, invited, shown=links is None)
    if preview.counts()["wrong"]:
        sys.exit(1)


def _address(token: str) -> str:
    from otklik.acting import System, acting
    from otklik.organisations import region_settings

    with acting(System("staff"), read_only=True):
        base = str(region_settings.get("public_address") or "").rstrip("/")
    return f"{base}/accounts/invitation/{token}/"


def _write_links(path: Path, invited: list[tuple[Any, str]]) -> None:
    """Links open a way in: the file is for its owner only. Names are of others: no sheet takes one for a formula."""
    from otklik.intake.sheets.layout import guarded

    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig") as out:
        table = csv.writer(out, delimiter=";", lineterminator="\r\n")
        table.writerow(["Фамилия, имя, отчество", "Имя для входа", "Ссылка"])
        table.writerows([guarded(user.full_name), guarded(user.username), address] for user, address in invited)
    path.chmod(0o600)


def _as_json(preview: Any, invited: list[tuple[Any, str]], *, shown: bool) -> None:
    wrong = [{"row": one.row.number, "why": one.why} for one in preview.rows if one.verdict == "wrong"]
    said = {
        **preview.counts(), "errors": wrong, "missing": [user.username for user in preview.missing],
        "links": {user.username: address for user, address in invited} if shown else {},
    }
    click.echo(json.dumps(said, ensure_ascii=False))


def _say(preview: Any, invited: list[tuple[Any, str]], *, shown: bool) -> None:
    counts = preview.counts()
    click.echo(
        f"Новых строк {counts['new']}, изменений {counts['changed']}, без изменений {counts['same']}, "
        f"с ошибкой {counts['wrong']}."
    )
    for one in preview.rows:
        if one.verdict == "wrong":
            click.echo(f"  строка {one.row.number}: {one.row.full_name or one.row.username}: {one.why}")
    for user, address in invited if shown else ():
        click.echo(f"  {user.full_name} ({user.username}): {address}")
    if preview.missing:
        click.echo("В списке нет, а работают: " + ", ".join(user.full_name for user in preview.missing))
