"""`otklik territory`: settlements (with the administrations that a list names), boundaries, streets."""

import json
from pathlib import Path

import click


@click.group()
def territory() -> None:
    """Территории: населённые пункты, границы, улицы."""


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


@territory.command()
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))
@click.option("--source", default="", help="Откуда файл, например «выгрузка OSM от 01.11.2026».")
@click.option("--attribution", default="", help="Что писать рядом с картой. Для OpenStreetMap подставится само.")
@click.option("--licence", default="", help="Лицензия данных, например «ODbL 1.0».")
@click.option("--name-field", default="", help="Свойство с названием, если оно называется необычно.")
@click.option("--fewer", is_flag=True, help="Загрузить, даже если границ меньше, чем есть сейчас.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def boundaries(
    file: Path, source: str, attribution: str, licence: str, name_field: str, fewer: bool, as_json: bool
) -> None:
    """Загрузить границы муниципалитетов или внутригородских районов (GeoJSON, WGS 84)."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.acting import System, acting
    from otklik.territory.boundaries import import_boundaries
    from otklik.territory.cli import boundary_lines, file_content, without_shapes

    content = file_content(file)
    with acting(System("territory.boundaries")):
        report = import_boundaries(
            content, file_name=file.name, source=source, attribution=attribution, licence=licence,
            name_field=name_field, fewer=fewer,
        )
    if as_json:
        click.echo(json.dumps(without_shapes(report), ensure_ascii=False))
        return
    for line in boundary_lines(report):
        click.echo(line)


@territory.command()
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def streets(file: Path, as_json: bool) -> None:
    """Загрузить улицы и дома: выгрузка ГАР (папка или ZIP) или OSM (.osm, .geojson)."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.acting import System, acting
    from otklik.territory.cli import street_lines, street_numbers
    from otklik.territory.street_import import import_streets

    def progress(done: int) -> None:
        if not as_json:
            click.echo(f"\rПрочитано улиц: {done}", nl=False, err=True)

    with acting(System("territory.streets")):
        report = import_streets(file, progress)
    if as_json:
        click.echo(json.dumps(street_numbers(report), ensure_ascii=False))
        return
    for line in street_lines(report):
        click.echo(line)


@territory.command()
@click.option("--forbid", type=int, metavar="НОМЕР", help="Больше не читать по этому названию.")
@click.option("--allow", type=int, metavar="НОМЕР", help="Снова читать по этому названию.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def learned(forbid: int | None, allow: int | None, as_json: bool) -> None:
    """Показать названия мест, выученные по решениям сотрудников, или запретить неверное."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.acting import System, acting
    from otklik.territory import learned as names
    from otklik.territory.cli import learned_lines, learned_numbers

    with acting(System("territory.learned")):
        for number, forbidden in ((forbid, True), (allow, False)):
            if number is not None:
                names.forbid(number, forbidden=forbidden)
        found = names.learned_names()
        if as_json:
            click.echo(json.dumps(learned_numbers(found), ensure_ascii=False))
            return
        for line in learned_lines(found):
            click.echo(line)
