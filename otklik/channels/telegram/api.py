"""Calls of Telegram's Bot API that ask and never write to anybody, and its refusals in words.

How to call: https://core.telegram.org/bots/api#making-requests, read 2026-11-25 (the token stands in the address;
answers are `ok` with `result`, or `error_code`, `description`, and after too many calls `parameters.retry_after`).

State bodies may not write to people through foreign messengers (41-ФЗ of 01.04.2025, since 01.06.2025): so only the
methods of `ASKING` can be called from here, whoever asks for more.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account

ADDRESS = "https://api.telegram.org"
ASKING: Final = frozenset({"getMe", "getUpdates", "getFile", "getWebhookInfo", "setWebhook"})
TOKEN = re.compile(r"[0-9]{3,15}:[A-Za-z0-9_-]{20,100}")
LONGEST = 6 * 3600.0  # seconds of rest, at most


def call(account: Account, caller: Caller, method: str, given: Mapping[str, Any] | None = None) -> Any:
    """`result` of one method. Raises `Retryable`, `Permanent`; for a method that is not of `ASKING` always."""
    if method not in ASKING:
        raise Permanent(_("Писать в Telegram нельзя: 41-ФЗ."))
    said = caller.call("POST", f"{address_of(account)}/bot{token_of(account)}/{method}", json=dict(given or {}))
    return answer_of(said)


def address_of(account: Account) -> str:
    """Where the API is: Telegram's own host, or a gateway of the network's own."""
    return str(account.settings.get("api") or ADDRESS).rstrip("/")


def token_of(account: Account) -> str:
    """The bot's token, which must not lead anywhere else in an address. Raises `Permanent`."""
    token = secret(account, "token")
    if not TOKEN.fullmatch(token):
        raise Permanent(_("Токен бота не вписан или не похож на токен."))
    return token


def answer_of(said: Said) -> Any:
    """What Telegram answered, or the failure that it means."""
    try:
        told = said.json()
    except Retryable:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("ok"), bool):
        raise Retryable(_("Telegram ответил %(status)s, ответ не понять.") % {"status": said.status})
    if told["ok"]:
        return told.get("result")
    code = told.get("error_code")
    raise failure(code if isinstance(code, int) else said.status, told)


def failure(code: int, told: Mapping[str, Any]) -> Exception:
    """The refusal as one of the kit's failures. `description` is told where we know no better words."""
    said = str(told.get("description") or "")[:200]
    given = told.get("parameters")
    after = given.get("retry_after") if isinstance(given, dict) else None
    if code == 429:
        known = isinstance(after, int) and not isinstance(after, bool) and after > 0
        return Retryable(_("Telegram просит подождать."), float(min(after or 0, LONGEST)) if known else None)
    if code >= 500:
        return Retryable(_("Сбой на стороне Telegram (%(code)s).") % {"code": code})
    if code in (401, 404):
        return Permanent(_("Токен бота не принят: возьмите новый у @BotFather и впишите его."))
    if code == 409 and "webhook" in said:
        return Permanent(_("Telegram вызывает чей-то адрес (webhook): пока это так, спрашивать самим нельзя."))
    if code == 409:
        return Permanent(_("Этого бота опрашивает ещё одна программа. Оставьте одну."))
    if "file is too big" in said:
        return Permanent(_("Файл больше 20 МБ: Telegram не отдаёт такие ботам."))
    if "file" in said:
        return Permanent(_("Файла там больше нет."))
    return Permanent(_("Telegram отказал: %(said)s.") % {"said": said or code})
