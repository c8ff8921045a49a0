"""The one main button of a case: what fits its state and this person. A pure choice over what is allowed."""

from collections.abc import Set

from otklik.answers.models import Answer
from otklik.cases.models import Assignment, Case

# What finishes the clerk's work with a case: the next one of the queue comes.
FINISHING = frozenset(
    {"assign", "redirect", "hand_over", "set_aside", "send_to_review", "approve", "publish", "by_hand", "close"}
)


def main_step(
    case: Case, answer: Answer | None, allowed: Set[str], *, chain_is_empty: bool, task_state: str = ""
) -> str:
    """The name of the panel to open by itself, or "" when this person has nothing to do here now.

    `allowed` are the names of the moves that the lifecycle's table gives this person in this state; `task_state`
    is what the responsible executor said last.
    """
    for step in _wishes(case, answer, chain_is_empty, task_state):
        if _moves_of(step) & allowed:
            return step
    return ""


def _wishes(case: Case, answer: Answer | None, chain_is_empty: bool, task_state: str) -> list[str]:
    outside = case.answer_by == Case.AnswerBy.OUTSIDE
    publish = "by_hand" if outside else "publish"
    if answer is not None and answer.state == Answer.State.APPROVED:
        return [publish]
    if answer is not None and answer.state == Answer.State.REVIEW:
        return ["approve"]
    if answer is not None and answer.state == Answer.State.DRAFT:
        return [publish] if chain_is_empty else ["send_to_review"]
    if case.state == Case.State.NEW:
        return ["assign" if case.theme_id else "triage", "draft"]
    if case.state == Case.State.TRIAGED:
        return ["assign", "draft"]
    if case.state == Case.State.ASSIGNED:
        said = {Assignment.State.REFUSED: ["redirect"], Assignment.State.NEEDS_TIME: ["draft"]}
        return [*said.get(Assignment.State(task_state), []), "link", "draft"] if task_state else ["link", "draft"]
    if case.state == Case.State.REPLIED:
        return ["draft"]
    if case.state == Case.State.ANSWERED:
        return ["close"]
    return []


def is_open_to(step: str, allowed: Set[str]) -> bool:
    """Whether the panel of this step is on the page at all: another person may have moved the case meanwhile."""
    return step == "reveal" or bool(_moves_of(step) & allowed)


def _moves_of(step: str) -> Set[str]:
    several: dict[str, Set[str]] = {
        "by_hand": {"publish"},
        "redirect": {"redirect", "redirect_again"},
        "hand_over": {"hand_over", "hand_over_again"},
        "triage": {"triage", "correct"},
        "pause": {"pause", "resume"},
    }
    return several.get(step, {step})
