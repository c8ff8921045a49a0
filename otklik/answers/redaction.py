"""What stays of common answers after erasure. For `intake.erasing`, the only caller.

Answers of one case and all beside them are found by `cases.redaction` among the models; a text that was written for a
whole problem hangs on no case, so it is looked through here.
"""

from collections.abc import Callable, Sequence
from typing import Any

from otklik.answers.models import Agreement, CommonAnswer, CommonRow, CommonVersion
from otklik.cases.models import Case
from otklik.cases.redaction import redact_rows


def redact(case_ids: Sequence[int], others: Callable[[Any], Any]) -> int:
    """Take the person out of common answers of problems that their cases are or were in; returns how many rows changed.
    """
    problems = set(Case.objects.filter(pk__in=case_ids, problem__isnull=False).values_list("problem_id", flat=True))
    found = set(CommonRow.objects.filter(case_id__in=case_ids).values_list("common_id", flat=True))
    found |= set(CommonAnswer.objects.filter(problem_id__in=problems).values_list("pk", flat=True))
    beside = ((CommonAnswer, "pk__in"), (CommonVersion, "common_id__in"), (Agreement, "common_id__in"))
    return sum(redact_rows(model, {key: found}, others) for model, key in beside)
