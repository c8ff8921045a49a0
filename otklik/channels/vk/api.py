"""Calls of VK's API, and its error codes in words for people.

How to call: https://dev.vk.com/ru/api/api-requests (POST, `v` in every call, the token as `Authorization: Bearer`).
Codes: `errors.json` of github.com/VKCOM/vk-api-schema, 5.199 (read 2026-11-25).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account

VERSION = "5.199"
ADDRESS = "https://api.vk.com"
SECOND, FLOOD, DAY = 1.0, 900.0, 6 * 3600.0  # rests, in seconds
TOKEN = gettext_lazy("Ключ доступа не принят: выпустите новый в настройках сообщества и впишите его.")
RIGHTS = gettext_lazy("У ключа или сообщества нет права на это. Опубликуйте ответ вручную и проверьте права ключа.")
CLOSED = gettext_lazy("Комментарии там закрыты или запись удалена. Ответьте другим способом.")
CAPTCHA = gettext_lazy("ВКонтакте просит ввести код с картинки. Опубликуйте ответ вручную.")
BY_HAND = gettext_lazy("ВКонтакте требует подтверждения входа. Опубликуйте ответ вручную.")

PERMANENT: dict[int, Any] = {
    **dict.fromkeys((4, 5, 27, 28, 1114, 1116, 1117, 3610), TOKEN),
    **dict.fromkeys((7, 15, 20, 21, 42, 200, 203, 204, 214), RIGHTS),
    **dict.fromkeys((183, 211, 212, 213, 801, 1401), CLOSED),
    **dict.fromkeys((14, 3300), CAPTCHA),
    **dict.fromkeys((17, 24, 25, 3301, 3302, 3303, 3304, 3609), BY_HAND),
    2: gettext_lazy("Приложение ВКонтакте выключено."),
    3: gettext_lazy("ВКонтакте не знает такого метода."),
    8: gettext_lazy("ВКонтакте не понял запрос."),
    18: gettext_lazy("Страница этого человека удалена или заблокирована. Ответьте другим способом."),
    19: gettext_lazy("Запись заблокирована ВКонтакте."),
    23: gettext_lazy("ВКонтакте отключил этот способ. Опубликуйте ответ вручную."),
    30: gettext_lazy("Профиль этого человека закрыт. Ответьте другим способом."),
    37: gettext_lazy("Этот человек заблокирован ВКонтакте. Ответьте другим способом."),
    100: gettext_lazy("ВКонтакте не принял данные: возможно, запись или комментарий удалены."),
    104: gettext_lazy("Запись или комментарий там не найдены: возможно, удалены."),
    222: gettext_lazy("Ссылки в комментариях там запрещены. Уберите ссылку из ответа."),
    900: gettext_lazy("Этот человек в чёрном списке сообщества: сообщение ему не отправить."),
    901: gettext_lazy("Этот человек не разрешал сообществу писать ему. Ответьте другим способом."),
    902: gettext_lazy("Настройки этого человека не дают ему писать. Ответьте другим способом."),
    910: gettext_lazy("Ответ слишком большой для сообщения ВКонтакте."),
    914: gettext_lazy("Ответ слишком длинный для сообщения ВКонтакте."),
    917: gettext_lazy("У сообщества нет доступа к этой беседе."),
    925: gettext_lazy("Сообщество не руководит этой беседой."),
    927: gettext_lazy("Этой беседы больше нет."),
    932: gettext_lazy("Сообщество не может писать этому собеседнику."),
    936: gettext_lazy("Этот человек не найден."),
    945: gettext_lazy("Беседа закрыта."),
    950: gettext_lazy("Время, когда можно было ответить, прошло."),
    983: gettext_lazy("Писать в эту беседу нельзя."),
    1012: gettext_lazy("Писать в эту беседу нельзя."),
}
LATER = {6: SECOND, 29: DAY, 9: FLOOD, 103: DAY, 223: DAY, 32: FLOOD, 43: FLOOD, 601: DAY}
CUT_SHORT = frozenset({1, 10, 13, 36})  # VK's own failure: whether it took the message is not certain


def call(
    account: Account, caller: Caller, method: str, given: Mapping[str, Any], *, token: str = "token",
    sends: bool = False,
) -> Any:
    """`response` of one method. Raises `Retryable`, `Permanent`, and with `sends` `Unsure`.

    `token`: which secret is the key: the community's own, or a person's where VK takes no other.
    """
    key = secret(account, token)
    if not key:
        raise Permanent(_("Не вписан ключ доступа."))
    address = str(account.settings.get("api") or ADDRESS).rstrip("/")
    form = {name: value for name, value in given.items() if value not in (None, "")}
    said = caller.call(
        "POST", f"{address}/method/{method}", form={**form, "v": VERSION}, headers={"Authorization": f"Bearer {key}"},
        sends=sends,
    )
    return answer_of(said, sends=sends)


def answer_of(said: Said, *, sends: bool = False) -> Any:
    """What VK answered, or the failure that its code means."""
    if said.status == 429:
        raise Retryable(_("ВКонтакте просит подождать."), _seconds(said.headers.get("retry-after", "")))
    if said.status != 200:
        words = _("ВКонтакте ответил %(status)s.") % {"status": said.status}
        raise (Unsure(words) if sends and said.status >= 500 else Retryable(words))
    try:
        told = said.json()
    except Retryable as cut:
        raise (Unsure(str(cut)) if sends else cut) from cut
    if isinstance(told, dict) and "response" in told:
        return told["response"]
    error = told.get("error") if isinstance(told, dict) else None
    code = error.get("error_code") if isinstance(error, dict) else None
    if not isinstance(code, int):
        words = _("Ответ ВКонтакте не понять.")
        raise Unsure(words) if sends else Retryable(words)
    raise failure(code, str(error.get("error_msg") or "") if isinstance(error, dict) else "", sends=sends)


def failure(code: int, said: str, *, sends: bool) -> Exception:
    """The code as one of the kit's failures. A code that we do not know stops and shows, as VK worded it."""
    if code in LATER:
        words = _("ВКонтакте просит подождать: слишком много обращений (код %(code)s).") % {"code": code}
        return Retryable(words, LATER[code])
    if code in CUT_SHORT:
        words = _("Сбой на стороне ВКонтакте (код %(code)s).") % {"code": code}
        return Unsure(words) if sends else Retryable(words)
    words = str(PERMANENT.get(code) or _("ВКонтакте отказал: %(said)s.") % {"said": said[:150]})
    return Permanent(_("%(words)s (код %(code)s)") % {"words": words, "code": code})


def _seconds(told: str) -> float | None:
    return min(float(told), DAY) if told.isascii() and told.isdecimal() and len(told) < 7 else None
