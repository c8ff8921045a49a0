"""What cases have for the placeholders of templates: gathered for many at once. Inside `acting`, reading only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from otklik.answers.models import Promise
from otklik.answers.templating import Facts
from otklik.cases import numbers
from otklik.cases.clocks import zone
from otklik.cases.models import Assignment, Case, CaseMessage, Clock, Registration, TaskReply
from otklik.channels.models import Account, Message
from otklik.channels.registered import CHANNELS, channel
from otklik.organisations import region_settings
from otklik.organisations.models import Organisation

PRIVATE = ("im", "user")  # kinds of a channel's reply that only the resident reads
OK_TALK = ("ok", "chat")  # in MAX a chat is a group's, in Odnoklassniki a talk of two
Way = tuple[Account, Mapping[str, Any]]


def long_day(moment: datetime | date | None) -> str:
    """«5 января 2026 г.» by the region's clock, in Russian: residents read it."""
    if moment is None:
        return ""
    day = moment.astimezone(zone()).date() if isinstance(moment, datetime) else moment
    with translation.override("ru"):
        return str(date_format(day, "j E Y г."))


def is_public(case: Case, way: Way) -> bool:
    """Whether others see the answer of this case: it goes into comments, not to a page, a mail or a dialogue."""
    if case.answer_by != Case.AnswerBy.CHANNEL:
        return False
    account, raw = way
    kind = (raw.get("reply") or {}).get("kind")
    if kind is not None:
        return kind not in PRIVATE and (account.channel, kind) != OK_TALK
    return account.channel in CHANNELS and not channel(account.channel).can.private


class Filling:
    """Values and facts of some cases of any number, in a fixed number of queries. `cases` have scope, territory,
    theme, resident, account, executor and problem at hand.
    """

    def __init__(self, cases: Sequence[Case]) -> None:
        ids = [case.pk for case in cases]
        self._ways = _ways(ids)
        rows = Promise.objects.filter(case_id__in=ids, state=Promise.State.OPEN).order_by("pk")
        self._promised: dict[int, date] = dict(rows.values_list("case_id", "until"))
        replies = TaskReply.objects.filter(case_id__in=ids, until__isnull=False).order_by("pk")
        self._named: dict[int, date | None] = dict(replies.values_list("case_id", "until"))
        fixes = Clock.objects.filter(case_id__in=ids, kind=Clock.Kind.FIX, stopped_at=None).order_by("pk")
        self._fixes: dict[int, datetime] = dict(fixes.values_list("case_id", "due_at"))
        tasks = Assignment.objects.filter(case_id__in=ids, part="responsible").exclude(
            state=Assignment.State.WITHDRAWN
        )
        self._executors: dict[int, str] = dict(
            tasks.order_by("id").values_list("case_id", "organisation__name")
        )
        entries = Registration.objects.filter(case_id__in=ids).order_by("pk")
        self._entries = {(entry.case_id, entry.regime): entry for entry in entries}
        self._centres = _centres(cases)
        self._phones: dict[int, str] = {}

    def way(self, case: Case) -> Way:
        """The account through which the resident wrote last, of those that can send."""
        return self._ways.get(case.pk) or (case.account, {})

    def facts(self, case: Case, *, interim: bool = False) -> Facts:
        """What conditions ask about."""
        way = self.way(case)
        return Facts(case.regime, way[0].channel, case.importance, is_public(case, way), interim)

    def values(
        self, case: Case, now: datetime, *, public: bool = False, promised_for: date | None = None
    ) -> Mapping[str, str]:
        """A value for every placeholder; empty where the case has none. In public less of the person is said."""
        name = case.resident.name.strip() if case.resident else ""
        entry = self._entries.get((case.pk, case.regime))
        executor = case.executor.name if case.executor else self._executors.get(case.pk, "")
        return {
            "имя": name.split()[0] if public and name else name,
            "номер": numbers.shown(case.number),
            "дата сообщения": long_day(case.written_at),
            "адрес": case.street if public else ", ".join(filter(None, (case.street, case.house))),
            "место": case.territory.short_name,
            "тема": case.theme.name if case.theme else "",
            "срок": long_day(promised_for or self._term(case)),
            "исполнитель": executor,
            "сегодня": long_day(now),
            "центр": self._centres.get(case.scope_id, ""),
            "телефон центра": self._phone(case),
            "рег. номер": entry.number if entry else "",
            "рег. дата": long_day(entry.registered_at) if entry else "",
        }

    def _term(self, case: Case) -> date | datetime | None:
        """The date that may be told: what was promised, what the executor named, the plan of the problem."""
        planned = case.problem.planned_for if case.problem else None
        return self._promised.get(case.pk) or self._named.get(case.pk) or planned or self._fixes.get(case.pk)

    def _phone(self, case: Case) -> str:
        if case.scope_id not in self._phones:
            place = case.scope.municipality_id or case.scope_id
            self._phones[case.scope_id] = str(region_settings.get("centre_phone", place) or "")
        return self._phones[case.scope_id]


def _ways(case_ids: Iterable[int]) -> dict[int, Way]:
    asked = CaseMessage.objects.filter(case_id__in=case_ids, message__direction=Message.Direction.IN)
    found: dict[int, Way] = {}
    for row in asked.select_related("message__account").order_by("-pk"):
        raw = row.message.raw or {}
        if row.case_id not in found and raw.get("reply") and row.message.account.channel in CHANNELS:
            found[row.case_id] = (row.message.account, raw)
    return found


def _centres(cases: Sequence[Case]) -> dict[int, str]:
    """The centre that works on each scope: its own, else its city's."""
    above = {case.scope_id: case.scope.municipality_id for case in cases}
    places = {one for pair in above.items() for one in pair if one}
    kinds = [Organisation.Kind.MUNICIPAL_CENTRE, Organisation.Kind.REGIONAL_CENTRE]
    rows = Organisation.objects.filter(territory_id__in=places, kind__in=kinds, active=True)
    names = dict(rows.values_list("territory_id", "name"))
    return {scope: names.get(scope) or names.get(city or 0, "") for scope, city in above.items()}
