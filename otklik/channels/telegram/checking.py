"""A look at an account: the token, what the bot may hear, and the webhook, which is made and renewed here."""

import re
import time
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Checked
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.telegram.api import call
from otklik.channels.telegram.updates import number, words

# Nothing else is even sent abroad and back. https://core.telegram.org/bots/api#setwebhook (read 2026-11-25).
KINDS = ("message", "edited_message", "my_chat_member")
PORTS = (None, 443, 80, 88, 8443)
SECRET = re.compile(r"[A-Za-z0-9_-]{5,256}")
FRESH = 900  # seconds for which a failure of Telegram's calls is shown


def agreed(account: Account) -> bool:
    """Whether the operator has written down that people's data may go through Telegram's servers."""
    return account.settings.get("agreed") is True


def not_agreed() -> str:
    """What is said until then."""
    return _("Отметьте решение о передаче данных за границу: без него Telegram не слушаем.")


def check(account: Account, caller: Caller) -> Checked:
    """Whether the bot answers by this token and its updates come to us."""
    try:
        return _check(account, caller)
    except (Permanent, Retryable) as error:
        return Checked(False, str(error))


def _check(account: Account, caller: Caller) -> Checked:
    if not agreed(account):
        return Checked(False, not_agreed())
    me = call(account, caller, "getMe")
    me = me if isinstance(me, dict) else {}
    hears = me.get("can_read_all_group_messages") is True
    facts = {
        _("Бот"): f"@{words(me, 'username')}",
        _("Группы"): _("слышит всё") if hears else _("слышит только обращённое к нему: выключите Privacy у @BotFather"),
    }
    if account.settings.get("way") == "callback":
        trouble = subscribe(account, caller, anew=True)
    else:
        url = _webhook(account, caller)[0]
        trouble = _("Telegram вызывает %(url)s: пока это так, спрашивать самим нельзя.") % {"url": url} if url else ""
    return Checked(not trouble, trouble or _("Бот @%(name)s подключён.") % {"name": words(me, "username")}, facts)


def our_address(account: Account) -> str:
    """Where Telegram calls us."""
    base = str(account.settings.get("address") or "").strip().rstrip("/")
    return f"{base}/hooks/telegram/{account.code}/" if base else ""


def subscribe(account: Account, caller: Caller, *, anew: bool) -> str:
    """Make the webhook where there is none (`anew`: always, as its secret is not told). Returns what is wrong."""
    address, key = our_address(account), secret(account, "secret")
    if not account.active:
        return _("Включите подключение: выключенное не принимает событий.")
    if not _fits(address):
        return _("Впишите наш адрес: https://, порт 443, 80, 88 или 8443.")
    if not SECRET.fullmatch(key):
        return _("Секрет: от 5 до 256 знаков, латинские буквы, цифры, дефис и подчёркивание.")
    url, trouble = _webhook(account, caller)
    if anew or url != address:
        # One call at a time keeps the order in which people wrote, and parts of an album together.
        call(account, caller, "setWebhook", {
            "url": address, "secret_token": key, "allowed_updates": list(KINDS), "max_connections": 1,
        })
        return ""
    return _("Telegram не может вызвать наш адрес: %(said)s.") % {"said": trouble} if trouble else ""


def _webhook(account: Account, caller: Caller) -> tuple[str, str]:
    """The address called now, and what went wrong lately."""
    told = call(account, caller, "getWebhookInfo")
    told = told if isinstance(told, dict) else {}
    fresh = number(told, "last_error_date") > time.time() - FRESH
    return words(told, "url")[:300], words(told, "last_error_message")[:200] if fresh else ""


def _fits(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port in PORTS
    except ValueError:
        return False
