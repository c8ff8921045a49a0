"""`otklik channels`: what is connected, and recorded payloads taken again."""

import json
from collections import Counter
from pathlib import Path

import click


@click.group("channels")
def channels() -> None:
    """Каналы: что подключено, повтор записанных сообщений."""


@channels.command("list")
@click.option("--json", "as_json", is_flag=True, help="Показания одним объектом JSON: для программы наблюдения.")
def list_(as_json: bool) -> None:
    """Показать подключения и их здоровье."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.acting import System, acting
    from otklik.channels.models import Account

    if as_json:
        from otklik.channels.kit.measuring import measured

        click.echo(json.dumps({"accounts": measured()}, ensure_ascii=False))
        return
    with acting(System("channels"), read_only=True):
        for row in Account.objects.select_related("health").order_by("channel", "code"):
            health = getattr(row, "health", None)
            state = "включено" if row.active else "выключено"
            trouble = f" · {health.failure}" if health and health.failure else ""
            click.echo(f"{row.channel:10} {row.code:30} {state} · {row.name}{trouble}")


@channels.command("replay")
@click.argument("name", metavar="КАНАЛ")
@click.argument("path", metavar="ФАЙЛ|ПАПКА", type=click.Path(path_type=Path))
@click.option("--account", "code", default="", help="Код подключения; без этого — первое подключение канала.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def replay(name: str, path: Path, code: str, as_json: bool) -> None:
    """Принять записанные сообщения канала: так же, как живые, каждое один раз."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.failures import BadInput
    from otklik.intake.replaying import account_for, replay

    if not path.exists():
        raise BadInput(f"«{path}» не найдено.", "path")
    items = []
    for item in replay(account_for(name, code), path):
        items.append(item)
        if not as_json:
            click.echo(f"{item.fate:12} {item.file}{': ' + item.reason if item.reason else ''}")
    fates = Counter(item.fate for item in items)
    counts = {
        "files": len(items), "cases": fates["case"], "followups": fates["followup"],
        "quarantined": fates["quarantined"], "existing": fates["existing"],
    }
    if as_json:
        click.echo(json.dumps({**counts, "items": [item.told() for item in items]}, ensure_ascii=False))
        return
    click.echo(
        f"Всего {counts['files']}: карточек {counts['cases']}, продолжений {counts['followups']}, в карантине "
        f"{counts['quarantined']}, уже были {counts['existing']}."
    )
