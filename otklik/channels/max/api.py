"""Calls of MAX's Bot API, and its refusals in words for people.

How to call: https://dev.max.ru/docs-api (the token in the header `Authorization`, bare; in the query it is no longer
taken; 30 calls a second; answers 400, 401, 404, 405, 429, 503 with `code` and `message`). Pages read 2026-11-25. Which
`code` comes with which refusal stands in no page: those named here are told by people who saw them.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account

ADDRESS = "https://platform-api2.max.ru"
A_WHILE, LONGEST = 2.0, 3600.0  # rests after 429, in seconds: without a told one, and at most
MID = re.compile(r"[A-Za-z0-9_.\-]{1,180}")
TOKEN = gettext_lazy("Токен бота не принят: возьмите новый в кабинете MAX и впишите его.")
# Parts of `code` or `message`, the surest first.
REFUSALS: tuple[tuple[str, Any], ...] = (
    ("dialog.suspended", gettext_lazy("Человек остановил бота или удалил диалог: написать ему нельзя. Если так у всех, "
                                      "бот ещё не прошёл проверку MAX. Ответьте другим способом.")),
    ("dialog.not", gettext_lazy("Этот человек не начинал диалог с ботом. Ответьте другим способом.")),
    ("chat.not", gettext_lazy("Этого чата больше нет, или бота в нём нет. Ответьте другим способом.")),
    ("comments.", gettext_lazy("Комментарии там закрыты. Ответьте другим способом.")),
)
BY_STATUS: Mapping[int, Any] = {
    403: gettext_lazy("Боту нельзя писать там. Сделайте его администратором с правами «читать» и «писать»."),
    404: gettext_lazy("Чат или сообщение там не найдены: возможно, удалены."),
    405: gettext_lazy("MAX не знает такого метода."),
}


class NotThere(Permanent):
    """404: what we answer, or where, is gone. `about`: MAX's own words."""

    def __init__(self, reason: str, about: str) -> None:
        super().__init__(reason)
        self.about = about


def call(
    account: Account, caller: Caller, method: str, path: str, *, params: Mapping[str, Any] | None = None,
    json: Any = None, sends: bool = False,
) -> dict[str, Any]:
    """What one method answered. Raises `Retryable`, `Permanent`, and with `sends` `Unsure`."""
    token = secret(account, "token")
    if not token:
        raise Permanent(_("Не вписан токен бота."))
    address = str(account.settings.get("api") or ADDRESS).rstrip("/")
    said = caller.call(
        method, f"{address}{path}", params=params, json=json, headers={"Authorization": token}, sends=sends
    )
    return answer_of(said, sends=sends)


def answer_of(said: Said, *, sends: bool = False) -> dict[str, Any]:
    """The object that MAX answered, or the failure that its status means."""
    if said.status == 429:
        raise Retryable(_("MAX просит подождать."), _seconds(said.headers.get("retry-after", "")))
    if said.status == 503:
        raise Retryable(_("MAX временно не работает (503)."))
    if said.status >= 500 or said.status < 200:
        words = _("MAX ответил %(status)s.") % {"status": said.status}
        raise Unsure(words) if sends else Retryable(words)
    told = _told(said)
    if said.status >= 300:
        raise failure(said.status, told or {})
    if told is None:
        words = _("Ответ MAX не понять.")
        raise Unsure(words) if sends else Retryable(words)
    if told.get("success") is False:
        raise failure(said.status, told)
    return told


def failure(status: int, told: Mapping[str, Any]) -> Exception:
    """A refusal as one of the kit's failures, in words for the operator; an unknown one as MAX worded it."""
    said = " ".join(str(told[name]) for name in ("code", "error", "message") if told.get(name))[:200]
    if status == 401 or "verify.token" in said:
        return Permanent(str(TOKEN))
    if "not.ready" in said or "too.many" in said:
        return Retryable(_("MAX просит подождать."), A_WHILE)
    words = next((words for part, words in REFUSALS if part in said), None) or BY_STATUS.get(status)
    shown = _("%(words)s (%(said)s)") % {"words": words, "said": said or status} if words else (
        _("MAX отказал: %(said)s.") % {"said": said or status}
    )
    return NotThere(shown, said) if status == 404 else Permanent(shown)


def _told(said: Said) -> dict[str, Any] | None:
    try:
        told = said.json()
    except Retryable:
        return None
    return told if isinstance(told, dict) else None


def _seconds(told: str) -> float:
    return min(float(told), LONGEST) if told.isascii() and told.isdecimal() and len(told) < 7 else A_WHILE
