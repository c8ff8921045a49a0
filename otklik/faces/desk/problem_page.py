"""What the page of a problem shows, gathered in one place. Inside `acting`, reading only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import QueryDict

from otklik.acting import Staff
from otklik.answers.news import reach_of
from otklik.cases.actions.public import photos_to_choose
from otklik.cases.models import Case
from otklik.cases.problem_models import Problem, PublicPhoto, PublicProblem
from otklik.cases.problems import RELEASERS, WRITERS
from otklik.cases.public_twin import default_place, hindrance
from otklik.channels.models import Account
from otklik.classifier.models import Theme
from otklik.faces.desk import problem_forms as forms
from otklik.faces.desk.case_page import CHANNEL_ICONS
from otklik.faces.desk.fields import DeskForm
from otklik.faces.maps.part import MapPart, map_part

MOST_CASES = 100
MOST_REVEALS = 5


@dataclass
class Shown:
    """What came of the last act: a failure, forms with errors, phones that are shown once."""

    failure: str = ""
    bound: Mapping[str, DeskForm] = field(default_factory=dict)
    phones: list[str] | None = None


def problem_context(request: Any, actor: Staff, problem: Problem, shown: Shown | None = None) -> dict[str, Any]:
    """The context of `desk/problem.html`."""
    shown = shown or Shown()
    roles = actor.roles_at(problem.scope_id)
    twin = PublicProblem.objects.filter(pk=problem.pk).first()
    cases = Case.objects.filter(problem=problem)
    count = cases.count()
    photos = photos_to_choose(problem)
    # Which case a photo is opened through: the desk shows photos by their case.
    by_file = _cases_of_photos(problem, [file_id for file_id, _moment in photos])
    chosen = set(PublicPhoto.objects.filter(public=twin).values_list("file_id", flat=True)) if twin else set()
    bound = dict(shown.bound)
    return {
        "problem": problem,
        "twin": twin,
        "hindrance": hindrance(problem),
        "may_write": bool(roles & WRITERS),
        "may_release": bool(roles & RELEASERS),
        "count": count,
        "supporters": problem.supporters.filter(counted=True).count(),
        "phones_left": problem.supporters.filter(resident__isnull=False).count(),
        "reveals": list(
            problem.remarks.filter(verb="revealed").select_related("author").order_by("-at", "-pk")[:MOST_REVEALS]
        ),
        "channels": _channels(cases),
        "cases": list(
            cases.select_related("territory", "theme", "account").order_by("-received_at", "-pk")[:MOST_CASES]
        ),
        "more_cases": max(count - MOST_CASES, 0),
        "reach": reach_of(problem.pk) if roles & WRITERS else None,
        "news": list(problem.news.select_related("author").order_by("-at", "-pk")[:50]),
        "photos": [(file_id, moment, by_file.get(file_id), file_id in chosen) for file_id, moment in photos],
        "shown": shown,
        "map": _map(request, problem, bool(roles & WRITERS)),
        "forms": _fresh(problem, twin) | bound,
    }


def _map(request: Any, problem: Problem, may_move: bool) -> MapPart | None:
    """The common place; whoever keeps problems moves it there. Nothing to see without a point for the others."""
    known = None
    if problem.latitude is not None and problem.longitude is not None:
        known = problem.latitude, problem.longitude
    elif not may_move:
        return None
    pick = ("change_latitude", "change_longitude") if may_move else None
    return map_part(request, "problem-map", around=problem.territory, point=known, pick=pick)


def _channels(cases: Any) -> list[tuple[str, str, int]]:
    """(icon, name, how many) of the channels through which people wrote."""
    rows = cases.values_list("account__channel", "account__name").annotate(n=Count("pk")).order_by("-n")
    known = {channel.value: icon for channel, icon in CHANNEL_ICONS.items()}
    return [(known.get(channel, "message"), name, n) for channel, name, n in rows if channel in Account.Channel.values]


def _cases_of_photos(problem: Problem, file_ids: list[int]) -> dict[int, int]:
    from otklik.cases.models import Evidence
    from otklik.channels.models import Attachment

    sent = Attachment.objects.filter(file_id__in=file_ids, message__in_case__case__problem=problem)
    shown = Evidence.objects.filter(file_id__in=file_ids, case__problem=problem)
    return dict(sent.values_list("file_id", "message__in_case__case__number")) | dict(
        shown.values_list("file_id", "case__number")
    )


def _fresh(problem: Problem, twin: PublicProblem | None) -> dict[str, DeskForm]:
    return {
        "change": change_form(problem),
        "state": forms.StateForm(initial={"state": problem.state, "planned_for": problem.planned_for}),
        "news": forms.NewsForm(),
        "release": forms.ReleaseForm(
            initial={
                "title": problem.public_title or problem.title, "text": problem.public_text,
                "place": problem.public_place or default_place(problem),
                "with_point": twin.latitude is not None if twin else True,
            }
        ),
        "split": forms.SplitForm(),
        "reveal_supporters": forms.RevealForm(),
    }


def change_form(problem: Problem, data: QueryDict | None = None) -> forms.ChangeProblemForm:
    """The form of what and where, with the themes of the problem's own edition."""
    form = forms.ChangeProblemForm(
        data,
        initial={
            "title": problem.title, "theme": problem.theme_id, "street": problem.street, "house": problem.house,
            "latitude": problem.latitude, "longitude": problem.longitude,
        },
    )
    form.fields["theme"].choices = [("", "—"), *_themes(problem)]  # type: ignore[attr-defined]
    return form


def _themes(problem: Problem) -> list[tuple[str, list[tuple[int, str]]]]:
    from otklik.classifier.loading import current

    groups: dict[str, list[tuple[int, str]]] = {}
    rows = Theme.objects.filter(version=current(), retired=False).select_related("group")
    for theme in rows.order_by("group__order", "order"):
        groups.setdefault(theme.group.name, []).append((theme.pk, theme.name))
    if problem.theme and all(problem.theme_id != pk for rows_ in groups.values() for pk, _name in rows_):
        groups.setdefault(problem.theme.group.name, []).append((problem.theme.pk, problem.theme.name))
    return list(groups.items())
