"""What a resident reads, on the page of their message, of the problem it belongs to: how it stands, and the news.

Not its name: that is the desk's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.cases.models import Case
from otklik.cases.problem_models import Problem, ProblemNews, PublicProblem


@dataclass(frozen=True)
class CaseProblem:
    """The problem behind a message. `is_public`: it has a page that anybody may open."""

    problem: Problem
    news: Sequence[ProblemNews]
    is_public: bool


def problem_of(case: Case) -> CaseProblem | None:
    """The problem of a case, or None. Inside `acting(Link)`, which sees this one problem only."""
    if case.problem_id is None:
        return None
    problem = Problem.objects.filter(pk=case.problem_id).first()
    if problem is None:
        return None
    news = list(ProblemNews.objects.filter(problem=problem).order_by("-at", "-pk"))
    return CaseProblem(problem, news, PublicProblem.objects.filter(pk=problem.pk).exists())
