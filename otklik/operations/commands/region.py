"""`otklik region new`, `otklik region init`, `otklik region list`."""

import json
import sys
from pathlib import Path

import click


@click.group()
def region() -> None:
    """Регионы: завести ещё один из одних файлов."""


@region.command()
@click.argument("folder", metavar="ПАПКА", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Записать образец папки региона."""
    from otklik.operations.region_sample import write

    write(folder)
    click.echo(f"Образец: {folder}. Начните с {folder}/README.md.")


@region.command()
@click.argument("folder", metavar="ПАПКА", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Только проверить и назвать каждую ошибку.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def init(folder: Path, check: bool, as_json: bool) -> None:
    """Завести регион из папки: своя база, свои ключи, свой сайт. Повтор берёт исправленное."""
    from otklik.operations import region_making

    if check:
        found = region_making.check(folder)
        if as_json:
            faults = [{"file": one.file, "line": one.line, "text": one.text} for one in found]
            click.echo(json.dumps({"ok": not found, "faults": faults}, ensure_ascii=False))
        else:
            click.echo("\n".join(map(str, found)) if found else "Папка годится.")
        sys.exit(1 if found else 0)
    made = region_making.make(folder, lambda line: click.echo(line, err=True))
    if as_json:
        links = str(made.links) if made.links else None
        shown = {"code": made.code, "database": made.database, "folder": str(made.folder), "links": links}
        click.echo(json.dumps(shown))
        return
    click.echo(f"Регион готов: {made.name}, база {made.database}.")
    if made.links:
        click.echo(f"Ссылки для сотрудников: {made.links}")
    click.echo(f"Запустить: OTKLIK_REGION={made.code} PORT=8001 otklik up   (службой: otklik-web@{made.code})")


@region.command("list")
def list_() -> None:
    """Какие регионы здесь есть."""
    from otklik import regions
    from otklik.embedded import home_folder

    home = home_folder()
    for code in dict.fromkeys([regions.DEFAULT, *regions.initialised(home)]):
        click.echo(f"{code}\t{regions.names(code).database}\t{regions.data_folder(home, code)}")
