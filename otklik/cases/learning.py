"""Learning: a new version of the reader from the region's own cases, used only when it wins.

`learn` reads confirmed cases, learns from four fifths of their groups, and lets the new version and what it would
replace read the fifth that neither has seen. It wins when it is right at first in more groups of texts than the other,
by a lead that chance gives at most once in twenty (sign test), and right within three no less often. A tie keeps what
there is. Whatever comes of it is a row with a card and an entry of the journal; until that one transaction nothing
has changed, so a process killed on the way loses nothing.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases import reader_files
from otklik.cases.learning_rows import Material, Row, material, names_of, theme_entries, theme_words
from otklik.cases.models import ReaderVersion
from otklik.cases.reader_files import Loaded, keep_base, seal
from otklik.classifier.loading import current
from otklik.failures import NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.triage import Hints, Knowledge, ThemeEntry, understand
from otklik.triage.evaluating import trial
from otklik.triage.evaluating.trial import Said
from otklik.triage.model.base import ThemeWords
from otklik.triage.model.file import digest
from otklik.triage.model.reading import ThemeModel
from otklik.triage.model.storing import trained_bytes
from otklik.triage.model.trained import MOST_ROWS, Example
from otklik.triage.model.trained import learn as learn_from

ACTOR = System("reader")
TASKS = (ReaderVersion.Task.THEME, ReaderVersion.Task.EXECUTOR)
TEACHERS = frozenset({"administrator", "analyst"})  # of the whole region
LEAST_LEARNT, LEAST_JUDGED = 100, 30  # rows to learn from, groups to judge by
KEPT = 5  # versions whose content stays, to go back to
_ONE_AT_A_TIME, _ONE_WRITES = 0x07C11D, 0x07C11E
Reader = Callable[[Row], tuple[tuple[str, float], ...]]


def may_teach(actor: Actor) -> bool:
    """Whether this actor decides about the reader: the region's administrator, the analyst of the ЦУР."""
    return isinstance(actor, System) or (
        isinstance(actor, Staff) and any(g.role in TEACHERS and g.scopes is None for g in actor.grants)
    )


def learn(task: str, now: datetime, by: int | None = None) -> ReaderVersion:
    """Learn, compare, and keep the outcome: a version in use, or one refused with its card. `by`: who asked.

    Takes minutes. Raises `Refused` when there is too little to learn from, or somebody is learning already.
    """
    began = time.monotonic()
    with _alone():
        with acting(ACTOR, read_only=True):
            words = theme_words()
            known = material(task)
            old = reader_files.load(task, words)
            judge = _judges(task, known)
            edition = current().code
        judged = _unseen_by(old, known.frozen)
        if len(known.learnt) < LEAST_LEARNT or len({row.group for row in judged}) < LEAST_JUDGED:
            raise Refused(
                _("Пока мало разобранных карточек: для обучения %(n)s из %(need)s, для проверки %(m)s из %(least)s.")
                % {"n": len(known.learnt), "need": LEAST_LEARNT, "m": len({row.group for row in judged}),
                   "least": LEAST_JUDGED}
            )
        learnt = known.learnt[-MOST_ROWS:]
        base = reader_files.base_now(words)
        names, kinds = names_of(task, words, {row.label for row in learnt})
        trained = learn_from([Example(row.pieces, row.label, row.group) for row in learnt], base, names, kinds)
        new = ThemeModel(base, trained)
        ours, theirs = _said(judge(new), judged), _said(judge(old.model if old.version else None), judged)
        outcome = trial.compare(ours, theirs)
        inside = {"task": task, "learnt": [row.case_id for row in learnt]}
        content = trained_bytes(trained, inside, reader_files.key())
        card = {
            "edition": edition, "from": learnt[0].day.isoformat(), "to": learnt[-1].day.isoformat(),
            "last_case": known.rows[-1].case_id, "learnt": len(learnt), "judged": len(judged),
            "labels": len(trained.labels), "left_out": known.left_out, "base": base.digest,
            "figures": trial.figures(ours), "before": trial.figures(theirs),
            "better": outcome.better, "worse": outcome.worse, "within_better": outcome.within_better,
            "within_worse": outcome.within_worse, "luck": round(outcome.luck, 4), "wins": outcome.wins,
            "curve": trial.curve(ours), "thresholds": trial.thresholds(ours), "file": content[-32:].hex(),
            "replaces": old.version.pk if old.version else None, "seconds": round(time.monotonic() - began),
        }  # fmt: skip
        with acting(ACTOR), widened():
            keep_base(base)
            return _keep(task, card, content, base.digest, now, by, outcome.wins)


def go_back(actor: Actor, task: str, version_id: int | None, now: datetime) -> None:
    """Use another version that is kept, or none (`version_id` None: by the words of the classifier alone)."""
    if not may_teach(actor):
        raise Refused(_("Это решает администратор региона или аналитик ЦУР."))
    with acting(actor), widened():
        writes_alone()
        chosen = None
        if version_id is not None:
            chosen = ReaderVersion.objects.filter(
                pk=version_id, task=task, state=ReaderVersion.State.REPLACED, content__isnull=False
            ).defer("content").first()
            if chosen is None:
                raise NotYours(_("К этой версии вернуться нельзя: её нет или она уже работает."))
            _check(chosen)
        was = ReaderVersion.objects.filter(task=task, state=ReaderVersion.State.IN_USE)
        before = was.values_list("pk", flat=True).first()
        was.update(state=ReaderVersion.State.REPLACED)
        if chosen is not None:
            ReaderVersion.objects.filter(pk=chosen.pk).update(state=ReaderVersion.State.IN_USE)
        append(NewEntry(f"reader:{task}", "reader_changed", actor.reference, now, {"from": before, "to": version_id}))


def set_aside_broken(now: datetime) -> list[int]:
    """Mark versions that cannot be trusted any more; the newest good one before takes the place of a broken one."""
    found = []
    with acting(ACTOR), widened():
        writes_alone()
        words = theme_words()
        for task in TASKS:
            rows = list(
                ReaderVersion.objects.filter(task=task, state__in=reader_files.USABLE, content__isnull=False)
                .defer("content").order_by("-pk")
            )
            broken = [row for row in rows if not _is_whole(row, words)]
            ReaderVersion.objects.filter(pk__in=[row.pk for row in broken]).update(state=ReaderVersion.State.BROKEN)
            fell = next((row for row in broken if row.state == ReaderVersion.State.IN_USE), None)
            heir = next((row for row in rows if fell and row not in broken and row.pk < fell.pk), None)
            if heir is not None:
                ReaderVersion.objects.filter(pk=heir.pk).update(state=ReaderVersion.State.IN_USE)
            if broken:
                fields = {"broken": [row.pk for row in broken], "to": heir.pk if heir else None}
                append(NewEntry(f"reader:{task}", "reader_broken", ACTOR.reference, now, fields))
            found += [row.pk for row in broken]
    return found


def _keep(
    task: str, card: dict[str, Any], content: bytes, base: str, now: datetime, by: int | None, wins: bool
) -> ReaderVersion:
    writes_alone()
    in_use = ReaderVersion.objects.filter(task=task, state=ReaderVersion.State.IN_USE)
    if in_use.values_list("pk", flat=True).first() != card["replaces"]:
        raise Refused(_("Пока программа училась, работающую версию сменили. Обучите ещё раз."))
    if wins:
        in_use.update(state=ReaderVersion.State.REPLACED)
    named = digest(content)
    row = ReaderVersion.objects.create(
        task=task, made_at=now, made_by_id=by, card=card, digest=named, signature=seal(task, card, named),
        state=ReaderVersion.State.IN_USE if wins else ReaderVersion.State.REFUSED,
        content=content if wins else None, base_id=base,
    )
    old = ReaderVersion.objects.filter(task=task, content__isnull=False).order_by("-pk").values_list("pk", flat=True)
    ReaderVersion.objects.filter(pk__in=list(old[KEPT:])).exclude(state=ReaderVersion.State.IN_USE).update(content=None)
    fields = {
        "version": row.pk, "state": row.state, "digest": named, "learnt": card["learnt"], "judged": card["judged"],
        "better": card["better"], "worse": card["worse"],
    }
    who = f"staff:{by}" if by else ACTOR.reference
    append(NewEntry(f"reader:{task}", "reader_learnt", who, now, fields))
    return row


def _unseen_by(old: Loaded, frozen: Sequence[Row]) -> list[Row]:
    """The rows that the version in use has not learnt from either (a group may have changed since)."""
    if old.version is None:
        return list(frozen)
    try:
        seen = reader_files.learnt_by(old.version)
    except reader_files.Spoilt:
        seen = frozenset()
    return [row for row in frozen if row.case_id not in seen]


def _judges(task: str, known: Material) -> Callable[[ThemeModel | None], Reader]:
    """How a model is asked of a row; None is what there is without any learning."""
    if task == ReaderVersion.Task.THEME:
        return _by_theme(theme_entries(), theme_words())
    return _by_executor(known)


def _by_theme(entries: Sequence[ThemeEntry], words: Sequence[ThemeWords]) -> Callable[[ThemeModel | None], Reader]:
    def of(model: ThemeModel | None) -> Reader:
        knowing = Knowledge(tuple(entries), model=model or ThemeModel(reader_files.base_now(words)))

        def read(row: Row) -> tuple[tuple[str, float], ...]:
            return tuple((guess.code, guess.p or 0.0) for guess in understand(row.text, Hints(), knowing).themes)

        return read

    return of


def _by_executor(known: Material) -> Callable[[ThemeModel | None], Reader]:
    """Without learning: the executors that the municipality mostly has. Either way of those that may get the case."""
    mostly: dict[int, Counter[str]] = defaultdict(Counter)
    for row in known.learnt:
        mostly[row.place][row.label] += 1
    region = Territory.objects.filter(kind=Kind.REGION).values_list("pk", flat=True).first()
    of_place: dict[int | None, set[str]] = defaultdict(set)
    for pk, territory in Organisation.objects.filter(active=True).values_list("pk", "territory_id"):
        of_place[territory].add(str(pk))

    def of(model: ThemeModel | None) -> Reader:
        def read(row: Row) -> tuple[tuple[str, float], ...]:
            if model is None:
                total = sum(mostly[row.place].values()) or 1
                return tuple((label, count / total) for label, count in mostly[row.place].most_common(3))
            return executors(model, row.pieces, of_place[row.place] | of_place[region])

        return read

    return of


def executors(model: ThemeModel, pieces: Any, allowed: set[str], most: int = 3) -> tuple[tuple[str, float], ...]:
    """The likeliest executors of a text among those that may get it: (organisation id, probability among them)."""
    labels, chances = model.chances(pieces)
    ranked = sorted(((float(p), label) for label, p in zip(labels, chances, strict=True) if label in allowed),
                    key=lambda pair: (-pair[0], pair[1]))  # fmt: skip
    total = sum(p for p, _label in ranked) or 1.0
    return tuple((label, round(p / total, 4)) for p, label in ranked[:most])


def _said(read: Reader, rows: Sequence[Row]) -> list[Said]:
    return [Said(read(row), row.label, row.group, row.place) for row in rows]


def _check(row: ReaderVersion) -> None:
    try:
        reader_files.opened(row, theme_words())
    except reader_files.Spoilt as error:
        raise Refused(_("Эта версия повреждена: её подпись не сходится.")) from error


def _is_whole(row: ReaderVersion, words: Sequence[ThemeWords]) -> bool:
    try:
        reader_files.opened(row, words)
    except reader_files.Spoilt:
        return False
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """One process learns at a time. Raises `Refused`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise Refused(_("Обучение уже идёт."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def writes_alone() -> None:
    """Whoever changes what is in use waits for the others. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITES])
