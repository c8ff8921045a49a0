"""Putting an answer off where the law allows it: by how many days, with which notice, and the new dates. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from otklik.policy import wording
from otklik.policy.calendar import Calendar
from otklik.policy.plans import Circumstances, ClockPlan, localise
from otklik.policy.reckoning import ONE_DAY, day_count_text, headline, until_day
from otklik.policy.regulation import ClockRule, Extension, Limit, Policy, PolicyError
from otklik.speaking import gettext as _


def extended_plan(
    policy: Policy,
    calendar: Calendar,
    known: Circumstances,
    days: int,
    noticed_at: datetime,
    reason: str,
    zone: ZoneInfo,
) -> ClockPlan:
    """Compute the answer's clock after an extension (59-ФЗ, article 12, part 2; 8-ФЗ, article 18, part 6).

    `days` are added to the common limit; `noticed_at` is when the notice to the resident went out. Raises
    PolicyError (Russian text) when the law does not allow it: no registration, too many days, late notice, no reason.
    """
    known = known.localised(zone)
    rule = policy.rule("answer")
    extension = _allowed_extension(rule, known, days, reason)
    assert rule is not None and known.registered is not None
    limit = rule.limit_for(known.importance, known.theme)
    notice_rule = policy.rule(extension.notice_until)
    assert notice_rule is not None  # checked when the policy is read
    notice_limit = notice_rule.limit_for(known.importance, known.theme)
    last_notice_day = known.registered.date() + notice_limit.amount * ONE_DAY
    noticed_at = localise(noticed_at, zone)
    if noticed_at.date() > last_notice_day:
        raise PolicyError(
            _("Продлить нельзя: уведомить надо было до %(last_notice_day)s включительно (%(source)s).")
            % {"last_notice_day": f"{last_notice_day:%d.%m.%Y}", "source": extension.source}
        )
    longer = Limit(limit.amount + days, limit.unit)
    why = [
        headline(rule, policy, known),
        f"Зарегистрировано {wording.moment_text(known.registered)}.",
        f"Срок продлён на {wording.limit_text(Limit(days, 'days'))} ({extension.source}): {reason.strip()}.",
        f"Уведомление отправлено {wording.moment_text(noticed_at)}.",
    ]
    legal = known.registered.date() + longer.amount * ONE_DAY
    why.append(day_count_text(known.registered.date(), longer, legal))
    return until_day(rule, longer, calendar, known.registered, legal, policy.warn_percent, why)


def _allowed_extension(rule: ClockRule | None, known: Circumstances, days: int, reason: str) -> Extension:
    """Return the extension of a rule if it may be used so; raise PolicyError otherwise."""
    if rule is None or rule.extension is None:
        raise PolicyError(_("В этом режиме срок ответа не продлевают."))
    if known.registered is None:
        raise PolicyError(_("Продлить можно только после регистрации."))
    if not 0 < days <= rule.extension.days:
        most = wording.limit_text(Limit(rule.extension.days, "days"))
        raise PolicyError(
            _("Продлить можно не больше чем на %(most)s (%(source)s).")
            % {"most": most, "source": rule.extension.source}
        )
    if not reason.strip():
        raise PolicyError(_("Укажите причину продления."))
    return rule.extension
