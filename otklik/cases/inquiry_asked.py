"""Whom a request for documents may not go to."""

import re

from django.utils.translation import gettext as _

from otklik.cases.models import Inquiry, Registration
from otklik.failures import BadInput

_NEVER = re.compile(
    r"\bсуд(?:ом|у|а|е|ы)?\b|\bсудебн\w+ (?:участ|коллег)\w*|\bмиров\w+ судь\w+"
    r"|\bследственн\w+ (?:комитет|управлен|отдел)\w*|\bорган\w* дознания|\bотдел\w* дознания",
    re.IGNORECASE,
)


def refuse_courts(kind: str, regime: str, to: str) -> None:
    """Raise `BadInput` when documents for an appeal are asked of a court or of those who investigate (59-ФЗ, article
    10, part 1, point 2: «за исключением судов, органов дознания и органов предварительного следствия»)."""
    if kind == Inquiry.Kind.REQUEST and regime == Registration.Regime.LAW59 and _NEVER.search(to):
        raise BadInput(
            _("У судов, органов дознания и следствия документы по обращению не запрашивают "
              "(пункт 2 части 1 статьи 10 59-ФЗ)."), "to",
        )
