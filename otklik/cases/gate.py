"""The write gate: check scope, check the transition table, change, append the journal entry, tell the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Link, Staff, Visitor, acting, by_one_rule, widened
from otklik.cases import clocks, standing, upper_help
from otklik.cases.lifecycle import BY_NAME, Move, may
from otklik.cases.models import Case, Remark
from otklik.cases.public_twin import follow_problems
from otklik.cases.telling import tell_owner
from otklik.failures import NotYours, Refused
from otklik.journal.appending import NewEntry, append, salted_digest
from otklik.typed_text import typed, within

ROLE_NAMES = {
    "operator": gettext_lazy("оператор"), "coordinator": gettext_lazy("координатор"),
    "approver": gettext_lazy("согласующий"), "head": gettext_lazy("руководитель"),
    "curator": gettext_lazy("куратор ЦУР"),
}
MAX_WORDS = 2000
# After these a case may no longer count for the public (a law's register, no message at all), or count again.
TOUCH_PUBLIC = frozenset(
    {
        "transfer", "register", "register_own", "unregister", "source_answered", "set_aside", "reopen", "mirror",
        "mirror_answered", "mirror_closed", "mirror_opened", "settle", "settle_answered", "settle_closed",
        "settle_opened", "undo_to_new", "undo_to_triaged", "undo_to_assigned", "undo_to_replied", "undo_to_answered",
    }
)
# What would bring a case of restricted access before others: a problem counts it, and its public twin with it.
NOT_WHILE_RESTRICTED = frozenset({"make_problem", "join_problem"})
CHANGES_REGIME = ("transfer",)  # a case is never moved between regimes silently (design, section 2)


@dataclass
class Passage:
    """One change of one case on its way through the gate.

    `fields` go into the journal: ids and names only. `words` of staff (a reason, a note) are kept beside the entry
    as a `Remark`; the entry holds their digest.
    """

    case: Case
    actor: Actor
    move: Move
    now: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    target: str | None = None  # another target than the table's, for moves whose reply leaves the state
    unchanged: bool = False  # nothing came of it (sent twice): no entry
    words: str = ""
    owner_before: int | None = None
    before: dict[str, Any] | None = None  # how the case stood, where the act may be taken back (`standing.note`)
    begun: bool = False  # the new turn's clocks run already: a source has set its date over them

    @property
    def user_id(self) -> int | None:
        """The member of staff who acts, if one does."""
        return self.actor.user_id if isinstance(self.actor, Staff) else None


@contextmanager
def passing(
    actor: Actor, case_id: int, move_name: str | Callable[[Case], str], *, now: datetime | None = None, verb: str = ""
) -> Iterator[Passage]:
    """Open the gate for one move of one case.

    Inside, the case is locked and writable (as the whole region); on leaving, state, clocks and journal follow the
    table. Which move it is may hang on the case as it is found under the lock. Raises `NotYours` when the actor cannot
    see the case, `Refused` when the table forbids the move.
    """
    now = now or timezone.now()
    with looking(actor), by_one_rule():
        if not Case.objects.filter(pk=case_id).exists():  # as the actor: row-level security answers
            raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
        with widened():
            # No key: rows that point at the case (a problem's main case, a refusal) do not wait for its gate in a ring.
            case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
            move = BY_NAME[move_name if isinstance(move_name, str) else move_name(case)]
            _check(actor, move, case)
            passage = Passage(case, actor, move, now, target=move.target, owner_before=case.owner_id)
            passage.fields |= upper_help.allowed_by(actor, move.name, move.roles, case, now)
            regime = case.regime
            yield passage
            if case.regime != regime and move.name not in CHANGES_REGIME:
                raise RuntimeError(f"{move.name} moved case {case.pk} from {regime} to {case.regime}")
            if not passage.unchanged:
                _finish(passage, verb or move.name)


@contextmanager
def looking(actor: Actor) -> Iterator[None]:
    """Read as the actor before a gate. A visitor reads no content at all: for them nothing is there."""
    if isinstance(actor, Visitor):
        raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
    with acting(actor):
        yield


def said(words: str, field: str = "reason") -> str:
    """What staff gave as a reason or note, as it can be kept. Raises `BadInput` when it is too long."""
    return within(typed(words), MAX_WORDS, field)


def _check(actor: Actor, move: Move, case: Case) -> None:
    if isinstance(actor, Staff) and actor.sees is not None and case.scope_id not in actor.sees:
        raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
    if case.restricted and isinstance(actor, Staff) and not actor.reads_restricted(case.scope_id):
        raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
    if isinstance(actor, Link) and actor.case_id != case.pk:
        raise NotYours(_("Эта ссылка о другой карточке."))
    if not may(actor, move, case):
        who = ", ".join(str(ROLE_NAMES[r]) for r in ROLE_NAMES if r in move.roles | move.upper)
        raise Refused(_("У вас нет права на это действие. Его может сделать: %(who)s.") % {"who": who or "—"})
    if case.restricted and move.name in NOT_WHILE_RESTRICTED:
        raise Refused(_("Доступ к карточке ограничен: сначала откройте доступ, потом присоединяйте."))
    if case.state not in move.sources:
        raise Refused(
            _("«%(move)s» сейчас невозможно: карточка — «%(state)s». Возможно, её только что изменили.")
            % {"move": move.label, "state": case.get_state_display()}
        )


def _note_for_whom(passage: Passage) -> None:
    """The acting person stands in the entry; beside them, the colleague on leave in whose place they acted."""
    if isinstance(passage.actor, Staff) and passage.actor.stands_for:
        roles = passage.move.roles | passage.move.upper
        absent = passage.actor.acts_for(roles, passage.case.scope_id, passage.owner_before)
        if absent is not None:
            passage.fields["for_user"] = absent


def _finish(passage: Passage, verb: str) -> None:
    case, move, now = passage.case, passage.move, passage.now
    before = case.state
    if passage.target:
        case.state = passage.target
    if case.state != before:
        passage.fields |= {"from": before, "to": case.state}
    if move.new_turn and not passage.begun:
        clocks.stop_all(case, now, move.name)
        clocks.start(case)
    if move.pauses:
        passage.fields["paused"] = clocks.pause(case, now, passage.fields.get("waits_for", ""))
    if move.resumes:
        passage.fields["resumed"] = clocks.resume(case, now)
    ended = move.stops_all and passage.target == move.target
    stopped = clocks.stop_all(case, now, move.name) if ended else clocks.stop_by(case, now, move.events)
    if stopped:  # some may have stopped already, at a time of their own
        passage.fields["stopped"] = sorted([*passage.fields.get("stopped", ()), *stopped])
    clocks.refresh_due(case, now)
    if isinstance(passage.actor, Staff):
        case.heard_at = None  # whoever does anything with the case has it before their eyes
    case.version += 1
    case.save()
    if case.problem_id and move.name in TOUCH_PUBLIC:
        follow_problems([case.problem_id], now)
    if passage.before is not None:
        standing.remember(passage, verb)
    _note_for_whom(passage)
    tell_owner(case, move.name, passage.actor, passage.owner_before, now)
    if passage.words:
        passage.fields["remark"] = salted_digest(bytes(case.salt), passage.words)
    entry = append(NewEntry(f"case:{case.pk}", verb, passage.actor.reference, now, passage.fields))
    if passage.words:
        Remark.objects.create(
            case=case, scope_id=case.scope_id, entry_seq=entry.seq, verb=verb, text=passage.words,
            author_id=passage.user_id, at=now,
        )
