"""`otklik demo`."""

import json
import sys
from typing import Any

import click

from otklik.failures import Failure

NOT_EMPTY = (
    "В базе уже есть сообщения или сотрудники, и это не показательный регион: придуманное смешается с настоящим, "
    "а убрать его будет нельзя. Если так и надо, добавьте --yes."
)


@click.command()
@click.option("--cases", type=click.IntRange(1, 1_000_000), default=900, show_default=True, help="Сколько сообщений.")
@click.option("--seed", type=int, default=34, show_default=True, help="Число, от которого зависит всё случайное.")
@click.option("--first", is_flag=True, help="Только если база пуста (или прошлый раз прервали): так делает «up».")
@click.option("--yes", is_flag=True, help="Добавить и туда, где уже работают.")
@click.option("--live", type=float, metavar="RATE", help="Оживить: столько новых сообщений в минуту, до Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def demo(cases: int, seed: int, first: bool, yes: bool, live: float | None, as_json: bool) -> None:
    """Сделать показательный регион: придуманные сообщения за 90 дней. С --live — оживить готовый."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    if live is not None:
        _live(live, seed, as_json)
        return
    from django.utils import timezone

    from otklik.operations import demo as making

    left = making.unfinished()
    empty = left is None and making.is_empty()
    if first and not empty and left is None:
        if as_json:
            click.echo(json.dumps({"cases": 0, "digest": "", "seconds": 0.0}))
        return
    if not empty and not making.is_demo() and not yes:
        raise Failure(NOT_EMPTY)
    if first and left:
        cases, seed = left["cases"], left["seed"]
    making.hasten()
    with _bar(cases, quiet=as_json) as bar:
        made = making.make_demo(
            cases, seed, now=timezone.now(), processes=making.processors(), resume=bool(first and left),
            progress=lambda done, _all: bar.update(done - bar.pos),
        )
    if as_json:
        shown = {"cases": made.cases, "digest": made.digest, "seconds": round(made.seconds, 2)}
        click.echo(json.dumps(shown))
    else:
        click.echo(f"Показательный регион готов: сообщений {made.cases + made.skipped}, {made.seconds:.0f} с.")


def _live(rate: float, seed: int, as_json: bool) -> None:
    """Send and work until Ctrl-C or SIGTERM; then say what happened."""
    import signal
    import threading

    from otklik.operations.demo_live import Lived, run_live

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())

    def told(lived: Lived) -> None:
        if sys.stderr.isatty():
            click.echo(f"\rсообщений {lived.messages}, действий сотрудников {lived.steps}", nl=False, err=True)

    if not as_json:
        click.echo(f"Новые сообщения: {rate:g} в минуту. Остановить — Ctrl-C.")
    lived = run_live(rate, stop=stop, seed=seed, told=told)
    if as_json:
        click.echo(json.dumps({"messages": lived.messages, "steps": lived.steps, "refused": lived.refused}))
    else:
        click.echo(f"\nПоказано: сообщений {lived.messages}, действий сотрудников {lived.steps}.")


def _bar(length: int, *, quiet: bool) -> Any:
    hidden = quiet or not sys.stderr.isatty()
    return click.progressbar(length=length, label="Показательный регион", file=sys.stderr, hidden=hidden)
