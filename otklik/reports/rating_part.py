"""The published rating as blocks of a report, where the network has published one."""

from typing import Any

from otklik.insight.rating_models import RatingRow
from otklik.insight.rating_reading import changes_of, formula_of, rows_of, run_of
from otklik.insight.rating_scores import PLACED
from otklik.reports import russian
from otklik.reports.asking import Asked, plain_number
from otklik.reports.document import Cell, Number, Table, words

COLUMNS = ("Муниципалитет", "Место", "Баллы", "Интервал", "К себе прежнему", "Сообщений")


def table_of(asked: Asked) -> list[Any]:
    """The rating of the month in which the period ends: a table for each league; empty where none is published."""
    run = run_of(f"{asked.period.until:%Y-%m}")
    if run is None or run.published_at is None:
        return []
    rows, formula = rows_of(run), formula_of(run)
    changes = changes_of(run, rows)
    names = {one.code: one.name for one in formula.leagues}
    blocks: list[Any] = [words(
        f"Посчитано по сообщениям, поступившим {russian.period(run.since, run.until)}, по формуле версии "
        f"{formula.version}. Интервал — где место муниципалитета на самом деле с вероятностью 95 %.",
    )]
    page = f"/region/rating/{asked.period.until:%Y-%m}/"
    for code, name in names.items():
        own = [one for one in rows if one.league == code]
        if own:
            blocks.append(Table(f"rating_{code}", name, COLUMNS, tuple(
                _row(one, page, changes.get(one.place_id)) for one in own
            )))
    return blocks


def _row(one: RatingRow, page: str, change: Any) -> tuple[Cell, ...]:
    name = Number(one.place.short_name, f"{page}{one.place.code}/")
    if one.state != PLACED:
        return name, "недостаточно данных", "—", "—", "—", plain_number(one.received)
    where = str(one.first) if one.first == one.last else f"{one.first}–{one.last}"
    told = "—" if change is None else f"{change.points:+.1f}".replace(".", ",") + ("" if change.sure else " (случайно)")
    return (
        name, where, Number(russian.with_tenth(one.points), "", round(one.points, 2)),
        f"{russian.with_tenth(one.low)} – {russian.with_tenth(one.high)}", told, plain_number(one.received),
    )
