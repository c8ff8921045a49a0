"""Checks of the reader of texts: its versions are whole and of this host's key, and it does not grow worse."""

from collections.abc import Iterator, Sequence

from otklik.cases import reader_drift, reader_files
from otklik.cases.learning_rows import theme_words
from otklik.cases.models import ReaderVersion
from otklik.operations.doctor.findings import Finding, Level, Visit, reading
from otklik.triage.model.base import ThemeWords


def versions(visit: Visit) -> Iterator[Finding]:
    """Every version that is used, or that may be gone back to, can be trusted."""
    with reading():
        words = theme_words()
        kept = list(
            ReaderVersion.objects.filter(state__in=reader_files.USABLE, content__isnull=False).defer("content")
        )
        wrong = [row for row in kept if not _is_whole(row, words)]
    in_use = [row.pk for row in wrong if row.state == ReaderVersion.State.IN_USE]
    if wrong:
        what = ", ".join(str(row.pk) for row in wrong)
        so = "Работает прежняя, а без неё — слова классификатора. " if in_use else ""
        yield Finding(
            f"Версии понимания текста, которым нельзя верить: {what}. {so}Если ключ переносили, верните файл "
            "secrets/models; иначе обучите заново: otklik train."
        )


def drift(visit: Visit) -> Iterator[Finding]:
    """The shares of unsure readings and of corrections have not grown beyond the earlier weeks."""
    with reading():
        grown = reader_drift.growth(reader_drift.weeks(visit.now))
    for one in grown:
        what = "чаще пишет «не знаю»" if one.what == "low" else "чаще ошибается: людям приходится исправлять темы"
        yield Finding(
            f"Программа {what}: {one.share:.0%} за неделю с {one.monday:%d.%m.%Y}, раньше {one.before:.0%}. Посмотрите "
            "«Настройки → Понимание текста» и обучите её заново.",
            Level.NOTICE,
        )


def _is_whole(row: ReaderVersion, words: Sequence[ThemeWords]) -> bool:
    try:
        reader_files.opened(row, words)
    except reader_files.Spoilt:
        return False
    return True
