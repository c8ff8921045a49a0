"""A report is asked for, made by a job in the background, kept with its files. Gates and the job."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import User
from otklik.reports import kinds, own_forms
from otklik.reports.access import place_of, reports_of
from otklik.reports.asking import Asked
from otklik.reports.document import to_json
from otklik.reports.drawing import as_docx, as_pdf, as_xlsx
from otklik.reports.drawing.links import base_address
from otklik.reports.models import Making, Report, ReportFile
from otklik.reports.on_demand import SETS, theme_ids
from otklik.reports.periods import Period
from otklik.territory.models import Kind, Territory
from otklik.territory.tree import municipalities

ACTOR = System("reports")
LONGEST = 366 * 3  # days
MOST_WAITING = 20  # of one person
KEPT = timedelta(days=366 * 2)
FORMS = {"pdf": as_pdf, "docx": as_docx, "xlsx": as_xlsx}
log = logging.getLogger(__name__)


def ask(
    actor: Staff, kind: str, *, place_id: int, since: date | None, until: date | None,
    options: Mapping[str, Any] | None = None, each: bool = False, now: datetime | None = None,
) -> Making:
    """Ask for a report; a job makes it. Raises `BadInput` naming the field, `Refused`, `NotYours`.

    `each`: one for each municipality (and none of the region itself), for who sees the whole region.
    """
    now = now or timezone.now()
    found = kinds.KINDS.get(kind)
    if found is None:
        raise NotYours(_("Такого отчёта нет."))
    period = _period(since, until)
    with acting(actor):
        place = place_of(actor, place_id)
        if found.where == kinds.REGION and place.kind != Kind.REGION:
            raise Refused(_("Этот отчёт бывает только обо всей сети."))
        whole = place.kind == Kind.REGION
        each = each and found.each and whole
        kept = _options(actor, found.code, place, options or {})
        places = [one.pk for one in municipalities()] if each else [place.pk]
        with widened():
            User.objects.select_for_update().get(pk=actor.user_id)
            mine = Making.objects.filter(asked_by_id=actor.user_id, state__in=["waiting", "making"])
            if mine.count() >= MOST_WAITING:
                raise Refused(_("У вас уже много отчётов в работе. Дождитесь, пока они будут готовы."))
            row = Making.objects.create(
                kind=kind, scope=place, places=places, since=period.since, until=period.until, options=kept,
                total=len(places), asked_by_id=actor.user_id, asked_at=now,
            )
            append(NewEntry(
                f"user:{actor.user_id}", "report_asked", actor.reference, now,
                {"kind": kind, "place": place.pk, "since": period.since.isoformat(), "until": period.until.isoformat(),
                 "places": len(places), "names": bool(kept.get("names"))},
            ))
            start(row.pk)
    return row


def _period(since: date | None, until: date | None) -> Period:
    if since is None:
        raise BadInput(_("Укажите первый день."), "since")
    if until is None:
        raise BadInput(_("Укажите последний день."), "until")
    if until < since:
        raise BadInput(_("Конец периода раньше начала."), "until")
    if (until - since).days > LONGEST:
        raise BadInput(_("Период — не больше трёх лет."), "since")
    return Period(since, until)


def _options(actor: Staff, kind: str, place: Territory, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a kind asks besides, checked; whether restricted cases are counted is by who asks, never by what is sent."""
    everywhere = None if place.kind == Kind.REGION else place.pk
    kept: dict[str, Any] = {"restricted_too": actor.reads_restricted(everywhere)}
    if kind == "note":
        chosen = str(given.get("set") or "")
        groups = [str(one) for one in given.get("groups") or []]
        if chosen not in SETS and not groups:
            raise BadInput(_("Выберите, о чём справка."), "set")
        kept |= {"set": chosen if chosen in SETS else "", "groups": groups if chosen not in SETS else []}
        if not theme_ids(kept)[1]:
            raise BadInput(_("Таких тем в классификаторе нет."), "set")
    if kind == "prosecutor" and given.get("names"):
        if not kept["restricted_too"]:
            raise Refused(_("Справку с именами делает тот, кто видит карточки ограниченного доступа этого места."))
        kept["names"] = True
    return kept


def start(making_id: int) -> None:
    """Have the worker make what was asked for; asked twice, it is made once."""
    from procrastinate import exceptions
    from procrastinate.contrib.django import app

    lock = f"reports:{making_id}"
    try:
        with transaction.atomic():
            app.configure_task("reports.make", lock=lock, queueing_lock=lock).defer(making_id=making_id)
    except exceptions.AlreadyEnqueued:
        return


def make(making_id: int) -> int:
    """The job: make what is not made yet of one request. May be killed at any moment and is done again.

    Each place is a transaction of its own, so that what is ready stays. Returns how many were made.
    """
    with acting(ACTOR), widened():
        row = Making.objects.select_for_update().filter(pk=making_id, state__in=["waiting", "making"]).first()
        if row is None:
            return 0
        row.state = Making.State.MAKING
        row.save(update_fields=["state"])
        ready = set(Report.objects.filter(making=row).values_list("scope_id", flat=True))
    made, failed, failure = 0, 0, ""
    for place_id in row.places:
        if place_id in ready:
            continue
        try:
            made += _make_one(row, place_id)
        except Failure as error:
            failed, failure = failed + 1, str(error)
        except Exception:  # one place that cannot be counted must not hold up the others; the log says why
            log.exception("report %s of place %s", row.kind, place_id)
            failed, failure = failed + 1, "Не получилось посчитать. Скажите администратору."
        with acting(ACTOR), widened():
            Making.objects.filter(pk=row.pk).update(done=len(ready) + made, failed=failed, failure=failure[:300])
    with acting(ACTOR), widened():
        done = len(ready) + made
        Making.objects.filter(pk=row.pk).update(
            state=Making.State.READY if done else Making.State.FAILED, done=done, failed=failed,
            failure=failure[:300], ended_at=timezone.now(),
        )
    return made


def _make_one(row: Making, place_id: int) -> bool:
    now = timezone.now()
    with acting(ACTOR), widened(), translation.override("ru"):
        place = Territory.objects.get(pk=place_id)
        report = write(row.kind, place, Period(row.since, row.until), now, row.options, making=row)
        return report is not None


def write(
    kind: str, place: Territory, period: Period, now: datetime, options: Mapping[str, Any], making: Making | None = None
) -> Report:
    """Count it, draw its files, keep both. Inside `acting(System)`, widened; Russian."""
    asked = Asked(place, period, now, options, bool(options.get("restricted_too")))
    document = kinds.KINDS[kind].make(asked)
    with transaction.atomic():
        report = Report.objects.create(
            making=making, scope=place, kind=kind, since=period.since, until=period.until, title=document.title,
            content=to_json(document), restricted=bool(document.extra.get("names")), made_at=now,
            made_by_id=making.asked_by_id if making else None,
        )
        base = base_address()
        for form, draw in FORMS.items():
            _keep(report, form, draw(document, base))
        for template in own_forms.in_use(kind, place):
            try:
                form, content = own_forms.drawn(template, document, base)
                _keep(report, form, content, template_id=template.pk)
            except Failure as error:
                form = own_forms.FORMS[template.form]
                _keep(report, form, b"", template_id=template.pk, failure=str(error))
    return report


def _keep(report: Report, form: str, content: bytes, *, template_id: int | None = None, failure: str = "") -> None:
    ReportFile.objects.create(
        report=report, scope_id=report.scope_id, form=form, template_id=template_id, content=content,
        size=len(content), failure=failure[:300], restricted=report.restricted,
    )


def carry_on() -> int:
    """The job that finds what a killed worker left, and queues it behind what may still run. Returns how many."""
    with acting(ACTOR), widened():
        left = list(Making.objects.filter(state__in=["waiting", "making"]).values_list("pk", flat=True)[:50])
        for pk in left:
            start(pk)
    return len(left)


def tidy(now: datetime) -> int:
    """The job that lets go of reports of years ago; morning pages after half a year. Returns how many."""
    with acting(ACTOR), widened():
        old = Report.objects.filter(made_at__lt=now - KEPT)
        mornings = Report.objects.filter(kind="morning", made_at__lt=now - timedelta(days=183))
        gone = old.delete()[0] + mornings.delete()[0]
        Making.objects.filter(asked_at__lt=now - KEPT).delete()
        return gone


def report_for(actor: Actor, report_id: int) -> Report:
    """One report that this person may read. Raises `NotYours`. Inside `acting`."""
    row = reports_of(actor).select_related("scope", "making", "made_by").filter(pk=report_id).first()
    if row is None:
        raise NotYours(_("Такого отчёта нет, или он не ваш."))
    return row


def file_of(actor: Actor, report_id: int, form: str, *, template_id: int | None = None) -> ReportFile:
    """One file of it. Raises `NotYours`. Inside `acting`."""
    report = report_for(actor, report_id)
    row = ReportFile.objects.filter(report=report, form=form, template_id=template_id, failure="").first()
    if row is None:
        raise NotYours(_("Такого файла у отчёта нет."))
    return row


def note_taken(actor: Actor, report: Report, form: str, now: datetime) -> None:
    """Enter that somebody takes a file with names out, before a byte of it leaves."""
    if not report.restricted or not isinstance(actor, Staff):
        return
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)
        append(NewEntry(
            f"user:{actor.user_id}", "report_taken", actor.reference, now, {"report": report.pk, "form": form},
        ))
