"""All reports that there are: what they are called, how often they are made, by which function.

A report is a plain function of (place, period, moment): `Asked` → `Document`. Who adds one adds a row here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from otklik.reports import federal, monthly, on_demand, prosecutor, quarterly, weekly
from otklik.reports.asking import Asked
from otklik.reports.document import Document

EVERYWHERE, REGION, PLACE = "everywhere", "region", "place"


@dataclass(frozen=True)
class Kind:
    """One report. `rhythm`: week, month, quarter, year, or "" on demand: which last whole period a form proposes.

    `where`: of the region and of places, of the region only. `units`: the periods that a person may choose from.
    """

    code: str
    name: str
    about: str
    rhythm: str
    make: Callable[[Asked], Document]
    where: str = EVERYWHERE
    by_law: bool = False  # counts appeals by law
    each: bool = True  # may be made for each municipality apart


KINDS: dict[str, Kind] = {
    one.code: one for one in (
        Kind("planning", "Лист к планёрке", "По службам: что просрочено, о чём спросить, какие поручения в работе.",
             "week", weekly.planning),
        Kind("digest_week", "Дайджест недели", "Чем жила неделя: темы, службы, дни, хорошая новость. МЦУ или вся сеть.",
             "week", weekly.digest),
        Kind("tsur", "Таблица ЦУР", "Строка на муниципалитет, группы тем, каналы. Можно по своей форме Excel или Word.",
             "week", weekly.tsur_table),
        Kind("digest_month", "Дайджест месяца", "То же за месяц, с годом раньше. Можно сразу для всех муниципалитетов.",
             "month", weekly.digest),
        Kind("rating", "Рейтинг", "Опубликованный рейтинг муниципальных центров по лигам.", "month", monthly.rating,
             where=REGION, each=False),
        Kind("federal", "Обращения по типовому классификатору", "Для федерального сайта отчётности: по тематикам; что "
             "не сопоставлено — отдельно.", "month", federal.federal, by_law=True),
        Kind("receptions", "Личный приём", "Журнал: номера, дни, кто принял, чем кончилось. Без имён жителей.",
             "month", monthly.receptions, by_law=True),
        Kind("appeals", "Обзор обращений", "Для сайта: письменные, через вышестоящие, устные, повторные, на контроле, "
             "результаты, причины.", "quarter", quarterly.appeals, by_law=True),
        Kind("annual", "Раздел для отчёта главы", "Год работы с жителями: по месяцам, темам и службам, обращения.",
             "year", quarterly.annual),
        Kind("note", "Справка по теме", "Снег, отопление, паводок или свои группы тем за любой период.", "",
             on_demand.note),
        Kind("prosecutor", "Справка для прокуратуры", "Журнал регистрации и сроки, которые не выдержаны, с датами.", "",
             prosecutor.prosecutor, by_law=True),
    )
}
RHYTHMS = {
    "week": "Каждую неделю", "month": "Каждый месяц", "quarter": "Каждый квартал", "year": "Каждый год",
    "": "Когда понадобится",
}
