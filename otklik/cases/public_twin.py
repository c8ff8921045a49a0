"""The public twin of a problem: whether it may be, and keeping it true. Gates call this (widened)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, current_actor
from otklik.cases.models import Case, Evidence
from otklik.cases.problem_models import LIVE_STATES, Problem, ProblemState, PublicPhoto, PublicProblem
from otklik.channels.models import Attachment, Message
from otklik.classifier.models import Theme
from otklik.classifier.publicity import never_public
from otklik.journal.appending import NewEntry, append
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory
from otklik.territory.naming import name_key

LAWS = (Case.Regime.LAW59, Case.Regime.LAW8)  # never feed anything public (design, section 8)
ROUGH = 3  # decimals of a degree: about a hundred metres, so that a point is a street and no home
KEPT_FIXED_DAYS = 90  # so long a fixed problem stands in the list


def public_cases(problem: Problem) -> QuerySet[Case]:
    """The cases that may count and give photos for the public: none that stands, or stood, under 59-ФЗ or 8-ФЗ."""
    out = (Case.Outcome.SPAM, Case.Outcome.THANKS)
    laws = Q(regime__in=LAWS) | Q(registrations__regime__in=LAWS)
    return Case.objects.filter(problem=problem).exclude(pk__in=Case.objects.filter(laws, problem=problem)).exclude(
        outcome__in=out
    )


def municipality_of(problem: Problem) -> Territory | None:
    """The municipality that decides for this problem; None when the place is known only as the region."""
    scope = problem.scope
    place = scope.municipality if scope.kind == Kind.DISTRICT and scope.municipality else scope
    return place if place.kind == Kind.MUNICIPALITY else None


def hindrance(problem: Problem) -> str:
    """Why this problem may not be public, for the person who wants to show it; "" when it may."""
    theme: Theme | None = problem.theme
    place = municipality_of(problem)
    if theme is None:
        return _("Сначала выберите тему проблемы.")
    if place is None:
        return _("Сначала укажите муниципалитет: общие проблемы региона на портал не выходят.")
    reason = never_public().reason(theme)
    if reason:
        return _("Эта тема никогда не выходит на портал: %(why)s.") % {"why": reason}
    if theme.group.code not in region_settings.get("public_groups", place.pk):
        return _(
            "Показ группы «%(group)s» в этом муниципалитете не включён. Включает руководитель или администратор: "
            "«Настройки», «Портал»."
        ) % {"group": theme.group.name}
    if not public_cases(problem).exists():
        return _("Здесь только обращения по 59-ФЗ или запросы по 8-ФЗ: они на портал не выходят.")
    return ""


def default_place(problem: Problem) -> str:
    """The settlement and the street, without house and flat."""
    place = problem.territory
    name = f"{place.type_name} {place.short_name}" if place.kind == Kind.SETTLEMENT and place.type_name else str(place)
    return ", ".join(filter(None, [name, problem.street]))


def street_key(street: str) -> str:
    """By what streets are compared: no «улица», no letter case, ё as е."""
    idle = {"ул", "улица", "пр", "проспект", "просп", "пер", "переулок", "пл", "площадь", "бульвар", "шоссе"}
    return " ".join(word for word in name_key(street.replace(".", " ")).split() if word not in idle)[:150]


def place_fields(problem: Problem, *, with_point: bool) -> dict[str, object]:
    """Where the twin stands. The point is rough on purpose."""
    place = municipality_of(problem)
    assert place is not None
    known = with_point and problem.latitude is not None and problem.longitude is not None
    return {
        "municipality": place,
        "territory": problem.territory,
        "street_key": street_key(problem.street),
        "latitude": round(problem.latitude, ROUGH) if known and problem.latitude is not None else None,
        "longitude": round(problem.longitude, ROUGH) if known and problem.longitude is not None else None,
    }


def state_fields(problem: Problem) -> dict[str, object]:
    """What the twin says about the work, and how many people it concerns."""
    return {
        "group_id": problem.theme.group_id if problem.theme else None,
        "state": problem.state,
        "planned_for": problem.planned_for if problem.state == ProblemState.PLANNED else None,
        "since": day_of(problem.opened_at),
        "fixed_on": day_of(problem.fixed_at) if problem.fixed_at else None,
        "reports": public_cases(problem).count(),
        "same": problem.supporters.filter(counted=True).count(),
    }


def day_of(moment: datetime) -> date:
    """The day of a moment in the region's zone."""
    return timezone.localtime(moment).date()


def follow(problem: Problem, now: datetime) -> None:
    """Bring the twin, if there is one, up to what the problem is now; take it off when it may not be any more.

    The caller holds the problem's row and saves it.
    """
    twin = PublicProblem.objects.filter(pk=problem.pk).first()
    if twin is None:
        return
    why = hindrance(problem)
    if why:
        take_off(problem, current_actor().reference, now, by_rule=True)
        return
    _drop_photos(problem)
    fields = {**place_fields(problem, with_point=twin.latitude is not None), **state_fields(problem)}
    if any(getattr(twin, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(twin, name, value)
        twin.changed_at = now
        twin.save()


def _drop_photos(problem: Problem) -> None:
    """A photo stays on the portal only as long as a case that gives it may be public and belongs to the problem."""
    shown = PublicPhoto.objects.filter(public_id=problem.pk)
    if not shown.exists():
        return
    cases = public_cases(problem)
    sent = Attachment.objects.filter(message__in_case__case__in=cases, message__direction=Message.Direction.IN)
    found = Evidence.objects.filter(case__in=cases)
    shown.exclude(file_id__in=sent.values("file_id")).exclude(file_id__in=found.values("file_id")).delete()


def take_off(problem: Problem, who: str, now: datetime, *, by_rule: bool) -> bool:
    """Delete the twin with its news and photos. The caller holds the problem's row. False when there was none."""
    gone, _rows = PublicProblem.objects.filter(pk=problem.pk).delete()
    if gone:
        append(NewEntry(f"problem:{problem.pk}", "withdrawn", who, now, {"by_rule": by_rule}))
    return bool(gone)


def follow_problems(problem_ids: Sequence[int], now: datetime) -> None:
    """`follow` for problems that something outside changed: a setting, a theme, a regime of a case."""
    wanted = Problem.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=problem_ids)
    for problem in wanted.order_by("pk"):
        follow(problem, now)


def look_through(now: datetime) -> int:
    """Nightly: every twin once more against the rules, and fixed ones that stood long enough taken off.

    Returns how many were taken off. Called inside `acting(System(...))`.
    """
    before = PublicProblem.objects.count()
    for problem_id in list(PublicProblem.objects.order_by("pk").values_list("pk", flat=True)):
        problem = Problem.objects.select_for_update(of=("self",), no_key=True).get(pk=problem_id)
        long_ago = problem.fixed_at and (now - problem.fixed_at).days > KEPT_FIXED_DAYS
        if problem.state not in LIVE_STATES and long_ago:
            take_off(problem, System("portal").reference, now, by_rule=True)
        else:
            follow(problem, now)
    return before - PublicProblem.objects.count()
