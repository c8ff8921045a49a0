"""Тема без человека, where the municipality allows it; and taking back the last triage by one key."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, System, acting
from otklik.cases import abstaining, alarms, clocks, place_learning
from otklik.cases.actions.importance import BY_PERSON, DISMISSED
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case, ReaderVersion, ThemeReading
from otklik.cases.readings import city_of, threshold_of
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.failures import NotYours, Refused
from otklik.journal.models import Entry
from otklik.policy.regulation import CRITICAL
from otklik.together import asked
from otklik.triage.understanding import WITHOUT_THEME, is_of_theme, reason_of_theme

ACTOR = System("reader")
UNDOABLE = ("triage", "triage_by_itself")
# What a triage may have changed and still be taken back whole; a place or an address stays as a person put it.
_KNOWN = frozenset(
    {"from", "to", "theme", "suggested", "importance", "stopped", "p", "threshold", "precision", "version", "for_user",
     "learned"}
)


def triage_waiting(now: datetime, limit: int = 100) -> int:
    """Set the themes of which the reader is sure enough, where allowed. Returns how many were set."""
    with acting(ACTOR, read_only=True):
        waiting = list(ThemeReading.objects.filter(waits=True).order_by("pk").values_list("pk", flat=True)[:limit])
    done = 0
    for case_id in waiting:
        try:
            done += triage_by_itself(case_id, now)
        except (Refused, NotYours):  # somebody was faster
            _no_longer(case_id)
    return done


def triage_by_itself(case_id: int, now: datetime) -> bool:
    """Set one case's theme by the reader, everything checked again under the lock. False: a person must."""
    with passing(ACTOR, case_id, "triage_by_itself", now=now) as gate:
        case = gate.case
        reading = ThemeReading.objects.select_related("version").defer("version__content").get(case=case)
        limit = threshold_of(case)
        theme = Theme.objects.filter(version=current(), code=reading.code, retired=False).first()
        is_sure = (
            theme is not None and limit.measured and reading.p is not None and reading.p >= limit.p
            and reading.version is not None and reading.version.state == ReaderVersion.State.IN_USE
            and abstaining.may_by_itself(case, city_of(case.scope_id))
        )
        reading.waits, reading.by_itself = False, is_sure
        reading.save(update_fields=["waits", "by_itself"])
        if not is_sure or theme is None:
            gate.unchanged = True
            return False
        case.theme = theme
        gate.fields |= {
            "theme": [None, theme.pk], "p": reading.p, "threshold": limit.p, "precision": limit.precision,
            "version": reading.version_id,
        }
        clocks.recompute(case)
        return True


def undo(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Take the last triage back, a person's or the program's, as long as nothing else has happened since.

    Raises `Refused` when something has, or when the triage changed more than theme and importance.
    """
    now = now or timezone.now()
    with passing(actor, case_id, "undo_triage", now=now) as gate:
        entry = undoable(gate.case)
        if entry is None:
            raise Refused(_("Отменить уже нельзя: с карточкой что-то сделали после разбора. Исправьте тему сами."))
        _restore(gate, entry)
        _take_back(gate, entry)
        return gate.case


def _last_entry(case: Case) -> QuerySet[Entry]:
    return Entry.objects.filter(stream=f"case:{case.pk}").order_by("-seq")[:1]


def undoable(case: Case) -> Entry | None:
    """The entry of the triage that may still be taken back; None when there is none."""
    if case.state != Case.State.TRIAGED:
        return None
    last = max(asked(case, "entries", _last_entry), key=lambda entry: entry.seq, default=None)
    if last is None or last.verb not in UNDOABLE or not set(last.fields) <= _KNOWN:
        return None
    return last if set(last.fields) & {"theme", "importance", "from"} else None


def _restore(gate: Passage, entry: Entry) -> None:
    case, was = gate.case, entry.fields
    followed = is_of_theme(case.importance_reason)
    gate.target = was.get("from", case.state)
    if "theme" in was:
        gate.fields["theme"] = [case.theme_id, was["theme"][0]]
        case.theme_id = was["theme"][0]
    if "importance" in was:
        gate.fields["importance"] = [case.importance, was["importance"][0]]
        case.importance, case.importance_reason = was["importance"][0], _reason_of(case)
        if was["importance"][1] == CRITICAL:  # the alarm that this triage raised was a slip, too
            gate.fields |= alarms.dismiss(case, gate.now, gate.user_id, DISMISSED)
    if followed:
        case.importance_reason = _reason_of_theme(case)
    if "learned" in was:
        place_learning.forget(case.pk)
    clocks.recompute(case)


def _reason_of_theme(case: Case) -> str:
    """Words for an importance that went with the theme and came back with it: of the theme set, or read, or of none."""
    read: list[dict[str, Any]] = (case.suggestion or {}).get("themes") or []
    theme = Theme.objects.filter(pk=case.theme_id).first() if case.theme_id else None
    if theme is None and read:
        theme = Theme.objects.filter(version=current(), code=read[0].get("code")).first()
    return reason_of_theme(theme.name)[:300] if theme else WITHOUT_THEME


def _reason_of(case: Case) -> str:
    """Words for an importance that stands again: what triage had said is not kept beside the case."""
    told: dict[str, Any] = case.suggestion or {}
    return "" if told.get("importance") == case.importance else BY_PERSON


def _take_back(gate: Passage, entry: Entry) -> None:
    reading = ThemeReading.objects.filter(case=gate.case).first()
    if reading is None:
        return
    if entry.verb == "triage_by_itself":
        reading.by_itself, reading.undone = False, True
        reading.decided_at, reading.place = gate.now, 0
    else:
        reading.decided_at, reading.place = None, None
    reading.save(update_fields=["by_itself", "undone", "decided_at", "place"])


def _no_longer(case_id: int) -> None:
    with acting(ACTOR):
        ThemeReading.objects.filter(pk=case_id).update(waits=False)
