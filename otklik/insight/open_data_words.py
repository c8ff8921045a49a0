"""The words that go with open data: what each column is, how each figure is counted, under which terms it is given.

Prepared texts: the files are in Russian whoever asks, since they are the region's papers.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from otklik.insight.definitions import FIGURES as COUNTED
from otklik.insight.definitions import NOT_COUNTED
from otklik.insight.open_data_cells import STEP, K
from otklik.insight.open_data_making import RIPE_DAYS, as_csv
from otklik.insight.open_data_rows import SHARE_FROM, Row
from otklik.insight.rating_formula import Formula

LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.ru"
DICTIONARY = ("file", "column", "name", "meaning", "values")
FORMULAS = ("part_of", "code", "name", "formula", "weight_percent", "points_0_at", "points_100_at", "from_cases")

_COLUMNS = (
    ("figures", "month", gettext_lazy("Месяц"), gettext_lazy("Месяц, в котором поступили сообщения."), "ГГГГ-ММ"),
    ("figures", "level", gettext_lazy("О чём строка"),
     gettext_lazy("Весь регион, муниципалитет, группа тем или группа тем в муниципалитете."),
     "region, municipality, group, cell"),
    ("figures", "municipality_code", gettext_lazy("Код муниципалитета"),
     gettext_lazy("Постоянный код в программе; others — остальные вместе."), ""),
    ("figures", "municipality", gettext_lazy("Муниципалитет"), gettext_lazy("Краткое название."), ""),
    ("figures", "group_code", gettext_lazy("Код группы тем"),
     gettext_lazy("Постоянный код в классификаторе; others — остальные вместе и сообщения без темы."), ""),
    ("figures", "group", gettext_lazy("Группа тем"), gettext_lazy("Название в классификаторе."), ""),
    ("figures", "received", gettext_lazy("Поступило"),
     gettext_lazy("Сколько сообщений поступило за месяц, по дню поступления. Округлено."), "0, 5, 10, …"),
    ("figures", "answered_percent", gettext_lazy("Отвечено, %"),
     gettext_lazy("Доля поступивших, на которые к дню выпуска дан ответ. Округлено."), "0, 5, …, 100"),
    ("figures", "in_time_percent", gettext_lazy("В срок, %"),
     gettext_lazy("Доля ответов не позже срока среди тех, чей срок закончился; просроченные без ответа — не в срок. "
                  "Округлено."), "0, 5, …, 100"),
    ("figures", "median_days", gettext_lazy("Обычно, дней"),
     gettext_lazy("Половина ответов дана за столько дней или быстрее, по календарным дням."), "0, 1, 2, …"),
    ("cases", "month", gettext_lazy("Месяц"), gettext_lazy("Месяц поступления. Дня и часа нет."), "ГГГГ-ММ"),
    ("cases", "municipality_code", gettext_lazy("Код муниципалитета"),
     gettext_lazy("Адреса, улицы и населённого пункта нет; others — остальные вместе."), ""),
    ("cases", "municipality", gettext_lazy("Муниципалитет"), gettext_lazy("Краткое название."), ""),
    ("cases", "group_code", gettext_lazy("Код группы тем"), gettext_lazy("Темы точнее группы нет."), ""),
    ("cases", "group", gettext_lazy("Группа тем"), gettext_lazy("Название в классификаторе."), ""),
    ("cases", "answered", gettext_lazy("Отвечено"), gettext_lazy("Дан ли ответ к дню выпуска."), "yes, no"),
    ("cases", "in_time", gettext_lazy("В срок"),
     gettext_lazy("Дан ли ответ не позже срока; пусто — срок ещё не закончился."), "yes, no"),
    ("cases", "days", gettext_lazy("За сколько дней"), gettext_lazy("От поступления до ответа."),
     "0-3, 4-10, 11-30, 31+"),
)


def rules() -> list[tuple[str, str]]:
    """How the figures are kept from pointing at a person, for the page and the dictionary."""
    return [
        (_("Что считается"),
         _("Сообщения муниципалитетов, руководители которых показывают статистику. Не считаются: обращения по 59-ФЗ и "
           "запросы по 8-ФЗ, карточки ограниченного доступа, темы, которые никогда не показываются (безопасность, "
           "военные, объекты энергетики, политика). %(not_counted)s") % {"not_counted": NOT_COUNTED}),
        (_("Малые числа"),
         _("Число меньше %(k)s не называется: такая строка входит в «остальные». Если малое число можно вычислить из "
           "итогов, не называется и следующее. Нет строки — значит, сообщений не было или их мало.") % {"k": K}),
        (_("Округление"),
         _("Числа и доли округлены до %(step)s. Доли и сроки названы, где сообщений %(least)s и больше.")
         % {"step": STEP, "least": SHARE_FROM}),
        (_("Выпуски"),
         _("Выпуск делается один раз, через %(days)s дней после конца месяца, и больше не меняется, что бы ни "
           "произошло с сообщениями потом. Месяцы не пересекаются.") % {"days": RIPE_DAYS}),
        (_("Обезличенные сообщения"),
         _("В строке нет ни текста, ни адреса, ни дня, ни канала. Одинаковых по муниципалитету и группе тем строк — "
           "не меньше %(k)s; до кратного %(step)s часть выбрана случайно.") % {"k": K, "step": STEP}),
    ]


def dictionary() -> str:
    """The data dictionary as CSV."""
    with override("ru"):
        rows: list[Row] = [
            {"file": file, "column": column, "name": str(name), "meaning": str(meaning), "values": values}
            for file, column, name, meaning, values in _COLUMNS
        ]
        rows += [
            {"file": "", "column": "", "name": name, "meaning": meaning, "values": ""} for name, meaning in rules()
        ]
    return as_csv(DICTIONARY, rows)


def formulas(ratings: Sequence[Formula]) -> str:
    """How every figure is counted, and the parts of each version of the rating, as CSV."""
    with override("ru"):
        rows: list[Row] = [
            {"part_of": _("показатели"), "code": one.code, "name": str(one.label), "formula": str(one.explanation)}
            for one in COUNTED.values()
        ]
        for formula in ratings:
            title = _("рейтинг, версия %(n)s, с %(day)s") % {
                "n": formula.version, "day": f"{formula.valid_from:%d.%m.%Y}",
            }
            rows += [
                {
                    "part_of": title, "code": part.code, "name": str(part.counted.label),
                    "formula": _("%(good)s; из числа: %(of)s") % {"good": part.counted.good, "of": part.counted.of},
                    "weight_percent": round(formula.percent(part)), "points_0_at": f"{part.zero:g}",
                    "points_100_at": f"{part.full:g}", "from_cases": part.least,
                }
                for part in formula.parts
            ]
    return as_csv(FORMULAS, rows)


def licence(region: str, address: str) -> str:
    """The terms of use, as text."""
    with override("ru"):
        return _(
            "Условия использования открытых данных\n\n"
            "Источник: %(region)s, «Отклик», %(address)s\n"
            "Лицензия: Creative Commons «С указанием авторства» 4.0 (%(name)s), %(url)s\n\n"
            "Можно: копировать, распространять, перерабатывать и использовать в любых целях, также коммерческих, "
            "бесплатно и без разрешения.\n"
            "Нужно: назвать источник, дать ссылку на него и на лицензию, сказать, если данные изменены.\n"
            "Нельзя: выдавать свои выводы за выводы органа власти; пытаться установить по этим данным человека.\n\n"
            "Данные даются как есть. Малые числа не названы, остальные округлены: см. словарь.\n"
        ) % {"region": region, "address": address, "name": LICENCE_NAME, "url": LICENCE_URL}
