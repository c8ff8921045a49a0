"""Several questions to the database in one statement.

A page that reads twenty small tables of one case pays for twenty ways there and back more than for the reading. Here
the query sets stay what they are, typed and written where they belong; they are sent together, each as a JSON array,
and come back as the same objects that they would have given one by one. `ahead` asks them for a thing that is to be
shown, `asked` gives what was asked ahead, or asks now: whoever reads does not need to know which.

To write a query set as SQL takes longer than to answer it. A question that knows nothing of its thing but numbers (its
key, its scope, its turn) is therefore written once, of a stand-in with numbers that no thing has (`about`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

_STORE = "_asked_ahead"
M = TypeVar("M", bound=Model)
_Read = Callable[[Any], Any]
# What JSON cannot say itself.
_READ: dict[str, _Read] = {
    "DateTimeField": datetime.fromisoformat, "DateField": date.fromisoformat,
    "BinaryField": lambda text: bytes.fromhex(text[2:]), "DecimalField": lambda number: Decimal(str(number)),
    "UUIDField": UUID,
}
_AS_TEXT = frozenset({"JSONField"})  # the field itself reads them from their letters
_MOST_GIVEN = 100
_NEVER = frozenset({"DurationField", "TimeField"})


@dataclass(frozen=True)
class Written:
    """A question as SQL: one JSON array of its rows."""

    sql: str
    params: tuple[Any, ...]
    reading: "_Reading"


def together(questions: Mapping[str, QuerySet[Any] | Written]) -> dict[str, list[Any]]:
    """The objects of each question, in its order. One statement; inside `acting`, as for each alone."""
    written = [one if isinstance(one, Written) else _written(one) for one in questions.values()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(one.sql for one in written), [p for one in written for p in one.params])
        answers = cursor.fetchone()
    return {
        name: one.reading.objects(answer) if answer else []
        for name, one, answer in zip(questions, written, answers, strict=True)
    }


def _written(query: QuerySet[Any]) -> Written:
    compiler = query.query.get_compiler(connection=connection)
    try:
        sql, values = compiler.as_sql(with_col_aliases=True)
    except EmptyResultSet:  # «one of none»: nothing to ask
        return Written("'[]'::json", (), _Reading(compiler))
    columns = [_column(name, field) for name, field in zip(_names(compiler), _fields(compiler), strict=True)]
    whole = f"(SELECT coalesce(json_agg({_array(columns)}), '[]') FROM ({sql}) q)"
    return Written(whole, tuple(values), _Reading(compiler))


def _array(columns: Sequence[str]) -> str:
    """The columns of a row as one JSON array; a function of PostgreSQL takes no more than a hundred at once."""
    if len(columns) <= _MOST_GIVEN:
        return f"json_build_array({', '.join(columns)})"
    parts = [columns[place : place + _MOST_GIVEN] for place in range(0, len(columns), _MOST_GIVEN)]
    return "(" + " || ".join(f"jsonb_build_array({', '.join(part)})" for part in parts) + ")"


def about(thing: M, questions: Mapping[str, Callable[[M], QuerySet[Any]]]) -> dict[str, QuerySet[Any] | Written]:
    """These questions about this thing, each written once in the life of the process.

    A question may use the thing's numbers only: of the stand-in everything else is asked of the database, and not
    there. Where a number that is used is missing (None) the question is put as it stands.
    """
    found: dict[str, QuerySet[Any] | Written] = {}
    for name, question in questions.items():
        if question not in _kept:
            _kept[question] = _written(question(_stand_in(type(thing))))
        filled = _filled(_kept[question], thing)
        found[name] = question(thing) if filled is None else filled
    return found


_kept: dict[Callable[[Any], QuerySet[Any]], Written] = {}
_MOST = {"AutoField": 2**31, "IntegerField": 2**31, "PositiveIntegerField": 2**31,
         "SmallIntegerField": 2**15, "PositiveSmallIntegerField": 2**15}  # fmt: skip


@cache
def _marks(model: type[Model]) -> dict[int, str]:
    """Number that no thing has → the field it stands for, of every field of whole numbers."""
    marks: dict[int, str] = {}
    for place, field in enumerate(model._meta.concrete_fields, 1):
        kind = (field.target_field if isinstance(field, ForeignKey) else field).get_internal_type()
        if kind.endswith(("AutoField", "IntegerField")):
            marks[_MOST.get(kind, 2**63) - 1000 - place] = field.attname
    return marks


def _stand_in(model: type[M]) -> M:
    names = {name: mark for mark, name in _marks(model).items()}
    return model.from_db("default", list(names), list(names.values()))


def _filled(written: Written, thing: Model) -> Written | None:
    """With the thing's own numbers; None when one of them is missing."""
    params = [_own(value, thing) for value in written.params]
    return None if any(value is None for value in params) else replace(written, params=tuple(params))


def _own(value: Any, thing: Model) -> Any:
    """The thing's number for a mark, also inside a text («case:12»); whatever else as it is."""
    marks = _marks(type(thing))
    if isinstance(value, int):
        return getattr(thing, marks[value]) if value in marks else value
    if isinstance(value, str) and any(sign.isdigit() for sign in value):
        for mark, name in marks.items():
            value = value.replace(str(mark), str(getattr(thing, name)))
    return value


def counted(questions: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each query set has, in one statement."""
    if not questions:
        return {}
    parts, params = [], []
    for query in questions.values():
        plain = query if query.query.is_sliced else query.order_by()
        try:
            sql, values = plain.values("pk").query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) q)")
        params += list(values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        return dict(zip(questions, cursor.fetchone(), strict=True))


def ahead(holder: object, questions: Mapping[str, QuerySet[Any] | Written]) -> None:
    """Ask these for a thing that is about to be shown. `asked` finds them by their names."""
    known = holder.__dict__.setdefault(_STORE, {})
    known.update(together(questions))


def asked(holder: M, name: str, question: Callable[[M], QuerySet[Any]]) -> list[Any]:
    """What was asked ahead under this name, else the objects of the question, put now."""
    known = holder.__dict__.get(_STORE, {})
    return list(known[name]) if name in known else list(question(holder))


def _fields(compiler: SQLCompiler) -> "list[Field[Any, Any]]":
    return [expression.output_field for expression, _sql, _alias in compiler.select]


def _names(compiler: SQLCompiler) -> list[str]:
    """The columns as the compiler calls them: annotations by their names, the rest by number."""
    number = count(1)
    return [alias or f"col{next(number)}" for _expression, _sql, alias in compiler.select]


def _column(name: str, field: "Field[Any, Any]") -> str:
    kind = field.get_internal_type()
    if kind in _NEVER:
        raise TypeError(f"{kind} is not read back from JSON")
    column = f"q.{connection.ops.quote_name(name)}"
    return f"{column}::text" if kind in _AS_TEXT else column


class _Reading:
    """How the rows of a question become objects. Worked out at its first row, once: most questions find nothing."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self._compiler = compiler

    @cached_property
    def _readers(self) -> list[tuple[int, _Read]]:
        """Place and reader of the columns that JSON cannot say itself."""
        readers = [_READ.get(field.get_internal_type()) for field in _fields(self._compiler)]
        return [(place, read) for place, read in enumerate(readers) if read is not None]

    @cached_property
    def _converters(self) -> dict[int, Any]:
        return self._compiler.get_converters([one[0] for one in self._compiler.select[: self._compiler.col_count]])

    @cached_property
    def _own(self) -> tuple[type[Model], slice, list[str]]:
        """The model, where its columns stand, and their names."""
        info = self._compiler.klass_info
        selected = info["select_fields"]
        names = [self._compiler.select[place][0].target.attname for place in selected]
        return info["model"], slice(selected[0], selected[-1] + 1), names

    @cached_property
    def _joined(self) -> list[Any]:
        info, select = self._compiler.klass_info, self._compiler.select
        return list(get_related_populators(info, select, connection.alias))  # type: ignore[call-arg]

    def objects(self, answer: Sequence[list[Any]]) -> list[Model]:
        """As `ModelIterable` makes them of rows, with what was joined."""
        for row in answer:
            for place, read in self._readers:
                if row[place] is not None:
                    row[place] = read(row[place])
        rows = self._compiler.apply_converters(answer, self._converters) if self._converters else answer
        model, own, names = self._own
        found = []
        for row in rows:
            made = model.from_db(connection.alias, names, row[own])
            for populator in self._joined:
                populator.populate(row, made)
            for name, place in (self._compiler.annotation_col_map or {}).items():
                setattr(made, name, row[place])
            found.append(made)
        return found
