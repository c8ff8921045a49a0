"""A message that meets announced works: it joins their problem, and the ready answer becomes its draft."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.answers.drafting import save_draft
from otklik.answers.models import Answer
from otklik.answers.reading import answer_of
from otklik.cases.actions.joining import join_by_hand
from otklik.cases.gate import looking
from otklik.cases.models import Case
from otklik.cases.planned import ready_text, works_for
from otklik.failures import NotYours, Refused


def answer_with_works(actor: Staff, case_id: int, work_id: int, *, now: datetime) -> Answer:
    """Join and draft in one step; a person reads and publishes it. Both or neither.

    Raises `Refused` when somebody has begun an answer already, `NotYours` when the works do not concern this case.
    """
    with looking(actor):
        case = Case.objects.select_related("theme", "scope", "territory").filter(pk=case_id).first()
        if case is None:
            raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
        work = next((one for one in works_for(case, now) if one.pk == work_id), None)
        if work is None:
            raise NotYours(_("Эти работы уже отменены или не касаются этой карточки. Обновите страницу."))
        if answer_of(case) is not None:
            raise Refused(_("Ответ уже начали писать: вставьте сведения о работах в него."))
        join_by_hand(actor, case_id, problem_id=work.problem_id, now=now)
        return save_draft(actor, case_id, text=ready_text(work), now=now)
