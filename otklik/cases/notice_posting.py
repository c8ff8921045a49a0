"""The job that sends what waits for members of staff: claimed once, tried again while surely nothing went out.

A letter holds the number, the theme, the place and a link: never a word of a resident, never a name or a contact.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.acting import Staff, System, acting, widened
from otklik.cases import numbers
from otklik.cases.clock_rules import zone
from otklik.cases.models import Notice, NoticePost, StaffChat
from otklik.cases.noticing import KINDS
from otklik.channels.kit import health
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Outgoing, Permanent, Retryable, Unsure
from otklik.channels.kit.polling import ports_of
from otklik.channels.models import Account
from otklik.channels.registered import channel
from otklik.organisations import region_settings
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import staff_actor
from otklik.territory.models import Kind as PlaceKind

ACTOR = System("notices")
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12
MOST_A_TURN = 100  # letters
MOST_IN_ONE = 20  # notices in a letter; of the others it tells how many there are
KEPT = timedelta(days=90)
S = NoticePost.State


@dataclass(frozen=True)
class Letter:
    """What is sent to one person by one way."""

    post_ids: Sequence[int]
    user_id: int
    way: str
    attempt: int
    subject: str
    text: str
    once: str
    account: Account
    target: dict[str, object]


def post_waiting(now: datetime | None = None, most: int = MOST_A_TURN) -> int:
    """Send what is due. Returns how many letters went out. Any number of them may run at once."""
    sent = 0
    for _turn in range(most):
        moment = now or timezone.now()
        with acting(ACTOR), widened(), translation.override("ru"):
            letter = _claim(moment)
        if letter is None:
            break
        if isinstance(letter, Letter):
            sent += _send(letter, moment)
    return sent


def _claim(now: datetime) -> Letter | bool | None:
    """The next letter, its rows marked as being sent. None: nothing is due; False: there was nothing to send after all.
    """
    due = Q(state=S.WAITING, next_at__lte=now) | Q(state=S.SENDING, held_until__lt=now)
    rows = NoticePost.objects.select_for_update(skip_locked=True, of=("self",))
    first = rows.filter(due).order_by("next_at", "pk").first()
    if first is None:
        return None
    if first.state == S.SENDING:
        _cut_off(first)
        return False
    same = rows.filter(due, state=S.WAITING, user_id=first.user_id, way=first.way)
    # A letter that was tried before stays that letter: its mark is the same in every attempt.
    same = same.filter(letter=first.letter) if first.letter else same.filter(letter=None)
    posts = list(same.select_related("notice__case__theme", "notice__case__territory", "notice__instead_of"))
    user = User.objects.get(pk=first.user_id)
    actor = staff_actor(user, now.astimezone(zone()).date())
    wanted = [one for one in posts if _is_wanted(one.notice, actor, user)]
    gone = [one.pk for one in posts if one not in wanted]
    NoticePost.objects.filter(pk__in=gone).update(state=S.NEEDLESS, done_at=now)
    if not wanted:
        return False
    ids = [one.pk for one in wanted]
    way = _way_of(first.way, user)
    if way is None:
        words = _("Нет подключения, через которое это отправить.")
        NoticePost.objects.filter(pk__in=ids).update(state=S.FAILED, failure=words[:300])
        return False
    account, target = way
    if health.rests(account.pk, now):
        NoticePost.objects.filter(pk__in=ids).update(next_at=now + timedelta(seconds=30))
        return False
    attempt, letter = first.attempts + 1, first.letter or first.pk
    NoticePost.objects.filter(pk__in=ids).update(
        state=S.SENDING, attempts=attempt, letter=letter, held_until=now + LEASE
    )
    notices = [one.notice for one in wanted]
    return Letter(
        ids, user.pk, first.way, attempt, subject_of(notices), text_of(notices), f"otklik-staff-{letter}", account,
        target,
    )


def _is_wanted(notice: Notice, actor: Staff, user: User) -> bool:
    """Whether it is still to be told: not seen in the program meanwhile, by somebody who may read what it is of."""
    if notice.seen_at is not None or not user.is_active:
        return False
    case = notice.case
    return case is None or (
        (actor.sees is None or case.scope_id in actor.sees)
        and (not case.restricted or actor.reads_restricted(case.scope_id))
    )


def _cut_off(row: NoticePost) -> None:
    """A sending whose process is gone: mail and messengers know no repeats, so it is not sent again."""
    words = _("Отправка прервана: неизвестно, дошло ли.")
    NoticePost.objects.filter(letter=row.letter, state=S.SENDING, user_id=row.user_id, way=row.way).update(
        state=S.UNKNOWN, held_until=None, failure=words[:300]
    )


def _way_of(way: str, user: User) -> tuple[Account, dict[str, object]] | None:
    if way == NoticePost.Way.MAX:
        chat = StaffChat.objects.filter(user=user, account__active=True, account__dry_run=False).first()
        account = Account.objects.select_related("setup").get(pk=chat.account_id) if chat else None
        return (account, dict(chat.target)) if chat and account else None
    account = mailbox_of(user)
    return (account, {"to": user.email}) if account and user.email else None


def mailbox_of(user: User) -> Account | None:
    """The mailbox from which this person is written to: of their centre, else the region's, else any that sends."""
    places = RoleAssignment.objects.filter(user=user)
    near = {place for pair in places.values_list("territory_id", "territory__municipality_id") for place in pair}
    found = [one for one in mailboxes() if one.territory is None or one.territory_id in near
             or one.territory.kind == PlaceKind.REGION]
    return min(found, key=lambda one: (one.territory_id not in near, one.pk), default=None)


def mailboxes() -> list[Account]:
    """Mailboxes of ours that send."""
    rows = Account.objects.filter(channel=Account.Channel.EMAIL, active=True, ours=True, dry_run=False)
    return [one for one in rows.select_related("setup", "territory") if one.settings.get("smtp_host")]


def _send(letter: Letter, now: datetime) -> bool:
    """One call outside of any transaction, then its outcome."""
    account, found = letter.account, channel(letter.account.channel)
    with acting(ACTOR), widened():
        wait = health.turn(account.pk, found.can.a_second, timezone.now())
    time.sleep(min(wait, 30.0))
    outgoing = Outgoing(letter.text[: found.can.longest], letter.target, letter.once, subject=letter.subject)
    failure, state, after = "", S.DONE, None
    try:
        with Caller(ports=ports_of(account)) as caller:
            found.send(account, outgoing, caller)  # type: ignore[attr-defined]
    except Retryable as error:
        failure, after = str(error), error.after
        state = S.WAITING if letter.attempt < MOST_ATTEMPTS else S.FAILED
    except Permanent as error:
        failure, state = str(error), S.FAILED
    except Unsure as error:
        failure, state = str(error), S.UNKNOWN
    rest = timedelta(seconds=after if after is not None else health.back_off(letter.attempt))
    with acting(ACTOR), widened():
        rows = NoticePost.objects.filter(pk__in=letter.post_ids, attempts=letter.attempt).exclude(state=S.DONE)
        rows.update(
            state=state, failure=failure[:300], held_until=None, next_at=now + rest,
            done_at=now if state == S.DONE else None,
        )
    return state == S.DONE


def subject_of(notices: Sequence[Notice]) -> str:
    """What stands above the letter."""
    if len(notices) > 1:
        return _("Отклик: уведомлений — %(n)s") % {"n": len(notices)}
    one = notices[0]
    what = str(KINDS[one.kind].label)
    return f"{_('Отклик')}: {what}, {numbers.shown(one.case.number)}" if one.case else f"{_('Отклик')}: {what}"


def text_of(notices: Sequence[Notice]) -> str:
    """The whole letter: the urgent first."""
    base = str(region_settings.get("public_address") or "").rstrip("/")
    in_order = sorted(notices, key=lambda one: (not one.urgent, one.pk))
    parts = [_lines(one, base) for one in in_order[:MOST_IN_ONE]]
    if len(in_order) > MOST_IN_ONE:
        parts.append(_("И ещё: %(n)s. Все они — в программе.") % {"n": len(in_order) - MOST_IN_ONE})
    parts.append(_("Отвечать сюда не нужно. Что присылать и когда, вы выбираете в программе: «Уведомления»."))
    return "\n\n".join(parts)


def _lines(one: Notice, base: str) -> str:
    """Kind, number, theme, place, link."""
    case = one.case
    head = str(KINDS[one.kind].label) + (f": {numbers.shown(case.number)}" if case else "")
    lines = [head]
    if one.instead_of is not None:
        lines.append(_("За %(name)s: вы замещаете.") % {"name": one.instead_of.short_name})
    if one.words:
        lines.append(one.words)
    if case is not None and not case.restricted:
        lines.append(" · ".join([*([case.theme.name] if case.theme else []), case.territory.short_name]))
    address = f"/desk/case/{numbers.shown(case.number)}/" if case else one.link
    if base and address:
        lines.append(base + address)
    return "\n".join(lines)


def tidy(now: datetime) -> int:
    """Drop what was seen, or told, so long ago that nobody looks at it. Returns how many; nightly."""
    with acting(ACTOR), widened():
        count, _rows = Notice.objects.filter(at__lt=now - KEPT).exclude(
            posts__state__in=[S.WAITING, S.SENDING]
        ).delete()
    return count
