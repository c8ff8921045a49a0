"""`otklik classifier`: the list of themes out into a sheet, and another one in."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from otklik.operations.commands.writing import keep_what_is_there

SHEET = click.Path(path_type=Path)
OVERWRITE = click.option("--overwrite", is_flag=True, help="Записать поверх файлов, которые уже есть.")


@click.group()
def classifier() -> None:
    """Классификатор тем: выгрузить таблицей, загрузить другой."""


@classifier.command("export")
@click.argument("file", metavar="ФАЙЛ", type=SHEET)
@click.option("--mapping", type=SHEET, help="Записать ещё и таблицу соответствий: её останется заполнить.")
@OVERWRITE
def export(file: Path, mapping: Path | None, overwrite: bool) -> None:
    """Записать действующий классификатор в CSV или XLSX (по имени файла)."""
    keep_what_is_there(file, mapping, overwrite=overwrite)
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from otklik.acting import System, acting
    from otklik.classifier.loading import current
    from otklik.classifier.storing import edition
    from otklik.intake.editions.sheet import write_edition, write_mapping

    with acting(System("classifier"), read_only=True):
        spec = edition(current())
    file.write_bytes(write_edition(spec, _kind(file)))
    click.echo(f"{spec.name}: тем {len(spec.themes)}, групп {len(spec.groups)} — в {file}.")
    if mapping is not None:
        mapping.write_bytes(write_mapping(([t.code, t.name, ""] for t in spec.themes), _kind(mapping)))
        click.echo(f"Таблица соответствий — в {mapping}: впишите новые коды; «требует разбора» — решит человек.")


@classifier.command("import")
@click.argument("file", metavar="ФАЙЛ", type=SHEET)
@click.option("--mapping", type=SHEET, help="Таблица соответствий: старый код, новый код (CSV, XLSX).")
@click.option("--from", "valid_from", default="", help="С какого дня действует: 2026-12-01; без этого — с сегодня.")
@click.option("--name", default="", help="Как назвать редакцию.")
@click.option("--check", is_flag=True, help="Только показать разницу, ничего не менять.")
@click.option("--report", type=SHEET, help="Записать, что не сопоставлено: заполните и верните в --mapping.")
@OVERWRITE
def import_(
    file: Path, mapping: Path | None, valid_from: str, name: str, check: bool, report: Path | None, overwrite: bool
) -> None:
    """Загрузить другой классификатор из CSV или XLSX: новая редакция с какого-то дня."""
    keep_what_is_there(report, overwrite=overwrite)
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.acting import System, acting
    from otklik.classifier import loading, storing
    from otklik.failures import Refused
    from otklik.intake.editions import adopting
    from otklik.intake.editions.comparing import compare
    from otklik.intake.editions.sheet import read_edition, read_mapping, write_mapping

    actor = System("classifier")
    day = _day(valid_from) if valid_from else timezone.localdate()
    said = read_mapping(mapping) if mapping else {}
    with acting(actor, read_only=True):
        known = storing.edition(loading.current())
        spec = read_edition(file, valid_from=day, known=known, title=name)
        difference = compare(spec, said)
    for line in report_lines(spec, difference):
        click.echo(line)
    if report is not None:
        rows = ([line.theme.code, line.theme.name, ""] for line in difference.unmapped)
        report.write_bytes(write_mapping(rows, _kind(report)))
        click.echo(f"Не сопоставленные темы — в {report}: впишите новые коды и повторите с --mapping {report}.")
    if check:
        return
    if difference.blocking:
        raise Refused(
            "Открытые карточки остались бы без темы: сопоставьте темы, отмеченные знаком «!». Ничего не изменено."
        )
    draft = adopting.upload(actor, file, file_name=file.name, valid_from=day, title=name, mapping=said)
    version = adopting.adopt(actor, draft.pk)
    moved = adopting.follow()
    click.echo(f"Принято: «{version.name}». Открытых карточек переведено: {moved}.")


def report_lines(spec: Any, difference: Any) -> list[str]:
    """The difference for a terminal."""
    out = [
        f"Новая редакция: тем {len(spec.themes)}, групп {len(spec.groups)}. Сопоставлено тем: "
        f"{sum(line.is_mapped for line in difference.lines)} из {len(difference.lines)}, новых {len(difference.fresh)}."
    ]
    for line in difference.unmapped:
        where = [
            f"{word} {count}" for word, count in (
                ("открытых карточек", line.open_cases), ("всего карточек", line.all_cases),
                ("строк карты ответственности", line.responsible), ("слов других систем", line.words),
            ) if count
        ] + [f"регламент {name}" for name in line.policies]
        mark = "!" if line.blocks else " "
        named = f"{line.theme.code} «{line.theme.name}»"
        out.append(f" {mark} не сопоставлена {named}: {', '.join(where) or 'нигде не нужна'}")
    out += [
        f"   {line.theme.code} «{line.theme.name}»: {' или '.join(line.becomes) or 'требует разбора'} — "
        f"решит человек, открытых карточек {line.open_cases}" for line in difference.asked if line.open_cases
    ]
    return out


def _kind(file: Path) -> str:
    return "xlsx" if file.suffix.lower() == ".xlsx" else "csv"


def _day(text: str) -> Any:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise click.BadParameter("нужен день, например 2026-12-01", param_hint="--from")
