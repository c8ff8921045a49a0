"""Reading cases as an actor. Everything here runs inside `acting`: the database shows only what is theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases.evidence import shots_of
from otklik.cases.models import Case, CaseMessage, Evidence, Remark, TaskReply
from otklik.channels.models import Account, Attachment, Delivery, Message, OutsideFile
from otklik.failures import NotYours
from otklik.files.models import StoredFile
from otklik.journal.models import Entry
from otklik.together import asked

OWN = frozenset(
    {Account.Channel.PORTAL, Account.Channel.PHONE, Account.Channel.SHEET, Account.Channel.RECEPTION}
)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's scopes: narrowed here for the planner, and by row-level security for truth."""
    cases = Case.objects.all()
    if isinstance(actor, Staff) and actor.sees is not None:
        scopes = list(actor.sees)
        cases = cases.filter(scope_id=scopes[0]) if len(scopes) == 1 else cases.filter(scope_id__in=scopes)
    elif isinstance(actor, Staff) and not actor.reads_restricted(None):
        cases = cases.filter(restricted=False)  # whoever only counts the whole region reads as `otklik_wide`
    return cases


def the_case(actor: Actor, case_id: int | None = None, *, number: int | None = None) -> Case:
    """One case by its id or its number, with what its page shows at once. Raises `NotYours`."""
    wanted = Q(pk=case_id) if number is None else Q(number=number)
    found = (
        visible_cases(actor).filter(wanted)
        .select_related(
            "scope", "territory__municipality", "theme__group", "executor", "owner", "account", "resident",
            "problem__territory",
        )
        .first()
    )
    if found is None:
        raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
    return found


@dataclass(frozen=True)
class ThreadItem:
    """One thing in a case's thread, as staff see it."""

    at: datetime
    kind: Literal["resident", "answer", "word", "event", "note"]
    who: str
    text: str
    photos: Sequence[StoredFile] = ()
    extra: dict[str, Any] = field(default_factory=dict)


def _inside(case: Case) -> dict[str, Case]:
    return {"message__in_case__case": case}


# What the thread asks of the database, so that a page can ask it ahead (`together.about`).
OF_THREAD: Mapping[str, Callable[[Case], QuerySet[Any]]] = {
    "remarks": lambda case: Remark.objects.filter(case=case).select_related("author"),
    "messages": lambda case: CaseMessage.objects.filter(case=case).select_related(
        "message__delivery", "message__resident"
    ),
    "attachments": lambda case: Attachment.objects.filter(**_inside(case)).select_related("file"),
    "replies": lambda case: TaskReply.objects.filter(case=case).select_related("assignment__organisation", "noted_by"),
    "shots": lambda case: Evidence.objects.filter(case=case, reply__isnull=False).select_related("file"),
    "entries": lambda case: Entry.objects.filter(stream=f"case:{case.pk}").order_by("seq"),
    "missing": lambda case: OutsideFile.objects.filter(**_inside(case)).exclude(
        state=OutsideFile.State.DONE
    ).order_by("pk"),
}  # fmt: skip


def questions_of_thread(case: Case) -> dict[str, Callable[[Case], QuerySet[Any]]]:
    """Those of them that this case needs: our own forms take files at once, so none is missing."""
    own = case.account.channel in OWN
    return {name: question for name, question in OF_THREAD.items() if not (own and name == "missing")}


def thread(case: Case) -> list[ThreadItem]:
    """Messages both ways, executors' replies and events of the journal, in order of time."""
    remarks = _asked(case, "remarks")
    return sorted(
        _messages(case) + _replies(case) + _events(case, remarks) + _notes(remarks), key=lambda item: item.at
    )


def _events(case: Case, remarks: Sequence[Remark]) -> list[ThreadItem]:
    """Entries of the journal, each with the words of staff that belong to it (`reason`, or `note` of an approval)."""
    words = {remark.entry_seq: remark.text for remark in remarks if remark.verb != "note"}
    items = []
    for entry in _asked(case, "entries"):
        fields = dict(entry.fields)
        if entry.seq in words:
            fields["note" if entry.verb == "approve" else "reason"] = words[entry.seq]
        items.append(ThreadItem(entry.at, "event", entry.actor, entry.verb, extra={"fields": fields, "seq": entry.seq}))
    return items


def _messages(case: Case) -> list[ThreadItem]:
    joined = _asked(case, "messages")
    photos: dict[int, list[StoredFile]] = {}
    documents: dict[int, list[StoredFile]] = {}
    for attached in _asked(case, "attachments"):
        kept = photos if attached.file.width else documents
        kept.setdefault(attached.message_id, []).append(attached.file)
    missing = _missing_files(case)
    items = []
    for row in joined:
        message = row.message
        ours = message.direction == Message.Direction.OUT
        who = _("Ответ центра") if ours else (message.resident.name if message.resident else "") or _("Житель")
        delivery = getattr(message, "delivery", None)
        items.append(
            ThreadItem(
                message.written_at, "answer" if ours else "resident", who, message.text,
                tuple(photos.get(message.pk, ())),
                {
                    "message": message.pk, "turn": row.turn,
                    "link": (delivery.link if delivery else "") or message.link, "seems": row.seems,
                    "documents": documents.get(message.pk, ()), "version": message.version,
                    "missing": missing.get(message.pk, ()), "withdrawn": message.withdrawn_at,
                    "outside": message.outside,
                    "late": delivery if delivery and delivery.state != Delivery.State.DONE else None,
                },
            )
        )
    return items


def _asked(case: Case, name: str) -> list[Any]:
    return asked(case, name, OF_THREAD[name])


def _missing_files(case: Case) -> dict[int, list[OutsideFile]]:
    """Files that people sent by an address and that are not here (yet): staff see that there was one, and why not."""
    found: dict[int, list[OutsideFile]] = {}
    if case.account.channel in OWN:
        return found
    for row in _asked(case, "missing"):
        found.setdefault(row.message_id, []).append(row)
    return found


def _replies(case: Case) -> list[ThreadItem]:
    rows = _asked(case, "replies")
    photos = _asked(case, "shots") if rows else []
    shots = shots_of(photos, case, {row.pk: row for row in rows})
    return [
        ThreadItem(
            row.received_at, "word", row.assignment.organisation.short_name, row.text,
            tuple(shot.photo.file for shot in shots.get(row.pk, ())), {"reply": row, "shots": shots.get(row.pk, ())},
        )
        for row in rows
    ]


def _notes(remarks: Sequence[Remark]) -> list[ThreadItem]:
    """Notes of staff for staff. They stand in the thread of the desk and nowhere else."""
    return [
        ThreadItem(row.at, "note", row.author.short_name if row.author else "", row.text)
        for row in remarks if row.verb == "note"
    ]


def earlier_of_resident(actor: Actor, case: Case, limit: int = 10) -> list[Case]:
    """«Этот житель писал раньше»: other cases of the same person in the actor's scope, newest first."""
    if case.resident_id is None:
        return []
    others = visible_cases(actor).filter(resident_id=case.resident_id).exclude(pk=case.pk)
    return list(others.select_related("theme", "territory").order_by("-received_at")[:limit])
