"""What a common answer becomes for each case: the text for its channel, and whether it can go out. Inside `acting`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _

from otklik.answers import templating
from otklik.answers.filling import Filling
from otklik.answers.models import Answer
from otklik.answers.reading import IN_PROGRESS
from otklik.cases.models import Assignment, Case
from otklik.cases.parts import unfinished_of
from otklik.cases.registered import LAWS
from otklik.channels.models import Account
from otklik.channels.registered import CHANNELS, channel

How = Literal["sent", "number", "by_hand"]


@dataclass(frozen=True)
class Line:
    """One case: the text as it would get it, where it goes, and why it cannot, if so.

    `how`: it is sent at once, becomes an approved letter that waits for its outgoing number, or an approved text that
    a person puts by hand (another system, a call).
    """

    case: Case
    text: str
    where: str
    how: How
    public: bool
    refused: str = ""

    @property
    def able(self) -> bool:
        """Whether this case gets it."""
        return not self.refused


def lines(
    cases: Sequence[Case], text: str, *, kind: str, promised_for: date | None, now: datetime
) -> list[Line]:
    """The common text for each of these cases, in order. A fixed number of queries, however many cases."""
    filling = Filling(cases)
    ids = [case.pk for case in cases]
    rows = Answer.objects.filter(case_id__in=ids, state__in=IN_PROGRESS).select_related("author")
    drafts = {(row.case_id, row.turn): row for row in rows}
    parts = _unfinished(ids) if kind == "final" else set()
    return [
        _line(case, text, kind, promised_for, now, filling, drafts.get((case.pk, case.turn)), case.pk in parts)
        for case in cases
    ]


def _unfinished(case_ids: Sequence[int]) -> set[int]:
    """Joint matters of which some part is not over."""
    by_case: dict[int, list[Assignment]] = {}
    for task in Assignment.objects.filter(case_id__in=case_ids).exclude(state=Assignment.State.WITHDRAWN):
        by_case.setdefault(task.case_id, []).append(task)
    return {case_id for case_id, tasks in by_case.items() if unfinished_of(tasks)}


def _line(
    case: Case, text: str, kind: str, promised_for: date | None, now: datetime, filling: Filling,
    draft: Answer | None, unfinished: bool,
) -> Line:
    account = filling.way(case)[0]
    facts = filling.facts(case, interim=kind == "interim")
    values = filling.values(case, now, public=facts.public, promised_for=promised_for)
    filled = templating.fill(text, values, facts)
    how = how_of(case, kind)
    return Line(
        case, filled.text, _where(case, account, how), how, facts.public,
        _refusal(case, filled, account, how, draft, unfinished),
    )


def how_of(case: Case, kind: str) -> How:
    """What the program does for this case. A call is a person's to make, another system a person's to fill."""
    if case.regime in LAWS and kind == "final":
        return "number"
    if case.answer_by in (Case.AnswerBy.OUTSIDE, Case.AnswerBy.PHONE):
        return "by_hand"
    return "sent"


def _where(case: Case, account: Account, how: How) -> str:
    if how == "number":
        return _("письмо: ждёт исходящего номера")
    if case.answer_by == Case.AnswerBy.PHONE:
        return _("позвонить жителю")
    if how == "by_hand":
        return _("вручную: %(where)s") % {"where": case.account.name}
    return account.name if case.answer_by == Case.AnswerBy.CHANNEL else _("страница сообщения")


def _refusal(
    case: Case, filled: templating.Filled, account: Account, how: How, draft: Answer | None, unfinished: bool
) -> str:
    if case.restricted:
        return _("доступ к карточке ограничен")
    if draft is not None:
        who = draft.author.short_name if draft.author else _("программа")
        return _("в карточке уже готовится ответ: %(who)s") % {"who": who}
    if unfinished:
        return _("не закончены части других исполнителей")
    if filled.gaps:
        return _("нечего подставить: %(gaps)s") % {"gaps": templating.words_of(filled.gaps)}
    if not filled.text:
        return _("после условий текста не осталось")
    if case.answer_by == Case.AnswerBy.CHANNEL and how == "sent" and account.channel in CHANNELS:
        longest = channel(account.channel).can.longest
        if len(filled.text) > longest:
            return _("%(channel)s принимает не больше %(max)s знаков, а здесь %(n)s") % {
                "channel": account.get_channel_display(), "max": longest, "n": len(filled.text)}
    return ""
