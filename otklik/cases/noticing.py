"""Telling members of staff: in the page always; by e-mail and MAX as each has chosen, outside their quiet hours.

`notify` is called inside a gate or a job (writable): what is told commits with what it tells of. The letters go out by
the job of `notice_posting`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case, Notice, NoticeChoice, NoticePost, StaffChat
from otklik.cases.quiet_hours import Quiet
from otklik.channels.models import Account
from otklik.organisations.absence_models import Absence
from otklik.organisations.absences import lasting
from otklik.organisations.models import User
from otklik.organisations.staffing import user_entry
from otklik.policy.loading import calendar_for

GATHER = timedelta(minutes=2)  # what comes in a burst goes out as one letter
EMAIL, MAX = NoticePost.Way.EMAIL, NoticePost.Way.MAX
NO_CHOICE = Quiet()


@dataclass(frozen=True)
class Kind:
    """One kind of notice: what people call it, whether it is sent out unless they say otherwise, where it leads."""

    label: str | Promise
    sent: bool = False  # by all the ways that the person has
    icon: str = "bell"


KINDS = {
    "danger": Kind(_("Угроза жизни"), True, "sos"),
    "overdue": Kind(_("Срок вышел"), True, "flame"),
    "clock": Kind(_("Срок подходит"), False, "clock"),
    "promise": Kind(_("Обещание жителю: срок подходит или вышел"), True, "calendar-event"),
    "postponed": Kind(_("Отложенное вернулось"), False, "calendar-event"),
    "approval": Kind(_("Ответ ждёт вашего согласования"), True, "checks"),
    "decision": Kind(_("Решение по закону ждёт вас"), True, "gavel"),
    "returned": Kind(_("Ваш ответ вернули на доработку"), False, "arrow-back-up"),
    "replied": Kind(_("Исполнитель ответил"), False, "tool"),
    "heard": Kind(_("Житель написал ещё"), False, "message"),
    "refuted": Kind(_("Житель: не исправлено"), False, "alert-triangle"),
    "rechecked": Kind(_("Перепроверка куратора: не сделано"), False, "clipboard-check"),
    "undelivered": Kind(_("Ответ не доставлен"), False, "send"),
    "mention": Kind(_("Вас упомянули в заметке"), False, "at"),
    "given": Kind(_("Вы замещаете коллегу"), True, "users"),
    "upper": Kind(_("Решает ЦУР"), False, "users"),
    "silent": Kind(_("Молчащая очередь"), True, "alert-triangle"),
    "reminder": Kind(_("Напоминание ЦУР"), True, "bell-ringing"),
    "burst": Kind(_("Всплеск сообщений"), True, "activity"),
    "ask": Kind(_("Запрос ЦУР"), True, "message-question"),
    "remark": Kind(_("Замечание куратора к ответу"), True, "clipboard-check"),
    "sample": Kind(_("Отобраны ответы на проверку"), False, "clipboard-check"),
    "calendar": Kind(_("Календарь и регламенты: пора обновить"), True, "calendar-event"),
    "rating": Kind(_("Рейтинг центров"), True, "chart-bar"),
    "problem": Kind(_("Новости проблемы"), False, "stack-2"),
    "morning": Kind(_("Утренняя страница"), True, "sun"),
    "order": Kind(_("Поручение"), True, "clipboard-check"),
    "exchange": Kind(_("Обмен опытом"), False, "users-group"),
    "bound": Kind(_("Уведомления в MAX подключены"), False, "message"),
}
NOT_CHOSEN = frozenset({"bound"})  # it goes where it was bound, whatever was chosen


def notify(
    to: Collection[int], kind: str, *, case: Case | None, now: datetime, words: str = "", urgent: bool = False,
    link: str = "",
) -> int:
    """Tell these people (ids of `User`) something of a kind. Inside a gate or a job. Returns how many were told.

    `words`: the program's own, in Russian, nothing of the resident: a date, a percent, a place. They go into letters.
    `urgent`: level 4 and its like, no quiet hours hold it. `link`: a page of ours, where there is no case.
    Whoever is on leave is told in the page only, and their substitute is told in their place. The same thing that a
    person has not seen yet is not told twice. Unknown kinds raise KeyError.
    """
    told = KINDS[kind]
    people = {user.pk: user for user in User.objects.filter(pk__in=set(to), is_active=True)}
    stands = standing_in(people, now.astimezone(zone()).date())
    receivers: dict[int, int | None] = dict.fromkeys(people)
    for absent, substitute in stands.items():
        if substitute is not None:
            receivers.setdefault(substitute, absent)
    waiting = Notice.objects.filter(user_id__in=receivers, kind=kind, case=case, words=words[:300], seen_at=None)
    known = set(waiting.values_list("user_id", flat=True)) if case is not None or link else set()
    rows = Notice.objects.bulk_create(
        Notice(
            user_id=user_id, kind=kind, case=case, instead_of_id=absent, words=words[:300], link=link[:200],
            urgent=urgent, at=now,
        )
        for user_id, absent in sorted(receivers.items()) if user_id not in known
    )
    _put_into_ledger([row for row in rows if row.user_id not in stands], told, now)
    return len(rows)


def standing_in(user_ids: Collection[int], day: date) -> dict[int, int | None]:
    """Who of these people is on leave that day, and who stands in for them: nobody, or one who is there themself."""
    rows = lasting(day).filter(user_id__in=set(user_ids))
    stands: dict[int, int | None] = dict(rows.values_list("user_id", "substitute_id"))
    wanted = {one for one in stands.values() if one}
    if not wanted:
        return stands
    away = set(lasting(day).filter(user_id__in=wanted).values_list("user_id", flat=True))
    here = set(User.objects.filter(pk__in=wanted - away, is_active=True).values_list("pk", flat=True))
    return {user_id: one if one in here else None for user_id, one in stands.items()}


def _put_into_ledger(notices: list[Notice], kind: Kind, now: datetime) -> None:
    """A row for each way by which each of these people wishes to be told."""
    ids = [one.user_id for one in notices]
    if not ids:
        return
    choices = {one.user_id: one for one in NoticeChoice.objects.filter(user_id__in=ids)}
    posts_letters = Account.objects.filter(channel=Account.Channel.EMAIL, active=True, ours=True, dry_run=False)
    addressed = User.objects.filter(Exists(posts_letters), pk__in=ids).exclude(email="")
    with_mail = set(addressed.values_list("pk", flat=True))
    with_chat = set(StaffChat.objects.filter(user_id__in=ids).values_list("user_id", flat=True))
    calendar, local = calendar_for(), now.astimezone(zone())
    posts = []
    for one in notices:
        choice = choices.get(one.user_id)
        quiet = quiet_of(choice)
        over = local if one.urgent else quiet.over_at(local, calendar)
        for way, reachable in ((EMAIL, with_mail), (MAX, with_chat)):
            if one.user_id not in reachable or way not in ways_of(choice, one.kind):
                continue
            later = over > local
            posts.append(
                NoticePost(
                    notice=one, user_id=one.user_id, way=way, after_quiet=later,
                    next_at=over if later or one.urgent else now + GATHER,
                )
            )
    NoticePost.objects.bulk_create(posts)


def ways_of(choice: NoticeChoice | None, kind: str) -> list[str]:
    """The ways beside the page by which a person wishes to be told of a kind."""
    if choice is not None and kind in choice.ways:
        return list(choice.ways[kind])
    return [EMAIL, MAX] if KINDS[kind].sent else []


def quiet_of(choice: NoticeChoice | None) -> Quiet:
    """A person's quiet hours."""
    return Quiet(choice.quiet_from, choice.quiet_to, choice.quiet_days_off) if choice else NO_CHOICE


def unseen_count(actor: Staff) -> int:
    """How many notices wait for this person. Inside `acting`."""
    return Notice.objects.filter(user_id=actor.user_id, seen_at=None).count()


def see(actor: Staff, *, case_id: int | None = None, notice_id: int | None = None, now: datetime) -> int:
    """The person has seen them: of one case, one of them, or all. Their own mark; reading is not watched."""
    with acting(actor), widened():
        return mark_seen(actor.user_id, case_id=case_id, notice_id=notice_id, now=now)


def see_cases(actor: Staff, numbers: Collection[int], *, now: datetime) -> int:
    """The same of these cases: whoever acted on many at once has dealt with what they were told of them."""
    with acting(actor), widened():  # their own notices only, also of cases they have just handed over
        rows = Notice.objects.filter(user_id=actor.user_id, seen_at=None, case__number__in=numbers)
        return rows.update(seen_at=now)


def mark_seen(
    user_id: int, *, case_id: int | None = None, notice_id: int | None = None, kind: str = "", now: datetime
) -> int:
    """The same inside `acting`, widened; `kind`: of this kind only."""
    rows = Notice.objects.filter(user_id=user_id, seen_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(seen_at=now)


def notices_of(actor: Staff, limit: int = 100) -> list[Notice]:
    """The person's notices, unseen first, then the newest. Inside `acting`: what a case says is read by who may."""
    unseen = Notice.objects.filter(user_id=actor.user_id).select_related("instead_of")
    first = list(unseen.filter(seen_at=None).order_by("-urgent", "-id")[:limit])
    return [*first, *unseen.exclude(seen_at=None).order_by("-id")[: limit - len(first)]]


def trouble_of(user_id: int) -> bool:
    """Whether a letter to this person failed lately and nothing has come through since."""
    failed = NoticePost.objects.filter(user_id=user_id, state__in=["failed", "unknown"])
    later = NoticePost.objects.filter(user_id=user_id, state="done", way=OuterRef("way"), pk__gt=OuterRef("pk"))
    return failed.filter(~Exists(later)).exists()


def choose(
    actor: Staff, *, ways: Mapping[str, Collection[str]], quiet: tuple[time, time, bool], now: datetime
) -> None:
    """How this person wishes to be told from now on. Their own to say; the journal keeps that they did."""
    kept = {
        kind: [way for way in (EMAIL, MAX) if way in given] for kind, given in ways.items() if kind in KINDS
    }
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)
        NoticeChoice.objects.update_or_create(
            user_id=actor.user_id,
            defaults={"ways": kept, "quiet_from": quiet[0], "quiet_to": quiet[1], "quiet_days_off": quiet[2]},
        )
        user_entry(actor, actor.user_id, "notices_chosen", now)


def tell_substitute(actor: Actor, absence: Absence, now: datetime) -> int:
    """Whoever stands in learns of it at once, from when till when and for whom. After the leave was entered."""
    if absence.substitute_id is None:
        return 0
    with translation.override("ru"):  # whatever language the page of who entered it speaks
        words = gettext("%(who)s: с %(since)s по %(until)s. Карточки видны в «Мои».") % {
            "who": absence.user.short_name, "since": f"{absence.since:%d.%m}", "until": f"{absence.until:%d.%m}",
        }
    with acting(actor), widened():
        return notify([absence.substitute_id], "given", case=None, now=now, words=words, link="/desk/?tab=mine")
