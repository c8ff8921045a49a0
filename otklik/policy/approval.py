"""Who must agree to an answer before it goes out: an ordered list of roles, as data of a policy. Pure.

`approval` of a policy is the usual list; `approval_for` has other lists from an importance on. An empty list is for
`social` only: there the centre itself answers for what it says on its page. What goes out under 59-ФЗ and 8-ФЗ bears
an official's signature, so somebody always agrees (design, section 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.speaking import gettext as _

ROLES = ("coordinator", "approver", "head")
MOST_STEPS = 5


@dataclass(frozen=True)
class StepsFor:
    """Another chain from an importance on (3: for 3 and 4)."""

    importance_from: int
    steps: tuple[str, ...]


def steps_for(usual: Sequence[str], others: Sequence[StepsFor], importance: int) -> tuple[str, ...]:
    """The chain of an answer to a case of this importance: the highest threshold that it reaches, else the usual."""
    reached = [one for one in others if one.importance_from <= importance]
    return max(reached, key=lambda one: one.importance_from).steps if reached else tuple(usual)


def what_is_wrong(regime: str, usual: Sequence[str], others: Sequence[StepsFor]) -> str:
    """What a chain must not be, in Russian; empty when it is fine."""
    for steps in (usual, *(one.steps for one in others)):
        if strange := next((role for role in steps if role not in ROLES), None):
            return _("Такого шага согласования нет: «%(role)s».") % {"role": strange}
        if len(steps) > MOST_STEPS:
            return _("В цепочке согласования не больше %(n)s шагов.") % {"n": MOST_STEPS}
        if not steps and regime != "social":
            return _("Без согласования отвечают только на сообщения соцсетей и портала.")
    if len({one.importance_from for one in others}) < len(others):
        return _("Для одной важности цепочка согласования указана дважды.")
    return ""


def role_words(role: str) -> str:
    """The role of a step, in words."""
    names = {"coordinator": _("координатор"), "approver": _("согласующий"), "head": _("руководитель")}
    return names.get(role, role)


def chain_words(usual: Sequence[str], others: Sequence[StepsFor]) -> str:
    """The whole rule in one line: «согласующий; с важности 3: согласующий → руководитель»."""
    parts = [_steps_words(usual)]
    for one in sorted(others, key=lambda one: one.importance_from):
        parts.append(_("с важности %(n)s: %(steps)s") % {"n": one.importance_from, "steps": _steps_words(one.steps)})
    return "; ".join(parts)


def _steps_words(steps: Sequence[str]) -> str:
    return " → ".join(role_words(role) for role in steps) or _("согласование не нужно")
