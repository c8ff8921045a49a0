"""When the reader learns: at once when somebody asks, else at night when people have decided enough since then.

Learning itself takes minutes of a processor, so the worker gives it to a process of its own
(`operations.reader_work`), which begins here.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases import learning, reader_files
from otklik.cases.learning_rows import confirmed, theme_words
from otklik.cases.models import ReaderVersion
from otklik.failures import Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations import region_settings
from otklik.triage.model.base import digest_of

log = logging.getLogger(__name__)
NIGHT = range(1, 5)  # hours of the region's clock
ENOUGH = 50  # cases decided since the last version
NOT_AGAIN = timedelta(hours=12)


def ask(actor: Actor, now: datetime) -> None:
    """Have the worker learn within a minute. Raises `Refused`; asking twice is asking once."""
    if not learning.may_teach(actor):
        raise Refused(_("Это решает администратор региона или аналитик ЦУР."))
    by = actor.user_id if isinstance(actor, Staff) else None
    with acting(actor), widened():
        learning.writes_alone()
        asked = region_settings.get("reader_asked")
        if not asked:
            region_settings.note("reader_asked", {"at": now.isoformat(), "by": by})
            append(NewEntry("reader:asked", "reader_asked", actor.reference, now, {}))


def is_base_there() -> bool:
    """Whether the base of the edition in force lies ready as a file."""
    with acting(learning.ACTOR, read_only=True):
        return (reader_files.folder() / f"base-{digest_of(theme_words())}.model").is_file()


def make_base() -> None:
    """Make that file, if it is missing (some seconds)."""
    with acting(learning.ACTOR, read_only=True):
        words = theme_words()
    reader_files.base_now(words)


def is_due(now: datetime) -> bool:
    """Whether there is reason to learn now."""
    with acting(learning.ACTOR, read_only=True):
        if region_settings.get("reader_asked"):
            return True
        if timezone.localtime(now).hour not in NIGHT:
            return False
        tried = region_settings.get("reader_tried")
        if tried and now - datetime.fromisoformat(tried["at"]) < NOT_AGAIN:
            return False
        return any(_is_enough(task) for task in learning.TASKS)


def work(now: datetime) -> dict[str, Any]:
    """Learn whatever there is to learn, and note what came of it. What was asked for stays asked until this is done."""
    with acting(learning.ACTOR, read_only=True):
        asked = region_settings.get("reader_asked")
    learning.set_aside_broken(now)
    told: dict[str, Any] = {"at": now.isoformat()}
    for task in learning.TASKS:
        try:
            made = learning.learn(task, now, by=asked["by"] if asked else None)
            told[task] = {"version": made.pk, "state": made.state}
        except Refused as refusal:
            told[task] = {"refused": str(refusal)}
        except (ValueError, ArithmeticError, LookupError, MemoryError):
            log.exception("learning %s failed", task)  # the same again would fail again: not before the next night
            told[task] = {"failed": True}
    with acting(learning.ACTOR), widened():
        region_settings.note("reader_tried", told)
        if region_settings.get("reader_asked") == asked:
            region_settings.note("reader_asked", {})
    return told


def _is_enough(task: str) -> bool:
    """Enough cases that the last version has not seen, or that people have decided about since."""
    last = ReaderVersion.objects.filter(task=task).defer("content").order_by("-pk").first()
    if last is None:
        first: int = confirmed(task).count()
        return first >= learning.LEAST_LEARNT + learning.LEAST_JUDGED
    new = Q(pk__gt=last.card.get("last_case", 0))
    if task == ReaderVersion.Task.THEME:
        decided = confirmed(task).filter(reading__decided_at__gt=last.made_at, pk__lte=last.card.get("last_case", 0))
        if decided[:ENOUGH].count() >= ENOUGH:
            return True
    count: int = confirmed(task).filter(new)[:ENOUGH].count()
    return count >= ENOUGH
