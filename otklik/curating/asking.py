"""«Запрос ЦУР»: asking centres for their position by an hour, their reply, and what the curator makes of it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.noticing import notify
from otklik.curating.models import Ask, AskFile, AskPart
from otklik.curating.people import CURATOR, entry, of_centre, people_of, require_curator, user_id
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.documents import Document
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line, typed, within

ACTOR = System("asks")
MOST_TEXT = 6000
MOST_FILES = 5
MOST_PARTS = 120
FARTHEST = timedelta(days=92)
REMIND = timedelta(hours=2)  # before the deadline; of a shorter request when a third of its time is left
S = AskPart.State
OPEN = (S.SENT, S.RETURNED)
Enclosed = CleanPhoto | Document


@dataclass(frozen=True)
class Asked:
    """What a curator asks: of whom, what, until when (aware)."""

    title: str
    text: str
    due_at: datetime
    scopes: Collection[int] = ()  # centres, by the scope of each
    organisations: Collection[int] = ()
    link: str = ""
    files: Sequence[Enclosed] = ()


def ask(actor: Actor, said: Asked, *, now: datetime | None = None) -> Ask:
    """Send a request to everybody named. Raises `BadInput`, `Refused`."""
    now = now or timezone.now()
    title, text = line(said.title, 160, "title"), within(typed(said.text), MOST_TEXT, "text")
    link = _link(said.link)
    if not title:
        raise BadInput(_("Напишите, о чём запрос."), "title")
    if not text:
        raise BadInput(_("Напишите, что спрашиваете."), "text")
    if not now < said.due_at <= now + FARTHEST:
        raise BadInput(_("Срок — позже этой минуты и не дальше трёх месяцев."), "due_at")
    if not said.scopes and not said.organisations:
        raise BadInput(_("Выберите, кого спрашиваете."), "places")
    _few(said.files)
    user = user_id(actor)
    if user is None:
        raise Refused(_("Запрос отправляет куратор ЦУР."))
    with acting(actor), widened():
        whom = _whom(actor, said)
        row = Ask.objects.create(made_by_id=user, made_at=now, due_at=said.due_at)
        for scope, organisation in whom:
            part = AskPart.objects.create(
                ask=row, scope=scope, organisation=organisation, title=title, text=text, link=link, due_at=said.due_at
            )
            enclose(part, said.files, reply=False)
            tell(part, now)
        entry(actor, f"ask:{row.pk}", "ask_sent", now, parts=len(whom), due=said.due_at.isoformat(),
              scopes=sorted({scope.pk for scope, _firm in whom}))  # fmt: skip
        return row


def open_part(actor: Actor, part_id: int, *, now: datetime | None = None) -> None:
    """Somebody of the addressee has opened it: noted once, and the sender sees that it was read."""
    now = now or timezone.now()
    with locked_part(actor, part_id) as part:
        if part.seen_at is None and part.state in OPEN and of_centre(actor, part.scope):
            part.seen_at = now
            part.save(update_fields=["seen_at"])
            entry(actor, f"ask:{part.ask_id}", "ask_seen", now, part=part.pk)


def reply(
    actor: Actor, part_id: int, *, words: str, files: Sequence[Enclosed] = (), said_by: str = "",
    now: datetime | None = None,
) -> None:
    """The addressee's position. A curator writes down an organisation's (`said_by`: who said it and how)."""
    now = now or timezone.now()
    words, said_by = within(typed(words), MOST_TEXT, "words"), line(said_by, 200, "said_by")
    _few(files)
    with locked_part(actor, part_id) as part:
        for_them = not of_centre(actor, part.scope)
        if for_them:
            if part.organisation_id is None or not _curates(actor, part.scope_id):
                raise Refused(_("На запрос отвечает тот, кого спросили."))
            if not said_by:
                raise BadInput(_("Напишите, кто ответил и как: по телефону, письмом."), "said_by")
        if part.state not in OPEN:
            raise Refused(_("На этот запрос уже ответили, или он отменён."))
        if not words:
            raise BadInput(_("Напишите позицию."), "words")
        part.reply, part.replied_by_id, part.replied_at = words, user_id(actor), now
        part.replied_for = said_by
        part.first_replied_at = part.first_replied_at or now
        part.state, part.seen_at = S.REPLIED, part.seen_at or now
        part.save()
        enclose(part, files, reply=True)
        entry(actor, f"ask:{part.ask_id}", "ask_replied", now, part=part.pk, late=now > part.due_at, files=len(files))
        if not for_them:
            page = f"/region/asks/{part.ask_id}/"
            notify([part.ask.made_by_id], "ask", case=None, now=now, words=told_words(part), link=page)


def decide(
    actor: Actor, part_id: int, *, accepts: bool, words: str = "", due_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """The curator takes the reply, or returns it with words and, where that hour is over, a new one."""
    now = now or timezone.now()
    words = within(typed(words), 2000, "decision")
    with locked_part(actor, part_id) as part:
        require_curator(actor, part.scope_id)
        if part.state != S.REPLIED:
            raise Refused(_("Решать не о чем: ответа ещё нет, или решение уже принято."))
        part.decision, part.decided_by_id, part.decided_at = words, user_id(actor), now
        if accepts:
            part.state = S.ACCEPTED
        else:
            if not words:
                raise BadInput(_("Напишите, чего не хватает."), "decision")
            until = due_at or part.due_at
            if not now < until <= now + FARTHEST:
                raise BadInput(_("Назначьте новый срок: прежний вышел."), "due_at")
            part.state, part.due_at, part.alarmed = S.RETURNED, until, 0
        part.save()
        entry(actor, f"ask:{part.ask_id}", "ask_accepted" if accepts else "ask_returned", now, part=part.pk)
        tell(part, now)


def cancel(actor: Actor, ask_id: int, *, now: datetime | None = None) -> None:
    """Take a request back where nobody has answered yet; what came stays."""
    now = now or timezone.now()
    with acting(actor):
        seen = list(AskPart.objects.filter(ask_id=ask_id))
        if not seen:
            raise NotYours(_("Такого запроса нет."))
        with widened():
            Ask.objects.select_for_update().get(pk=ask_id)
            parts = list(AskPart.objects.select_for_update(of=("self",)).select_related("scope").filter(
                ask_id=ask_id, state__in=OPEN
            ))
            for part in parts:
                require_curator(actor, part.scope_id)
            if not parts:
                raise Refused(_("Отменять нечего: на запрос уже ответили."))
            for part in parts:
                part.state = S.CANCELLED
                part.save(update_fields=["state"])
                tell(part, now)
            entry(actor, f"ask:{ask_id}", "ask_cancelled", now, parts=len(parts))


def alarm_due(now: datetime) -> int:
    """The job: remind before the deadline, tell both sides when it is over. Each once. Returns how many were told."""
    told = 0
    with acting(ACTOR), widened():
        rows = AskPart.objects.select_for_update(skip_locked=True, of=("self",)).select_related("scope", "ask__made_by")
        for part in rows.filter(state__in=OPEN, alarmed__lt=2, due_at__lte=now + REMIND):
            stage = 2 if part.due_at <= now else int(part.due_at - now <= remind_before(part))
            if stage <= part.alarmed:
                continue
            part.alarmed = stage
            part.save(update_fields=["alarmed"])
            tell(part, now, late=stage == 2)
            if stage == 2:
                notify([part.ask.made_by_id], "ask", case=None, now=now, words=told_words(part, late=True),
                       link=f"/region/asks/{part.ask_id}/")  # fmt: skip
            told += 1
    return told


def remind_before(part: AskPart) -> timedelta:
    """How long before the deadline it is reminded of: two hours, or a third of the time that was given at first."""
    return min(REMIND, (part.ask.due_at - part.ask.made_at) / 3)


def parts(scopes: frozenset[int] | None) -> QuerySet[AskPart]:
    """Parts of requests, as the actor sees them. Inside `acting`."""
    rows = AskPart.objects.select_related("ask__made_by", "scope", "organisation", "replied_by", "decided_by")
    return rows if scopes is None else rows.filter(scope_id__in=scopes)


def _whom(actor: Actor, said: Asked) -> list[tuple[Territory, Organisation | None]]:
    found: list[tuple[Territory, Organisation | None]] = []
    kinds = [Kind.MUNICIPALITY, Kind.DISTRICT]
    for scope in Territory.objects.filter(pk__in=set(said.scopes), kind__in=kinds, active=True).order_by("name_key"):
        found.append((scope, None))
    if len(found) != len(set(said.scopes)):
        raise BadInput(_("Выберите муниципалитеты из списка."), "places")
    firms = Organisation.objects.select_related("territory__scope").filter(pk__in=set(said.organisations), active=True)
    found += [(one.territory.scope or one.territory, one) for one in firms.order_by("name_key")]
    if len(found) != len(set(said.scopes)) + len(set(said.organisations)):
        raise BadInput(_("Выберите организации из списка."), "organisations")
    if len(found) > MOST_PARTS:
        raise BadInput(_("Не больше %(n)s адресатов сразу.") % {"n": MOST_PARTS}, "places")
    for scope, _firm in found:
        require_curator(actor, scope.pk)
    return found


def _link(text: str) -> str:
    link = line(text, 500, "link")
    if not link:
        return ""
    try:
        parts_of = urlsplit(link)
        right = parts_of.scheme in ("http", "https") and "." in (parts_of.hostname or "")
    except ValueError:
        right = False
    if not right:
        raise BadInput(_("Вставьте ссылку целиком: она начинается с https://"), "link")
    return link


def _few(files: Sequence[Enclosed]) -> None:
    if len(files) > MOST_FILES:
        raise BadInput(_("Не больше %(n)s файлов.") % {"n": MOST_FILES}, "files")


def enclose(part: AskPart, files: Sequence[Enclosed], *, reply: bool) -> None:
    """Keep the files of a request or of its reply. Inside a gate."""
    for one in files:
        AskFile.objects.create(part=part, scope_id=part.scope_id, file=store(one, part.scope_id), reply=reply)


def _curates(actor: Actor, scope_id: int) -> bool:
    return isinstance(actor, Staff) and CURATOR in actor.roles_at(scope_id)


def tell(part: AskPart, now: datetime, *, late: bool = False) -> None:
    """The people of the centre. An organisation of the region has nobody here: the curator calls or writes."""
    to = people_of(part.scope, timezone.localdate(now))
    notify(to, "ask", case=None, now=now, words=told_words(part, late=late), link=f"/desk/curator/asks/{part.pk}/")


def told_words(part: AskPart, *, late: bool = False) -> str:
    """The program's own words for a notice: number and hour, nothing of the post."""
    with override("ru"):
        given = {"n": part.ask_id, "due": timezone.localtime(part.due_at, zone()).strftime("%d.%m %H:%M")}
        if part.state == S.CANCELLED:
            return _("Запрос № %(n)s отменён") % given
        if part.state == S.ACCEPTED:
            return _("Запрос № %(n)s: ответ принят") % given
        if part.state == S.REPLIED:
            return _("Запрос № %(n)s: пришёл ответ") % given
        if late:
            return _("Запрос № %(n)s: ответа ждали до %(due)s") % given
        if part.state == S.RETURNED:
            return _("Запрос № %(n)s возвращён на доработку, до %(due)s") % given
        return _("Запрос № %(n)s: дайте позицию до %(due)s") % given


@contextmanager
def locked_part(actor: Actor, part_id: int) -> Iterator[AskPart]:
    """The part, locked, for who sees it; inside, one writes as the whole region. `NotYours` for strangers."""
    with acting(actor):
        if not AskPart.objects.filter(pk=part_id).exists():
            raise NotYours(_("Такого запроса нет, или он не вам."))
        with widened():
            rows = AskPart.objects.select_for_update(of=("self",)).select_related("ask", "scope")
            yield rows.get(pk=part_id)
