"""`otklik insight`: the figures of the region made anew, or compared with the cases."""

import json
import sys
import time

import click

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")


@click.group()
def insight() -> None:
    """Цифры региона: пересчитать заново, сверить с карточками."""


@insight.command()
@AS_JSON
def rebuild(as_json: bool) -> None:
    """Пересчитать все цифры по карточкам. Пока идёт пересчёт, страницы показывают прежние; людям он не мешает."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.insight.rebuilding import rebuild as make_anew

    began = time.monotonic()
    try:
        cases = make_anew(timezone.now())
    except KeyboardInterrupt:  # one transaction: nothing of it is kept
        click.echo("Остановлено. Остались прежние цифры.", err=True)
        sys.exit(130)
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        click.echo(json.dumps({"cases": cases, "seconds": seconds}))
    else:
        click.echo(f"Цифры пересчитаны. Карточек: {cases}, {seconds} с.")


@insight.command()
@AS_JSON
def check(as_json: bool) -> None:
    """Сверить цифры с карточками, ничего не меняя. Код выхода: 0 — сходятся, 1 — нет."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.insight.rebuilding import differences

    wrong = differences()
    days = [{"scope": scope, "since": day.isoformat()} for scope, day in wrong.days]
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "cases": wrong.cases, "days": days}))
    elif wrong:
        click.echo(
            f"Цифры не сходятся: карточек {len(wrong.cases)}, дней и месяцев {len(days)}. "
            "Пересчитайте: otklik insight rebuild."
        )
    else:
        click.echo("Цифры сходятся с карточками.")
    if wrong:
        sys.exit(1)
