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
        told = _from_cases()
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _said_of_cases(told))
        return
    outcome = _from_table(table, columns)
    placed = _placed(outcome, out)
    if as_json:
        click.echo(json.dumps(outcome.card, ensure_ascii=False))
        return
    _show(outcome.card)
    click.echo(placed)


def _from_cases() -> dict[str, Any]:
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.cases.learning_jobs import work
    from otklik.cases.models import ReaderVersion

    told = work(timezone.now())
    for made in told.values():
        if isinstance(made, dict) and "version" in made:
            made["card"] = ReaderVersion.objects.values_list("card", flat=True).get(pk=made["version"])
    return told


def _said_of_cases(told: dict[str, Any]) -> str:
    lines = []
    for task, word in (("theme", "Темы"), ("executor", "Исполнители")):
        made = told.get(task, {})
        if "refused" in made:
            lines.append(f"{word}: {made['refused']}")
        elif "card" in made:
            card = made["card"]
            outcome = "взята в работу" if made["state"] == "in_use" else "не вернее прежней, осталась прежняя"
            lines.append(
                f"{word}: версия {made['version']} — {outcome}."
                f" Училась на {card['learnt']}, судили по {card['judged']}:"
                f" верно первой {card['figures']['top1'][0]:.3f} (было {card['before']['top1'][0]:.3f})."
            )
        else:
            lines.append(f"{word}: не вышло, подробности в журнале службы.")
    return "\n".join(lines)


def _from_table(table: Path, columns: str | None) -> "Outcome":
    from datetime import datetime

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
        examples, ThemeModel(base, edition=base.digest), names, None, day=datetime.now().astimezone().date(),
        source=table.name, key=bytes.fromhex(secret(home_folder(), KEY_NAME)),
    )  # fmt: skip


def _placed(outcome: "Outcome", out: Path | None) -> str:
    from otklik.triage.model.file import put

    if outcome.model is None or out is None:
        return "Модель не записана: задайте --out." if outcome.model else "Слишком мало размеченного."
    put(out, outcome.model)
    return f"Модель записана: {out} ({len(outcome.model) // 1_000_000} МБ)."


def _show(card: dict[str, Any]) -> None:
    words = {
        "source": "на чём", "date": "день", "learnt": "училась на текстах", "judged": "судили по текстам",
        "labels": "меток", "left_out": "не взято", "digest": "номер",
    }  # fmt: skip
    for name, word in words.items():
        if name in card:
            click.echo(f"{word:32}{card[name]}")
    for name, word in (("figures", "новая"), ("before", "без обучения")):
        if name in card and (name == "figures" or card["comparable"]):
            first, low, high = card[name]["top1"]
            click.echo(f"{word:32}верно первой {first:.3f} (95 %: {low:.3f} – {high:.3f})")
    if "comparable" in card and not card["comparable"]:
        click.echo("Сравнить с прежней нельзя: метки таблицы — не коды тем нашего классификатора.")
