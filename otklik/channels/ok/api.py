"""Calls of OK's two interfaces, and their errors in words for people.

Graph API (messages of groups): https://apiok.ru/dev/graph_api/bot_api, JSON, `access_token` in the address. REST API
(discussions): https://apiok.ru/dev/methods/, signed. Codes: https://apiok.ru/en/dev/errors. Read 2026-11-25.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account

ADDRESS = "https://api.ok.ru"
TOKEN = gettext_lazy("Ключ доступа не принят: получите новый в настройках группы и впишите его.")
RIGHTS = gettext_lazy("Нет права на это. Опубликуйте ответ вручную и проверьте права ключа.")
PERMANENT: dict[int, Any] = {
    **dict.fromkeys((101, 102, 103, 104, 105, 401), TOKEN),
    **dict.fromkeys((10, 24, 50, 455, 457), RIGHTS),
    3: gettext_lazy("Одноклассники не знают такого метода."),
    4: gettext_lazy("Одноклассники не поняли запрос."),
    22: gettext_lazy("Страница этого человека не подтверждена."),
    100: gettext_lazy("Одноклассники не приняли данные: возможно, запись или комментарий удалены."),
    106: gettext_lazy("Такого обсуждения нет: возможно, оно удалено."),
    110: gettext_lazy("Такого человека нет."),
    300: gettext_lazy("Запись там не найдена: возможно, удалена."),
    454: gettext_lazy("Одноклассники не пропустили этот текст. Измените его или опубликуйте вручную."),
    600: gettext_lazy("Одноклассники не пропустили этот текст. Измените его или опубликуйте вручную."),
}
LATER = {2: 60.0, 7: 900.0, 8: 900.0, 9: 3600.0, 11: 900.0, 26: 3600.0}
CUT_SHORT = frozenset({1, 9999})


def graph(
    account: Account, caller: Caller, method: str, path: str, body: Any = None, *, sends: bool = False
) -> dict[str, Any]:
    """One call of the Graph API by the group's own token."""
    key = _needed(account, "token")
    said = caller.call(
        method, f"{_address(account)}/graph/{path}", params={"access_token": key}, json=body, sends=sends,
        headers={"Content-Type": "application/json;charset=utf-8"} if body is not None else None,
    )
    return answer_of(said, sends=sends)


def rest(
    account: Account, caller: Caller, method: str, given: Mapping[str, Any], *, sends: bool = False
) -> dict[str, Any]:
    """One signed call of the REST API by a person's token."""
    key, app_secret = _needed(account, "user_token"), _needed(account, "app_secret")
    asked = {name: str(value) for name, value in given.items() if value not in (None, "")}
    asked |= {"method": method, "application_key": str(account.settings.get("app_key") or ""), "format": "json"}
    form = {**asked, "sig": signature(asked, key, app_secret), "access_token": key}
    return answer_of(caller.call("POST", f"{_address(account)}/fb.do", form=form, sends=sends), sends=sends)


def signature(given: Mapping[str, str], token: str, app_secret: str) -> str:
    """MD5 of the sorted parameters and of the session's secret, as OK's pages ask: no choice of ours."""
    own = hashlib.md5(f"{token}{app_secret}".encode(), usedforsecurity=False).hexdigest()
    said = "".join(f"{name}={given[name]}" for name in sorted(given))
    return hashlib.md5(f"{said}{own}".encode(), usedforsecurity=False).hexdigest()


def answer_of(said: Said, *, sends: bool = False) -> dict[str, Any]:
    """What OK answered, or the failure that its code means. Errors come with status 200, too."""
    if said.status == 429:
        told = said.headers.get("retry-after", "")
        raise Retryable(_("Одноклассники просят подождать."), float(told[:9]) if told.isdecimal() else None)
    try:
        answer = said.json()
    except Retryable as cut:
        raise (Unsure(str(cut)) if sends else cut) from cut
    code = answer.get("error_code") if isinstance(answer, dict) else None
    if code is None and said.headers.get("invocation-error", "").isdecimal():
        code = int(said.headers["invocation-error"][:9])
    if isinstance(code, int):
        raise failure(code, str(answer.get("error_msg") or "") if isinstance(answer, dict) else "", sends=sends)
    if said.status != 200:
        words = _("Одноклассники ответили %(status)s.") % {"status": said.status}
        raise Unsure(words) if sends and said.status >= 500 else Retryable(words)
    if isinstance(answer, dict):
        return answer
    return {"value": answer}


def failure(code: int, said: str, *, sends: bool) -> Exception:
    """The code as one of the kit's failures."""
    if code in LATER:
        return Retryable(_("Одноклассники просят подождать (код %(code)s).") % {"code": code}, LATER[code])
    if code in CUT_SHORT:
        words = _("Сбой на стороне Одноклассников (код %(code)s).") % {"code": code}
        return Unsure(words) if sends else Retryable(words)
    words = str(PERMANENT.get(code) or _("Одноклассники отказали: %(said)s.") % {"said": said[:150]})
    return Permanent(_("%(words)s (код %(code)s)") % {"words": words, "code": code})


def _needed(account: Account, name: str) -> str:
    key = secret(account, name)
    if not key:
        raise Permanent(_("Не вписан ключ доступа."))
    return key


def _address(account: Account) -> str:
    return str(account.settings.get("api") or ADDRESS).rstrip("/")
