"""What the resident says after the answer: «исправлено», or «не исправлено» with words and photos."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Link, acting
from otklik.cases import clocks, done_reports
from otklik.cases.actions.reopen import begin_turn
from otklik.cases.following_up import seems
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case, CaseMessage, DoneReport, Rating
from otklik.cases.registered import LAWS
from otklik.channels.accounts import own_account
from otklik.channels.models import Attachment, Message
from otklik.failures import BadInput, Refused
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store
from otklik.typed_text import typed, within

MAX_TEXT = 20_000
MOST_STARS = 5
# Nothing was promised or answered here, so there is nothing to judge: whoever disagrees writes anew.
NOT_JUDGED = (Case.Outcome.SPAM, Case.Outcome.THANKS, Case.Outcome.OUTSIDE)


def confirm(link: Link, *, now: datetime | None = None) -> Case:
    """«Исправлено, спасибо»: the only thing that counts as confirmed."""
    with passing(link, link.case_id, "confirm", now=now) as gate:
        case = gate.case
        _check_judged(case)
        if case.fix == Case.Fix.CONFIRMED and case.state == Case.State.CLOSED:
            gate.unchanged = True
            return case
        case.fix, case.outcome = Case.Fix.CONFIRMED, Case.Outcome.SOLVED
        case.closed_at = case.closed_at or gate.now
        done_reports.follow(case, DoneReport.CameOf.CONFIRMED, gate.now)
        gate.fields["outcome"] = case.outcome
        return case


def rate(link: Link, stars: int, *, now: datetime | None = None) -> Rating:
    """How the answer and the work of this turn are rated, from 1 to 5; said again it is changed.

    Possible while the answer can be judged, as many days as «не исправлено» is. It closes and opens nothing.
    """
    if stars not in range(1, MOST_STARS + 1):
        raise BadInput(_("Выберите оценку от 1 до 5."), "stars")
    with passing(link, link.case_id, "rate", now=now) as gate:
        _check_judged(gate.case)
        _check_days(gate.case, gate.now)
        before = Rating.objects.filter(case=gate.case, turn=gate.case.turn).first()
        gate.unchanged = before is not None and before.stars == stars
        gate.fields["stars"] = stars
        return Rating.objects.update_or_create(
            case=gate.case, turn=gate.case.turn,
            defaults={"scope_id": gate.case.scope_id, "stars": stars, "rated_at": gate.now},
        )[0]


def why_not_refuted(case: Case, now: datetime) -> str:
    """Why «не исправлено» is not taken here any more, and what to do instead, in words; "" while it is."""
    try:
        _check_judged(case)
        _check_regime(case)
        _check_days(case, now)
    except Refused as refused:
        return str(refused)
    return ""


def over(case: Case, now: datetime) -> bool:
    """Whether the days for «не исправлено» and for rating are over."""
    try:
        _check_days(case, now)
    except Refused:
        return True
    return False


def _check_regime(case: Case) -> None:
    if case.regime in LAWS:  # disagreement with an answer by law is a new matter of its own (design, section 4, step 8)
        raise Refused(_("Если вы не согласны с ответом, напишите снова: новое обращение свяжем с этим ответом."))


def refute(
    link: Link, *, text: str, photos: Sequence[CleanPhoto] = (), once: str, now: datetime | None = None
) -> Case:
    """«Не исправлено»: a new turn with a new clock, importance at most as the policy says.

    Possible for as many days after closing as the policy gives (`reopen_days`). The same key is taken once.
    """
    text = typed(text)
    if not text:
        raise BadInput(_("Напишите, что не исправлено."), "text")
    within(text, MAX_TEXT, "text")
    now = now or timezone.now()
    if taken(link, once):
        return the_case_of(link)
    try:
        with passing(link, link.case_id, "refute", now=now) as gate:
            _check_judged(gate.case)
            _check_regime(gate.case)
            _check_days(gate.case, now)
            begin_turn(gate, Case.Fix.REFUTED)
            add_message(gate, text, photos, once)
            return gate.case
    except Refused:
        if taken(link, once):  # the same form sent twice at one moment: the other one was first
            return the_case_of(link)
        raise


def _check_judged(case: Case) -> None:
    if case.outcome in NOT_JUDGED:
        raise Refused(_("По этому сообщению не было ответа о работах. Если вопрос остался, отправьте новое сообщение."))


def _check_days(case: Case, now: datetime) -> None:
    policy = clocks.Rules().policy(case, case.received_at)
    since = case.closed_at or case.answered_at or now
    if policy.reopen_days is not None and now > since + timedelta(days=policy.reopen_days):
        raise Refused(
            _("Прошло больше %(days)s дней. Отправьте новое сообщение: мы свяжем его с этим.")
            % {"days": policy.reopen_days}
        )


def taken(link: Link, once: str) -> bool:
    """Whether the form with this key has been taken."""
    with acting(link):
        return Message.objects.filter(external_id=_external_id(link.case_id, once)).exists()


def the_case_of(link: Link) -> Case:
    """The case that this link is for. Raises `Case.DoesNotExist` when it is gone."""
    with acting(link):
        return Case.objects.get(pk=link.case_id)


def _external_id(case_id: int, once: str) -> str:
    return f"{case_id}:{hashlib.sha256(once.encode(errors='replace')).hexdigest()}"


def add_message(gate: Passage, text: str, photos: Sequence[CleanPhoto], once: str) -> None:
    """Put the resident's further words and photos into the thread, with what they seem to be."""
    case = gate.case
    message = Message.objects.create(
        account=own_account("portal"), external_id=_external_id(case.pk, once), direction=Message.Direction.IN,
        scope_id=case.scope_id, resident_id=case.resident_id, text=text, salt=secrets.token_bytes(16),
        written_at=gate.now, received_at=gate.now,
    )
    seen = seems(case, text) if text else ""
    CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn, seems=seen)
    if seen:
        gate.fields["seems"] = seen
    for photo in photos:
        Attachment.objects.create(message=message, scope_id=case.scope_id, file=store(photo, case.scope_id))
    gate.fields["message"] = message.pk
