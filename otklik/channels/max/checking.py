"""A look at an account: the token, the bot's number, and the subscription, which is made and renewed here."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Checked
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.kit.secrets import secret
from otklik.channels.max.api import call
from otklik.channels.max.updates import number, words
from otklik.channels.models import Account

# What we ask to be told. https://dev.max.ru/docs-api/objects/Update and …/use-cases/comment-moderation.
TYPES = (
    "message_created", "message_edited", "message_removed", "comment_created", "comment_edited", "comment_removed",
    "bot_started", "bot_stopped", "bot_added", "bot_removed",
)
SECRET = re.compile(r"[a-zA-Z0-9_-]{5,256}")


def check(account: Account, caller: Caller, bot_id: int) -> Checked:
    """Whether the bot answers by this token and its updates come to us. Sends nothing to anybody."""
    try:
        return _check(account, caller, bot_id)
    except (Permanent, Retryable) as error:
        return Checked(False, str(error))


def _check(account: Account, caller: Caller, bot_id: int) -> Checked:
    me = call(account, caller, "GET", "/me")
    name, own = words(me, "first_name") or words(me, "name"), number(me, "user_id")
    facts = {_("Бот"): name, _("Номер бота"): str(own)}
    if bot_id != own:
        words_ = _("Впишите номер бота: %(number)s. По нему мы узнаём свои сообщения.") % {"number": own}
        return Checked(False, words_, facts)
    if account.settings.get("way") == "poll":
        trouble = _poll_trouble(account, caller)
    else:
        trouble = subscribe(account, caller, anew=True)
        facts[_("Подписка")] = our_address(account)
    return Checked(not trouble, trouble or _("Бот «%(name)s» подключён.") % {"name": name}, facts)


def _poll_trouble(account: Account, caller: Caller) -> str:
    rows = subscriptions(account, caller)
    if not rows:
        return ""
    return _("У бота есть подписка на %(url)s: пока она есть, спрашивать самим нельзя. Снимите её.") % {
        "url": words(rows[0], "url")[:200]
    }


def our_address(account: Account) -> str:
    """Where MAX calls us."""
    base = str(account.settings.get("address") or "").strip().rstrip("/")
    return f"{base}/hooks/max/{account.code}/" if base else ""


def subscriptions(account: Account, caller: Caller) -> list[Mapping[str, Any]]:
    """What is subscribed. MAX drops a subscription after eight hours of failures."""
    rows = call(account, caller, "GET", "/subscriptions").get("subscriptions")
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def subscribe(account: Account, caller: Caller, *, anew: bool) -> str:
    """Make the subscription where there is none (`anew`: always, as MAX tells no secrets). Returns what is wrong."""
    address, key = our_address(account), secret(account, "secret")
    if not account.active:
        return _("Включите подключение: выключенное не принимает событий.")
    if not address.startswith("https://") or ":" in address.removeprefix("https://").split("/")[0]:
        return _("Впишите наш адрес: он начинается с https:// и без порта, MAX вызывает только 443.")
    if not SECRET.fullmatch(key):
        return _("Секрет: от 5 до 256 знаков, латинские буквы, цифры, дефис и подчёркивание.")
    if not anew and _stands(subscriptions(account, caller), address):
        return ""
    call(
        account, caller, "POST", "/subscriptions", json={"url": address, "update_types": list(TYPES), "secret": key}
    )
    if not _stands(subscriptions(account, caller), address):
        return _("MAX не подтвердил подписку на наш адрес. Проверьте, открыт ли он снаружи.")
    return ""


def _stands(rows: list[Mapping[str, Any]], address: str) -> bool:
    for one in rows:
        types = one.get("update_types")
        if words(one, "url") == address and (not types or set(TYPES) <= set(types)):
            return True
    return False
