"""`otklik migrate`."""

import json

import click


@click.command()
@click.option("--print-roles", is_flag=True, help="Напечатать SQL для администратора базы и ничего не менять.")
@click.option("--database", default="", help="Имя базы для --print-roles, если не обычное.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def migrate(print_roles: bool, database: str, as_json: bool) -> None:
    """Привести таблицы, права и справочники к этой версии программы."""
    if print_roles:
        from otklik import regions
        from otklik.embedded import roles_sql

        click.echo(roles_sql(database, regions.names(regions.chosen())))
        return
    from otklik.operations.migrating import run_migrate

    loaded = run_migrate()
    if as_json:
        click.echo(json.dumps({"territories": loaded.territories, "organisations": loaded.organisations,
                               "themes": loaded.themes}))
    else:
        click.echo(
            f"Готово: территорий {loaded.territories}, организаций {loaded.organisations}, тем {loaded.themes}."
        )
