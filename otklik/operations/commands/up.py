"""`otklik up`, and its parts as commands of their own: `otklik web`, `otklik worker`, `otklik database`."""

import os

import click


@click.command()
@click.option("--port", type=int, default=lambda: int(os.environ.get("PORT", "8000")), help="Порт (или PORT).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Адрес, на котором слушать.")
@click.option("--demo/--no-demo", default=None, help="Наполнить пустую базу показательным регионом.")
def up(port: int, host: str, demo: bool | None) -> None:
    """Запустить всё: базу данных, сайт и работника."""
    from otklik import regions
    from otklik.operations.up import run_up

    # A region that somebody made from files is for work: a demo comes into it only when asked for.
    run_up(port, host, with_demo=regions.chosen() == regions.DEFAULT if demo is None else demo)


@click.command()
@click.option("--port", type=int, default=lambda: int(os.environ.get("PORT", "8000")), help="Порт (или PORT).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Адрес, на котором слушать.")
@click.option("--only", type=click.Choice(["task"]), help="Только страницы исполнителей: для внешнего узла.")
def web(port: int, host: str, only: str | None) -> None:
    """Только сайт. SIGHUP сменяет его без единого отказа."""
    if only:
        os.environ["OTKLIK_FACES"] = only
    from otklik.operations.web import run_web

    run_web(host, port)


@click.command()
def database() -> None:
    """Только встроенная база данных, пока не остановят."""
    from otklik.operations.database_service import run_database

    run_database()


@click.command()
def worker() -> None:
    """Выполнять отложенную работу, пока не остановят."""
    from otklik.operations.worker import run_worker

    run_worker()
