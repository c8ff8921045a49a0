"""`otklik backup` and `otklik restore`."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from otklik.failures import Failure

if TYPE_CHECKING:
    from otklik.operations.backup import Place, Progress


@click.command()
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="ФАЙЛ — папка: назвать копию по дате и хранить столько последних.")
@click.option("--with-keys", is_flag=True, help="Положить в копию и ключи; храните её тогда как пароль.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def backup(file: Path, keep: int | None, with_keys: bool, as_json: bool) -> None:
    """Сохранить базу данных и фотографии в один файл. Работать при этом можно."""
    if keep is None and file.is_dir():
        raise click.UsageError(f"{file} — папка. Назовите файл или добавьте --keep ЧИСЛО.")
    place = _place()
    from django.utils import timezone

    from otklik.operations.backup import make_backup

    folder = file
    if keep is not None:
        file = named_by_date(folder, place.region, timezone.localtime())
    made = make_backup(
        file.absolute(), place, now=timezone.now(), with_keys=with_keys, progress=_progress(quiet=as_json)
    )
    if keep is not None:
        keep_last(folder, place.region, keep)
    if as_json:
        shown = {"file": str(file), "cases": made.cases, "tables": made.tables, "photos": made.photos,
                 "missing": list(made.missing), "bytes": made.size, "with_keys": made.with_keys}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    _end_line()
    size = made.size / 1_000_000
    click.echo(f"Копия готова: {file}, {size:.1f} МБ. Сообщений {made.cases}, фотографий {made.photos}.")
    if made.missing:
        click.echo(f"! Фотографий, которых не было на диске: {len(made.missing)}. Подробнее: otklik doctor.")
    if with_keys:
        click.echo("В копии есть ключи: кто её возьмёт, прочтёт контакты жителей. Храните её как пароль.")
    else:
        click.echo("Ключей в копии нет. Папку secrets храните отдельно: без неё контакты жителей не прочесть.")


def named_by_date(folder: Path, region: str, now: datetime) -> Path:
    """The file for a backup made `now` (the region's clock); the folder is made, closed to others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"Папку {folder} для копий не создать: {error.strerror}.") from error
    return folder / f"{region}-{now:%Y-%m-%d-%H%M%S}.tar"


def keep_last(folder: Path, region: str, keep: int) -> None:
    """Remove all but the last `keep` backups of that region which were named by date; other files stay."""
    digit = "[0-9]"
    dated = f"{region}-{digit * 4}-{digit * 2}-{digit * 2}-{digit * 6}.tar"
    for old in sorted(folder.glob(dated))[:-keep]:
        old.unlink(missing_ok=True)


@click.command()
@click.argument("file", metavar="ФАЙЛ", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Заменить то, что сейчас в базе. Оно будет потеряно.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ.")
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Вернуть базу данных и фотографии из копии, сверить каждую таблицу и осмотреть."""
    place = _place()
    from django.conf import settings
    from django.db.migrations.loader import MigrationLoader

    from otklik.operations.restore import load, verified

    progress = _progress(quiet=as_json)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    manifest = verified(file, place.region, known, progress)
    secrets = settings.OTKLIK_HOME / "secrets"
    came = load(file, manifest, place, secrets, replace=replace, progress=progress)
    from django.utils import timezone

    from otklik.operations.doctor import examine
    from otklik.operations.migrating import run_migrate

    run_migrate()  # rights, and what this program has newer than the backup
    diagnosis = examine(timezone.now())
    if as_json:
        findings = [{"check": name, "level": f.level.value, "text": f.text} for name, f in diagnosis.found]
        shown = {"cases": came.cases, "tables": came.tables, "photos": came.photos, "made_at": came.made_at,
                 "keys_differ": list(came.keys_differ), "ok": diagnosis.ok, "findings": findings}
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        _end_line()
        click.echo(f"Восстановлено и сверено: сообщений {came.cases}, таблиц {came.tables}, фотографий {came.photos}.")
        if "contacts" in came.keys_differ:
            click.echo("! Ключ контактов здесь другой: телефоны и почта не прочтутся. Верните прежнюю папку secrets.")
        for _name, finding in diagnosis.found:
            click.echo(f"  {finding.text}")
        click.echo("Осмотр прошёл." if diagnosis.ok else "Осмотр нашёл неисправности.")
    if not diagnosis.ok:
        sys.exit(1)


def _place() -> "Place":
    from otklik.embedded import database_urls
    from otklik.operations.commands.ready import django_ready

    owner = database_urls().owner
    django_ready(owner=True)
    if not owner:
        raise Failure("Нужен владелец базы: задайте DATABASE_OWNER_URL рядом с DATABASE_URL.")
    from django.conf import settings

    from otklik.operations.backup import Place
    from otklik.practice.region_keys import EXCHANGE_KEY
    from otklik.secrets_file import secret
    from otklik.triage.model.storing import KEY_NAME

    keys = {
        "signing": settings.SECRET_KEY, "contacts": settings.OTKLIK_CONTACT_KEY,
        KEY_NAME: secret(settings.OTKLIK_HOME, KEY_NAME),
        EXCHANGE_KEY: secret(settings.OTKLIK_HOME, EXCHANGE_KEY),
    }
    given = {"signing": "OTKLIK_SECRET_KEY", "contacts": "OTKLIK_CONTACT_KEY"}
    outside = frozenset(name for name, variable in given.items() if os.environ.get(variable))
    return Place(owner, settings.OTKLIK_FILES, settings.OTKLIK_REGION, keys, outside)


def _progress(*, quiet: bool) -> "Progress":
    if quiet or not sys.stderr.isatty():
        return lambda _what, _done, _of: None

    def show(what: str, done: int, of: int) -> None:
        text = f"{what} {done} из {of}" if of else f"{what} {done // 1_000_000} МБ" if done > 1_000_000 else what
        click.echo(f"\r\033[K  {text}", nl=False, err=True)

    return show


def _end_line() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
