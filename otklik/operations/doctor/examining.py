"""The order of checks, and going through them."""

import time
from collections.abc import Callable
from datetime import datetime

from otklik.operations.doctor import (
    chains,
    channels,
    database,
    keys,
    lives,
    orphans,
    reader,
    registers,
    rights,
    rules,
)
from otklik.operations.doctor.findings import Check, Diagnosis, Finding, Visit

# What nothing can be examined without comes first; figures come after positions, which they follow.
CHECKS: tuple[Check, ...] = (
    Check("server", "версия PostgreSQL", database.server),
    Check("locale", "русский язык в базе", database.locale),
    Check("migrations", "таблицы", database.migrations),
    Check("roles", "роли", rights.roles),
    Check("row_security", "защита строк", rights.row_security),
    Check("grants", "права на таблицы", rights.grants),
    Check("streams", "цепочки журнала", chains.streams),
    Check("positions", "номера журнала", chains.positions),
    Check("seals", "печати", chains.seals),
    Check("clocks", "сроки", lives.clocks),
    Check("dates", "даты карточек", lives.dates),
    Check("states", "состояния", lives.states),
    Check("numbers", "времена карточек", lives.numbers),
    Check("registers", "регистрация", registers.registers),
    Check("references", "ссылки между таблицами", orphans.references),
    Check("threads", "записи и карточки", orphans.threads),
    Check("keys", "ключи контактов", keys.contacts),
    Check("second_factors", "вторые факторы", keys.second_factors),
    Check("photos", "фотографии", orphans.photos),
    Check("figures", "цифры региона", rules.figures),
    Check("regulations", "регламенты", rules.regulations),
    Check("calendar", "календарь", rules.calendar),
    Check("reader", "понимание текста", reader.versions),
    Check("drift", "понимание текста по неделям", reader.drift),
    Check("channels", "каналы", channels.channels),
    Check("worker", "работник", database.worker),
    Check("disk", "место на диске", database.disk),
)


def examine(
    now: datetime, *, fix: bool = False, owner_url: str = "", deep: bool = False,
    progress: Callable[[Check], None] | None = None,
) -> Diagnosis:
    """Run every check; a fatal finding ends the examination. `now` is aware."""
    started = time.monotonic()
    visit = Visit(now, fix, owner_url, deep)
    found: list[tuple[str, Finding]] = []
    done: list[str] = []
    for check in CHECKS:
        if progress:
            progress(check)
        own = list(check.run(visit))
        found += [(check.name, finding) for finding in own]
        done.append(check.name)
        if any(finding.fatal for finding in own):
            break
    return Diagnosis(found, time.monotonic() - started, done)
