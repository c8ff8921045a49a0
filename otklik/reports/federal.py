"""Figures for the federal reporting site: appeals by the типовой классификатор. Inside `acting`.

Source of the codes: Типовой общероссийский тематический классификатор обращений граждан, организаций и общественных
объединений; how far each was checked says `shipped/federal_names.csv` (decision 257).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.cases.appeal_figures import Asked as Appeals
from otklik.cases.appeal_figures import by_theme
from otklik.classifier.models import Theme
from otklik.reports import russian
from otklik.reports.asking import Asked, appeal_number
from otklik.reports.document import Cell, Document, Figure, Figures, Number, Table, words
from otklik.reports.federal_topics import LEVELS, SOURCES, Topics, topics
from otklik.reports.papers import paper

PAGE = "/region/reports/federal/"
COUNTED = ("total", "answered", "forwarded", "otherwise", "open", "overdue")
COLUMNS = ("Поступило", "Дан ответ", "Переслано", "Закончено иначе", "В работе", "из них просрочено")


@dataclass
class _Line:
    """What is counted under one code, or under one theme without a code."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    themes: list[int] = field(default_factory=list)  # 0 is «no theme»

    def add(self, key: int | None, counts: Mapping[str, int]) -> None:
        """One theme more."""
        self.themes.append(key or 0)
        for column in COUNTED:
            self.counts[column] += counts[column]


def federal(asked: Asked) -> Document:
    """Appeals under 59-ФЗ of the period by code; what is mapped to nothing in a table of its own."""
    scopes = None if asked.scopes is None else sorted(asked.scopes)
    found = by_theme(
        Appeals("law59", asked.period.since, asked.period.until, scopes, asked.restricted_too), asked.now
    )
    known = topics()
    themes = {one.pk: one for one in Theme.objects.filter(pk__in=[key for key in found if key]).select_related("group")}
    mapped: dict[str, _Line] = {}
    unmapped: dict[str, _Line] = {}
    for key, counts in found.items():
        theme = themes.get(key or 0)
        code = known.of(theme) if theme else ""
        name = code or (theme.name if theme else "тема не указана")
        (mapped if code else unmapped).setdefault(name, _Line()).add(key, counts)
    return _paper(asked, known, mapped, unmapped)


def _cells(asked: Asked, line: _Line) -> tuple[Cell, ...]:
    return tuple(
        appeal_number(asked, "law59", column, line.counts[column], themes=sorted(line.themes)) for column in COUNTED
    )


def _sum(asked: Asked, lines: Mapping[str, _Line]) -> Number:
    themes = sorted({one for line in lines.values() for one in line.themes})
    return appeal_number(asked, "law59", "total", sum(one.counts["total"] for one in lines.values()), themes=themes)


def _paper(asked: Asked, known: Topics, mapped: Mapping[str, _Line], unmapped: Mapping[str, _Line]) -> Document:
    rows: list[tuple[Cell, ...]] = []
    for code in sorted(mapped):
        one = known.named(code)
        above = known.part(code, 3 if one.level > 3 else 2)
        rows.append((
            code, one.name if one.level == LEVELS else "— вопрос не указан", above.name or one.name, one.section,
            *_cells(asked, mapped[code]),
        ))
    left: list[tuple[Cell, ...]] = [
        (name, *_cells(asked, line))
        for name, line in sorted(unmapped.items(), key=lambda one: (-one[1].counts["total"], one[0]))
    ]
    short = {code: line for code, line in mapped.items() if known.named(code).level < LEVELS}
    whole = {code: line for code, line in mapped.items() if code not in short}
    lost = sum(one.counts["total"] for one in unmapped.values())
    total = sum(one.counts["total"] for one in mapped.values()) + lost
    sources = sorted({known.named(code).source for code in mapped})
    blocks: list[Any] = [
        Figures((
            Figure("total", "Обращений по 59-ФЗ", appeal_number(asked, "law59", "total", total),
                   "зарегистрировано в периоде"),
            Figure("mapped", "С кодом вопроса", _sum(asked, whole), "все четыре части"),
            Figure("short", "Код не до вопроса", _sum(asked, short), "две части из четырёх",
                   good=False if short else None),
            Figure("unmapped", "Без кода", _sum(asked, unmapped), "впишите код", good=False if lost else None),
        )),
        Table("federal", "По вопросам типового классификатора",
              ("Код", "Вопрос", "Тематика", "Раздел", *COLUMNS), tuple(rows),
              wide=(17, 26, 22, 15, 9, 8, 9, 9, 8, 10)),
        Table("unmapped", "Темы без кода", ("Тема", *COLUMNS), tuple(left), empty="Все темы периода сопоставлены."),
    ]
    if short or lost:
        blocks.append(words(
            "Кодов программа не угадывает. Где вопрос не указан или кода нет, его вписывают на странице ",
            Number("«Коды тем»", PAGE), ": со следующего отчёта он будет здесь.", look="note",
        ))
    return paper(
        asked, "federal", "Обращения по типовому классификатору", blocks, landscape=True,
        sources=(
            "Считаются регистрации по 59-ФЗ с датой в периоде; внесённые по ошибке не в счёт, коллективное — одно.",
            f"Темы программы сопоставлены с типовым классификатором таблицей: {PAGE} . Без кода сейчас "
            f"{russian.counted(lost, 'обращение', 'обращения', 'обращений')}.",
            *(("Откуда коды: " + "; ".join(SOURCES.get(one, one) for one in sources) + ".",) if sources else ()),
        ),
    )
