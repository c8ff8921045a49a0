"""Checks of rules and figures: regulations, calendar, aggregates."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.cases.decree_watch import ASKED_FROM, provisional_clocks
from otklik.insight.jobs import follow_journal
from otklik.insight.rebuilding import differences, rebuild
from otklik.operations.doctor.findings import Finding, Level, Visit, examples, reading
from otklik.policy.loading import calendar_for, json_ready
from otklik.policy.models import PolicyVersion
from otklik.policy.reading import read_toml, shipped


def figures(visit: Visit) -> Iterator[Finding]:
    """Figures are what a recount of the cases gives. First they take in what the journal has."""
    taken = follow_journal(visit.now)
    if taken:
        yield Finding(f"Цифры отставали от журнала на записей {taken}: догнали.", Level.MENDED)
    wrong = differences()
    if not wrong:
        return
    some = examples([f"id {case}" for case in wrong.cases[:6]], len(wrong.cases))
    what = f"карточек {len(wrong.cases)} ({some})" if wrong.cases else f"дней {len(wrong.days)}"
    if visit.fix:
        rebuild(visit.now)
        if not differences():
            yield Finding(f"Цифры не сходились с карточками ({what}): пересчитаны.", Level.MENDED)
            return
    yield Finding(f"Цифры не сходятся с карточками: {what}. Пересчитает --fix.")


def regulations(visit: Visit) -> Iterator[Finding]:
    """Shipped regulations are in the database as they were shipped."""
    with reading():
        have = {
            (row.regime, row.version): row.data for row in PolicyVersion.objects.filter(territory=None)
        }
    for path in shipped("regimes"):
        content = json_ready(read_toml(path))
        kept = have.get((content["regime"], content["version"]))
        name = f"«{content['regime']}», версия {content['version']}"
        if kept is None:
            yield Finding(f"Регламента {name} из программы нет в базе. Выполните «otklik migrate».")
        elif kept != content:
            yield Finding(
                f"Регламент {name} в базе не такой, как в программе. Действует тот, что в базе: по нему уже судили.",
                Level.NOTICE,
            )


def calendar(visit: Visit) -> Iterator[Finding]:
    """The calendar of the days just ahead is known, not guessed."""
    today = visit.now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    with reading():
        known = calendar_for()
        ahead = {today.year + 1} if today.month >= ASKED_FROM else set()
        for year in sorted({today.year} | ahead):
            if known.year(year).provisional:
                yield Finding(
                    f"Календарь {year} года предварительный: постановление о переносе выходных ещё не внесено "
                    f"(Настройки → Регламенты). Сроков, которые могут сдвинуться: {provisional_clocks()}.",
                    Level.NOTICE,
                )
