"""`otklik territory settlements`: the list of places, and the administrations that it names."""

import json
from pathlib import Path

import click


@click.group()
def territory() -> None:
    """Территории: населённые пункты региона."""


@territory.command()
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def settlements(file: Path, as_json: bool) -> None:
    """Загрузить населённые пункты из перечня ОКТМО (CSV: oktmo, check_digit, name)."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.operations.reference import load_settlement_administrations
    from otklik.territory.cli import import_with_progress, machine_readable, report_lines

    report = import_with_progress(file, quiet=as_json)
    bodies = load_settlement_administrations(report, timezone.localdate())
    if as_json:
        click.echo(json.dumps({**machine_readable(report), "organisations": bodies}, ensure_ascii=False))
        return
    for line in report_lines(report):
        click.echo(line)
    click.echo(f"Администраций поселений добавлено или исправлено: {bodies}.")
