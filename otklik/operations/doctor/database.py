"""Checks of the server: version, locale, migrations, disk, worker."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from otklik.operations.doctor.findings import Finding, Level, Visit, examples, reading, rows

OLDEST_SERVER = 160000
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
LITTLE_DISK = 0.05
LITTLE_BYTES = 1_000_000_000
HEARTBEAT_WITHIN = timedelta(seconds=60)
QUEUE_WITHIN = timedelta(minutes=10)

# What must hold for Russian, each with what breaks otherwise. Facts are asked for, not the name of a locale.
FACTS = (
    ("current_setting('server_encoding') = 'UTF8'", "кодировка базы не UTF8"),
    ("lower('ЁЖИК') = 'ёжик' AND upper('ёжик') = 'ЁЖИК'", "lower и upper не знают русских букв"),
    ("'Камышин' ILIKE '%КАМЫШ%'", "ILIKE различает большие и маленькие русские буквы"),
    ("similarity('ЯМА', 'яма') = 1", "похожесть слов (pg_trgm) не видит русских букв"),
    (
        "to_tsvector('russian', 'Дорогами СЕЛА') @@ plainto_tsquery('russian', 'дорога село')",
        "полнотекстовый поиск не знает русского языка",
    ),
)


def server(visit: Visit) -> Iterator[Finding]:
    """A PostgreSQL new enough, with its extensions."""
    with reading():
        (number, name), *_rest = rows("SELECT current_setting('server_version_num')::int, version()")
        have = {row[0] for row in rows("SELECT extname FROM pg_extension")}
    if number < OLDEST_SERVER:
        yield Finding(f"PostgreSQL слишком старый: {name.split(',')[0]}. Нужен 16 или новее.", fatal=True)
    missing = [one for one in EXTENSIONS if one not in have]
    if missing:
        yield Finding(f"Нет расширений {', '.join(missing)}: см. «otklik migrate --print-roles».", fatal=True)


def locale(visit: Visit) -> Iterator[Finding]:
    """Russian text is understood. A database in which it is not cannot be used."""
    with reading():
        held = rows("SELECT " + ", ".join(fact for fact, _why in FACTS))[0]
    broken = [why for holds, (_fact, why) in zip(held, FACTS, strict=True) if not holds]
    if broken:
        yield Finding(
            f"Эта база не годится: {'; '.join(broken)}. Создайте её с локалью C.UTF-8 или ru_RU.UTF-8 "
            "(otklik migrate --print-roles) и восстановите копию.",
            fatal=True,
        )


def migrations(visit: Visit) -> Iterator[Finding]:
    """Tables are those of this version of the program."""
    with reading():
        executor = MigrationExecutor(connection)
        loader = executor.loader
        plan = executor.migration_plan(loader.graph.leaf_nodes())
        unknown = sorted(
            f"{app}.{name}" for app, name in loader.applied_migrations
            if (app, name) not in loader.disk_migrations and app in loader.migrated_apps
        )
    if plan:
        names = [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
        yield Finding(f"Таблицы старше программы: {examples(names)}. Выполните «otklik migrate».", fatal=True)
    if unknown:
        yield Finding(f"Таблицы новее программы: {examples(unknown)}. Обновите программу.", fatal=True)


def disk(visit: Visit) -> Iterator[Finding]:
    """Room for data and photos."""
    folder = settings.OTKLIK_HOME
    if not folder.exists():
        return
    usage = shutil.disk_usage(folder)
    if usage.free < max(LITTLE_BYTES, usage.total * LITTLE_DISK):
        free = usage.free / 1_000_000_000
        level = Level.PROBLEM if usage.free < LITTLE_BYTES / 4 else Level.NOTICE
        yield Finding(f"Мало места на диске: осталось {free:.1f} ГБ в {folder}.", level)


def worker(visit: Visit) -> Iterator[Finding]:
    """Somebody does the work left for later. A stopped program is no fault, so these are notices."""
    with reading():
        beat = rows("SELECT max(last_heartbeat) FROM procrastinate_workers")[0][0]
        failed = rows("SELECT count(*), max(task_name) FROM procrastinate_jobs WHERE status = 'failed'")[0]
        oldest = rows(
            "SELECT task_name, coalesce(scheduled_at, e.at) FROM procrastinate_jobs j"
            " JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON true"
            " WHERE status = 'todo' AND coalesce(scheduled_at, e.at) < %s ORDER BY 2 LIMIT 1",
            [visit.now - QUEUE_WITHIN],
        )
    alive = beat is not None and beat >= visit.now - HEARTBEAT_WITHIN
    if not alive:
        yield Finding(
            "Работник не запущен: отложенная работа ждёт. Запускают «otklik up» или «otklik worker».", Level.NOTICE
        )
    elif oldest:
        yield Finding(
            f"Работник не успевает: задача {oldest[0][0]} ждёт с {oldest[0][1]:%d.%m.%Y %H:%M} (UTC).", Level.NOTICE
        )
    if failed[0]:
        yield Finding(
            f"Задач, которые не удались: {failed[0]} (например, {failed[1]}). Причина — в журнале работника.",
            Level.NOTICE,
        )
