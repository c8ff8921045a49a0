"""`otklik train`: themes learned from the region's own cases, or from a table."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from otklik.triage.model.training import Outcome

TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--train", "table", type=TABLE, help="Таблица CSV вместо карточек базы: текст и код темы.")
@click.option("--map", "columns", help="Как называются столбцы: text=СТОЛБЕЦ,label=СТОЛБЕЦ.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Куда записать модель (с --train).")
@click.option("--json", "as_json", is_flag=True, help="Карточку модели одним объектом JSON.")
def train(table: Path | None, columns: str | None, out: Path | None, as_json: bool) -> None:
    """Научить программу темам на разобранных карточках. Новая модель берётся, только если она вернее прежней."""
    if table is None:
        from otklik.operations.commands.ready import django_ready

        django_ready()
        from django.utils import timezone

        from otklik.cases.learning import learn_from_cases

        outcome = learn_from_cases(timezone.now())
        placed = "Модель взята в работу." if outcome.wins else "В работе остаётся прежняя."
    else:
        outcome = _from_table(table, columns)
        placed = _placed(outcome, out)
    if as_json:
        click.echo(json.dumps(outcome.card, ensure_ascii=False))
        return
    _show(outcome.card)
    click.echo(placed)


def _from_table(table: Path, columns: str | None) -> "Outcome":
    from datetime import date

    from otklik.embedded.home import home_folder
    from otklik.secrets_file import secret
    from otklik.triage.evaluating import rows
    from otklik.triage.model.pieces import pieces_of
    from otklik.triage.model.reading import ThemeModel
    from otklik.triage.model.shipped import shipped_base
    from otklik.triage.model.storing import KEY_NAME
    from otklik.triage.model.trained import Example
    from otklik.triage.model.training import train as learned
    from otklik.triage.words import tokens_of

    told = rows.read_table(table, rows.parse_map(columns), ("theme", "label", "тема"))
    base = shipped_base(home_folder())
    pieces = rows.pieces_of_rows(told.rows)
    examples = [Example(piece, row.label, row.group) for piece, row in zip(pieces, told.rows, strict=True)]
    names = {row.label: pieces_of(tokens_of(row.label)) for row in told.rows}
    return learned(
        examples, ThemeModel(base, edition=base.digest), names, None, day=date.today(), source=table.name,
        key=bytes.fromhex(secret(home_folder(), KEY_NAME)),
    )  # fmt: skip


def _placed(outcome: "Outcome", out: Path | None) -> str:
    from otklik.triage.model.file import put

    if outcome.model is None or out is None:
        return "Модель не записана: задайте --out." if outcome.model else "Слишком мало размеченного."
    put(out, outcome.model)
    return f"Модель записана: {out} ({len(outcome.model) // 1_000_000} МБ)."


def _show(card: dict[str, Any]) -> None:
    words = {
        "source": "на чём", "date": "день", "n": "училась на текстах", "frozen_n": "судили по текстам",
        "themes": "тем", "passed_over": "с темами, которых нет", "gained": "вернее прежней на текстах",
        "lost": "хуже прежней на текстах", "digest": "номер",
    }  # fmt: skip
    for name, word in words.items():
        if name in card:
            click.echo(f"{word:32}{card[name]}")
    for name, word in (("figures", "новая"), ("replaced", "прежняя")):
        if name in card:
            told = card[name]
            click.echo(f"{word:32}верно первой {told['top1']:.3f}, в первых трёх {told['top3']:.3f}")
