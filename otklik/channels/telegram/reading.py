"""Updates of Telegram as what somebody wrote: to the bot, in a group, under a post of a channel. Pure.

A message's id is `<chat>_<message_id>`; all parts of an album bear one, `<chat>_album<media_group_id>`, since they are
one message. A thread is the chat, or a topic or the comments of one post inside it (`message_thread_id`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Author, Ignored, Incoming, Unreadable, What
from otklik.channels.telegram.attached import files_of, lines_of, own_phone, place_of
from otklik.channels.telegram.updates import Update, moment, number, part, words

# Updates that say nothing to us, in words for the list; any other unknown kind is named as it came.
NEEDLESS = {
    "channel_post": "запись канала", "edited_channel_post": "изменена запись канала", "my_chat_member": "права бота",
    "chat_member": "участник чата", "chat_join_request": "просьба вступить", "callback_query": "нажата кнопка",
    "inline_query": "запрос к боту", "chosen_inline_result": "запрос к боту", "poll": "опрос",
    "poll_answer": "голос в опросе", "message_reaction": "реакция", "message_reaction_count": "реакции",
    "chat_boost": "поддержка чата", "removed_chat_boost": "поддержка чата",
}
PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Ears:
    """What the account's settings say: whether the place is ours, and the numbers of our channels and people there."""

    ours: bool = True
    own: frozenset[int] = frozenset()


def read_update(update: Update, ears: Ears) -> list[Incoming]:
    """Raises `Unreadable`, `Ignored` with the reason that the list shows."""
    if update.kind in NEEDLESS:
        raise Ignored(_("Событие «%(what)s»: не сообщение.") % {"what": NEEDLESS[update.kind]})
    if update.kind not in ("message", "edited_message"):
        raise Ignored(_("Неизвестное событие «%(type)s»: сохранено как пришло.") % {"type": update.kind[:60]})
    one = update.told
    chat = part(one, "chat")
    if not number(chat, "id") or not number(one, "message_id"):
        raise Unreadable(_("В событии нет поля %(name)s.") % {"name": "chat, message_id"})
    moved = _moved(one, number(chat, "id"))
    return [moved or _message(one, chat, "edit" if update.kind == "edited_message" else "message", ears)]


def _moved(one: Mapping[str, Any], chat: int) -> Incoming | None:
    """A group became a supergroup: it has another number now, and its conversations go on there."""
    old, new = number(one, "migrate_from_chat_id"), number(one, "migrate_to_chat_id")
    if not old and not new:
        return None
    return Incoming("moved", f"{chat}_{number(one, 'message_id')}", thread=str(old or chat), moved_to=str(new or chat))


def _message(one: Mapping[str, Any], chat: Mapping[str, Any], what: What, ears: Ears) -> Incoming:
    if one.get("is_automatic_forward") is True:
        raise Ignored(_("Событие «%(what)s»: не сообщение.") % {"what": NEEDLESS["channel_post"]})
    author, mine = _who(one, number(chat, "id"), ears)
    text, files = _text(one), files_of(one)
    if not text and not files:
        raise Ignored(_("Служебное событие чата, не сообщение."))
    if _is_command(one):
        raise Ignored(_("Команда боту, не сообщение."))
    album = words(one, "media_group_id")
    if what == "edit" and ((album and not text) or part(one, "location")):
        raise Ignored(_("Изменена картинка без слов или точка, которая движется."))
    latitude, longitude = place_of(one)
    return Incoming(
        "ours" if mine and what == "message" else what, message_id(chat, one), text, author, moment(one),
        thread=_thread(chat, one), answers_to=_answered(chat, one), link=_link(chat, one), files=files,
        private=words(chat, "type") == PRIVATE, whole=not mine, part=bool(album),
        latitude=latitude, longitude=longitude, raw=_raw(one, chat),
    )


def message_id(chat: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Our id of a message; the same for all parts of an album."""
    album = words(one, "media_group_id")
    return f"{number(chat, 'id')}_{f'album{album[:60]}' if album else number(one, 'message_id')}"


def _who(one: Mapping[str, Any], chat: int, ears: Ears) -> tuple[Author, bool]:
    """Who wrote, and whether it is one of ours. On behalf of a chat the person is not told: the chat is."""
    behalf, person = part(one, "sender_chat"), part(one, "from")
    if number(behalf, "id"):
        as_chat = number(behalf, "id")
        if as_chat == chat or as_chat in ears.own:  # the group's own administrators, hidden; our channel
            return _mine(ears)
        nick = words(behalf, "username")
        link = f"https://t.me/{nick}" if nick else ""
        return Author(f"chat{as_chat}", name=words(behalf, "title")[:200], link=link), False
    writer = number(person, "id")
    if writer in ears.own:
        return _mine(ears)
    if person.get("is_bot") is True:
        raise Ignored(_("Пишет другой бот."))
    name = " ".join(filter(None, (words(person, "first_name"), words(person, "last_name"))))
    nick = words(person, "username")
    link = f"https://t.me/{nick}" if nick else ""
    return Author(str(writer) if writer else "", name=name[:200], phone=own_phone(one, writer), link=link), False


def _mine(ears: Ears) -> tuple[Author, bool]:
    if not ears.ours:
        raise Ignored(_("Пишут владельцы чата."))
    return Author(), True


def _text(one: Mapping[str, Any]) -> str:
    origin = part(one, "forward_origin")
    whose = words(part(origin, "chat"), "title") or words(part(origin, "sender_chat"), "title") or (
        words(part(origin, "sender_user"), "first_name") or words(origin, "sender_user_name")
    )
    told = [words(one, "text") or words(one, "caption"), *lines_of(one)]
    if whose and any(told):
        told.append(f"(переслано: {whose[:200]})")
    return "\n".join(filter(None, told))


def _is_command(one: Mapping[str, Any]) -> bool:
    text = words(one, "text").strip()
    return text.startswith(("/start", "/help", "/stop")) and len(text.split()) < 3 and "\n" not in text


def _thread(chat: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    inner = number(one, "message_thread_id")
    return f"{number(chat, 'id')}/{inner}" if inner else str(number(chat, "id"))


def _answered(chat: Mapping[str, Any], one: Mapping[str, Any]) -> list[str]:
    """The message replied to, then the root of the chain of replies."""
    reply, root = part(one, "reply_to_message"), number(one, "message_thread_id")
    nearest = message_id(chat, reply) if number(reply, "message_id") else ""
    first = f"{number(chat, 'id')}_{root}" if root else ""
    return [found for found in dict.fromkeys((nearest, first)) if found]


def _link(chat: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Where the original stands. Messages of private chats and small groups have no address."""
    ident, nick = str(number(chat, "id")), words(chat, "username")
    if words(chat, "type") != "supergroup":
        return ""
    if nick:
        return f"https://t.me/{nick}/{number(one, 'message_id')}"
    return f"https://t.me/c/{ident.removeprefix('-100')}/{number(one, 'message_id')}" if ident[:4] == "-100" else ""


def _raw(one: Mapping[str, Any], chat: Mapping[str, Any]) -> dict[str, Any]:
    told = {"chat": number(chat, "id"), "chat_title": words(chat, "title")[:200], "album": words(one, "media_group_id")}
    return {"from": number(part(one, "from"), "id"), **{name: value for name, value in told.items() if value}}
