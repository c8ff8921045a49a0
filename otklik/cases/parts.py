"""A joint matter: a case whose parts belong to several bodies. When it may be answered finally."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from otklik.cases.gate import Passage, said
from otklik.cases.models import Assignment, Case
from otklik.failures import BadInput

OVER = (Assignment.State.DONE, Assignment.State.WITHDRAWN)


def unfinished(case: Case) -> list[Assignment]:
    """The parts of a joint matter that are not over; none for a case that is one body's alone."""
    live = list(
        Assignment.objects.filter(case=case).exclude(state=Assignment.State.WITHDRAWN)
        .select_related("organisation").order_by("id")
    )
    return unfinished_of(live)


def unfinished_of(tasks: Iterable[Assignment]) -> list[Assignment]:
    """The same of tasks at hand; what was withdrawn may be among them."""
    live = [task for task in tasks if task.state != Assignment.State.WITHDRAWN]
    joint = any(part.part == Assignment.Part.CO_EXECUTOR for part in live)
    return [part for part in live if part.state not in OVER] if joint else []


def check_over(gate: Passage, in_spite: str) -> None:
    """Let a final answer pass when every part is done or withdrawn, or a person said why it goes out all the same.

    Their words are kept with the entry. Raises `BadInput` on `in_spite`, naming whose parts are open.
    """
    left = unfinished(gate.case)
    if not left:
        return
    words = said(in_spite, "in_spite")
    if not words:
        whose = ", ".join(part.organisation.short_name for part in left)
        raise BadInput(
            _("Не закончены части: %(whose)s. Дождитесь их, снимите с причиной или напишите, почему отвечаете сейчас.")
            % {"whose": whose},
            "in_spite",
        )
    gate.words = words
    gate.fields["unfinished"] = [part.pk for part in left]
