"""What is made every month beside the digest: the rating, and the log of personal receptions. Inside `acting`."""

from datetime import datetime, time, timedelta
from typing import Any

from otklik.cases.clock_rules import zone
from otklik.cases.models import Reception
from otklik.reports import russian
from otklik.reports.asking import Asked, plain_number
from otklik.reports.document import Cell, Document, Figure, Figures, Number, Table, words
from otklik.reports.papers import paper
from otklik.reports.rating_part import table_of

MOST = 5000


def receptions(asked: Asked) -> Document:
    """The log of personal receptions (59-ФЗ, article 13): numbers, days, who received, what came of it."""
    since = datetime.combine(asked.period.since, time.min, zone())
    until = datetime.combine(asked.period.until + timedelta(days=1), time.min, zone())
    rows = Reception.objects.filter(held_at__gte=since, held_at__lt=until).select_related("case__theme", "body")
    if asked.scopes is not None:
        rows = rows.filter(scope_id__in=asked.scopes)
    if not asked.restricted_too:
        rows = rows.filter(case__restricted=False)
    found = list(rows.order_by("held_at", "pk")[:MOST])
    table: list[tuple[Cell, ...]] = [_row(one) for one in found]
    by_official: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    for one in found:
        by_official[one.official] = by_official.get(one.official, 0) + 1
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    names = {code: str(label) for code, label in Reception.Outcome.choices}
    officials: list[tuple[Cell, ...]] = [
        (name, plain_number(n)) for name, n in sorted(by_official.items(), key=lambda one: (-one[1], one[0]))
    ]
    blocks: list[Any] = [
        Figures((
            Figure("receptions", "Принято", plain_number(len(found))),
            *(Figure(code, names[code].capitalize(), plain_number(n)) for code, n in sorted(outcomes.items())),
        )),
        Table("officials", "Кто принимал", ("Кто", "Сколько принял"), tuple(officials)),
        Table(
            "receptions", "Журнал личного приёма",
            ("Номер", "Когда", "Кто принял", "Должность", "Тема", "Письменное", "Чем кончилось"), tuple(table),
            empty="Приёма за этот период не было.", wide=(10, 14, 18, 20, 20, 10, 22),
        ),
    ]
    return paper(
        asked, "receptions", "Личный приём", blocks, landscape=True,
        sources=("Имён жителей здесь нет: они стоят в карточках личного приёма.",),
        extra={"names": any(one.case.restricted for one in found)},
    )


def _row(one: Reception) -> tuple[Cell, ...]:
    return (
        Number(one.number, f"/desk/reception/{one.pk}/"), russian.moment(one.held_at.astimezone(zone())), one.official,
        one.post, one.case.theme.name if one.case.theme else "—", "да" if one.written else "нет",
        str(dict(Reception.Outcome.choices).get(one.outcome, one.outcome)),
    )


def rating(asked: Asked) -> Document:
    """The published rating of the month, where the network has one."""
    blocks = table_of(asked)
    return paper(
        asked, "rating", "Рейтинг муниципальных центров",
        blocks or [words("Рейтинг за этот период ещё не опубликован.")],
        sources=("Формула, исключения и спорные карточки — на странице «Рейтинг» (/region/rating/).",),
        landscape=True,
    )
