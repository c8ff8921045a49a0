"""Показать на портале: what a person releases for everybody, and takes off again; what is switched on where."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, widened
from otklik.cases.actions.problems import check_words
from otklik.cases.gate import looking
from otklik.cases.models import Evidence
from otklik.cases.problem_models import Problem, PublicNews, PublicPhoto, PublicProblem
from otklik.cases.problems import RELEASERS, locked, may_write, no_such_problem, working
from otklik.cases.public_twin import (
    default_place,
    follow_problems,
    hindrance,
    place_fields,
    public_cases,
    state_fields,
    take_off,
)
from otklik.channels.models import Attachment
from otklik.classifier.models import ThemeGroup
from otklik.classifier.publicity import never_public
from otklik.failures import BadInput, Refused
from otklik.files.models import StoredFile
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line, typed, within

MAX_PHOTOS = 6
DECIDERS = frozenset({"head", "administrator"})  # who switches publicity on (design, section 8)
MAX_TEXT = 2000


def release(
    actor: Actor, problem_id: int, *, title: str, text: str, place: str = "", with_point: bool = True,
    before: Sequence[int] = (), after: Sequence[int] = (), names_are_fine: bool = False, now: datetime | None = None,
) -> PublicProblem:
    """Show a problem to everybody, in words that staff wrote; released again, the words are replaced.

    `before` and `after` are ids of photos of its cases that a person chose. Raises `Refused` where publicity is not
    switched on, `BadInput` naming the field whose words are not for the public.
    """
    title, text = line(title, 150, "title"), within(typed(text), MAX_TEXT, "text")
    place = line(place, 200, "place")
    if not title:
        raise BadInput(_("Напишите заголовок: что случилось, в нескольких словах."), "title")
    with working(actor, problem_id, "released", roles=RELEASERS, now=now) as work:
        problem = work.problem
        why = hindrance(problem)
        if why:
            raise Refused(why)
        place = place or default_place(problem)
        check_words(problem, {"title": title, "text": text, "place": place}, names_are_fine)
        problem.public_title, problem.public_text, problem.public_place = title, text, place
        fields = {**place_fields(problem, with_point=with_point), **state_fields(problem)}
        twin = PublicProblem.objects.filter(pk=problem.pk).first() or PublicProblem(
            problem=problem, released_at=work.now
        )
        for name, value in {**fields, "title": title, "text": text, "place": place, "changed_at": work.now}.items():
            setattr(twin, name, value)
        fresh = twin._state.adding
        twin.save()
        if fresh:  # what was told before is told here, too
            PublicNews.objects.bulk_create(
                [PublicNews(public=twin, text=news.text, at=news.at) for news in problem.news.order_by("at")]
            )
        chosen = _show_photos(twin, problem, before, after)
        work.fields |= {"photos": chosen, "point": twin.latitude is not None, "names_are_fine": names_are_fine}
        return twin


def withdraw(actor: Actor, problem_id: int, *, now: datetime | None = None) -> Problem:
    """Take a problem off the portal, at once; the words wait in the form. Twice is nothing."""
    with looking(actor):
        if not Problem.objects.filter(pk=problem_id).exists():
            raise no_such_problem()
        with widened():
            problem = locked(problem_id)
            may_write(actor, problem.scope_id, RELEASERS)
            take_off(problem, actor.reference, now or timezone.now(), by_rule=False)
            return problem


def photos_to_choose(problem: Problem) -> list[tuple[int, str]]:
    """(file, moment) of the photos of its cases that may be shown: none of a case under 59-ФЗ or 8-ФЗ."""
    cases = public_cases(problem)
    sent = Attachment.objects.filter(message__in_case__case__in=cases, message__direction="in", file__width__gt=0)
    sent = sent.order_by("id")
    shown = Evidence.objects.filter(case__in=cases).order_by("id")
    return [
        *((file_id, "before") for file_id in sent.values_list("file_id", flat=True)[:24]),
        *((file_id, moment) for file_id, moment in shown.values_list("file_id", "moment")[:24]),
    ]


def _show_photos(
    twin: PublicProblem, problem: Problem, before: Sequence[int], after: Sequence[int]
) -> list[int]:
    wanted = {file_id: moment for ids, moment in ((before, "before"), (after, "after")) for file_id in ids}
    if len(wanted) > MAX_PHOTOS:
        raise BadInput(_("Не больше %(n)s фотографий.") % {"n": MAX_PHOTOS}, "before")
    if set(wanted) - {file_id for file_id, _moment in photos_to_choose(problem)}:
        raise BadInput(_("Выберите фотографии из карточек этой проблемы."), "before")
    PublicPhoto.objects.filter(public=twin).delete()
    files = StoredFile.objects.filter(pk__in=wanted).order_by("pk")
    PublicPhoto.objects.bulk_create(
        [
            PublicPhoto(
                public=twin, file=file, moment=wanted[file.pk], sha256=file.sha256, content_type=file.content_type,
                width=file.width, height=file.height,
            )
            for file in files
        ]
    )
    return sorted(wanted)


def switch(
    actor: Actor, territory_id: int, *, groups: Sequence[str], statistics: bool, embed_hosts: Sequence[str] = (),
    promises: bool = False, now: datetime | None = None,
) -> None:
    """What a municipality shows to everybody: groups of themes, figures, promises, the form elsewhere.

    For its head or administrator. What is switched off leaves the portal in the same transaction.
    """
    place = Territory.objects.filter(pk=territory_id, kind=Kind.MUNICIPALITY, active=True).first()
    if place is None:
        raise BadInput(_("Выберите муниципалитет из списка."), "territory")
    never = never_public().groups
    known = set(ThemeGroup.objects.values_list("code", flat=True))
    for code in groups:
        if code in never:
            raise Refused(_("Эта группа никогда не выходит на портал: %(why)s.") % {"why": never[code]})
        if code not in known:
            raise BadInput(_("Выберите группы из списка."), "groups")
    with looking(actor), widened():
        for name, value in (
            ("public_groups", sorted(set(groups))), ("public_statistics", statistics),
            ("public_promises", promises), ("embed_hosts", sorted(set(embed_hosts))),
        ):
            region_settings.decide(actor, name, value, place.pk, DECIDERS)
        gone = PublicProblem.objects.filter(municipality=place).exclude(group__code__in=groups)
        follow_problems(list(gone.values_list("pk", flat=True)), now or timezone.now())

