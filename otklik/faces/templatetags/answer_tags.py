"""An answer on its way at the desk: the steps of its chain, its texts side by side, what changed word by word."""

from typing import Any, NamedTuple

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from otklik.acting import Staff
from otklik.answers import chain
from otklik.answers.models import Answer, AnswerVersion
from otklik.answers.reading import published_question
from otklik.answers.templating import gaps_in
from otklik.answers.word_diff import Piece, word_diff
from otklik.cases.models import Case
from otklik.faces.desk.answer_forms import WithdrawForm
from otklik.together import asked

register = template.Library()
MOST_VERSIONS = 12


class Change(NamedTuple):
    """A version of a text with what it changed in the one before it."""

    version: Any
    pieces: list[Piece]


@register.inclusion_tag("desk/parts/chain.html", takes_context=True)
def chain_block(context: dict[str, Any]) -> dict[str, Any]:
    """The steps of the answer of this page, and «отозвать» for whoever has taken one."""
    answer, case = context["answer"], context["case"]
    actor = context["request"].actor
    steps = _steps(context)
    if answer.state == Answer.State.APPROVED and not any(step.taken for step in steps):
        steps = []  # agreed to together with others (one answer to a problem): nobody is waited for
    mine = any(step.taken and step.taken.user_id == getattr(actor, "user_id", 0) for step in steps)
    head = isinstance(actor, Staff) and "head" in actor.roles_at(case.scope_id)
    taken = any(step.taken for step in steps)
    return {
        "steps": steps, "number": context["number"], "answer": answer,
        "may_withdraw": "withdraw_approval" in context["allowed"] and (mine or (head and taken)),
        "form": context["forms"].get("withdraw") or WithdrawForm(), "opened": context["step"] == "withdraw_approval",
        "csrf_token": context.get("csrf_token"), "request": context["request"],
    }


def _steps(context: dict[str, Any]) -> list[chain.Step]:
    """The steps of the page's answer, asked for once a page."""
    answer, case = context["answer"], context["case"]
    known: list[chain.Step] | None = getattr(answer, "steps_shown", None)
    if known is None:
        known = answer.steps_shown = chain.steps_of(answer, chain.chain_of(case))
    return known


@register.simple_tag(takes_context=True)
def my_step(context: dict[str, Any]) -> Any:
    """The step that is waited for, with `mine`: whether this person may take it; None when none waits."""
    case, actor = context["case"], context["request"].actor
    step = next((step for step in _steps(context) if step.turn), None)
    if step is None:
        return None
    return {"name": step.role_name, "mine": chain.may_take(actor, step.role, case.scope_id)}


@register.inclusion_tag("desk/parts/answer_texts.html", takes_context=True)
def answer_texts(context: dict[str, Any]) -> dict[str, Any]:
    """What the resident wrote, what we answer, and what we said before: the earlier text, or the earlier answer."""
    versions: list[AnswerVersion] = context["versions"]
    case: Case = context["case"]
    earlier = versions[-2] if len(versions) > 1 else None
    latest = versions[-1] if versions else None
    return {
        "case": case, "answer": context["answer"], "latest": latest, "earlier": earlier,
        "pieces": word_diff(earlier.text, latest.text) if earlier and latest else [],
        "published": None if earlier else _published_before(case),
    }


def _published_before(case: Case) -> AnswerVersion | None:
    last = next(iter(asked(case, "published", published_question)), None)
    return last.versions.order_by("-number").first() if last else None


@register.simple_tag
def changes_of(versions: list[Any]) -> list[Change]:
    """The versions, newest first, each with what it changed. The first one is all its own."""
    shown = list(versions)[-MOST_VERSIONS:]
    found = []
    for at, version in enumerate(shown):
        before = shown[at - 1].text if at else None
        pieces = [Piece("same", version.text)] if before is None else word_diff(before, version.text)
        found.append(Change(version, pieces))
    return found[::-1]


@register.filter
def with_gaps(text: str) -> SafeString:
    """The text with what is still unfilled in it marked, so that it is seen."""
    shown = str(conditional_escape(text))
    for gap in gaps_in(text):
        shown = shown.replace(escape(gap), f'<mark class="gap-mark">{escape(gap)}</mark>')
    return mark_safe(shown)  # noqa: S308 - every part was escaped above
