"""One good story: what was closed with a verified fix lately, told without anybody's name. Inside `acting`.

Never of 59-ФЗ or 8-ФЗ, of a theme that is never public (security, military, energy, politics), or of restricted access.
A photo stands in it only where somebody chose one for the public.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from otklik.cases import numbers
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case, DoneReport, Registration
from otklik.cases.problem_models import PublicPhoto
from otklik.cases.registered import LAWS
from otklik.classifier.publicity import never_public
from otklik.reports import russian
from otklik.reports.asking import Asked

DAYS = 7
LOOKED_AT = 60
VERIFIED = (DoneReport.CameOf.CONFIRMED, DoneReport.CameOf.CHECKED)


@dataclass(frozen=True)
class Story:
    """The sentence, the card, and the digest of a photo that may be shown ("" when none may)."""

    words: str
    number: str
    address: str
    photo: str = ""


def story_of(asked: Asked) -> Story | None:
    """The best of the last days: with a photo first, then the quickest, then the newest."""
    since = asked.now - timedelta(days=DAYS)
    reports = DoneReport.objects.filter(came_of__in=VERIFIED, came_at__gte=since, came_at__lte=asked.now)
    if asked.scopes is not None:
        reports = reports.filter(scope_id__in=asked.scopes)
    by_law = Registration.objects.filter(case=OuterRef("case_id"), regime__in=LAWS)
    reports = reports.exclude(Exists(by_law)).exclude(case__regime__in=LAWS).exclude(case__restricted=True)
    again = DoneReport.objects.filter(case=OuterRef("case_id"), turn__gt=OuterRef("turn"))
    reports = reports.exclude(Exists(again)).filter(case__state=Case.State.CLOSED, case__theme__isnull=False)
    reports = reports.exclude(_never())
    rows = list(
        reports.select_related("case__theme__group", "case__territory", "organisation").order_by("-came_at")[:LOOKED_AT]
    )
    photos = _photos([row.case.problem_id for row in rows if row.case.problem_id])
    best = min(
        rows, default=None,
        key=lambda row: (
            row.case.problem_id not in photos, row.reported_at - row.case.received_at, -row.pk,
        ),
    )
    return _told(best, photos.get(best.case.problem_id or 0)) if best else None


def _never() -> Q:
    closed = never_public()
    return Q(case__theme__group__code__in=list(closed.groups)) | Q(case__theme__code__in=list(closed.themes))


def _photos(problem_ids: list[int]) -> dict[int, PublicPhoto]:
    """By problem the photo that somebody chose for the public, «после» before «до»."""
    found: dict[int, PublicPhoto] = {}
    for row in PublicPhoto.objects.filter(public_id__in=problem_ids).order_by("-moment", "pk"):
        if row.moment == "after":
            found.setdefault(row.public_id, row)
    return found


def _told(row: DoneReport, photo: PublicPhoto | None) -> Story:
    case = row.case
    assert case.theme is not None
    place = ", ".join(filter(None, (case.territory.short_name, case.street)))
    took = max((row.reported_at.astimezone(zone()).date() - case.received_at.astimezone(zone()).date()).days, 0)
    took_words = "в тот же день" if took == 0 else f"за {russian.counted(took, 'день', 'дня', 'дней')}"
    sure = "житель подтвердил" if row.came_of == DoneReport.CameOf.CONFIRMED else "проверил куратор"
    words = f"{place}: «{case.theme.name}» — исправлено {took_words}, {sure}. Сделали: {row.organisation.short_name}."
    return Story(
        words, (shown := numbers.shown(case.number)), f"/desk/case/{shown}/", photo.sha256 if photo else "",
    )
