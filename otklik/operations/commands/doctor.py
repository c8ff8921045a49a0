"""`otklik doctor`."""

import json
import sys
from typing import Any

import click

MARKS = {"problem": "✘", "mended": "✔", "notice": "!"}


@click.command()
@click.option("--fix", is_flag=True, help="Исправить и то, что меняет данные: пересчитать цифры, выдать права заново.")
@click.option("--deep", is_flag=True, help="Прочитать каждую фотографию целиком.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def doctor(fix: bool, deep: bool, as_json: bool) -> None:
    """Проверить базу и файлы. Код выхода: 0 — всё в порядке, 1 — есть неисправности."""
    from otklik.embedded import database_urls
    from otklik.operations.commands.ready import django_ready

    owner = database_urls().owner or ""
    django_ready()
    from django.utils import timezone

    from otklik.operations.doctor import CHECKS, examine

    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(
        length=len(CHECKS), label="Осмотр", file=sys.stderr, hidden=hidden, item_show_func=_label
    ) as bar:
        diagnosis = examine(
            timezone.now(), fix=fix, owner_url=owner, deep=deep, progress=lambda check: bar.update(1, check)
        )
    if as_json:
        findings = [{"check": name, "level": f.level.value, "text": f.text} for name, f in diagnosis.found]
        shown = {"ok": diagnosis.ok, "findings": findings, "checks": list(diagnosis.checks)}
        click.echo(json.dumps({**shown, "seconds": round(diagnosis.seconds, 2)}, ensure_ascii=False))
    else:
        for _name, finding in diagnosis.found:
            click.echo(f"{MARKS[finding.level.value]} {finding.text}")
        verdict = "Неисправностей нет." if diagnosis.ok else "Есть неисправности."
        click.echo(f"{verdict} Проверок: {len(diagnosis.checks)}, {diagnosis.seconds:.0f} с.")
    if not diagnosis.ok:
        sys.exit(1)


def _label(check: Any) -> str | None:
    return check.label if check else None
