"""Sheets that come again: changed rows move their cases; what a person changed here since becomes a conflict.

Field by field (`aspects`): the source says what it said before — nothing; it says something new and nobody touched the
field here since — the case follows; somebody did — a conflict is shown and people decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.acting import System
from otklik.cases.actions.mirror import apply as put
from otklik.cases.actions.mirror import following
from otklik.cases.actions.register import register_mirror
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, OutsideNumber
from otklik.channels.models import Message
from otklik.failures import BadInput, Refused
from otklik.intake import aspects
from otklik.intake.aspects import ASPECTS, REGISTER, Said, Values
from otklik.intake.models import Conflict, ImportRun, MirroredRow
from otklik.intake.sheet_rows import ReadRow
from otklik.journal.models import Entry
from otklik.territory.models import Kind
from otklik.territory.tree import scope_ids


@dataclass
class Step:
    """What came of the known rows of a batch."""

    changed: int = 0
    conflicts: int = 0


def note_new(run: ImportRun, items: Sequence[ReadRow], cases: Sequence[Case]) -> None:
    """Keep what the rows of freshly opened cases said. Inside the batch's transaction, widened."""
    rows = []
    for item, case in zip(items, cases, strict=True):
        said = aspects.said_of(item.case, bytes(case.salt))
        rows.append(
            MirroredRow(
                profile_id=run.profile_id, outside_id=item.outside_id, case=case, scope_id=case.scope_id,
                fingerprint=said.fingerprint, known=said.values, applied=aspects.here_when_opened(item.case, said),
                seen_in=run if run.full else None,
            )
        )
    MirroredRow.objects.bulk_create(rows)


def keep_in_step(run: ImportRun, items: Sequence[ReadRow], actor: System, now: datetime) -> Step:
    """Let the cases of known rows follow their source. Unchanged rows cost one comparison."""
    step = Step()
    if not items:
        return step
    known = _known(run, items)
    into = run.profile.into
    own = None if into.kind == Kind.REGION else frozenset(scope_ids(into))
    for item in {item.outside_id: item for item in items}.values():  # the last word of a number that stands twice
        row = known[item.outside_id]
        said = aspects.said_of(item.case, bytes(row.case.salt))
        if row.fingerprint != said.fingerprint:
            step.changed += 1
            step.conflicts += _follow(row, said, actor, now, own)
    if run.full:
        MirroredRow.objects.filter(pk__in=[row.pk for row in known.values()]).update(seen_in=run)
    return step


def join_known(run: ImportRun, items: Sequence[ReadRow]) -> dict[str, str]:
    """Rows that are new to this source, but whose matter is here under another of their numbers: they join its case.

    Returns what was decided by outside id: «joined», or «elsewhere» when the case is in another centre. Inside the
    batch's transaction, widened.
    """
    pairs: dict[tuple[str, str], str] = {}
    for item in items:
        for system, number in ((item.case.outside_system, item.outside_id), *item.case.numbers):
            pairs.setdefault((system, number), item.outside_id)
    wanted = Q(pk__in=())
    numbers = {number for _system, number in pairs}
    if numbers:
        wanted = Q(number__in=numbers, system__in={system for system, _number in pairs})
    found = [
        (pairs[system, number], case_id, scope_id)
        for system, number, case_id, scope_id in OutsideNumber.objects.filter(wanted)
        .values_list("system", "number", "case_id", "case__scope_id") if (system, number) in pairs
    ]
    scopes = {item.outside_id: item.case.territory.scope_id or item.case.territory.pk for item in items}
    decided: dict[str, str] = {}
    for outside_id, case_id, scope_id in found:
        if outside_id in decided:
            continue
        if scope_id != scopes[outside_id]:
            decided[outside_id] = "elsewhere"
            continue
        decided[outside_id] = "joined"
        MirroredRow.objects.get_or_create(
            profile_id=run.profile_id, outside_id=outside_id,
            defaults={"case_id": case_id, "scope_id": scope_id, "fingerprint": ""},
        )
    return decided


def missing_of(run: ImportRun) -> list[Case]:
    """Cases in work here whose rows a full sheet no longer has. Inside `acting`: only told, never touched."""
    gone = MirroredRow.objects.filter(profile_id=run.profile_id, case__state__in=IN_WORK).exclude(seen_in=run)
    return list(
        Case.objects.filter(pk__in=gone.values("case_id")).select_related("territory", "theme").order_by("id")
    )


def _known(run: ImportRun, items: Sequence[ReadRow]) -> dict[str, MirroredRow]:
    """The kept rows by outside id. A case that was imported before rows were kept gets one that knows nothing."""
    ids = [item.outside_id for item in items]
    query = MirroredRow.objects.filter(profile_id=run.profile_id, outside_id__in=ids).select_related("case")
    known = {row.outside_id: row for row in query}
    absent = [outside_id for outside_id in ids if outside_id not in known]
    if absent:
        joined = Message.objects.filter(
            account=run.profile.account, external_id__in=absent, version=1, in_case__isnull=False
        ).values_list("external_id", "in_case__case_id", "in_case__scope_id")
        MirroredRow.objects.bulk_create(
            [
                MirroredRow(profile_id=run.profile_id, outside_id=key, case_id=case_id or 0, scope_id=scope_id or 0)
                for key, case_id, scope_id in joined
            ]
        )
        known = {row.outside_id: row for row in query.all()}
    return known


def _follow(row: MirroredRow, said: Said, actor: System, now: datetime, own: frozenset[int] | None) -> int:
    """Take what may be taken, show the rest; returns how many new conflicts there are.

    `own`: the scopes of the centre whose sheet it is (None: the region). A case that another centre has by now is not
    moved by it: there people decide.
    """
    case = row.case
    here = aspects.here_now(case)
    news = [name for name in ASPECTS if name in said.values and said.values[name] != row.known.get(name)]
    news = [name for name in news if not aspects.agrees(name, said, case, here)]
    ours = own is None or case.scope_id in own
    theirs = [name for name in news if ours and _untouched(name, row, case, here)]
    parted = [name for name in news if name not in theirs]
    if REGISTER in theirs and not _register(row, said, actor, now):
        theirs.remove(REGISTER)
        parted.append(REGISTER)
    word = aspects.only(said.word, theirs)
    with following(actor, case.pk, "mirror", word.level, now=now) as gate:
        put(gate, word)
        if parted:
            gate.unchanged = False
            gate.fields["conflicts"] = sorted(parted)
        case = gate.case
    fresh = aspects.here_now(Case.objects.get(pk=case.pk))
    for name in ASPECTS:
        if name in theirs or (name not in row.applied and name not in parted):
            row.applied[name] = fresh.get(name, "")
    # What already agrees is in step again, whoever brought it here.
    row.applied |= {n: fresh[n] for n in said.values if n in fresh and n not in parted and n not in theirs
                    and said.values[n] != row.known.get(n)}  # fmt: skip
    row.known, row.fingerprint = {**row.known, **said.values}, said.fingerprint
    row.scope_id = case.scope_id
    row.save(update_fields=["known", "applied", "fingerprint", "scope"])
    return sum(_conflict(row, name, said, here, now) for name in parted)


def _untouched(name: str, row: MirroredRow, case: Case, here: Values) -> bool:
    """Whether nobody changed the field here since the source was followed last."""
    if name in row.applied:
        return bool(row.applied[name] == here.get(name, ""))
    if name == REGISTER:
        return REGISTER not in here
    # Never followed before: it is the source's unless a person has worked on the case.
    by_people: bool = Entry.objects.filter(stream=f"case:{case.pk}", actor__startswith="staff:").exists()
    return not by_people


def _register(row: MirroredRow, said: Said, actor: System, now: datetime) -> bool:
    """Bring the registration up to date; False when it is our own, or its dates contradict what is here."""
    given = said.register
    assert given is not None
    try:
        register_mirror(
            actor, row.case_id, regime=given.regime, number=given.number, system=given.system,
            registered_at=given.registered_at, received_at=given.received_at, due_at=given.due_at,
            status=given.status, out_number=given.out_number, answered_at=given.answered_at, signer=given.signer,
            now=now,
        )
    except (Refused, BadInput):
        return False
    return True


def _conflict(row: MirroredRow, name: str, said: Said, here: Values, now: datetime) -> bool:
    """Note that a field parted; the same conflict said again only learns the newest word."""
    kept = aspects.as_json(name, said)
    waiting = Conflict.objects.filter(row=row, aspect=name, settled_at=None).first()
    if waiting is not None:
        waiting.theirs, waiting.at = kept, now
        waiting.save(update_fields=["theirs", "at"])
        return False
    Conflict.objects.create(
        row=row, case_id=row.case_id, scope_id=row.scope_id, aspect=name, theirs=kept, ours=here.get(name, "")[:200],
        at=now,
    )
    return True


def elsewhere() -> str:
    """The reason of a row whose matter another centre has."""
    return _("Карточка с этим номером уже есть в другом центре: договоритесь, чья она")
