"""The queue as a table to carry away: the same filter as on the page, rows as they come from the database.

Never in it: contacts, the resident's name, notes of staff. The resident's words only when asked for, without
personal data. Each export is an entry of the person's journal.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import xlsxwriter
from django.db import connection
from django.db.models import BooleanField, CharField, ExpressionWrapper, F, Func, Q, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting, widened
from otklik.cases import numbers
from otklik.cases.clocks import zone
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case
from otklik.cases.queue import Filters, narrowed
from otklik.channels.models import Account
from otklik.classifier.models import Theme
from otklik.failures import Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation, User
from otklik.residents.hiding import without_contacts
from otklik.territory.models import Territory
from otklik.triage.personal import personal_spans, redact

Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx")
CHUNK = 2000
PIECE = 200_000  # bytes
MOST_XLSX = 1_000_000  # a sheet ends at 1,048,576 rows
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PLAIN = (
    "pk", "number", "account_id", "regime", "state", "outcome", "fix", "theme_id", "importance", "scope_id",
    "territory_id", "street", "house", "title", "executor_id", "owner_id", "turn", "source_state",
)  # fmt: skip
MOMENTS = ("received_at", "written_at", "due_at", "control_at", "answered_at", "closed_at")


def headings(with_text: bool) -> list[str]:
    """The first row."""
    names = [
        _("Номер"), _("Поступило"), _("Написано"), _("Откуда"), _("Режим"), _("Номера в других системах"),
        _("Состояние"), _("Состояние в другой системе"), _("Итог"), _("Устранение"), _("Группа тем"), _("Тема"),
        _("Важность"), _("Муниципалитет"), _("Место"), _("Улица"), _("Дом"), _("Заголовок"), _("Исполнитель"),
        _("Ведёт"), _("Срок"), _("Контрольный срок"), _("Просрочено"), _("Ответ дан"), _("Закрыто"), _("Который раз"),
    ]  # fmt: skip
    return [*names, _("Сообщение жителя (без личных данных)")] if with_text else names


Cell = str | int | None


class Shown(Func):
    """A moment as a sheet shows it, written by the database: five times cheaper than a hundred thousand times here."""

    function = "to_char"
    template = "to_char(%(expressions)s AT TIME ZONE '%(zone)s', 'DD.MM.YYYY HH24:MI')"
    output_field = CharField()


def table_rows(
    actor: Staff, filters: Filters, now: datetime, *, with_text: bool = False, guarded: bool = True
) -> Iterator[list[Cell]]:
    """Rows under `headings`, in the order the cases came. Inside `acting`; a server-side cursor reads them.

    Moments are texts («04.03.2026 10:00») in the region's zone. `guarded`: no text begins like a formula.
    """
    with connection.cursor() as cursor:  # the whole table is wanted, not its first rows soon
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1.0")
    shown = {f"shown_{name}": Shown(F(name), zone=zone().key) for name in MOMENTS}
    late = ExpressionWrapper(Q(control_at__lt=now, state__in=IN_WORK), output_field=BooleanField())
    wanted = (*PLAIN, *shown, "late", *(("text",) if with_text else ()))
    cases = _carried(actor, filters, now).order_by("received_at", "pk").annotate(late=late, **shown)
    names = _Names(guarded)
    batch: list[tuple[Any, ...]] = []
    for values in cases.values_list(*wanted).iterator(chunk_size=CHUNK):
        batch.append(values)
        if len(batch) == CHUNK:
            yield from _filled(batch, names)
            batch = []
    yield from _filled(batch, names)


def _carried(actor: Staff, filters: Filters, now: datetime) -> QuerySet[Case]:
    """What may be carried away: nothing of restricted access, whoever asks; a file has no lock."""
    return narrowed(actor, filters, now).filter(restricted=False)


class _Names:
    """Names of the directories, read once: cheaper than seven joins in each row."""

    def __init__(self, guarded: bool) -> None:
        self.safe = safe if guarded else _as_it_is
        self.channels = self._guard(Account.objects.values_list("pk", "name"))
        self.themes = {
            pk: (self.safe(group), self.safe(name))
            for pk, group, name in Theme.objects.values_list("pk", "group__name", "name")
        }
        self.places = self._guard(Territory.objects.values_list("pk", "short_name"))
        self.firms = self._guard(Organisation.objects.values_list("pk", "short_name"))
        self.people = self._guard((one.pk, one.short_name) for one in User.objects.only("full_name", "username"))
        self.states = {value: str(label) for value, label in Case.State.choices}
        self.outcomes = {value: str(label) for value, label in Case.Outcome.choices}
        self.fixes = {value: str(label) for value, label in Case.Fix.choices}
        self.regimes = {value: str(label) for value, label in Case.Regime.choices}
        self.late = _("да")

    def _guard(self, rows: Iterable[tuple[int, str]]) -> dict[int, str]:
        return {pk: self.safe(name) for pk, name in rows}


def _filled(batch: Sequence[tuple[Any, ...]], names: _Names) -> Iterator[list[Cell]]:
    outside = _outside([values[0] for values in batch])
    sure = names.safe
    for (
        pk, number, account, regime, state, outcome, fix, theme, importance, scope, place, street, house, title,
        executor, owner, turn, source_state, received, written, due, control, answered, closed, late, *text,
    ) in batch:  # fmt: skip
        group, theme_name = names.themes.get(theme, ("", ""))
        yield [
            numbers.shown(number), received, written, names.channels.get(account, ""),
            names.regimes.get(regime, regime), sure(outside.get(pk, "")), names.states.get(state, state),
            sure(source_state), names.outcomes.get(outcome, outcome), names.fixes.get(fix, fix), group, theme_name,
            importance, names.places.get(scope, ""), names.places.get(place, ""), sure(street), sure(house),
            sure(title), names.firms.get(executor, ""), names.people.get(owner, ""), due, control,
            names.late if late else "", answered, closed, turn, *(sure(_without_personal(words)) for words in text),
        ]  # fmt: skip


@lru_cache(maxsize=4096)  # one outage brings the same words again and again
def _without_personal(words: str) -> str:
    """A resident's words with marks in place of personal data; long numbers and nicknames that stay are covered."""
    return without_contacts(redact(words, personal_spans(words)))


def _outside(ids: list[int]) -> dict[int, str]:
    """Numbers in other systems, of a batch of cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, string_agg(number, ', ' ORDER BY id) FROM cases_outsidenumber"
            " WHERE case_id = ANY(%s) GROUP BY case_id",
            [ids],
        )
        return dict(cursor.fetchall())


def safe(text: str) -> str:
    """A text that no sheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_it_is(text: str) -> str:
    return text


def csv_parts(actor: Staff, filters: Filters, now: datetime, *, with_text: bool = False) -> Iterator[bytes]:
    """The file in pieces of some hundred kilobytes, as a Russian Excel opens it: UTF-8 with a mark, semicolons.

    Inside `acting`.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow(headings(with_text))
    for row in table_rows(actor, filters, now, with_text=with_text):
        writer.writerow(row)
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def write_xlsx(path: Path, actor: Staff, filters: Filters, now: datetime, *, with_text: bool = False) -> int:
    """Write the workbook row by row, with only the present row in memory; returns the number of rows.

    Inside `acting`. Texts are written as texts, never as formulas or links.
    """
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    names = headings(with_text)
    dates = {place for place, name in enumerate(names) if name in _date_headings()}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(_("Сообщения"))
        bold = book.add_format({"bold": True, "text_wrap": True})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(names) - 1, 16)
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, bold)
        for count, row in enumerate(table_rows(actor, filters, now, with_text=with_text, guarded=False), 1):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(count, place, cell)
                elif cell and place in dates:
                    sheet.write_datetime(count, place, _read(cell), moment)
                elif cell:
                    sheet.write_string(count, place, cell[:32_767])
        if count:
            sheet.autofilter(0, 0, count, len(names) - 1)
    return count


def _date_headings() -> set[str]:
    return {_("Поступило"), _("Написано"), _("Срок"), _("Контрольный срок"), _("Ответ дан"), _("Закрыто")}


def _read(shown: str) -> datetime:
    """«04.03.2026 10:00» back as a moment without a zone, as a sheet takes it."""
    return datetime(  # noqa: DTZ001 - a sheet knows no zones
        int(shown[6:10]), int(shown[3:5]), int(shown[:2]), int(shown[11:13]), int(shown[14:16])
    )


def begin(actor: Staff, filters: Filters, kind: Kind, now: datetime, *, with_text: bool = False) -> int:
    """Enter the export in the journal before a byte of it leaves; returns how many cases the filter holds.

    The entry keeps the filter by ids; searched words may be somebody's name, so of them only that there were any.
    Raises `Refused` when a sheet cannot hold so many rows.
    """
    with acting(actor):
        count = _carried(actor, filters, now).order_by().count()
        if kind == "xlsx" and count > MOST_XLSX:
            raise Refused(_("Для листа Excel слишком много строк. Сузьте фильтр или возьмите CSV."))
        fields: dict[str, Any] = {
            name: value for name, value in vars(filters).items() if name != "text" and value not in ("", None, False)
        }
        fields |= {"kind": kind, "rows": count, "words": bool(filters.text), "with_text": with_text}
        with widened():
            User.objects.select_for_update().get(pk=actor.user_id)  # its stream grows by one writer at a time
            append(NewEntry(f"user:{actor.user_id}", "cases_exported", actor.reference, now, fields))
    return count


def parts(actor: Staff, filters: Filters, kind: Kind, now: datetime, *, with_text: bool = False) -> Iterator[bytes]:
    """The whole file in pieces; opens its own read-only `acting` for as long as it reads the database."""
    if kind == "csv":
        with acting(actor, read_only=True):
            yield from csv_parts(actor, filters, now, with_text=with_text)
        return
    with TemporaryDirectory(prefix="otklik-export-") as folder:
        book = Path(folder) / "book.xlsx"
        with acting(actor, read_only=True):
            write_xlsx(book, actor, filters, now, with_text=with_text)
        with book.open("rb") as content:
            while piece := content.read(PIECE):
                yield piece


@dataclass(frozen=True)
class Named:
    """How the file is called and what it is."""

    name: str
    content_type: str


def named(kind: Kind, day: date) -> Named:
    """The name of the file a browser saves."""
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    return Named(f"soobshcheniya-{day:%Y-%m-%d}.{kind}", types[kind])
