"""The coach at work: what it is told of a case, and the word of a person by which an answer goes on in spite of it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Staff
from otklik.answers.coach import Asked, Channel, Finding, Kind, look
from otklik.answers.filling import is_public
from otklik.answers.models import Answer, AnswerVersion, CoachOverride
from otklik.answers.outgoing import way_of
from otklik.cases.clocks import zone
from otklik.cases.gate import Passage
from otklik.cases.models import Case, CaseMessage
from otklik.cases.registered import LAWS
from otklik.channels.models import Message
from otklik.failures import BadInput
from otklik.policy.loading import calendar_for
from otklik.typed_text import line

MOST_REASON = 500
MOST_EARLIER, MOST_ASKED = 3, 20
TITLES: dict[Kind, str | LazyText] = {
    "unanswered_question": gettext_lazy("Вопрос остался без ответа"),
    "no_fact": gettext_lazy("В ответе нет ничего конкретного"),
    "no_date": gettext_lazy("Не сказано, когда"),
    "no_responsible": gettext_lazy("Не сказано, кто"),
    "no_address": gettext_lazy("Не сказано, где"),
    "promise_without_date": gettext_lazy("Обещание без даты"),
    "officialese": gettext_lazy("Канцелярский оборот"),
    "personal_data": gettext_lazy("Личные данные в открытом ответе"),
    "tone": gettext_lazy("Обидный тон"),
    "contradiction": gettext_lazy("Расходится с прежним ответом"),
}


def asked_of(case: Case, now: datetime, *, channel: Channel | None = None) -> Asked:
    """What the coach has to know of a case. Inside `acting`; three small queries."""
    said = CaseMessage.objects.filter(
        case=case, turn=case.turn, message__direction=Message.Direction.IN
    ).order_by("pk").values_list("message__text", flat=True)[:MOST_ASKED]
    earlier = Answer.objects.filter(
        case__resident_id=case.resident_id, scope_id=case.scope_id, state=Answer.State.PUBLISHED
    ) if case.resident_id else Answer.objects.filter(case=case, state=Answer.State.PUBLISHED)
    ids = list(earlier.order_by("-published_at").values_list("pk", flat=True)[:MOST_EARLIER])
    texts: dict[int, str] = dict(
        AnswerVersion.objects.filter(answer_id__in=ids).order_by("number").values_list("answer_id", "text")
    )
    return Asked(
        question="\n".join(said) or case.text,
        channel=channel or channel_of(case),
        written=now.astimezone(zone()).date(),
        earlier=tuple(texts[pk] for pk in ids if pk in texts),
        photo=case.evidence.exists(),
        working_days=calendar_for().add_working_days,
    )


def channel_of(case: Case) -> Channel:
    """Whether everybody reads the answer, only the resident, or it is a letter."""
    if case.regime in LAWS:
        return "letter"
    return "public" if is_public(case, way_of(case)) else "private"


def findings_of(case: Case, text: str, now: datetime, *, promised_for: date | None = None) -> list[Finding]:
    """What the coach says of a text for this case. An interim answer with its day promises nothing without one."""
    found = look(text, asked_of(case, now))
    if promised_for is not None:
        found = [one for one in found if one.kind not in ("promise_without_date", "no_date")]
    return found


def grave_of(findings: Sequence[Finding]) -> list[Finding]:
    """Those with which an answer leaves only by somebody's word."""
    return [one for one in findings if one.is_grave]


def vouch(gate: Passage, answer: Answer, text: str, reason: str, step: str) -> None:
    """Let an answer pass when nothing grave is found, somebody has vouched for this very text, or does so now.

    The kinds go into the journal, the reason is kept with the entry and counted. Raises `BadInput` on `vouched`.
    """
    if not isinstance(gate.actor, Staff):
        return  # the program carries what people have approved
    grave = grave_of(findings_of(gate.case, text, gate.now, promised_for=answer.promised_for))
    version = gate.fields["version"]
    if not grave or CoachOverride.objects.filter(answer=answer, version=version).exists():
        return
    reason = line(reason, MOST_REASON, "vouched")
    kinds = sorted({one.kind for one in grave})
    if not reason:
        named = ", ".join(str(TITLES[kind]).lower() for kind in kinds)
        raise BadInput(
            _("Проверьте ответ: %(what)s. Поправьте текст или напишите, почему отправляете так.") % {"what": named},
            "vouched",
        )
    CoachOverride.objects.create(
        case=gate.case, scope_id=gate.case.scope_id, answer=answer, version=version, step=step, kinds=kinds,
        reason=reason, user_id=gate.user_id, at=gate.now,
    )
    gate.fields["in_spite_of"] = kinds
    gate.words = "\n".join(filter(None, (gate.words, _("Несмотря на замечания: %(why)s") % {"why": reason})))
