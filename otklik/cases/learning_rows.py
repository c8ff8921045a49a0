"""What the reader may learn from: cases whose theme a person or their own source confirmed, without personal data.

Only the newest are taken. Near-identical texts are one group; a fifth of the groups is kept for judging and never
learnt from.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from otklik.cases.models import Case, ReaderVersion
from otklik.classifier.loading import current
from otklik.classifier.models import Theme, ThemeSuccessor
from otklik.organisations.models import Organisation
from otklik.territory.models import Territory
from otklik.triage import ThemeEntry
from otklik.triage.evaluating.sameness import groups_of, is_frozen
from otklik.triage.model.base import ThemeWords
from otklik.triage.model.pieces import Pieces, pieces_of
from otklik.triage.personal import personal_spans
from otklik.triage.words import tokens_of

NEWEST = 8_000  # cases looked at
READ = 10_000  # characters of each, as `understand` reads
# No message at all, or somebody else's: its theme says nothing of how themes are told.
ASIDE = (Case.Outcome.SPAM,)


@dataclass(frozen=True)
class Row:
    """One case to learn from or to judge by. `text` is the message as it came, `pieces` are of it without personal
    data; `place` is the municipality."""

    case_id: int
    text: str
    pieces: Pieces
    label: str
    place: int
    day: date
    group: int

    @property
    def frozen(self) -> bool:
        return is_frozen(self.group)


@dataclass(frozen=True)
class Material:
    """Rows, oldest first; and how many cases were left out because their label says nothing today."""

    rows: tuple[Row, ...]
    left_out: int

    @property
    def learnt(self) -> list[Row]:
        return [row for row in self.rows if not row.frozen]

    @property
    def frozen(self) -> list[Row]:
        return [row for row in self.rows if row.frozen]


def confirmed(task: str) -> Any:
    """The cases whose label a person confirmed: what the program set by itself counts only once a person said so."""
    known = Case.objects.exclude(text="").exclude(salt=b"").exclude(outcome__in=ASIDE)
    if task == ReaderVersion.Task.EXECUTOR:
        return known.filter(executor__isnull=False, executor__active=True)
    return known.filter(theme__isnull=False).exclude(Q(reading__isnull=False) & Q(reading__by_itself=True))


def material(task: str) -> Material:
    """The rows of a task, read as the surrounding actor sees them. Some minutes for thousands of texts."""
    found = list(
        confirmed(task).order_by("-pk")
        .values_list("pk", "text", "theme_id", "executor_id", "scope_id", "received_at")[:NEWEST]
    )[::-1]
    label = _theme_labels() if task == ReaderVersion.Task.THEME else None
    cities = dict(Territory.objects.filter(municipality__isnull=False).values_list("pk", "municipality_id"))
    kept = []
    for pk, text, theme_id, executor_id, scope_id, at in found:
        named = label(theme_id) if label else str(executor_id)
        if named:
            kept.append((pk, text, without_personal(text), named, cities.get(scope_id, scope_id), at.date()))
    groups = groups_of([pieces for _pk, _text, pieces, *_rest in kept], [pk for pk, *_rest in kept])
    return Material(
        tuple(Row(*values, group) for values, group in zip(kept, groups, strict=True)), len(found) - len(kept)
    )


def without_personal(text: str) -> Pieces:
    """What a text is made of once everything personal is cut out of it."""
    seen, parts, at = text[:READ], [], 0
    for span in personal_spans(seen):
        parts.append(seen[at : span.start])
        at = span.end
    return pieces_of(tokens_of(" ".join([*parts, seen[at:]])))


def theme_words() -> tuple[ThemeWords, ...]:
    """The themes of the edition in force, as the base learns them."""
    themes = Theme.objects.filter(version=current(), retired=False).select_related("group").order_by("pk")
    return tuple(
        ThemeWords(theme.code, theme.name, theme.group.code, theme.help, tuple(theme.synonyms)) for theme in themes
    )


def theme_entries() -> tuple[ThemeEntry, ...]:
    """The themes of the edition in force as triage knows them."""
    themes = Theme.objects.filter(version=current(), retired=False).select_related("group").order_by("id")
    return tuple(
        ThemeEntry(
            code=t.code, name=t.name, group=t.group.code, group_name=t.group.name, synonyms=tuple(t.synonyms),
            importance=t.importance, executor_kind=t.executor_kind,
        )
        for t in themes
    )


def names_of(task: str, words: Sequence[ThemeWords], labels: Iterable[str]) -> tuple[dict[str, Pieces], dict[str, str]]:
    """What is said of each label that exists, and its category."""
    if task == ReaderVersion.Task.THEME:
        told = {word.code: f"{word.name}. {word.help}" for word in words}
        return {code: pieces_of(tokens_of(name)) for code, name in told.items()}, {w.code: w.group for w in words}
    ids = [int(label) for label in labels]
    rows = Organisation.objects.filter(pk__in=ids).values_list("pk", "name", "kind")
    return {str(pk): pieces_of(tokens_of(name)) for pk, name, _kind in rows}, {str(pk): kind for pk, _n, kind in rows}


def _theme_labels() -> Callable[[int], str]:
    """The code that a case's theme has in the edition in force, "" when a split or an end left none."""
    now = {theme.pk: theme.code for theme in Theme.objects.filter(version=current(), retired=False)}
    codes = set(now.values())
    every = dict(Theme.objects.values_list("pk", "code"))
    became: dict[int, list[int | None]] = {}
    for theme_id, becomes_id in ThemeSuccessor.objects.values_list("theme_id", "becomes_id"):
        became.setdefault(theme_id, []).append(becomes_id)

    def code_of(theme_id: int) -> str:
        for _step in range(20):  # editions that followed one another
            if theme_id in now:
                return now[theme_id]
            after = became.get(theme_id)
            if after is None:
                return every[theme_id] if every.get(theme_id) in codes else ""
            if len(after) != 1 or after[0] is None:
                return ""
            theme_id = after[0]
        return ""

    return code_of
