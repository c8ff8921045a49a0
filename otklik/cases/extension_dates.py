"""Until when an answer would be put off, before it is: the notice must name the day. Changes nothing."""

from copy import copy
from datetime import datetime

from django.utils.translation import gettext as _

from otklik.cases import clocks
from otklik.cases.clock_rules import Rules
from otklik.cases.models import Case, Clock, Registration
from otklik.cases.regime_clocks import of_registration, plans_of
from otklik.failures import Refused
from otklik.policy.loading import policy_by_reference


def extended_until(case: Case, entry: Registration, days: int, noticed_at: datetime) -> datetime:
    """The legal date of the answer, put off by so many days with a notice at that moment.

    Judged by the version of the policy that judges the registration already. Raises `Refused` where another system
    keeps the date, `PolicyError` where the law does not allow it.
    """
    if entry.source_due_at:
        raise Refused(_("Срок ведёт система, где зарегистрировано: внесите новый срок оттуда."))
    rules = Rules()
    policy = rules.policy(case, entry.received_at, entry.regime)
    for row in of_registration(case, entry):
        if row.kind == Clock.Kind.ANSWER and row.stopped_at is None and row.policy_version != clocks.OF_SOURCE:
            policy = policy_by_reference(row.policy_version)
            break
    longer = copy(entry)
    longer.extended_days, longer.notice_at = days, noticed_at
    plans = {plan.kind: plan for plan in plans_of(case, longer, rules, policy)}
    return plans[Clock.Kind.ANSWER].due
