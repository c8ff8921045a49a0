"""A classifier as one table: a line for a theme, with its group beside it. Rows to an edition and back; pure.

People keep their lists in one sheet, so only the names of theme and group are needed: codes are made of them (or taken
from the edition in force where a name is the same), and what is left out gets a plain default.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from otklik.classifier.reading import (
    MAX_IMPORTANCE,
    ClassifierError,
    ClassifierSpec,
    ExecutorKindSpec,
    GroupSpec,
    NotToConfuseSpec,
    ThemeSpec,
    shipped,
)
from otklik.typed_text import typed, whole

USUAL_IMPORTANCE: Final = 2
MAX_THEMES: Final = 5_000
COLUMNS: Final = (
    "Код группы", "Группа", "Пояснение группы", "Код темы", "Тема", "Пояснение", "Слова жителей", "Важность",
    "Решается быстро", "Кто обычно исправляет", "Не путать с",
)
_FIELDS: Final = (
    "group_code", "group", "group_help", "code", "name", "help", "synonyms", "importance", "fast", "kind", "confused",
)
_ALIASES: Final = {
    "topic": "name", "theme": "name", "название темы": "name", "группа тем": "group", "theme_group": "group",
    "синонимы": "synonyms", "быстрая": "fast", "исполнитель": "kind", "код": "code", "как различить": "confused",
    "помощь": "help", "описание": "help", "подсказка": "help",
}
_LIMITS: Final = {"group": 100, "group_help": 300, "name": 150, "help": 300}
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LATIN: Final = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya",
}  # fmt: skip
_YES: Final = frozenset({"1", "да", "yes", "★", "+", "быстро"})
_NO: Final = frozenset({"", "0", "нет", "no", "-", "—"})


@dataclass(frozen=True)
class TableRow:
    """One line of the table: its number as people see it, and its cells by our names."""

    number: int
    cells: Mapping[str, str]

    def text(self, name: str) -> str:
        """The cell in one line without outer spaces and signs nobody types."""
        return " ".join(typed(self.cells.get(name, "")).split())


def fields_of(headers: Sequence[str]) -> dict[str, str]:
    """Our names → their columns. Raises `ClassifierError` when there is no column of themes or groups."""
    known = {name.casefold(): field for name, field in zip(COLUMNS, _FIELDS, strict=True)}
    known |= {field: field for field in _FIELDS} | _ALIASES
    found: dict[str, str] = {}
    for header in headers:
        field = known.get(" ".join(header.casefold().split()))
        if field and field not in found:
            found[field] = header
    for needed, column in (("name", "Тема"), ("group", "Группа")):
        if needed not in found:
            raise ClassifierError(_("таблица тем"), _("нет столбца «%(column)s»") % {"column": column}, 1)
    return found


def edition_of(
    rows: Iterable[TableRow], *, code: str, name: str, valid_from: date, known: ClassifierSpec | None = None
) -> ClassifierSpec:
    """An edition from the lines of a table. `known` lends its codes to themes and groups of the same name.

    Raises `ClassifierError` with line and column of the first fault.
    """
    return _Builder(known).build(rows, code, name, valid_from)


def rows_of(spec: ClassifierSpec) -> Iterator[list[str]]:
    """The lines of an edition in the order of `COLUMNS`; read again they make the same edition."""
    groups = {group.code: group for group in spec.groups}
    confused: dict[str, list[str]] = {}
    for edge in spec.not_to_confuse:
        confused.setdefault(edge.theme, []).append(f"{edge.other}: {edge.note}")
    for theme in spec.themes:
        group = groups[theme.group]
        yield [
            group.code, group.name, group.help, theme.code, theme.name, theme.help, "|".join(theme.synonyms),
            str(theme.importance), "да" if theme.fast else "нет", theme.executor_kind,
            " | ".join(confused.get(theme.code, [])),
        ]


def slug(name: str) -> str:
    """A name as a code: «Не горит фонарь» is ne_gorit_fonar."""
    latin = "".join(_LATIN.get(sign, sign) for sign in name.casefold())
    made = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:38].strip("_")
    return made if made[:1].isalpha() else f"t_{made}".rstrip("_")


class _Builder:
    def __init__(self, known: ClassifierSpec | None) -> None:
        self._known_groups = {_key(g.name): g for g in known.groups} if known else {}
        self._hints = {g.code: g.importance_hint for g in known.groups} if known else {}
        self._known_themes = {(t.group, _key(t.name)): t for t in known.themes} if known else {}
        self._kinds = {_key(k.name): k.code for k in shipped().executor_kinds}
        self._kinds |= {k.code: k.code for k in shipped().executor_kinds}
        self._groups: dict[str, GroupSpec] = {}
        self._themes: dict[str, ThemeSpec] = {}
        self._names: dict[str, int] = {}
        self._edges: list[tuple[TableRow, str, str]] = []

    def build(self, rows: Iterable[TableRow], code: str, name: str, valid_from: date) -> ClassifierSpec:
        for row in rows:
            if not any(value.strip() for value in row.cells.values()):
                continue
            if len(self._themes) == MAX_THEMES:
                raise _fault(row, "name", _("тем больше %(most_themes)s") % {"most_themes": MAX_THEMES})
            self._take(row)
        if not self._themes:
            raise ClassifierError(_("таблица тем"), _("нет ни одной темы"))
        hints: dict[str, list[int]] = {}
        for theme in self._themes.values():
            hints.setdefault(theme.group, []).append(theme.importance)
        groups = tuple(
            GroupSpec(g.code, g.name, g.help, self._hints.get(g.code, sorted(hints[g.code])[len(hints[g.code]) // 2]))
            for g in self._groups.values()
        )
        kinds = tuple(ExecutorKindSpec(k.code, k.name, k.help) for k in shipped().executor_kinds)
        return ClassifierSpec(code, name, valid_from, kinds, groups, tuple(self._themes.values()), self._pairs())

    def _take(self, row: TableRow) -> None:
        for field, limit in _LIMITS.items():
            if len(row.text(field)) > limit:
                raise _fault(row, field, _("длиннее %(limit)s знаков") % {"limit": limit})
        name, group = row.text("name").strip("★ "), self._group(row)
        if not name:
            raise _fault(row, "name", _("пусто, а должно быть заполнено"))
        earlier = self._names.setdefault(f"{group.code}:{_key(name)}", row.number)
        if earlier != row.number:
            raise _fault(row, "name", _("такая тема уже есть в строке %(earlier)s") % {"earlier": earlier})
        code = self._code(row, group.code, name)
        like = self._known_themes.get((group.code, _key(name)))
        words = [" ".join(word.split()) for word in row.cells.get("synonyms", "").split("|")]
        synonyms = tuple(dict.fromkeys(word for word in words if word))
        self._themes[code] = ThemeSpec(
            code, group.code, name, row.text("help") or (like.help if like else name),
            synonyms or (like.synonyms if like else (name.casefold(),)), self._importance(row, like),
            self._fast(row, like), self._kind(row, like),
        )
        for piece in filter(None, map(str.strip, row.cells.get("confused", "").split("|"))):
            other, _colon, note = piece.partition(":")
            self._edges.append((row, code, f"{other.strip()}:{note.strip()}"))

    def _group(self, row: TableRow) -> GroupSpec:
        name = row.text("group")
        if not name:
            raise _fault(row, "group", _("пусто, а должно быть заполнено"))
        like = self._known_groups.get(_key(name))
        code = row.text("group_code") or row.text("code").partition(".")[0] or (like.code if like else slug(name))
        if not _CODE.fullmatch(code):
            raise _fault(
                row, "group_code", _("«%(code)s» не похоже на код: строчная латиница, например water")
                % {"code": code}
            )
        there = self._groups.get(code)
        if there is not None and _key(there.name) != _key(name):
            raise _fault(
                row, "group", _("у группы «%(code)s» другое название: «%(name)s»")
                % {"code": code, "name": there.name}
            )
        same = next((g.code for g in self._groups.values() if _key(g.name) == _key(name)), code)
        if same != code:
            raise _fault(
                row, "group_code", _("у группы «%(name)s» уже есть код «%(same)s»")
                % {"name": name, "same": same}
            )
        if there is None:
            help_text = row.text("group_help") or (like.help if like else name)
            self._groups[code] = there = GroupSpec(code, name, help_text, USUAL_IMPORTANCE)
        return there

    def _code(self, row: TableRow, group: str, name: str) -> str:
        given = row.text("code")
        if given:
            part = given.partition(".")[2]
            if given.partition(".")[0] != group or not _CODE.fullmatch(part):
                raise _fault(
                    row, "code", _("код темы — код группы, точка и латиница: %(group)s.…, а здесь «%(given)s»")
                    % {"group": group, "given": given}
                )
            if given in self._themes:
                raise _fault(row, "code", _("код «%(given)s» повторяется") % {"given": given})
            return given
        like = self._known_themes.get((group, _key(name)))
        code = like.code if like else f"{group}.{slug(name)}"
        turn = 1
        while code in self._themes:
            turn += 1
            code = f"{group}.{slug(name)[:35]}_{turn}"
        return code

    def _importance(self, row: TableRow, like: ThemeSpec | None) -> int:
        value = row.text("importance")
        if not value:
            return like.importance if like else USUAL_IMPORTANCE
        importance = whole(value)
        if importance is None or importance > MAX_IMPORTANCE:
            raise _fault(
                row, "importance", _("важность — число от 0 до %(most_importance)s, а здесь «%(value)s»")
                % {"most_importance": MAX_IMPORTANCE, "value": value}
            )
        return importance

    def _fast(self, row: TableRow, like: ThemeSpec | None) -> bool:
        value = row.text("fast").casefold()
        if not value and like:
            return like.fast
        if value not in _YES | _NO:
            raise _fault(row, "fast", _("нужно «да» или «нет», а здесь «%(value)s»") % {"value": value})
        return value in _YES or "★" in row.text("name")

    def _kind(self, row: TableRow, like: ThemeSpec | None) -> str:
        value = row.text("kind")
        if not value:
            return like.executor_kind if like else ""
        found = self._kinds.get(_key(value))
        if found is None:
            raise _fault(
                row, "kind", _("вида «%(value)s» нет; есть: %(what)s")
                % {"value": value, "what": ", ".join(sorted(set(self._kinds.values())))}
            )
        return found

    def _pairs(self) -> tuple[NotToConfuseSpec, ...]:
        by_name = {_key(theme.name): theme.code for theme in self._themes.values()}
        pairs: dict[frozenset[str], NotToConfuseSpec] = {}
        for row, code, written in self._edges:
            other, _colon, note = written.partition(":")
            found = other if other in self._themes else by_name.get(_key(other))
            if found is None:
                raise _fault(row, "confused", _("темы «%(other)s» в таблице нет") % {"other": other})
            if found == code:
                raise _fault(row, "confused", _("тему нельзя спутать с самой собой"))
            pairs.setdefault(frozenset((code, found)), NotToConfuseSpec(code, found, (note or "похожие темы")[:300]))
        return tuple(pairs.values())


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())


def _fault(row: TableRow, field: str, reason: str) -> ClassifierError:
    return ClassifierError(_("таблица тем"), reason, row.number, COLUMNS[_FIELDS.index(field)])
