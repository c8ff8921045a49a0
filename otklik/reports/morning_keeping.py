"""The morning page of a day: made once for a place, kept, sent to its heads at the hour that each has chosen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import user_entry
from otklik.policy.loading import calendar_for
from otklik.reports import morning, russian
from otklik.reports.asking import Asked
from otklik.reports.document import from_json, to_json
from otklik.reports.drawing import as_docx, as_pdf
from otklik.reports.drawing.links import base_address
from otklik.reports.models import MorningChoice, MorningSent, Report, ReportFile
from otklik.reports.periods import Period
from otklik.territory.models import Territory
from otklik.territory.tree import municipalities, region

ACTOR = System("morning")
PAGE = "/region/reports/morning/"
USUAL = time(8)
EARLIEST = 5  # o'clock of the region: the night's work is counted
LATEST_AFTER = timedelta(hours=6)  # a worker that slept longer sends no morning page in the evening
FORMS = {"pdf": as_pdf, "docx": as_docx}


def page_of(place: Territory, now: datetime, *, fresh: bool = False) -> Report:
    """The page of the day, made now unless it is there; `fresh` makes it anew. Inside `acting(System)`, widened."""
    today = now.astimezone(zone()).date()
    kept = Report.objects.filter(kind=morning.KIND, scope=place, until=today).first()
    if kept is not None and not fresh:
        return kept
    with translation.override("ru"):
        asked = Asked(place, Period(today, today), now)
        made = morning.morning_of(asked, _overdue_before(place, today))
        document = morning.as_document(made, russian.moment(now.astimezone(zone())))
        document.extra.update(text=morning.as_text(made), notice=morning.as_notice(made))
    with transaction.atomic():
        Report.objects.filter(kind=morning.KIND, scope=place, until=today).delete()
        row = Report.objects.create(
            scope=place, kind=morning.KIND, since=today, until=today, title=document.title, made_at=now,
            content=to_json(document),
        )
        base = base_address()
        for form, draw in FORMS.items():
            content = draw(document, base)
            ReportFile.objects.create(report=row, scope=place, form=form, content=content, size=len(content))
    return row


def _overdue_before(place: Territory, today: date) -> int | None:
    last = Report.objects.filter(
        kind=morning.KIND, scope=place, until__lt=today, until__gte=today - timedelta(days=7)
    ).order_by("-until").first()
    return morning.overdue_of(from_json(last.content)) if last else None


def make_page(place_id: int, now: datetime | None = None, *, fresh: bool = False) -> int:
    """The same as a gate for the page «Утро»: what it counts is no secret of whoever asks first. Returns the report's
    id. The caller has checked that the person sees the place."""
    now = now or timezone.now()
    with acting(ACTOR), widened():
        place = Territory.objects.select_for_update(of=("self",)).get(pk=place_id)
        return page_of(place, now, fresh=fresh).pk


def keep_all(now: datetime, most: int = 10) -> int:
    """The job: pages of all places, some at a time, so that whoever opens one finds it. Returns how many were made."""
    local = now.astimezone(zone())
    if local.hour < EARLIEST:
        return 0
    with acting(ACTOR, read_only=True):
        kept = Report.objects.filter(kind=morning.KIND, until=local.date()).values_list("scope_id", flat=True)
        left = [one.pk for one in (region(), *municipalities()) if one.pk not in set(kept)]
    for place_id in left[:most]:
        make_page(place_id, now)
    return len(left[:most])


@dataclass(frozen=True)
class Waiting:
    """A head, and the place whose page they are to get."""

    user: User
    place: Territory


def send_due(now: datetime) -> int:
    """The job: to every head whose hour has come today, once. Returns how many were told."""
    sent = 0
    for one in waiting(now):
        with acting(ACTOR), widened():
            today = now.astimezone(zone()).date()
            _row, new = MorningSent.objects.get_or_create(
                user=one.user, scope=one.place, day=today, defaults={"at": now}
            )
            if not new:
                continue
            report = page_of(one.place, now)
            words = str(report.content["extra"].get("notice", ""))
            sent += noticing.notify(
                [one.user.pk], "morning", case=None, now=now, words=words, link=f"{PAGE}?place={one.place.pk}"
            )
            append(NewEntry(f"report:{one.place.pk}", "morning_sent", ACTOR.reference, now, {"user": one.user.pk}))
    return sent


def waiting(now: datetime) -> list[Waiting]:
    """Whose hour has come and who has not got it yet."""
    local = now.astimezone(zone())
    day = local.date()
    with acting(ACTOR), widened():
        works = calendar_for().is_working_day(day)
        held = RoleAssignment.objects.filter(role="head", user__is_active=True, since__lte=day).filter(
            Q(until=None) | Q(until__gte=day)
        )
        choices = {one.user_id: one for one in MorningChoice.objects.all()}
        known = set(MorningSent.objects.filter(day=day).values_list("user_id", "scope_id"))
        found: dict[tuple[int, int], Waiting] = {}
        for row in held.select_related("user", "territory", "territory__scope").order_by("user_id", "pk"):
            place = row.territory.scope or row.territory
            wants = choices.get(row.user_id) or MorningChoice(user_id=row.user_id)
            if not wants.on or not (works or wants.days_off) or (row.user_id, place.pk) in known:
                continue
            at = datetime.combine(day, wants.at, zone())
            if at <= local <= at + LATEST_AFTER:
                found.setdefault((row.user_id, place.pk), Waiting(row.user, place))
        return list(found.values())


def choice_of(user_id: int) -> MorningChoice:
    """When this person wishes it. Inside `acting`."""
    return MorningChoice.objects.filter(user_id=user_id).first() or MorningChoice(user_id=user_id, at=USUAL)


def choose(actor: Staff, *, on: bool, at: time, days_off: bool, now: datetime | None = None) -> None:
    """Each head's own to say."""
    now = now or timezone.now()
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)
        MorningChoice.objects.update_or_create(
            user_id=actor.user_id, defaults={"on": on, "at": at, "days_off": days_off}
        )
        user_entry(actor, actor.user_id, "morning_chosen", now, on=on, hour=f"{at:%H:%M}", days_off=days_off)


def is_head(actor: Actor) -> bool:
    """Whether this person is a head anywhere."""
    return isinstance(actor, Staff) and "head" in actor.roles_at(None)
