"""A schedule of works from a sheet of a utility: each row is announced, or told why it cannot be.

Loaded again it changes what changed and doubles nothing (`cases.actions.planned`). Columns are known by their words, in
any order; what a row leaves out (the settlement, the end) is taken from the place chosen and told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import BinaryIO, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting
from otklik.cases.actions.planned import Announced, announce
from otklik.cases.clock_rules import zone
from otklik.cases.planned import kind_of
from otklik.failures import BadInput, Failure
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Row, SheetRejected
from otklik.intake.sheets.values import ValueRejected, parse_moment
from otklik.organisations.models import Organisation
from otklik.territory.finding import Finder
from otklik.territory.models import Territory
from otklik.typed_text import typed

MOST_ROWS: Final = 2000
MAX_BYTES: Final = 5_000_000
# Which column is which: by the words of its heading, the first that fits.
COLUMNS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("begins_time", ("время начала", "время отключения", "начало, время")),
    ("ends_time", ("время окончания", "время включения", "окончание, время")),
    ("ends", ("окончани", "конец", "включени", "завершени", "по (дата")),
    ("begins", ("начал", "дата", "отключени с", "с (дата")),
    ("houses", ("дома", "номера домов", "№ дом")),
    ("street", ("улиц", "адрес")),
    ("place", ("населен", "населён", "муниципал", "район", "город", "село", "место")),
    ("organisation", ("организац", "кто провод", "исполнит", "ответствен")),
    ("reason", ("причин", "наименование работ", "описание", "основание", "примечан")),
    ("kind", ("ресурс", "услуг", "вид", "что отключ", "работы")),
)


@dataclass
class Loaded:
    """What came of a sheet."""

    new: int = 0
    known: int = 0  # announced before: brought in step, or the same
    wrong: list[tuple[int, str]] = field(default_factory=list)  # number of the row, why


def load(actor: Actor, file: BinaryIO, name: str, *, territory_id: int, now: datetime | None = None) -> Loaded:
    """Announce the works of a sheet in a place and in what lies in it. Raises `BadInput` for what is no schedule."""
    now = now or timezone.now()
    loaded = Loaded()
    try:
        with open_sheet(file, name, known=_is_ours) as sheet:
            columns = _columns(sheet.columns)
            if "street" not in columns or "begins" not in columns:
                raise BadInput(_("Нет столбцов «Улица» и «Начало»: по ним видно, где и когда работы."), "file")
            with acting(actor, read_only=True):
                places = _Places(territory_id)
            for count, row in enumerate(sheet.rows()):
                if count >= MOST_ROWS:
                    raise BadInput(_("Больше %(n)s строк: разделите таблицу.") % {"n": MOST_ROWS}, "file")
                if not isinstance(row, Row):
                    loaded.wrong.append((row.number, row.reason))
                elif any(str(value).strip() for value in row.values.values()):
                    _take(actor, row, columns, places, loaded, now)
    except SheetRejected as error:
        raise BadInput(error.message, "file") from error
    return loaded


def _take(
    actor: Actor, row: Row, columns: Mapping[str, str], places: "_Places", loaded: Loaded, now: datetime
) -> None:
    def cell(name: str) -> object:
        return row.values.get(columns[name], "") if name in columns else ""

    try:
        begins = _moment(cell("begins"), cell("begins_time"), start=True)
        ends = _moment(cell("ends") or cell("begins"), cell("ends_time"), start=False)
        if begins is None or ends is None:
            raise BadInput(_("Не указано, когда начнутся работы."), "begins_at")
        if ends <= begins and not cell("ends"):  # «с 22:00 до 02:00» of one day ends on the next
            ends += timedelta(days=1)
        street, houses = typed(str(cell("street"))), typed(str(cell("houses")))
        said = Announced(
            territory_id=places.of(typed(str(cell("place")))), kind=kind_of(f"{cell('kind')} {cell('reason')}"),
            begins_at=begins, ends_at=ends, places=f"{street.replace(':', ' ')}: {houses}" if houses else street,
            organisation_id=places.organisation(typed(str(cell("organisation")))),
            reason=typed(str(cell("reason")))[:300],
        )
        _work, new = announce(actor, said, now=now)
    except (Failure, ValueRejected) as error:
        loaded.wrong.append((row.number, str(error)))
        return
    if new:
        loaded.new += 1
    else:
        loaded.known += 1


def _is_ours(heading: str) -> bool:
    """Whether a heading names something of a schedule: so it is found below «График отключений на неделю»."""
    return bool(_columns([heading]))


def _columns(names: list[str]) -> dict[str, str]:
    """Field → heading. A heading serves once; the more special words are looked for first: «Ресурс» before «Вид работ»
    says what is off."""
    found: dict[str, str] = {}
    for field_name, words in COLUMNS:
        free = [name for name in names if name not in found.values()]
        fitting = (name for word in words for name in free if word in " ".join(name.lower().split()))
        if (name := next(fitting, None)) is not None:
            found[field_name] = name
    return found


def _moment(day: object, clock: object, *, start: bool) -> datetime | None:
    """A day with a time of its own column, or both in one cell. A day alone is all of it."""
    moment = parse_moment(day, zone(), end_of_day=not start)
    if moment is None or not str(clock).strip():
        return moment
    local = moment.astimezone(zone())
    return datetime.combine(local.date(), _time(clock), zone())


def _time(value: object) -> time:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    text = str(value).strip().replace(".", ":").replace("-", ":")
    try:
        hours, _sep, minutes = text.partition(":")
        return time(int(hours) % 24, int(minutes[:2] or 0))
    except ValueError as error:
        raise BadInput(_("Не похоже на время: «%(text)s».") % {"text": text[:20]}, "begins_at") from error


class _Places:
    """Places and organisations by name, looked up once for all rows. Inside `acting` when it is made."""

    def __init__(self, home_id: int) -> None:
        self._home = Territory.objects.get(pk=home_id)
        self._finder = Finder(self._home)
        rows = Organisation.objects.filter(active=True)
        named = rows.values_list("pk", "name", "short_name")
        self._organisations = {name.lower(): pk for pk, full, short in named for name in (full, short)}

    def of(self, name: str) -> int:
        """The place that a cell names, inside the place chosen; the chosen one for an empty cell."""
        if not name:
            return self._home.pk
        found = self._finder.find("", name)
        if found.territory is None or not found.exact:
            raise BadInput(_("Места «%(place)s» нет в выбранном муниципалитете.") % {"place": name[:60]}, "territory")
        return found.territory.pk

    def organisation(self, name: str) -> int | None:
        """The organisation that a cell names exactly, or None: the works are announced without it."""
        return self._organisations.get(name.lower()) if name else None
