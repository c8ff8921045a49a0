"""From a row of an outside sheet to a case that can be opened. The sheet's dates, due dates and states win."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.opening import NewCase
from otklik.cases.registering import Mirror
from otklik.channels.models import Account
from otklik.intake.row_points import Units, point_of
from otklik.intake.sheets.cleaning import clean
from otklik.intake.sheets.columns import ColumnMap, Field
from otklik.intake.sheets.report import Rejected
from otklik.intake.sheets.rows import Row, stored_text
from otklik.intake.sheets.states import Outcome, Stage, read_state
from otklik.intake.sheets.values import NOTHING, ValueRejected, parse_importance, parse_moment, parse_regime
from otklik.territory.finding import Finder
from otklik.territory.models import Kind, Territory
from otklik.territory.naming import place_key
from otklik.territory.tree import region, scope_ids

MAX_TEXT = 100_000
SLACK = timedelta(days=1)  # sheets round times to days
OUTCOMES = {
    Outcome.SOLVED: Case.Outcome.SOLVED,
    Outcome.EXPLAINED: Case.Outcome.EXPLAINED,
    Outcome.REFUSED: Case.Outcome.DECLINED,
    Outcome.FORWARDED: Case.Outcome.NOT_OURS,
    Outcome.SPAM: Case.Outcome.SPAM,
}
SORTED_STAGES = (Stage.ASSIGNED, Stage.WORK, Stage.REVIEW, Stage.POSTPONED)


class RowRejected(Exception):
    """A row that cannot be taken: the field whose column is at fault, and why."""

    def __init__(self, field: Field | None, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class ReadRow:
    """A row that can be taken: the case, the person, and the outside words that may need a mapping."""

    number: int
    outside_id: str
    case: NewCase
    person: tuple[str, str, str]  # name, phone, mail
    theme_word: str
    organisation_word: str
    values: dict[str, object]


class RowReader:
    """Reads rows of one run: places are looked up in names read once."""

    def __init__(
        self, columns: ColumnMap, account: Account, into: Territory, now: datetime, zone: ZoneInfo,
        go_live: date | None,
    ) -> None:
        self._columns, self._account, self._into = columns, account, into
        self._now, self._zone, self._go_live = now, zone, go_live
        self._region = region()
        self._finder = Finder(self._region)
        self._units = Units()
        self._scopes = scope_ids(into) if into.kind != Kind.REGION else None

    def read(self, row: Row) -> ReadRow:
        """The row as a case to open. Raises `RowRejected`."""
        outside_id = stored_text(self._columns.text(row, Field.ID))
        if not outside_id:
            raise RowRejected(Field.ID, _("Нет номера: без него нельзя узнать строку при повторной загрузке"))
        if len(outside_id) > 180:
            raise RowRejected(Field.ID, _("Номер длиннее 180 знаков"))
        text = self._text(row)
        place, note = self._place(row)
        latitude, longitude = point_of(self._columns, row) or (None, None)
        created = self._moment(row, Field.CREATED)
        received = created or self._now
        if received > self._now + SLACK:
            raise RowRejected(Field.CREATED, _("Дата создания ещё не наступила"))
        case = NewCase(
            account=self._account, external_id=outside_id, text=text, territory=place, received_at=received,
            written_at=received, answer_by=Case.AnswerBy.OUTSIDE, opened_at=self._now,
            street=self._short(row, Field.STREET, 150), house=self._short(row, Field.HOUSE, 30), place_note=note,
            latitude=latitude, longitude=longitude,
            raw=self._raw(row), outside_system=self._account.name[:80],
            outside_url=self._url(row), quoted_number=self._short(row, Field.NUMBER, 180),
            numbers=self._numbers(row),
            source_due=self._moment(row, Field.DUE, end_of_day=True),
            earlier_answer=clean(self._columns.text(row, Field.ANSWER))[:MAX_TEXT],
            importance=self._importance(row),
            notifies=self._go_live is not None and received.astimezone(self._zone).date() >= self._go_live,
            journal={"row": row.number},
        )
        self._set_state(row, case, created)
        self._set_register(row, case)
        return ReadRow(
            row.number, outside_id, case,
            (clean(self._columns.text(row, Field.AUTHOR)), self._columns.text(row, Field.PHONE),
             self._columns.text(row, Field.EMAIL)),
            clean(self._columns.text(row, Field.THEME))[:500], clean(self._columns.text(row, Field.EXECUTOR))[:500],
            row.values,
        )

    def rejected(self, row: Row, error: RowRejected) -> Rejected:
        """The row for the report of what was not taken, with their column's name."""
        column = self._columns.column(error.field) if error.field else None
        return Rejected(row.number, column, error.reason, row.values)

    def _text(self, row: Row) -> str:
        text = clean(self._columns.text(row, Field.TEXT))
        if not text:
            raise RowRejected(Field.TEXT, _("Пустой текст"))
        if len(text) > MAX_TEXT:
            raise RowRejected(Field.TEXT, _("Текст длиннее 100 000 знаков"))
        return text

    def _raw(self, row: Row) -> dict[str, object]:
        """The row as it came, but for texts, which stand in messages of their own, and contacts, which are sealed."""
        elsewhere = {self._columns.column(f) for f in (Field.TEXT, Field.ANSWER, Field.PHONE, Field.EMAIL)}
        return {k: str(v) for k, v in row.values.items() if k not in elsewhere}

    def _short(self, row: Row, field: Field, limit: int) -> str:
        return clean(self._columns.text(row, field)).replace("\n", " ")[:limit]

    def _numbers(self, row: Row) -> list[tuple[str, str]]:
        """The numbers of the same matter in other systems, for which there are columns."""
        found = []
        for system, column in self._columns.numbers.items():
            number = stored_text(str(row.values.get(column, ""))).strip()
            if len(number) > 180:
                raise RowRejected(Field.NUMBER, _("Номер длиннее 180 знаков"))
            if number.casefold() not in NOTHING:
                found.append((system[:80], number))
        return found

    def _url(self, row: Row) -> str:
        url = self._columns.text(row, Field.URL)
        return url[:500] if url.startswith(("http://", "https://")) else ""

    def _moment(self, row: Row, field: Field, *, end_of_day: bool = False) -> datetime | None:
        try:
            return parse_moment(self._columns.value(row, field), self._zone, end_of_day=end_of_day)
        except ValueRejected as error:
            raise RowRejected(field, error.message) from error

    def _importance(self, row: Row) -> int:
        try:
            given = parse_importance(self._columns.text(row, Field.IMPORTANCE))
        except ValueRejected as error:
            raise RowRejected(Field.IMPORTANCE, error.message) from error
        return 2 if given is None else given

    def _place(self, row: Row) -> tuple[Territory, str]:
        """The finest certain place, and what was written beyond it."""
        named_region = self._columns.text(row, Field.REGION)
        own = {place_key(self._region.name), place_key(self._region.short_name)}
        if named_region and not any(k and k in place_key(named_region) for k in own):
            raise RowRejected(Field.REGION, _("Место вне региона: «%(place)s»") % {"place": named_region[:100]})
        municipality = self._columns.text(row, Field.MUNICIPALITY)
        settlement = self._columns.text(row, Field.SETTLEMENT)
        if not municipality and not settlement:
            # Where the sheet names a place, its point does not overrule it: the case's page says that they disagree.
            point = point_of(self._columns, row)
            unit = self._units.at(point) if point else None
            if unit is not None and (self._scopes is None or unit.pk in self._scopes):
                return unit, ""
            return self._fallback(Field.MUNICIPALITY, _("место не указано"), "")
        found = self._finder.find(municipality or self._own_name(), settlement)
        place = found.territory
        if place is None or place.kind == Kind.REGION:
            field = Field.MUNICIPALITY if municipality else Field.SETTLEMENT
            return self._fallback(field, found.reason, f"{municipality} {settlement}".strip())
        scope = place.scope_id or place.pk
        if self._scopes is not None and scope not in self._scopes:
            raise RowRejected(
                Field.MUNICIPALITY if municipality else Field.SETTLEMENT,
                _("Другой муниципалитет: «%(place)s», а загружаете в «%(into)s»")
                % {"place": place.short_name, "into": self._into.short_name},
            )
        return place, "" if found.exact else settlement[:300]

    def _own_name(self) -> str:
        return "" if self._into.kind == Kind.REGION else self._into.name

    def _fallback(self, field: Field, reason: str, written: str) -> tuple[Territory, str]:
        if self._into.kind == Kind.REGION:
            raise RowRejected(field, _("Не понять, какой это муниципалитет: %(reason)s") % {"reason": reason})
        return self._into, clean(written)[:300]

    def _set_register(self, row: Row, case: NewCase) -> None:
        """Where a row names its regime, number and dates stand in that register; without one a number is a number."""
        try:
            regime = parse_regime(self._columns.text(row, Field.REGIME))
        except ValueRejected as error:
            raise RowRejected(Field.REGIME, error.message) from error
        number = self._short(row, Field.INCOMING, 100)
        registered = self._moment(row, Field.REGISTERED)
        if registered and registered > self._now + SLACK:
            raise RowRejected(Field.REGISTERED, _("Дата регистрации ещё не наступила"))
        if regime in ("", "social"):
            if number and number != case.external_id:
                case.numbers = [*case.numbers, (_("СЭД"), number)]
            return
        case.regime = regime
        given = registered or (case.received_at if number else None)
        case.mirrors = [
            Mirror(
                regime, number, registered_at=given, received_at=case.received_at, due_at=case.source_due,
                status=case.source_state, out_number=self._short(row, Field.OUTGOING, 100),
                answered_at=case.answered_at or case.closed_at, signer=self._short(row, Field.SIGNER, 200),
            )
        ]
        case.source_due = None  # it stands in the register

    def _set_state(self, row: Row, case: NewCase, created: datetime | None) -> None:
        closed = self._moment(row, Field.CLOSED)
        answered = self._moment(row, Field.ANSWERED)
        for field, at in ((Field.CLOSED, closed), (Field.ANSWERED, answered)):
            if at and created and at < created - SLACK:
                raise RowRejected(field, _("Дата раньше даты создания"))
        step, outcome = self._columns.text(row, Field.STEP), self._columns.text(row, Field.OUTCOME)
        state = read_state(step, outcome, closed)
        case.source_state = " / ".join(w for w in (step, outcome) if w)[:120]
        if not state.is_open:
            case.closed_at = closed or answered or case.source_due or case.received_at
            case.answered_at = answered or (case.closed_at if case.earlier_answer else None)
            case.outcome = OUTCOMES.get(state.outcome, Case.Outcome.OUTSIDE) if state.outcome else Case.Outcome.OUTSIDE
        elif state.stage == Stage.ANSWERED or answered:
            case.answered_at = answered or case.received_at
        ended = case.closed_at or case.answered_at
        case.undated_end = ended is not None and not (closed or answered)
        case.sorted_outside = state.stage in SORTED_STAGES
