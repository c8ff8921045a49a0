"""Events of VK as what somebody wrote: comments of four kinds, posts of visitors, private messages. Pure.

Ids of messages are the addresses VK itself uses (`wall-1_2_r3`, `topic-1_2_3`, `im4_5`), so that the id of what we sent
is the id by which its echo comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Author, Ignored, Incoming, OwnPost, Unreadable, What
from otklik.channels.vk.attached import files_of, lines_of
from otklik.channels.vk.events import LOST, Event, moment, number, words

CHATS = 2_000_000_000  # ids of conversations of many begin here
CHANGES: Mapping[str, What] = {"new": "message", "edit": "edit", "delete": "delete", "restore": "restore"}
# Events that say nothing to us, in words for the list; any other unknown type is named as it came.
NEEDLESS = {
    "message_allow": "человек разрешил сообщения", "message_deny": "человек запретил сообщения",
    "message_typing_state": "набирает текст", "message_read": "прочитано", "message_event": "нажата кнопка",
    "message_reaction_event": "реакция", "photo_new": "новая фотография", "audio_new": "новая аудиозапись",
    "video_new": "новое видео", "wall_repost": "репост записи", "like_add": "отметка «нравится»",
    "like_remove": "снята отметка «нравится»", "group_join": "вступление", "group_leave": "выход",
    "user_block": "блокировка", "user_unblock": "разблокировка", "poll_vote_new": "голос в опросе",
    "group_officers_edit": "изменены руководители", "group_change_settings": "изменены настройки",
    "group_change_photo": "изменена фотография", "lead_forms_new": "заявка из формы",
    "wall_schedule_post_new": "отложенная запись", "wall_schedule_post_delete": "удалена отложенная запись",
    "market_comment_new": "комментарий к товару", "market_comment_edit": "комментарий к товару",
    "market_comment_delete": "комментарий к товару", "market_comment_restore": "комментарий к товару",
    "market_order_new": "заказ", "market_order_edit": "заказ", "app_payload": "событие приложения",
    "vkpay_transaction": "перевод", "donut_subscription_create": "подписка",
}


# Said all day long and about nobody's matter: these are not even kept, or they would hide what a filter held back.
NOISE = frozenset({
    "message_typing_state", "message_read", "message_reaction_event", "like_add", "like_remove", "poll_vote_new",
    "group_join", "group_leave",
})


@dataclass(frozen=True, slots=True)
class Page:
    """What the account's settings say: our community, whether it is ours to answer from, its people's own pages."""

    group_id: int
    ours: bool = True
    staff: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Family:
    """Comments under one kind of thing. `kind`: as VK's addresses and `reply` name it."""

    kind: str
    owners: tuple[str, ...]
    parent: str


FAMILIES = {
    "wall_reply": _Family("wall", ("post_owner_id", "owner_id"), "post_id"),
    "board_post": _Family("topic", ("topic_owner_id", "owner_id"), "topic_id"),
    "photo_comment": _Family("photo", ("photo_owner_id", "owner_id"), "photo_id"),
    "video_comment": _Family("video", ("video_owner_id", "owner_id"), "video_id"),
}


def read_event(event: Event, page: Page) -> list[Incoming]:
    """Raises `Unreadable`, `Ignored` with the reason that the list shows."""
    if event.type == LOST:
        raise Unreadable(_("ВКонтакте не сохранил часть событий: посмотрите страницу за последние часы."))
    if event.type in NEEDLESS:
        raise Ignored(_("Событие «%(what)s»: не сообщение.") % {"what": NEEDLESS[event.type]})
    stem, _line, change = event.type.rpartition("_")
    if stem in FAMILIES and change in CHANGES:
        return [_comment(event, FAMILIES[stem], CHANGES[change], page)]
    if event.type == "wall_post_new":
        return [_post(event, page)]
    if event.type in ("message_new", "message_reply", "message_edit"):
        return [_message(event, page)]
    raise Ignored(_("Неизвестное событие «%(type)s».") % {"type": event.type[:60]})


def _comment(event: Event, family: _Family, what: What, page: Page) -> Incoming:
    one = event.object
    owner, parent, ident = event.number(*family.owners), event.number(family.parent), event.number("id")
    thread = f"{family.kind}{owner}_{parent}"
    external_id = comment_id(family.kind, owner, parent, ident)
    if what == "delete":
        return Incoming("delete", external_id, thread=thread)
    writer = event.number("from_id")
    mine = _mine(writer, page)
    answered = one.get("reply_to_comment")
    parents = one.get("parents_stack")
    stack = [ident for ident in parents if isinstance(ident, int)] if isinstance(parents, list) else []
    above = [answered] if isinstance(answered, int) and answered else []
    above += [ident for ident in reversed(stack) if ident not in above]
    answers_to = [comment_id(family.kind, owner, parent, ident) for ident in above]
    return Incoming(
        "ours" if mine and what == "message" else what, external_id, _text(one), _author(writer), moment(one),
        thread=thread, whole=not mine, answers_to=[*answers_to, thread],
        link=_link(family.kind, owner, parent, ident, stack), files=files_of(one.get("attachments")),
        raw=_raw(event, writer),
        reply={"kind": family.kind, "owner": owner, "parent": parent, "comment": ident},
    )


def _post(event: Event, page: Page) -> Incoming:
    """A post on the wall: of a visitor, offered for publication, or (of a page that is not ours) anybody's."""
    one = event.object
    owner, ident, writer = event.number("owner_id"), event.number("id"), event.number("from_id")
    kind = words(one, "post_type") or "post"
    if kind == "postpone":
        raise Ignored(_("Отложенная запись самого сообщества."))
    if writer == -page.group_id and page.ours:
        raise OwnPost(
            _("Запись самого сообщества."), ident=f"wall{owner}_{ident}", at=moment(one),
            link=f"https://vk.com/wall{owner}_{ident}",
        )
    offered = kind == "suggest"
    thread = f"wall{owner}_{ident}"
    signed = one.get("signer_id")
    by = signed if isinstance(signed, int) and signed > 0 else writer
    latitude, longitude = _place(one.get("geo"))
    # What was only offered cannot be commented on: its author is answered by a message.
    reply = {"kind": "im", "peer": writer} if offered else {"kind": "wall", "owner": owner, "parent": ident}
    return Incoming(
        "message", thread, _text(one), _author(by), moment(one), thread=thread,
        link=f"https://vk.com/{thread}", files=files_of(one.get("attachments")), private=offered,
        reply=reply, raw=_raw(event, writer), latitude=latitude, longitude=longitude,
    )


def _message(event: Event, page: Page) -> Incoming:
    inner = event.object.get("message")
    one: Mapping[str, Any] = inner if isinstance(inner, dict) else event.object
    if one.get("action"):
        raise Ignored(_("Событие беседы, не сообщение."))
    if '"start"' in words(one, "payload"):
        raise Ignored(_("Нажата кнопка «Начать»."))
    peer, writer = number(one, "peer_id"), number(one, "from_id")
    thread = f"im{peer}"
    what: What = "edit" if event.type == "message_edit" else "message"
    if event.type == "message_reply":
        writer = -page.group_id
    mine = _mine(writer, page)
    answered = one.get("reply_message")
    latitude, longitude = _place(one.get("geo"))
    return Incoming(
        "ours" if mine and what == "message" else what, message_id(peer, one), _text(one), _author(writer),
        moment(one), thread=thread, whole=not mine, private=peer < CHATS,
        answers_to=[message_id(peer, answered)] if isinstance(answered, dict) else [],
        link=f"https://vk.com/gim{page.group_id}?sel={peer if peer < CHATS else f'c{peer - CHATS}'}",
        files=files_of(one.get("attachments")), raw=_raw(event, writer), latitude=latitude, longitude=longitude,
        reply={"kind": "im", "peer": peer},
    )


def comment_id(kind: str, owner: int, parent: int, ident: int) -> str:
    """Our id of a comment: as in VK's own addresses."""
    return f"{kind}{owner}_{parent}_{'r' if kind == 'wall' else ''}{ident}"


def message_id(peer: int, one: Mapping[str, Any]) -> str:
    """Our id of a message. In conversations of many VK gives no `id`, only a number inside the conversation."""
    ident = one.get("id")
    if isinstance(ident, int) and ident:
        return f"im{peer}_{ident}"
    return f"im{peer}_c{number(one, 'conversation_message_id')}"


def _mine(writer: int, page: Page) -> bool:
    """Our own words, and those of a colleague from their own page, are answers and no messages."""
    return page.ours and (writer == -page.group_id or writer in page.staff)


def _author(writer: int) -> Author:
    return Author(str(writer), link=f"https://vk.com/{'id' if writer > 0 else 'club'}{abs(writer)}")


def _text(one: Mapping[str, Any]) -> str:
    parts = [words(one, "text"), *lines_of(one.get("attachments"))]
    copied = one.get("copy_history")
    for other in copied if isinstance(copied, list) else []:
        if isinstance(other, dict) and words(other, "text"):
            parts.append(f"Пересланная запись: {words(other, 'text')[:2000]}")
    forwarded = one.get("fwd_messages")
    for other in forwarded[:20] if isinstance(forwarded, list) else []:
        if isinstance(other, dict) and words(other, "text"):
            parts.append(f"Пересланное сообщение: {words(other, 'text')[:2000]}")
    return "\n".join(filter(None, parts))


def _link(kind: str, owner: int, parent: int, ident: int, stack: Sequence[int]) -> str:
    if kind == "wall":
        return f"https://vk.com/wall{owner}_{parent}?reply={ident}{f'&thread={stack[0]}' if stack else ''}"
    if kind == "topic":
        return f"https://vk.com/topic{owner}_{parent}?post={ident}"
    return f"https://vk.com/{kind}{owner}_{parent}"


def _place(geo: Any) -> tuple[float | None, float | None]:
    """Coordinates: an object in messages, «48.7 44.5» in posts."""
    told = geo.get("coordinates") if isinstance(geo, dict) else None
    pair: Sequence[Any] = ()
    if isinstance(told, dict):
        pair = (told.get("latitude"), told.get("longitude"))
    elif isinstance(told, str):
        pair = told.split()
    try:
        latitude, longitude = (float(one) for one in pair)
    except (TypeError, ValueError, OverflowError):
        return None, None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)


def _raw(event: Event, writer: int) -> dict[str, Any]:
    return {"type": event.type, "from": writer}
