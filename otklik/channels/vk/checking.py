"""A look at an account: the key, its rights, the address or Long Poll, the events that are switched on."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Checked
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.vk.api import call

EVENTS = (
    "message_new", "message_reply", "message_edit", "wall_post_new", "wall_reply_new", "wall_reply_edit",
    "wall_reply_delete", "wall_reply_restore", "board_post_new", "board_post_edit", "board_post_delete",
    "board_post_restore", "photo_comment_new", "photo_comment_edit", "photo_comment_delete", "photo_comment_restore",
    "video_comment_new", "video_comment_edit", "video_comment_delete", "video_comment_restore",
)


def check(account: Account, caller: Caller, group_id: int) -> Checked:
    """Whether the community is there, the key is its own, and the events come. Sends nothing to anybody."""
    try:
        return _check(account, caller, group_id)
    except (Permanent, Retryable) as error:
        return Checked(False, str(error))


def _check(account: Account, caller: Caller, group_id: int) -> Checked:
    if not group_id:
        return Checked(False, _("Впишите номер сообщества цифрами."))
    told = call(account, caller, "groups.getById", {"group_id": group_id})
    groups = told.get("groups") if isinstance(told, dict) else told
    name = str(groups[0].get("name", "")) if isinstance(groups, list) and groups else ""
    facts = {_("Сообщество"): name}
    if account.settings.get("way") == "poll_wall":
        return Checked(True, _("Стена сообщества «%(name)s» видна.") % {"name": name}, facts)
    rights = call(account, caller, "groups.getTokenPermissions", {})
    held = {one.get("name") for one in rights.get("permissions", [])} if isinstance(rights, dict) else set()
    facts[_("Права ключа")] = ", ".join(sorted(filter(None, held)))
    needed = {"messages": _("сообщения сообщества"), "wall": _("стена")}
    missing = [needed[right] for right in needed if right not in held]
    if account.ours and missing:
        words = _("Ключу не хватает прав: %(rights)s. Выпустите ключ с ними.") % {"rights": ", ".join(missing)}
        return Checked(False, words, facts)
    by_poll = account.settings.get("way") == "poll"
    trouble = _poll_trouble(account, caller, group_id) if by_poll else _callback_trouble(account, caller, group_id)
    if trouble:
        return Checked(False, trouble, facts)
    if not secret(account, "user_token"):
        facts[_("Обсуждения, фото и видео")] = _("слышны; ответы там публикуются вручную: нет ключа сотрудника")
    return Checked(True, _("Сообщество «%(name)s» подключено.") % {"name": name}, facts)


def _poll_trouble(account: Account, caller: Caller, group_id: int) -> str:
    told = call(account, caller, "groups.getLongPollSettings", {"group_id": group_id})
    if not isinstance(told, dict) or not told.get("is_enabled"):
        return _("Включите Long Poll: «Управление», «Работа с API», «Long Poll API».")
    return _events_trouble(told.get("events"))


def _callback_trouble(account: Account, caller: Caller, group_id: int) -> str:
    told = call(account, caller, "groups.getCallbackServers", {"group_id": group_id})
    servers = told.get("items") if isinstance(told, dict) else None
    tail = f"/hooks/vk/{account.code}/"
    rows = servers if isinstance(servers, list) else []
    ours = next((one for one in rows if str(one.get("url", "")).rstrip("/").endswith(tail.rstrip("/"))), None)
    if ours is None:
        return _("В сообществе нет нашего адреса. Добавьте сервер: «Управление», «Работа с API», «Callback API».")
    if ours.get("status") != "ok":
        return _("ВКонтакте не доставляет на наш адрес (состояние «%(status)s»). Подтвердите адрес ещё раз.") % {
            "status": ours.get("status")
        }
    settings = call(account, caller, "groups.getCallbackSettings", {"group_id": group_id, "server_id": ours.get("id")})
    return _events_trouble(settings.get("events") if isinstance(settings, dict) else None)


def _events_trouble(events: Any) -> str:
    switched: Mapping[str, Any] = events if isinstance(events, dict) else {}
    off = [name for name in EVENTS if not switched.get(name)]
    return _("Включите события: %(events)s.") % {"events": ", ".join(off)} if off else ""
