"""Анализ обращений (59-ФЗ, article 14): what came in a period, why, with what result and whether in time.

Counted over registrations, so that what stands in no register is no appeal here. One statement gathers the chosen
registrations and groups them in the database; nothing is kept. Every figure has its definition in `DEFINITIONS`, and
what a page shows is what the file holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Staff
from otklik.cases.clock_rules import zone
from otklik.cases.kind_and_tone import KINDS
from otklik.cases.models import Case, Registration
from otklik.failures import BadInput

LONGEST = 366 * 3  # days of one period
TOP = 15
MANY = 2000  # registrations from which tables are joined whole
UNKNOWN = "не указано"
Text = str | Promise


@dataclass(frozen=True)
class Asked:
    """Which appeals: of a law, of the local days from `since` to `until` inclusive, of some scopes (None: all)."""

    regime: str
    since: date
    until: date
    scopes: Sequence[int] | None = None
    restricted_too: bool = True

    def checked(self) -> "Asked":
        """The same. Raises `BadInput` naming the field."""
        if self.regime not in ("law59", "law8"):
            raise BadInput(_("Выберите закон."), "regime")
        if self.until < self.since:
            raise BadInput(_("Конец периода раньше начала."), "until")
        if (self.until - self.since).days > LONGEST:
            raise BadInput(_("Период — не больше трёх лет."), "since")
        return self

    @property
    def before(self) -> "Asked":
        """The period of the same length right before."""
        days = (self.until - self.since) + timedelta(days=1)
        return Asked(self.regime, self.since - days, self.since - timedelta(days=1), self.scopes, self.restricted_too)


# Name → (what people call it, how it is counted). The order is the order of the page and of the files.
DEFINITIONS: dict[str, tuple[Text, Text]] = {
    "total": (gettext_lazy("Зарегистрировано"), gettext_lazy(
        "регистрации с датой в периоде (нет даты регистрации — по дате поступления); внесённые по ошибке не в счёт; "
        "коллективное считается одним")),
    "own": (gettext_lazy("в своём журнале"), gettext_lazy("номер дала эта программа; остальные — из СЭД")),
    "oral": (gettext_lazy("с личного приёма"), gettext_lazy("открыты карточкой личного приёма и зарегистрированы")),
    "collective": (gettext_lazy("коллективных"), gettext_lazy("у карточки отмечено, что подписали двое и больше")),
    "people": (gettext_lazy("человек подписали коллективные"), gettext_lazy("сумма подписавших")),
    "repeated": (gettext_lazy("повторных"), gettext_lazy(
        "тот же человек, та же тема, и за год до этого его обращение по ней уже было зарегистрировано; или человек "
        "написал снова со страницы прежнего ответа, с которым не согласен")),
    "answered": (gettext_lazy("Ответ отправлен"), gettext_lazy("регистрация кончилась ответом с исходящим номером")),
    "on_time": (gettext_lazy("в срок"), gettext_lazy("ответ отправлен не позже законного срока, с учётом продления")),
    "late": (gettext_lazy("с опозданием"), gettext_lazy("ответ отправлен позже законного срока")),
    "forwarded": (gettext_lazy("Переслано по компетенции"), gettext_lazy("регистрация кончилась пересылкой")),
    "otherwise": (gettext_lazy("Закончено иначе"), gettext_lazy(
        "возвращено, оставлено без ответа, переписка прекращена, закрыто в источнике, переведено в другой режим")),
    "open": (gettext_lazy("В работе"), gettext_lazy("регистрация не кончилась на момент расчёта")),
    "overdue": (gettext_lazy("из них просрочено"), gettext_lazy("законный срок ответа прошёл, ответа нет")),
    "extended": (gettext_lazy("Срок продлевали"), gettext_lazy("уведомили об отсрочке и продлили")),
    "registered_late": (gettext_lazy("Зарегистрировано с опозданием"), gettext_lazy(
        "позже трёх дней с поступления")),
    "forwarded_late": (gettext_lazy("Переслано с опозданием"), gettext_lazy("позже срока пересылки с регистрации")),
    "unproven": (gettext_lazy("Отправка не подтверждена"), gettext_lazy(
        "у отправленного ответа нет ни подтверждения, ни причины, почему его нет")),
}


@dataclass(frozen=True)
class Row:
    """One line of a table: what, how many, how many in the period before (None: not compared), how many late."""

    name: str
    count: int
    before: int | None = None
    late: int = 0
    above: str = ""  # the group of a theme
    key: int | str | None = None  # by which its appeals are listed (`appeal_listing`)


@dataclass
class Figures:
    """The whole analysis."""

    asked: Asked
    counted: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    kinds: Sequence[Row] = ()
    themes: Sequence[Row] = ()
    places: Sequence[Row] = ()
    results: Sequence[Row] = ()
    outcomes: Sequence[Row] = ()
    ways: Sequence[Row] = ()
    causes: Sequence[Row] = ()
    executors: Sequence[Row] = ()
    streets: Sequence[Row] = ()
    receptions: Sequence[Row] = ()

    @property
    def in_time_share(self) -> float | None:
        """Of answers that were sent, the share in time; None when none was."""
        answered = self.counted.get("answered", 0)
        return self.counted["on_time"] / answered if answered else None


def asked_by(actor: Staff, *, regime: str, since: date, until: date, scope_id: int | None = None) -> Asked:
    """What this person may count: their scopes, or one of them."""
    scopes: Sequence[int] | None = None if actor.sees is None else sorted(actor.sees)
    if scope_id is not None:
        scopes = [scope_id] if scopes is None or scope_id in scopes else []
    return Asked(regime, since, until, scopes, actor.reads_restricted(None) or actor.sees is not None).checked()


def analyse(asked: Asked, now: datetime) -> Figures:
    """Count it. Inside `acting`, reading only: what is restricted to others is not seen, and not counted."""
    with translation.override("ru"):  # the tables are those of the document, which is Russian
        return _analysed(asked, now)


def by_theme(asked: Asked, now: datetime) -> dict[int | None, Mapping[str, int]]:
    """The counts of each theme, by its id; what has no theme under None. Inside `acting`."""
    rows = _grouped(asked, now)
    return {key if isinstance(key, int) else None: counts for (what, key), counts in rows.items() if what == "theme"}


def _analysed(asked: Asked, now: datetime) -> Figures:
    rows = _grouped(asked, now)
    earlier = _grouped(asked.before, now)
    total = rows.get(("all", None), {})
    found = Figures(asked, total or dict.fromkeys(_COUNTS, 0), earlier.get(("all", None), {}))
    themes, places = _theme_names(rows, earlier), _names("territory_territory", "short_name", rows, "place")
    found.themes = _table(rows, earlier, "theme", themes)
    found.places = _table(rows, earlier, "place", {pk: ("", name) for pk, name in places.items()})
    found.kinds = _labelled(rows, earlier, "kind", {code: str(label) for code, label in KINDS.items()})
    found.results = _labelled(rows, earlier, "ended", {v: str(w) for v, w in Registration.EndedBy.choices})
    found.outcomes = _labelled(rows, earlier, "outcome", {v: str(w) for v, w in Case.Outcome.choices})
    found.ways = _labelled(rows, earlier, "way", {v: str(w) for v, w in Registration.Way.choices})
    problems = _names("cases_problem", "title", rows, "problem")
    found.causes = _table(rows, earlier, "problem", {pk: ("", name) for pk, name in problems.items()}, known_only=True)
    firms = _names("organisations_organisation", "short_name", rows, "executor")
    found.executors = _table(rows, earlier, "executor", {pk: ("", n) for pk, n in firms.items()}, known_only=True)
    found.streets = sorted(
        (Row(str(key), one["total"], earlier.get(("street", key), {}).get("total", 0), one["late"])
         for (what, key), one in rows.items() if what == "street" and key and one["total"] > 1),
        key=lambda row: (-row.count, row.name),
    )[:TOP]
    found.receptions = _receptions(asked)
    return found


_COUNTS = tuple(DEFINITIONS)
_SETS = ("theme", "place", "kind", "ended", "outcome", "way", "problem", "executor", "street")
_HOW_MANY = """
SELECT count(*) FROM (
 SELECT FROM cases_registration g WHERE g.regime = %(regime)s
  AND coalesce(g.registered_at, g.received_at) >= %(since)s AND coalesce(g.registered_at, g.received_at) < %(until)s
  AND (%(scopes)s::bigint[] IS NULL OR g.scope_id = ANY (%(scopes)s::bigint[])) LIMIT 2001
) few
"""
# One appeal of the period a row, with everything that is counted of it or grouped by.
ROWS = """
WITH chosen AS MATERIALIZED (
 SELECT g.*, c.theme_id, c.territory_id, c.kind, c.outcome, c.problem_id, c.executor_id, c.resident_id, c.street,
  c.follows_id, coalesce(g.registered_at, g.received_at) AS day,
  t.name_of_place
 FROM cases_registration g JOIN cases_case c ON c.id = g.case_id
 JOIN (SELECT id, short_name AS name_of_place FROM territory_territory) t ON t.id = c.territory_id
 WHERE g.regime = %(regime)s AND g.ended_by <> 'mistake'
  AND coalesce(g.registered_at, g.received_at) >= %(since)s AND coalesce(g.registered_at, g.received_at) < %(until)s
  AND (%(scopes)s::bigint[] IS NULL OR g.scope_id = ANY (%(scopes)s::bigint[]))
  AND (%(restricted)s OR NOT c.restricted)
), dated AS (
 SELECT registration_id,
  max(due_at) FILTER (WHERE kind = 'answer') AS answer_due,
  max(due_at) FILTER (WHERE kind = 'register') AS register_due,
  max(due_at) FILTER (WHERE kind = 'forward') AS forward_due
 FROM cases_clock WHERE registration_id IN (SELECT id FROM chosen) AND kind IN ('answer', 'register', 'forward')
 GROUP BY registration_id
), before AS (
 SELECT e.id, count(*) OVER (
   PARTITION BY o.resident_id, o.theme_id ORDER BY coalesce(e.registered_at, e.received_at)
   RANGE BETWEEN interval '1 year' PRECEDING AND interval '1 microsecond' PRECEDING
  ) AS earlier
 FROM cases_registration e JOIN cases_case o ON o.id = e.case_id
 WHERE e.regime = %(regime)s AND e.ended_by NOT IN ('mistake', 'transferred')
  AND o.resident_id IS NOT NULL AND o.theme_id IS NOT NULL
  AND coalesce(e.registered_at, e.received_at) >= %(since)s::timestamptz - interval '1 year'
  AND coalesce(e.registered_at, e.received_at) < %(until)s
  AND (%(scopes)s::bigint[] IS NULL OR e.scope_id = ANY (%(scopes)s::bigint[]))
), r AS (
 SELECT h.id, h.case_id, h.day, h.theme_id AS theme, h.territory_id AS place, h.kind,
  coalesce(nullif(h.ended_by, ''), 'open') AS ended,
  h.outcome, h.way, h.problem_id AS problem, h.executor_id AS executor,
  CASE WHEN h.street <> '' THEN h.name_of_place || ', ' || h.street ELSE '' END AS street,
  h.own, h.ended_by, h.out_at, h.ended_at, h.extended_days, h.registered_at, d.answer_due, d.register_due,
  d.forward_due, p.id IS NOT NULL AS oral, k.people, q.id IS NULL AS unproven,
  coalesce(b.earlier, 0) > 0 OR h.follows_id IS NOT NULL AS repeated
 FROM chosen h LEFT JOIN before b ON b.id = h.id LEFT JOIN dated d ON d.registration_id = h.id
 LEFT JOIN cases_reception p ON p.case_id = h.case_id
 LEFT JOIN cases_collective k ON k.case_id = h.case_id
 LEFT JOIN cases_sendingproof q ON q.registration_id = h.id
)
"""
# Which of the rows a figure counts; `people` is a sum.
CONDITIONS: dict[str, str] = {
    "total": "TRUE", "own": "own", "oral": "oral", "collective": "people IS NOT NULL", "repeated": "repeated",
    "answered": "ended_by = 'sent'", "on_time": "ended_by = 'sent' AND (answer_due IS NULL OR out_at <= answer_due)",
    "late": "ended_by = 'sent' AND out_at > answer_due", "forwarded": "ended_by = 'forwarded'",
    "otherwise": "ended_by NOT IN ('', 'sent', 'forwarded')", "open": "ended_by = ''",
    "overdue": "ended_by = '' AND answer_due < %(now)s", "extended": "extended_days > 0",
    "registered_late": "registered_at > register_due",
    "forwarded_late": "ended_by = 'forwarded' AND out_at > forward_due", "unproven": "ended_by = 'sent' AND unproven",
}
_COUNTED = ", ".join(
    "coalesce(sum(people), 0)" if name == "people" else f"count(*) FILTER (WHERE {CONDITIONS[name]})"
    for name in DEFINITIONS
)
_SQL = f"""{ROWS}
SELECT grouping(theme, place, kind, ended, outcome, way, problem, executor, street),
 theme, place, kind, ended, outcome, way, problem, executor, street,
 {_COUNTED}
FROM r
GROUP BY GROUPING SETS ((), (theme), (place), (kind), (ended), (outcome), (way), (problem), (executor), (street))
"""  # noqa: S608 - our own words
Key = tuple[str, int | str | None]


def _grouped(asked: Asked, now: datetime) -> dict[Key, dict[str, int]]:
    since = datetime.combine(asked.since, time.min, zone())
    until = datetime.combine(asked.until + timedelta(days=1), time.min, zone())
    values: dict[str, Any] = {
        "regime": asked.regime, "since": since, "until": until, "now": now, "restricted": asked.restricted_too,
        "scopes": None if asked.scopes is None else list(asked.scopes),
    }
    found: dict[Key, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, values)
        many = cursor.fetchone()[0] > MANY
        if many:  # row by row the joins of a hundred thousand take minutes where the planner's counts are old
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_SQL, values)
        for which, *rest in cursor.fetchall():
            keys, counts = rest[: len(_SETS)], rest[len(_SETS) :]
            # A bit is 1 where the column is not of this set: the one that is 0 names the set.
            place = next((i for i in range(len(_SETS)) if not which >> (len(_SETS) - 1 - i) & 1), None)
            key: Key = ("all", None) if place is None else (_SETS[place], keys[place])
            found[key] = dict(zip(_COUNTS, map(int, counts), strict=True))
        if many:
            cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def _table(
    rows: Mapping[Key, Mapping[str, int]], earlier: Mapping[Key, Mapping[str, int]], what: str,
    names: Mapping[int, tuple[str, str]], *, known_only: bool = False,
) -> list[Row]:
    out = [
        Row(
            names.get(key, ("", UNKNOWN))[1] if isinstance(key, int) else UNKNOWN, one["total"],
            earlier.get((what, key), {}).get("total", 0), one["late"],
            names.get(key, ("", ""))[0] if isinstance(key, int) else "", key,
        )
        for (kind, key), one in rows.items() if kind == what and not (known_only and key is None)
    ]
    out.sort(key=lambda row: (row.name == UNKNOWN, -row.count, row.name))
    return out[:TOP] if known_only else out


def _labelled(
    rows: Mapping[Key, Mapping[str, int]], earlier: Mapping[Key, Mapping[str, int]], what: str, names: Mapping[str, str]
) -> list[Row]:
    names = {"open": _("в работе")} | dict(names)
    out = [
        Row(
            names.get(str(key), UNKNOWN), one["total"], earlier.get((what, key), {}).get("total", 0),
            one["late"], key=key,
        )
        for (kind, key), one in rows.items() if kind == what
    ]
    return sorted(out, key=lambda row: (row.name == UNKNOWN, -row.count, row.name))


def _names(table: str, column: str, rows: Mapping[Key, object], what: str) -> dict[int, str]:
    ids = [key for kind, key in rows if kind == what and key is not None]
    if not ids:
        return {}
    with connection.cursor() as cursor:  # names of tables are this file's own words
        cursor.execute(f'SELECT id, {column} FROM "{table}" WHERE id = ANY (%s)', [ids])
        return dict(cursor.fetchall())


def _theme_names(*sets: Mapping[Key, object]) -> dict[int, tuple[str, str]]:
    ids = [key for rows in sets for kind, key in rows if kind == "theme" and key is not None]
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, g.name, t.name FROM classifier_theme t JOIN classifier_themegroup g ON g.id = t.group_id"
            " WHERE t.id = ANY (%s)", [ids],
        )  # fmt: skip
        return {pk: (group, name) for pk, group, name in cursor.fetchall()}


def _receptions(asked: Asked) -> list[Row]:
    """Talks of the period by what they ended with. Of 59-ФЗ only."""
    from otklik.cases.models import Reception

    if asked.regime != "law59":
        return []
    since = datetime.combine(asked.since, time.min, zone())
    until = datetime.combine(asked.until + timedelta(days=1), time.min, zone())
    rows = Reception.objects.filter(held_at__gte=since, held_at__lt=until)
    if asked.scopes is not None:
        rows = rows.filter(scope_id__in=asked.scopes)
    if not asked.restricted_too:
        rows = rows.filter(case__restricted=False)
    counts: dict[str, int] = {}
    for outcome in rows.values_list("outcome", flat=True):
        counts[outcome] = counts.get(outcome, 0) + 1
    names = dict(Reception.Outcome.choices)
    out = [Row(str(names[code]), n) for code, n in counts.items()]
    return sorted(out, key=lambda row: (-row.count, row.name))
