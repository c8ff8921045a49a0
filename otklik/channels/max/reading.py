"""Updates of MAX as what somebody wrote: in a dialog with the bot, in a chat, under a post of a channel. Pure.

A message's id is its `mid`, which the answer to our own sending names, too. A thread is the chat; under a post, that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Author, Ignored, Incoming, OwnPost, Unreadable, What
from otklik.channels.max.attached import files_of, lines_of, own_phone, place_of, unknown_of
from otklik.channels.max.updates import Update, moment, number, part, words

CHANGES: Mapping[str, What] = {"created": "message", "edited": "edit"}
# Updates that say nothing to us, in words for the list; any other unknown type is named as it came.
NEEDLESS = {
    "bot_started": "человек начал диалог с ботом", "bot_stopped": "человек остановил бота",
    "bot_added": "бота добавили в чат", "bot_removed": "бота удалили из чата",
    "user_added": "в чате новый участник", "user_removed": "из чата ушёл участник",
    "message_callback": "нажата кнопка", "chat_title_changed": "чат переименован",
    "message_chat_created": "создан чат", "dialog_cleared": "человек очистил диалог",
    "dialog_removed": "человек удалил диалог", "dialog_muted": "уведомления выключены",
    "dialog_unmuted": "уведомления включены",
}


@dataclass(frozen=True, slots=True)
class Bot:
    """What the account's settings say: our bot's own number, whether we may answer there, colleagues' numbers."""

    id: int = 0
    ours: bool = True
    staff: frozenset[int] = frozenset()


def read_update(update: Update, bot: Bot) -> list[Incoming]:
    """Raises `Unreadable`, `Ignored` with the reason that the list shows."""
    if update.type in NEEDLESS:
        raise Ignored(_("Событие «%(what)s»: не сообщение.") % {"what": NEEDLESS[update.type]})
    stem, _line, change = update.type.partition("_")
    if stem in ("message", "comment") and change == "removed":
        return [_removed(update)]
    if stem in ("message", "comment") and change in CHANGES:
        return [_message(update, CHANGES[change], bot)]
    raise Ignored(_("Неизвестное событие «%(type)s»: сохранено как пришло.") % {"type": update.type[:60]})


def _removed(update: Update) -> Incoming:
    mid = words(update.told, "message_id")
    if not mid:
        raise Unreadable(_("В событии нет поля %(name)s.") % {"name": "message_id"})
    return Incoming("delete", mid, raw={"type": update.type, "by": number(update.told, "user_id")})


def _message(update: Update, what: What, bot: Bot) -> Incoming:
    one = part(update.told, "message")
    to, body, by, link = part(one, "recipient"), part(one, "body"), part(one, "sender"), part(one, "link")
    if not one or not words(to, "chat_type"):
        raise Unreadable(_("В событии нет поля %(name)s.") % {"name": "message.recipient"})
    post, kind, writer = words(to, "post_id"), words(to, "chat_type"), number(by, "user_id")
    if kind == "channel" and not post:
        ident = words(body, "mid")
        at = moment(one) if bot.ours and ident else None
        raise OwnPost(_("Запись канала, не сообщение жителя."), ident=ident, at=at, link=_address(one))
    mine = _mine(by, kind, bot)
    attachments = body.get("attachments")
    text = _text(body, link)
    if text.strip().lower() in ("/start", "/help"):
        raise Ignored(_("Команда боту, не сообщение."))
    chat = number(to, "chat_id") or writer
    mid = words(body, "mid") or f"{chat}:{number(one, 'timestamp')}:{writer}"  # only a forwarded one: it has no id
    latitude, longitude = place_of(attachments)
    return Incoming(
        "ours" if mine and what == "message" else what, mid, text, _author(by, own_phone(attachments, writer)),
        moment(one), thread=f"{chat}/{post}" if post else str(chat), whole=not mine, private=kind == "dialog",
        answers_to=_answered(link), link=_address(one), latitude=latitude, longitude=longitude,
        files=[*files_of(attachments), *_forwarded_files(link)],
        reply=_reply(kind, chat, post, writer, words(body, "mid")),
        raw={"type": update.type, "from": writer, **_unknown(attachments)},
    )


def _mine(by: Mapping[str, Any], kind: str, bot: Bot) -> bool:
    """Our own words and those of colleagues, who answer by hand. Other bots say nothing to us."""
    writer = number(by, "user_id")
    if not writer:  # on behalf of the channel
        if not bot.ours:
            raise Ignored(_("Пишет сам канал."))
        return True
    if writer == bot.id or writer in bot.staff:
        return bot.ours
    if by.get("is_bot") is not True:
        return False
    if kind == "dialog":  # there are only two in it
        return True
    raise Ignored(_("Пишет бот. Если это наш, впишите его номер в настройках."))


def _author(by: Mapping[str, Any], phone: str) -> Author:
    writer = number(by, "user_id")
    name = " ".join(filter(None, (words(by, "first_name"), words(by, "last_name")))) or words(by, "name")
    nick = words(by, "username")
    return Author(
        str(writer) if writer else "", name=name[:200], phone=phone, link=f"https://max.ru/{nick}" if nick else ""
    )


def _text(body: Mapping[str, Any], link: Mapping[str, Any]) -> str:
    parts = [words(body, "text"), *lines_of(body.get("attachments"))]
    if words(link, "type") == "forward":
        inner = part(link, "message")
        told = "\n".join(filter(None, (words(inner, "text"), *lines_of(inner.get("attachments")))))
        parts.append(f"Пересланное сообщение: {told[:4000]}" if told else "")
    return "\n".join(filter(None, parts))


def _forwarded_files(link: Mapping[str, Any]) -> list[Any]:
    return files_of(part(link, "message").get("attachments")) if words(link, "type") == "forward" else []


def _answered(link: Mapping[str, Any]) -> list[str]:
    mid = words(part(link, "message"), "mid")
    return [mid] if mid and words(link, "type") == "reply" else []


def _address(one: Mapping[str, Any]) -> str:
    url = words(one, "url")
    return url if url.startswith("https://") else ""


def _reply(kind: str, chat: int, post: str, writer: int, mid: str) -> dict[str, Any]:
    """Where `send` answers. In a dialog by the person's number: the dialog's own is not always taken."""
    if post:
        return {"kind": "comment", "post": post, "mid": mid}
    if kind == "dialog":
        return {"kind": "user", "user": writer, "mid": mid}
    return {"kind": "chat", "chat": chat, "mid": mid}


def _unknown(attachments: Any) -> dict[str, Any]:
    kinds = unknown_of(attachments)
    return {"unknown": kinds} if kinds else {}
