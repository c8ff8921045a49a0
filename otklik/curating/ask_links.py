"""The secret link of one part of a request: an organisation without an account answers by it.

Signed, with an end, revocable, bound to one part; looking at it changes nothing, so a mail scanner that opens it does
no harm. Nothing of anybody stands in the address.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, AskedLink, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.noticing import notify
from otklik.curating.asking import MOST_TEXT, OPEN, enclose, locked_part, tell, told_words
from otklik.curating.models import AskFile, AskLink, AskPart
from otklik.curating.people import entry, require_curator, user_id
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.files.models import StoredFile
from otklik.files.photos import CleanPhoto
from otklik.typed_text import line, typed, within

AFTER = timedelta(days=7)  # a late answer is an answer, too
MOST_PHOTOS = 3
_SALT = "otklik.ask"
S = AskPart.State


class AskLinkEnded(Failure):
    """The link was good once; the text says what happened since. `scope_id` tells whose phone to show."""

    def __init__(self, message: str, scope_id: int) -> None:
        super().__init__(message)
        self.scope_id = scope_id


def link_for(actor: Actor, part_id: int, *, now: datetime | None = None) -> str:
    """The token for an organisation's part: the one that still holds, or a new one; journalled when made. A curator's.
    """
    now = now or timezone.now()
    with locked_part(actor, part_id) as part:
        require_curator(actor, part.scope_id)
        if part.organisation_id is None:
            raise Refused(_("Центр отвечает в программе: ссылка нужна организации, у которой в ней никого нет."))
        if part.state not in OPEN:
            raise Refused(_("На этот запрос уже ответили, или он отменён: ссылка не нужна."))
        until = max(part.due_at, now) + AFTER
        link = AskLink.objects.filter(part=part, revoked_at=None, expires_at__gt=now).order_by("-pk").first()
        if link is not None and link.expires_at < part.due_at:  # it was given more time since
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            link = None
        if link is None:
            link = AskLink.objects.create(part=part, made_by_id=user_id(actor), created_at=now, expires_at=until)
            entry(actor, f"ask:{part.ask_id}", "ask_link", now, part=part.pk, link=link.pk)
    return signing.Signer(salt=_SALT).sign(str(link.pk))


def revoke(actor: Actor, part_id: int, *, now: datetime | None = None) -> int:
    """End the links of a part, given to a wrong person; a new one can be made. Returns how many ended."""
    now = now or timezone.now()
    with locked_part(actor, part_id) as part:
        require_curator(actor, part.scope_id)
        ended = AskLink.objects.filter(part=part, revoked_at=None).update(revoked_at=now)
        if ended:
            entry(actor, f"ask:{part.ask_id}", "ask_link_revoked", now, part=part.pk, links=ended)
    return ended


def open_ask(token: str, now: datetime) -> AskedLink:
    """The actor of a token. Opening changes nothing. Raises `NotYours` or `AskLinkEnded`."""
    try:
        link_id = int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка.")) from error
    link = AskLink.objects.filter(pk=link_id).first()
    if link is None:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка."))
    actor = AskedLink(link.part_id, link.pk)
    with acting(actor, read_only=True):
        part = the_part(actor)
    if link.revoked_at is not None:
        raise AskLinkEnded(_("Эту ссылку отменили. Если запрос ещё ваш, попросите у ЦУР новую."), part.scope_id)
    if link.expires_at <= now:
        raise AskLinkEnded(_("Срок ссылки истёк. Попросите у ЦУР новую."), part.scope_id)
    if part.state == S.CANCELLED:
        raise AskLinkEnded(_("Запрос отменили: отвечать уже не нужно."), part.scope_id)
    return actor


def the_part(actor: AskedLink) -> AskPart:
    """The part of this link, with its organisation. Inside `acting`: the database shows no other."""
    return AskPart.objects.select_related("organisation").get(pk=actor.part_id)


def files_of(actor: AskedLink) -> list[tuple[int, StoredFile]]:
    """Files that the request came with, by the id of their row. Inside `acting`."""
    rows = list(AskFile.objects.filter(part_id=actor.part_id, reply=False).order_by("pk"))
    with widened():
        files = StoredFile.objects.in_bulk([one.file_id for one in rows])
    return [(one.pk, files[one.file_id]) for one in rows]


def answer(
    actor: AskedLink, *, words: str, who: str, photos: Sequence[CleanPhoto] = (), now: datetime | None = None
) -> None:
    """The organisation's position, once until the curator returns it. The same words again are taken as sent twice.

    Raises `BadInput` (words, who, photo), `Refused` where it was answered, cancelled or the link ended meanwhile.
    """
    now = now or timezone.now()
    words, who = within(typed(words), MOST_TEXT, "words"), line(who, 150, "who")
    if not words:
        raise BadInput(_("Напишите позицию."), "words")
    if not who:
        raise BadInput(_("Назовите себя: фамилия и должность."), "who")
    if len(photos) > MOST_PHOTOS:
        raise BadInput(_("Не больше %(n)s фотографий.") % {"n": MOST_PHOTOS}, "photo")
    with acting(actor), widened():
        rows = AskPart.objects.select_for_update(of=("self",)).select_related("ask", "scope")
        part = rows.get(pk=actor.part_id)
        if not AskLink.objects.filter(pk=actor.link_id, part=part, revoked_at=None, expires_at__gt=now).exists():
            raise Refused(_("Ссылку отменили, пока вы писали. Попросите у ЦУР новую."))
        if part.state == S.REPLIED and part.reply == words:
            return
        if part.state not in OPEN:
            raise Refused(_("На этот запрос уже ответили, или он отменён."))
        part.reply, part.replied_by, part.replied_at = words, None, now
        part.replied_for = f"{who}, по ссылке"  # to whom the link was given is what the curator knows of them
        part.first_replied_at = part.first_replied_at or now
        part.state, part.seen_at = S.REPLIED, part.seen_at or now
        part.save()
        enclose(part, photos, reply=True)
        entry(actor, f"ask:{part.ask_id}", "ask_replied", now, part=part.pk, late=now > part.due_at, files=len(photos))
        notify([part.ask.made_by_id], "ask", case=None, now=now, words=told_words(part),
               link=f"/region/asks/{part.ask_id}/")
        tell(part, now)


def message_text(part: AskPart, url: str) -> str:
    """A ready text for a messenger or a letter: what, until when, the link. In Russian (decision 085)."""
    due = part.due_at.astimezone(zone())
    return "\n".join((f"Запрос ЦУР № {part.ask_id}: {part.title}", f"Дайте позицию до {due:%d.%m %H:%M}.", url))


def held_links(part_ids: Sequence[int], now: datetime) -> set[int]:
    """Ids of parts whose link still holds."""
    rows = AskLink.objects.filter(part__in=part_ids, revoked_at=None, expires_at__gt=now)
    return set(rows.values_list("part_id", flat=True))
