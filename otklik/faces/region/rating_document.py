"""The rating as files: a month by leagues, a place by its parts. The same numbers as in the pages."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.faces.region.drawn import Drawn, drawn
from otklik.faces.region.page_file import stamp
from otklik.faces.region.rating_rows import League, points_chart
from otklik.faces.region.rating_words import PartLine, move_lines, place_words, points
from otklik.insight.models import RatingExclusion, RatingRow, RatingRun
from otklik.insight.rating_formula import Formula
from otklik.insight.rating_running import month_name
from otklik.reports.document import Block, Cell, Chart, Document, Number, Table, words


def month_document(run: RatingRun, formula: Formula, leagues: list[League]) -> Document:
    """A month: a table and a drawing of each league."""
    blocks: list[Block] = []
    for league in leagues:
        if len(league.placed) > 1:
            blocks.append(points_chart(league.placed, league.title))
        blocks.append(_table(league))
    return _document(run, formula, _("Рейтинг муниципальных центров"), _("Все муниципалитеты"), blocks, "rating")


def _table(league: League) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            Number(line.name, line.address), line.where if line.row.first else line.state,
            Number(line.points if line.row.first else "—", "", round(line.row.points, 1) if line.row.first else None),
            line.interval if line.row.first else "—", line.change,
            Number(str(line.row.received), "", line.row.received),
        )
        for line in [*league.placed, *league.others]
    ]
    columns = (_("Муниципалитет"), _("Место"), _("Баллы"), _("Точность, 95 %"), _("К своему прошлому"), _("Сообщений"))
    return Table(league.size.code, f"{league.title}: {league.bounds}", columns, tuple(rows))


def place_document(run: RatingRun, formula: Formula, row: RatingRow, parts: list[PartLine]) -> Document:
    """«Почему мы на этом месте» on paper."""
    blocks: list[Block] = [words(_said(row))]
    if row.state != "few":
        blocks.append(parts_chart(parts))
    blocks.append(parts_table(parts))
    blocks += [words(line, look="item") for line in move_lines(row)]
    labels = dict(RatingExclusion.Why.choices)
    left = tuple((str(labels[why]), Number(str(n), "", n)) for why, n in sorted(row.excluded.items()))
    blocks.append(Table("left_out", _("Не входит в рейтинг"), (_("Почему"), _("Карточек")), left))
    name = f"rating-{row.place.code}"
    return _document(run, formula, _("Почему мы на этом месте"), row.place.short_name, blocks, name)


def _said(row: RatingRow) -> str:
    if row.first is None:
        return _("Места нет: данных мало.")
    return _("Место %(place)s, баллы %(points)s (от %(low)s до %(high)s), сообщений %(n)s.") % {
        "place": place_words(row), "points": points(row.points), "low": points(row.low), "high": points(row.high),
        "n": row.received,
    }


def parts_chart(parts: list[PartLine]) -> Chart:
    """The parts in points, each with its interval."""
    rows = tuple(
        {
            "name": str(one.label), "n": round(one.value, 1), "low": round(one.low, 1), "high": round(one.high, 1),
            "shown": one.points, "colour": "bar" if one.enough else "usual",
            "tip": _("%(part)s: %(points)s баллов, n = %(n)s") % {"part": one.label, "points": one.points, "n": one.n},
        }
        for one in parts if one.used
    )
    return Chart("range", _("Части в баллах от 0 до 100"), rows)


def parts_drawn(parts: list[PartLine]) -> Drawn:
    """The same for a page, which has the table beside."""
    return drawn(parts_chart(parts), None, "parts")


def parts_table(parts: list[PartLine]) -> Table:
    """The parts with everything that they are made of."""
    columns = (
        _("Часть"), _("Вес"), _("Хорошо"), _("Из скольких"), _("Доля"), _("Ожидалось при ваших темах"),
        _("С поправкой"), _("Точность, 95 %"), _("Баллы"), _("Даёт рейтингу"),
    )
    rows = tuple(
        (
            str(one.label), one.weight, one.good, one.n, one.raw, one.expected, one.rate, one.interval, one.points,
            one.given if one.used else _("не считается"),
        )
        for one in parts
    )
    return Table("parts", _("Из чего сложились баллы"), columns, rows)


def _document(
    run: RatingRun, formula: Formula, title: str, place: str, blocks: list[Block], file_name: str
) -> Document:
    state = _("черновик, места ещё изменятся") if run.state == RatingRun.State.DRAFT else _("вышел")
    period = f"{run.since:%d.%m.%Y} – {run.until:%d.%m.%Y}"
    return Document(
        kind="rating", title=f"{title}: {month_name(run.month)} ({state})", place=place, period=period,
        made=stamp(timezone.now()), blocks=tuple(blocks), file_name=f"{file_name}-{run.month:%Y-%m}", landscape=True,
        sources=(
            _("Формула, версия %(n)s: %(source)s") % {"n": formula.version, "source": formula.source},
            _("Посчитано %(at)s; отпечаток %(digest)s") % {"at": stamp(run.computed_at), "digest": run.digest[:16]},
        ),
    )
