"""Short ways through the gates of problems, for tests."""

from typing import Any

from otklik.acting import Staff, acting
from otklik.cases.actions.problems import join, make_problem
from otklik.cases.actions.public import release, switch
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.cases.problem_models import Problem, PublicProblem
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from tests.making import SYSTEM, make_staff, place, send

HOME = "gorod-kamyshin"


def theme(code: str = "water.street_leak") -> Theme:
    return current().themes.get(code=code)


def coordinator() -> Staff:
    return make_staff(("coordinator", HOME), name="Луговая Ия Львовна")


def head() -> Staff:
    return make_staff(("head", HOME), name="Степной Ян Ильич")


def leak(who: Staff, code: str = "water.street_leak", **fields: Any) -> int:
    """A triaged case about a burst pipe; returns its id."""
    wanted = {"street": "ул. Мира", "house": "12", "latitude": 50.08331, "longitude": 45.40222} | fields
    text = wanted.pop("text", "Прорвало трубу, вода бежит по улице второй день и дети идут по льду")
    sent = send(text, HOME, **wanted)
    triage(who, sent.case_id, theme_id=theme(code).pk)
    return sent.case_id


def problem(who: Staff, more: int = 0, **fields: Any) -> Problem:
    """A problem with one case and `more` others joined."""
    made = make_problem(who, leak(who, **fields), title="Прорыв на Мира")
    for _n in range(more):
        join(who, leak(who, **fields), problem_id=made.pk)
    return made


def switched_on(*groups: str, statistics: bool = False, hosts: tuple[str, ...] = (), code: str = HOME) -> None:
    switch(SYSTEM, place(code).pk, groups=groups or ("water",), statistics=statistics, embed_hosts=hosts)


def released(who: Staff, problem_id: int, **fields: Any) -> PublicProblem:
    wanted = {"title": "Прорыв водопровода", "text": "Течь на сети. Водоканал ищет место порыва."} | fields
    return release(who, problem_id, **wanted)


def twin(problem_id: int) -> PublicProblem | None:
    return PublicProblem.objects.filter(pk=problem_id).first()


def the_problem_now(problem_id: int) -> Problem:
    with acting(SYSTEM):
        return Problem.objects.get(pk=problem_id)


def cases_of(problem_id: int) -> set[int]:
    with acting(SYSTEM):
        return set(Case.objects.filter(problem_id=problem_id).values_list("pk", flat=True))
