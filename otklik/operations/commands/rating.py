"""`otklik rating`: a month computed by hand, and the proof that kept ratings are made of their counts."""

from datetime import date

import click

from otklik.operations.commands.ready import django_ready


@click.group()
def rating() -> None:
    """Рейтинг центров: посчитать месяц, проверить посчитанное."""


@rating.command()
def check() -> None:
    """Посчитать все месяцы заново из сохранённых чисел и сравнить до последней цифры."""
    django_ready()
    from otklik.acting import System, acting
    from otklik.insight.models import RatingRun
    from otklik.insight.rating_running import same_again

    with acting(System("rating"), read_only=True):
        runs = list(RatingRun.objects.select_related("formula").order_by("month"))
        wrong = [f"{run.month:%Y-%m}" for run in runs if not same_again(run)]
    if wrong:
        raise click.ClickException(f"Не сходится: {', '.join(wrong)}.")
    click.echo(f"Месяцев: {len(runs)}, все сходятся.")


@rating.command()
@click.argument("month")
def draft(month: str) -> None:
    """Посчитать черновик за месяц, например 2026-10, если задание его пропустило."""
    django_ready()
    from django.utils import timezone

    from otklik.insight.rating_running import draft as make
    from otklik.insight.rating_running import month_before

    now = timezone.now()
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise click.UsageError("Месяц пишется так: 2026-10.") from None
    if first > month_before(timezone.localdate(now)):
        raise click.UsageError("Этот месяц ещё не закончился.")
    run = make(first, now)
    click.echo(f"Черновик за {month} готов." if run else "Черновик уже есть, или сообщений за этот месяц нет.")
