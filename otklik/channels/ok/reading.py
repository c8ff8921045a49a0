"""What came from OK as what somebody wrote. Pure.

Messages: examples of https://apiok.ru/dev/graph_api/methods/graph.user/graph.user.subscribe/post (read 2026-11-25).
Comments: fields of discussions.getComments as its page names them; their date is Moscow's clock by assumption.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Author, Enclosed, Ignored, Incoming, Unreadable

MOSCOW = timezone(timedelta(hours=3))
COMMENT = "otklik_comment"  # ours: a comment that we asked for, with its discussion
NEEDLESS = {
    "MESSAGE_CALLBACK": "нажата кнопка", "CHAT_SYSTEM": "событие беседы", "OUTGOING_MESSAGE_STATUS": "доставлено",
}


def payload_of(body: bytes) -> Mapping[str, Any]:
    """Raises `Unreadable` when it is no object of JSON."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Это не JSON.")) from error
    if not isinstance(given, dict):
        raise Unreadable(_("Это не событие Одноклассников."))
    return given


def identity(given: Mapping[str, Any]) -> str:
    """The id of an arrival: the message's `mid`, or a digest's raw material where there is none. Raises KeyError."""
    if given.get("type") == COMMENT:
        return str(given["id"])
    inner = given.get("message")
    mid = inner.get("mid") if isinstance(inner, dict) else None
    if not isinstance(mid, str) or not mid or not mid.isascii():
        raise KeyError("mid")
    return mid[:150]


def read_payload(given: Mapping[str, Any], group_id: str, *, ours: bool, staff: frozenset[str]) -> list[Incoming]:
    """Raises `Unreadable`, `Ignored` with the reason that the list shows."""
    if given.get("type") == COMMENT:
        return [_comment(given, group_id, ours=ours, staff=staff)]
    kind = str(given.get("webhookType") or "MESSAGE_CREATED")  # old subscriptions tell no type
    if kind in NEEDLESS:
        raise Ignored(_("Событие «%(what)s»: не сообщение.") % {"what": NEEDLESS[kind]})
    if kind != "MESSAGE_CREATED":
        raise Ignored(_("Неизвестное событие «%(type)s».") % {"type": str(kind)[:60]})
    return [_message(given)]


def _message(given: Mapping[str, Any]) -> Incoming:
    sender, recipient, inner = (_inner(given, name) for name in ("sender", "recipient", "message"))
    user, chat, mid = _word(sender, "user_id"), _word(recipient, "chat_id"), _word(inner, "mid")
    if not (user and chat and mid):
        raise Unreadable(_("В сообщении нет отправителя, беседы или номера."))
    number = user.removeprefix("user:")
    files, lines = _attached(inner.get("attachments"))
    answered = _word(inner, "reply_to")
    return Incoming(
        "message", mid, "\n".join(filter(None, (_word(inner, "text"), *lines))), thread=chat, private=True, whole=True,
        author=Author(number, _word(sender, "name"), link=f"https://ok.ru/profile/{number}"), files=files,
        written_at=_milliseconds(given.get("timestamp")), answers_to=[answered] if answered else [],
        reply={"kind": "chat", "chat": chat}, raw={"type": "message"},
    )


def _comment(given: Mapping[str, Any], group_id: str, *, ours: bool, staff: frozenset[str]) -> Incoming:
    one, topic = _inner(given, "comment"), _word(given, "discussion")
    kind = _word(given, "discussion_type") or "GROUP_TOPIC"
    ident, author = _word(one, "id"), _word(one, "author_id")
    if not (ident and topic and author):
        raise Unreadable(_("В комментарии нет номера, обсуждения или автора."))
    thread = f"{kind}:{topic}"
    mine = ours and (author == group_id or author in staff or one.get("author_type") == "GROUP")
    answered = _word(one, "reply_to_comment_id")
    files, lines = _attached(one.get("attachments"))
    return Incoming(
        "ours" if mine else "message", f"{thread}:{ident}", "\n".join(filter(None, (_word(one, "text"), *lines))),
        author=Author(author, _word(one, "author_name"), link=f"https://ok.ru/profile/{author}"), thread=thread,
        written_at=_milliseconds(one.get("date_ms")) or _clock(_word(one, "date")), files=files,
        answers_to=[f"{thread}:{answered}"] if answered else [], link=f"https://ok.ru/group/{group_id}/topic/{topic}",
        reply={} if mine else {"kind": "comment", "discussion": topic, "type": kind, "comment": ident},
        raw={"type": "comment"},
    )


def _attached(told: Any) -> tuple[list[Enclosed], list[str]]:
    """Pictures and sounds to fetch; links and films in a line. Types: IMAGE, VIDEO, AUDIO, SHARE, FILE."""
    files, lines = [], []
    for one in told[:30] if isinstance(told, list) else []:
        kind = str(one.get("type") or "") if isinstance(one, dict) else ""
        inner = one.get("payload") if isinstance(one, dict) else None
        url = _word(inner, "url") if isinstance(inner, dict) else ""
        if kind in ("IMAGE", "AUDIO", "FILE") and url:
            files.append(Enclosed(name=_word(inner, "name") if isinstance(inner, dict) else "", url=url))
        elif url:
            lines.append(f"{'Ссылка' if kind == 'SHARE' else 'Вложение'}: {url[:500]}")
        elif kind:
            lines.append(f"Вложение: {kind[:20].lower()}")
    return files, lines


def _inner(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    if not isinstance(value, dict):
        raise Unreadable(_("В событии нет поля %(name)s.") % {"name": name})
    return value


def _word(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _milliseconds(told: Any) -> datetime | None:
    if isinstance(told, bool) or not isinstance(told, int) or not 0 < told < 4_102_444_800_000:
        return None
    return datetime.fromtimestamp(told / 1000, UTC)


def _clock(told: str) -> datetime | None:
    try:
        return datetime.strptime(told, "%Y-%m-%d %H:%M:%S").replace(tzinfo=MOSCOW).astimezone(UTC)
    except ValueError:
        return None
