"""Журнал регистрации обращений: what stands in registers by law, as rows of a page and of a sheet."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.appeal_figures import Asked
from otklik.cases.clock_rules import zone
from otklik.cases.models import Clock, Inquiry, LawDecision, Registration
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import User

JOINED = (
    "case__resident", "case__theme__group", "case__territory", "body", "case__collective", "case__follows",
    "proof__postal_list",
)
DAY = Coalesce("registered_at", "received_at")
MOST_ROWS = 20_000  # of one file: a year of a big city


def chosen(asked: Asked) -> QuerySet[Registration]:
    """The registrations of a period in the order of their days: the same that the analysis counts. Inside `acting`."""
    return _plain(asked).select_related(*JOINED).order_by(DAY.asc(), "id")


def page_of(asked: Asked, first: int, count: int) -> list[Registration]:
    """Some of the same from the newest on: sorted by themselves, and only then with all that is shown of them."""
    ids = list(_plain(asked).order_by(DAY.desc(), "-id").values_list("pk", flat=True)[first : first + count])
    rows = _plain(asked).filter(pk__in=ids).select_related(*JOINED)
    return sorted(rows, key=lambda row: ids.index(row.pk))


def _plain(asked: Asked) -> QuerySet[Registration]:
    since = datetime.combine(asked.since, time.min, zone())
    until = datetime.combine(asked.until + timedelta(days=1), time.min, zone())
    rows = Registration.objects.filter(regime=asked.regime).exclude(ended_by=Registration.EndedBy.MISTAKE)
    rows = rows.annotate(day=DAY).filter(day__gte=since, day__lt=until)
    if asked.scopes is not None:
        rows = rows.filter(scope_id__in=asked.scopes)
    if not asked.restricted_too:
        rows = rows.filter(case__restricted=False)
    return rows


def due_dates(rows: Sequence[Registration]) -> dict[int, datetime]:
    """Until when each of these must be answered, by its clock."""
    clocks = Clock.objects.filter(registration__in=[row.pk for row in rows], kind=Clock.Kind.ANSWER)
    return dict(clocks.order_by("id").values_list("registration_id", "due_at"))


def decisions(rows: Sequence[Registration]) -> dict[int, str]:
    """The code of the decision by law that ended each of these, where one did."""
    done = LawDecision.objects.filter(registration__in=[row.pk for row in rows], state=LawDecision.State.DONE)
    return dict(done.order_by("id").values_list("registration_id", "code"))


def waiting_letters(actor: Staff) -> QuerySet[Inquiry]:
    """Letters to other bodies that are awaited or were only sent, of open registrations: the first due first."""
    rows = Inquiry.objects.filter(
        Q(state=Inquiry.State.WAITING) | Q(state=Inquiry.State.SENT, registration__ended_at=None)
    ).select_related("case", "registration", "scope", "organisation")
    if actor.sees is not None:
        rows = rows.filter(scope_id__in=actor.sees)
    return rows.order_by("due_at", "id")


def note_export(actor: Actor, what: str, fields: dict[str, object], now: datetime) -> None:
    """Enter a file with residents' names in the person's own journal before a byte of it leaves."""
    if not isinstance(actor, Staff):
        return
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)  # its stream grows by one writer at a time
        append(NewEntry(f"user:{actor.user_id}", "appeals_exported", actor.reference, now, {"what": what} | fields))
