"""Reading a classifier from its folder: five small files, checked as a whole, every fault with its place.

Pure: values in, values out; the database is the matter of `loading`.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from otklik.classifier.tables import ClassifierError, Row, read_rows
from otklik.typed_text import whole

__all__ = [
    "ClassifierError",
    "ClassifierSpec",
    "ExecutorKindSpec",
    "GroupSpec",
    "NotToConfuseSpec",
    "ThemeSpec",
    "read_classifier",
    "shipped",
]

SHIPPED = Path(__file__).parent / "shipped" / "default"
MAX_IMPORTANCE = 4
_VERSION_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PART = re.compile(r"[a-z][a-z0-9_]*")
_THEME_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class ExecutorKindSpec:
    """Who usually mends a matter: a kind of organisation. Which one it is, the responsibility map says."""

    code: str
    name: str
    help: str


@dataclass(frozen=True)
class GroupSpec:
    """A group of themes. `importance_hint` is for a text of which only the group is known, 0–4."""

    code: str
    name: str
    help: str
    importance_hint: int


@dataclass(frozen=True)
class ThemeSpec:
    """One theme. `synonyms` are words and short phrases of residents, mostly in dictionary forms.

    `importance` 0–4 is a hint for triage; `fast` marks what should be solved within days, not weeks.
    """

    code: str
    group: str
    name: str
    help: str
    synonyms: tuple[str, ...]
    importance: int
    fast: bool
    executor_kind: str


@dataclass(frozen=True)
class NotToConfuseSpec:
    """Two themes that are taken for each other; the note tells how to choose and reads from both sides."""

    theme: str
    other: str
    note: str


@dataclass(frozen=True)
class ClassifierSpec:
    """A whole classifier as its files say. Codes are stable between versions."""

    code: str
    name: str
    valid_from: date
    executor_kinds: tuple[ExecutorKindSpec, ...]
    groups: tuple[GroupSpec, ...]
    themes: tuple[ThemeSpec, ...]
    not_to_confuse: tuple[NotToConfuseSpec, ...]

    @cached_property
    def by_code(self) -> dict[str, ThemeSpec]:
        """Themes by their codes."""
        return {theme.code: theme for theme in self.themes}

    def confused_with(self, code: str) -> tuple[tuple[ThemeSpec, str], ...]:
        """The themes taken for `code`, each with its note, whichever way round the file names the pair."""
        return tuple(
            (self.by_code[edge.other if edge.theme == code else edge.theme], edge.note)
            for edge in self.not_to_confuse
            if code in (edge.theme, edge.other)
        )


_Spec = TypeVar("_Spec", ExecutorKindSpec, GroupSpec, ThemeSpec)


def read_classifier(folder: Path) -> ClassifierSpec:
    """The classifier that lies in `folder`: version.toml, executor_kinds.csv, groups.csv, themes.csv,
    not_to_confuse.csv.

    Raises `ClassifierError`, which names file, line and column of the first fault.
    """
    code, name, valid_from = _read_version(folder / "version.toml")
    kinds = _unique(read_rows(folder / "executor_kinds.csv", ("code", "name", "help")), _kind)
    groups = _unique(read_rows(folder / "groups.csv", ("code", "name", "help", "importance_hint")), _group)
    theme_columns = ("code", "group", "name", "help", "synonyms", "importance", "fast", "executor_kind")
    group_codes, kind_codes = {group.code for group in groups}, {kind.code for kind in kinds}
    themes = _unique(
        read_rows(folder / "themes.csv", theme_columns), lambda row: _theme(row, group_codes, kind_codes)
    )
    edges = _edges(
        read_rows(folder / "not_to_confuse.csv", ("theme", "other", "note")), {theme.code for theme in themes}
    )
    return ClassifierSpec(code, name, valid_from, kinds, groups, themes, edges)


@lru_cache(maxsize=1)
def shipped() -> ClassifierSpec:
    """The classifier that comes with the program."""
    return read_classifier(SHIPPED)


def _read_version(path: Path) -> tuple[str, str, date]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ClassifierError(path.name, "файла нет или его нельзя прочесть") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ClassifierError(path.name, f"это не TOML в кодировке UTF-8: {error}") from error
    code, name, valid_from = (content.get(key) for key in ("code", "name", "valid_from"))
    if not isinstance(code, str) or not _VERSION_CODE.fullmatch(code):
        raise ClassifierError(path.name, "нужны строчные латинские буквы, цифры и дефис", column="code")
    if not isinstance(name, str) or not name.strip():
        raise ClassifierError(path.name, "нужно название", column="name")
    if type(valid_from) is not date:
        raise ClassifierError(path.name, "нужна дата без кавычек, например 2025-01-01", column="valid_from")
    return code, name.strip(), valid_from


def _kind(row: Row) -> ExecutorKindSpec:
    return ExecutorKindSpec(_code(row, _PART), row.text("name"), row.text("help"))


def _group(row: Row) -> GroupSpec:
    return GroupSpec(
        _code(row, _PART), row.text("name"), row.text("help"), _importance(row, "importance_hint")
    )


def _theme(row: Row, groups: set[str], kinds: set[str]) -> ThemeSpec:
    code, group = _code(row, _THEME_CODE), row.text("group")
    if group not in groups:
        raise row.fault("group", f"группы «{group}» нет в groups.csv")
    if code.partition(".")[0] != group:
        raise row.fault("code", f"код темы начинается с кода её группы: {group}.…")
    kind = row.text("executor_kind")
    if kind not in kinds:
        raise row.fault("executor_kind", f"вида «{kind}» нет в executor_kinds.csv")
    return ThemeSpec(
        code=code,
        group=group,
        name=row.text("name"),
        help=row.text("help"),
        synonyms=_synonyms(row),
        importance=_importance(row, "importance"),
        fast=_flag(row, "fast"),
        executor_kind=kind,
    )


def _edges(rows: Iterable[Row], codes: set[str]) -> tuple[NotToConfuseSpec, ...]:
    seen: dict[frozenset[str], int] = {}
    edges = []
    for row in rows:
        theme, other = row.text("theme"), row.text("other")
        for column, code in (("theme", theme), ("other", other)):
            if code not in codes:
                raise row.fault(column, f"темы «{code}» нет в themes.csv")
        if theme == other:
            raise row.fault("other", "тему нельзя спутать с самой собой")
        earlier = seen.setdefault(frozenset((theme, other)), row.line)
        if earlier != row.line:
            raise row.fault("other", f"эта пара уже есть в строке {earlier}")
        edges.append(NotToConfuseSpec(theme, other, row.text("note")))
    return tuple(edges)


def _unique(rows: Iterable[Row], build: Callable[[Row], _Spec]) -> tuple[_Spec, ...]:
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    built = []
    for row in rows:
        spec = build(row)
        for column, seen, value in (("code", codes, spec.code), ("name", names, spec.name.casefold())):
            earlier = seen.setdefault(value, row.line)
            if earlier != row.line:
                raise row.fault(column, f"то же самое уже есть в строке {earlier}")
        built.append(spec)
    return tuple(built)


def _code(row: Row, shape: re.Pattern[str]) -> str:
    code = row.text("code")
    if not shape.fullmatch(code):
        raise row.fault("code", f"«{code}» не похоже на код: строчная латиница, например water.no_supply")
    return code


def _importance(row: Row, column: str) -> int:
    value = row.text(column)
    importance = whole(value)
    if importance is None or importance > MAX_IMPORTANCE:
        raise row.fault(column, f"важность — число от 0 до {MAX_IMPORTANCE}, а здесь «{value}»")
    return importance


def _flag(row: Row, column: str) -> bool:
    value = row.text(column)
    if value not in ("0", "1"):
        raise row.fault(column, f"нужно 1 или 0, а здесь «{value}»")
    return value == "1"


def _synonyms(row: Row) -> tuple[str, ...]:
    words = tuple(" ".join(word.split()) for word in row.text("synonyms").split("|"))
    if not all(words):
        raise row.fault("synonyms", "между чертами «|» пусто")
    if len({word.casefold() for word in words}) != len(words):
        raise row.fault("synonyms", "слово повторяется")
    return words
