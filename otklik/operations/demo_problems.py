"""Problems of the demo region: several messages of one theme in one place are one cause, and most are on the portal.

Made after the cases, through the same gates, by the coordinators of the centres.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from otklik.acting import Visitor, acting
from otklik.cases.actions.planned import Announced, announce
from otklik.cases.actions.problems import join, make_problem, set_state, tell
from otklik.cases.actions.public import photos_to_choose, release, switch
from otklik.cases.models import Case
from otklik.cases.problem_models import Problem, ProblemState
from otklik.cases.supporting import support
from otklik.classifier.loading import current
from otklik.classifier.publicity import never_public
from otklik.failures import Failure
from otklik.insight import open_data
from otklik.operations.demo_network import ACTOR, Team
from otklik.operations.demo_steps import Stage
from otklik.territory.models import Kind, Territory

# What breaks for a whole street at once; potholes and benches are each their own.
COMMON = ("water", "heat", "power", "light", "gas", "waste", "transit", "winter", "telecom", "green", "animals")
MOST_IN_ONE = 6
SITE = "kamyshin.example.ru"  # a reserved name, RFC 2606
TEXTS = {
    ProblemState.OPEN: "Знаем об этом. Задание передано тому, кто отвечает, ищут причину.",
    ProblemState.PLANNED: "Причина известна, работы запланированы. До этого дня возможны перебои.",
    ProblemState.FIXED: "Работы закончены. Если у вас осталось по-прежнему, напишите нам ещё раз.",
}
WORKS = (("water", "замена задвижки"), ("power", "ремонт линии"), ("hot_water", "промывка сети"), ("gas", "врезка"))
WORK_STREETS = ("Мира", "Ленина", "Садовая", "Советская", "Гагарина", "Школьная")
NEWS = (
    "Выезжали на место, причина найдена.", "Ждём детали, их привезут на этой неделе.",
    "Бригада работает, закончит к вечеру.", "Первая часть работ сделана, продолжаем.",
)  # fmt: skip


def make_problems(stage: Stage) -> int:
    """Switch publicity on everywhere and make the problems; returns how many. A second run makes no second ones."""
    never = never_public().groups
    groups = [code for code in current().groups.order_by("order").values_list("code", flat=True) if code not in never]
    with acting(ACTOR, read_only=True):
        done = set(Problem.objects.values_list("scope__code", flat=True))
    for place in Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).order_by("code"):
        hosts = [SITE] if place.code == "gorod-kamyshin" else []
        switch(ACTOR, place.pk, groups=groups, statistics=True, promises=True, embed_hosts=hosts,
               now=stage.end)
    open_data.decide(ACTOR, figures=True, cases=True)  # the worker makes the months that are over
    made = 0
    for code in sorted(stage.network.teams):
        if code not in done:
            made += _of_place(stage, code)
            _works(stage, code)
    return made


def _works(stage: Stage, code: str) -> None:
    """Works announced in advance: some centres have a supply switched off today, some tomorrow."""
    rng = Random(f"{stage.seed} works {code}")
    if rng.random() < 0.4:
        return
    kind, reason = rng.choice(WORKS)
    begins = stage.end.replace(minute=0, second=0, microsecond=0) + timedelta(hours=rng.choice((-2, -1, 18, 42)))
    streets = rng.sample(WORK_STREETS, 2)
    said = Announced(
        _home(code), kind, begins, begins + timedelta(hours=rng.randint(4, 9)), f"{streets[0]}: 1–25\n{streets[1]}",
        reason=reason,
    )
    announce(stage.network.teams[code].coordinator, said, now=stage.end)


def _home(code: str) -> int:
    with acting(ACTOR, read_only=True):
        return Territory.objects.get(code=code).pk


def _of_place(stage: Stage, code: str) -> int:
    """The problems of one scope: each common theme with several messages that people have looked at, or one."""
    rng = Random(f"{stage.seed} problems {code}")
    with acting(ACTOR, read_only=True):
        seen = Case.objects.filter(scope__code=code, regime="social", theme__group__code__in=COMMON)
        found: dict[str, list[Case]] = {}
        for case in seen.exclude(state="new").select_related("theme").order_by("received_at", "pk"):
            if case.theme:
                found.setdefault(case.theme.code, []).append(case)
    several = [cases for _code, cases in sorted(found.items()) if len(cases) > 1]
    if not several and found:  # a quiet place: one message that concerns a whole street is a problem, too
        several = [found[sorted(found)[0]]]
    for cases in several:
        _make(stage, stage.network.teams[code], cases[-MOST_IN_ONE:], rng)
    return len(several)


def _make(stage: Stage, team: Team, cases: Sequence[Case], rng: Random) -> None:
    who, now = team.coordinator, stage.end
    first = cases[0]
    assert first.theme
    problem = make_problem(who, first.pk, title=first.title or first.theme.name, now=now)
    for case in cases[1:]:
        join(who, case.pk, problem_id=problem.pk, now=now)
    state = _state(cases, rng)
    if state == ProblemState.PLANNED:
        set_state(who, problem.pk, state=state, planned_for=(now + timedelta(days=rng.randint(1, 9))).date(), now=now)
    elif state == ProblemState.FIXED:
        set_state(who, problem.pk, state=state, now=now)
    if rng.random() < 0.2:  # some stay the desk's own
        return
    if rng.random() < 0.6:
        tell(who, problem.pk, text=rng.choice(NEWS), now=now - timedelta(hours=rng.randint(0, 20)))
    try:
        with acting(who, read_only=True):
            photos = photos_to_choose(problem)
        before = [file_id for file_id, moment in photos if moment == "before"][:1]
        after = [file_id for file_id, moment in photos if moment == "after"][:1] if state == ProblemState.FIXED else []
        release(
            who, problem.pk, title=first.theme.name, text=TEXTS[state], before=before, after=after, now=now
        )
    except Failure:  # a theme or a street whose words are not for everybody
        return
    if state != ProblemState.FIXED:
        for n in range(rng.choice((0, 0, 1, 2, 3, 5, 9))):
            support(Visitor(), problem.pk, browser=f"{stage.seed} {problem.pk} {n}", now=_ago(now, rng))


def _state(cases: Sequence[Case], rng: Random) -> ProblemState:
    """Most answered ones are mended; the others wait for works, or for a cause to be found."""
    done = all(case.state in ("answered", "closed") for case in cases)
    if done and rng.random() < 0.55:
        return ProblemState.FIXED
    return ProblemState.PLANNED if rng.random() < 0.4 else ProblemState.OPEN


def _ago(now: datetime, rng: Random) -> datetime:
    return now - timedelta(hours=rng.randint(0, 40))
