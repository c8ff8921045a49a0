"""What people do with a burst: silence it as spam or a rumour, listen again, make a problem with a draft notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting, widened
from otklik.cases.actions.problems import change, join, make_problem
from otklik.cases.alike import named
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.cases.problems import working
from otklik.cases.reading import visible_cases
from otklik.classifier.models import Theme
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.insight.models import Burst
from otklik.insight.radar_looking import entry
from otklik.insight.radar_reading import is_behind
from otklik.insight.radar_telling import known_name
from otklik.typed_text import line

SILENCERS = frozenset({"coordinator", "head", "curator"})


def may_silence(actor: Staff, row: Burst) -> bool:
    """Whether this person may say that a burst is none."""
    return bool(SILENCERS & actor.roles_at(row.scope_id))


@contextmanager
def _held(actor: Staff, burst_id: int) -> Iterator[Burst]:
    with acting(actor):
        if not Burst.objects.filter(pk=burst_id).exists():  # as the actor: row-level security answers
            raise NotYours(_("Такого всплеска нет, или он не в вашем муниципалитете."))
        with widened():
            yield Burst.objects.select_for_update(of=("self",)).select_related("scope").get(pk=burst_id)


def silence(actor: Staff, burst_id: int, *, kind: str, reason: str, now: datetime) -> Burst:
    """«Это спам» or «это слух»: nobody is told of this burst any more, what still comes of it goes into it.

    Raises `BadInput` for no kind or no reason, `Refused` for who may not. Twice is nothing.
    """
    said = line(reason, 300, "reason")
    if kind not in Burst.Silence.values:
        raise BadInput(_("Выберите, что это: спам или слух."), "kind")
    if not said:
        raise BadInput(_("Напишите, почему так решили: это увидят коллеги."), "reason")
    with _held(actor, burst_id) as row:
        _may(actor, row)
        if (row.state, row.silenced_as, row.reason) == (Burst.State.SILENCED, kind, said):
            return row
        row.state, row.silenced_as, row.reason = Burst.State.SILENCED, kind, said
        row.silenced_by_id, row.silenced_at = actor.user_id, now
        row.save(update_fields=["state", "silenced_as", "reason", "silenced_by", "silenced_at"])
        entry(row, "burst_silenced", actor.reference, now, kind=kind)
        return row


def hear_again(actor: Staff, burst_id: int, *, now: datetime) -> Burst:
    """«Снова следить»: it was no spam and no rumour after all."""
    with _held(actor, burst_id) as row:
        _may(actor, row)
        if row.state == Burst.State.SILENCED:
            row.state = Burst.State.QUIET if row.ended_at else Burst.State.ACTIVE
            row.silenced_as, row.reason, row.silenced_by, row.silenced_at = "", "", None, None
            row.save(update_fields=["state", "silenced_as", "reason", "silenced_by", "silenced_at"])
            entry(row, "burst_heard", actor.reference, now)
        return row


def _may(actor: Staff, row: Burst) -> None:
    if not may_silence(actor, row):
        raise Refused(_("Заглушить всплеск может координатор, руководитель центра или куратор ЦУР."))


def problem_of(actor: Staff, burst_id: int, scope_id: int, *, now: datetime) -> Problem:
    """The problem behind the messages of a burst in one place: the one that most of them belong to, else a new one.

    The others join it; a draft of the public notice waits in it, for a person to release. What a person may not touch
    or has put elsewhere stays. Raises `NotYours`, `Refused` as making a problem does.
    """
    with acting(actor):
        row = Burst.objects.select_related("scope").filter(pk=burst_id).first()
        if row is None:
            raise NotYours(_("Такого всплеска нет, или он не в вашем муниципалитете."))
        cases = list(
            visible_cases(actor).filter(pk__in=row.cases, scope_id=scope_id, restricted=False)
            .select_related("territory", "theme").order_by("received_at", "pk")
        )
        if not cases:
            raise NotYours(_("Сообщений этого всплеска, которые вы видите, здесь нет."))
        problem = _there_is(row, cases)
        if problem is None:
            with translation.override("ru"):  # the words of a row
                name = known_name(row)
                title = f"{name}, {_where(cases)}"[:200] if name else named(cases)
            first = next((case for case in cases if case.problem_id is None), cases[0])
            problem = make_problem(actor, first.pk, title=title, now=now)
        for case in cases:
            if case.problem_id is None and case.pk != problem.main_case_id:
                _join(actor, case.pk, problem.pk, now)
        _draft(actor, problem.pk, row, cases, now)
        with widened():
            if row.scope_id == scope_id:
                Burst.objects.filter(pk=row.pk).update(problem=problem)
            entry(row, "burst_problem", actor.reference, now, problem=problem.pk)
        return problem


def _there_is(row: Burst, cases: list[Case]) -> Problem | None:
    ids = [case.problem_id for case in cases if case.problem_id]
    live = {one.pk: one for one in Problem.objects.filter(pk__in=ids, state__in=LIVE_STATES)}
    known = [one for one in ids if one in live and is_behind(row, one, ids.count(one), len(cases))]
    return live[max(set(known), key=lambda one: (known.count(one), one))] if known else None


def _join(actor: Staff, case_id: int, problem_id: int, now: datetime) -> None:
    try:
        join(actor, case_id, problem_id=problem_id, now=now)
    except Failure:  # closed to this person meanwhile: the others are joined all the same
        return


def _where(cases: list[Case]) -> str:
    """The street that all name, else the settlement of most, else the municipality."""
    streets = {case.street for case in cases}
    if len(streets) == 1 and (only := next(iter(streets))):
        return only
    names = [case.territory.short_name for case in cases]
    return max(set(names), key=lambda name: (names.count(name), name))


def _draft(actor: Staff, problem_id: int, row: Burst, cases: list[Case], now: datetime) -> None:
    """Words of a public notice, unless somebody has written some; and the theme by which the burst was found."""
    if row.level in (Burst.Level.THEME, Burst.Level.THEME_CITY, Burst.Level.THEME_ALL):
        theme = Theme.objects.filter(code=row.code, retired=False).order_by("-version_id").first()
        if theme is not None and Problem.objects.filter(pk=problem_id, theme=None).exists():
            change(actor, problem_id, theme_id=theme.pk, now=now)
    with working(actor, problem_id, "drafted", now=now) as work:
        if work.problem.public_text or work.problem.public_title:
            work.unchanged = True
            return
        since = cases[0].received_at.astimezone(zone())
        with translation.override("ru"):
            name, day = known_name(row), date_format(since, "j E")
        work.problem.public_title = f"{name}: разбираемся"[:150] if name else "Разбираемся, что случилось"
        work.problem.public_text = (
            f"С {since:%H:%M} {day} об этом пишут жители, сообщений уже {len(cases)}. Мы знаем о случившемся и "
            "выясняем причину. Когда станут известны сроки, напишем здесь. Если у вас так же, нажмите «У меня так же»: "
            "писать заново не нужно."
        )
