"""The channel `ok`. Two ways, an account each: messages by the group's webhook, or comments by asking."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import FILTER, Abilities, Asked, Came, Checked, Hook, HookAnswer, Polled
from otklik.channels.kit.incoming import Incoming
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt, Retryable
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.ok import discussions, sending
from otklik.channels.ok.api import graph, rest
from otklik.channels.ok.reading import identity, payload_of, read_payload
from otklik.failures import BadInput, Refused

ASSUMED = (
    gettext_lazy("На отправленное сообщение Одноклассники отвечают его номером (message_id)."),
    gettext_lazy("Поля комментария: id, text, author_id, author_name, date или date_ms по московскому времени, "
                 "reply_to_comment_id."),
    gettext_lazy("Комментарий и сообщение принимаются длиной до 2000 знаков."),
    gettext_lazy("Ответ, данный руками в сообщениях группы, по вебхуку не приходит: его здесь не видно."),
)


class Ok:
    """See `docs/guide/channels.md` for what the group's administrator has to do."""

    name = "ok"
    can = Abilities(sends=True, private=True, photos=True, longest=2000, a_second=3.0, assumed=ASSUMED)
    every = discussions.EVERY
    watch_every = 1800.0  # a subscription is dropped after eight hours of failures
    asks: Sequence[Asked] = (
        Asked("group_id", gettext_lazy("Номер группы"), help=gettext_lazy("Цифры из адреса: ok.ru/group/123.")),
        Asked("way", gettext_lazy("Что слышим"), "choice", default="callback", choices=(
            ("callback", gettext_lazy("Сообщения группе (нас вызывают)")),
            ("poll_discussions", gettext_lazy("Комментарии под темами группы (мы спрашиваем)")),
        )),
        Asked("token", gettext_lazy("Ключ доступа группы"), "secret", required=False,
              help=gettext_lazy("Для сообщений: «Настройки», «Сообщения», «Получить ключ доступа».")),
        Asked("secret", gettext_lazy("Секрет в нашем адресе"), "secret", required=False,
              help=gettext_lazy("Для сообщений, придумайте: от 20 латинских букв и цифр.")),
        Asked("address", gettext_lazy("Наш адрес"), required=False,
              help=gettext_lazy("Для сообщений: адрес сайта, открытый снаружи, https://otklik.example.ru.")),
        Asked("app_key", gettext_lazy("Публичный ключ приложения"), required=False,
              help=gettext_lazy("Для комментариев.")),
        Asked("app_secret", gettext_lazy("Секретный ключ приложения"), "secret", required=False,
              help=gettext_lazy("Для комментариев.")),
        Asked("user_token", gettext_lazy("Ключ сотрудника"), "secret", required=False,
              help=gettext_lazy("Для комментариев: администратор группы, права VALUABLE_ACCESS и GROUP_CONTENT.")),
        Asked("staff", gettext_lazy("Личные страницы сотрудников"), "lines", required=False,
              help=gettext_lazy("Номера, по одному в строке. Их комментарии — ответы, а не сообщения жителей.")),
        *FILTER,
        Asked("api", gettext_lazy("Адрес API"), required=False, leads=True,
              help=gettext_lazy("Если к Одноклассникам выходят через свой шлюз. Обычно пусто.")),
    )

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """One event. OK signs nothing, so the address itself holds a secret."""
        told, known = hook.query.get("key", ""), secret(account, "secret")
        if len(known) < 20 or not hmac.compare_digest(told.encode(errors="replace"), known.encode()):
            raise Refused(_("Секрет неверен."))
        try:
            given: Any = json.loads(hook.body)
        except (ValueError, RecursionError) as error:
            raise Refused(_("Это не JSON.")) from error
        try:
            return HookAnswer((Came(identity(given), hook.body),))
        except (KeyError, AttributeError):
            return HookAnswer((Came(_digest(hook.body), hook.body),))

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look at the group's discussions."""
        return discussions.look(account, cursor, caller)

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """What the event says."""
        group = str(account.settings.get("group_id") or "").strip()
        return read_payload(payload_of(body), group, ours=account.ours, staff=_staff(account))

    def send(self, account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
        """The answer as a message of the group, or as its official comment."""
        return sending.send(account, outgoing, caller)

    def address(self, account: Account) -> str:
        """The group's page."""
        group = str(account.settings.get("group_id") or "").strip()
        return f"https://ok.ru/group/{group}" if group.isascii() and group.isdecimal() else ""

    def own_target(self, account: Account, told: str) -> Mapping[str, Any]:
        """Where a trial message goes: the administrator's own page, which has written to the group."""
        bare = told.strip().rpartition("/")[2]
        if not bare.isascii() or not bare.isdecimal() or len(bare) > 20:
            raise BadInput(_("Впишите номер своей страницы в Одноклассниках: только цифры."), "told")
        return {"kind": "user", "user": bare}

    def watch(self, account: Account, caller: Caller) -> None:
        """The subscription stands, or is made again."""
        trouble = self._subscribed(account, caller)
        if trouble:
            raise Permanent(trouble)

    def check(self, account: Account, caller: Caller) -> Checked:
        """The key, the group, and the subscription or the discussions."""
        try:
            if account.settings.get("way") == "poll_discussions":
                rest(account, caller, "discussions.getList", {"category": "GROUP", "count": 1})
                return Checked(True, _("Обсуждения группы видны."))
            me = graph(account, caller, "GET", "me/info")
            name, own = str(me.get("name") or ""), str(me.get("group_id") or "").removeprefix("group:")
            facts = {_("Группа"): name}
            if own and own != str(account.settings.get("group_id") or "").strip():
                return Checked(False, _("Ключ от другой группы: %(number)s.") % {"number": own}, facts)
            trouble = self._subscribed(account, caller)
        except (Permanent, Retryable) as error:
            return Checked(False, str(error))
        return Checked(not trouble, trouble or _("Группа «%(name)s» подключена.") % {"name": name}, facts)

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Recorded events and comments, one a file or a line."""
        return recorded_json(path, identity)

    def _subscribed(self, account: Account, caller: Caller) -> str:
        base, key = str(account.settings.get("address") or "").strip().rstrip("/"), secret(account, "secret")
        if not base.startswith("https://"):
            return _("Впишите наш адрес: он начинается с https://.")
        if len(key) < 20 or not key.isalnum() or not key.isascii():
            return _("Секрет в нашем адресе: от 20 латинских букв и цифр.")
        url = f"{base}/hooks/ok/{account.code}/?key={key}"
        rows = graph(account, caller, "GET", "me/subscriptions").get("subscriptions")
        if isinstance(rows, list) and any(isinstance(one, dict) and one.get("url") == url for one in rows):
            return ""
        told = graph(account, caller, "POST", "me/subscribe", {"url": url})
        return "" if told.get("success") is True else _("Одноклассники не подтвердили подписку на наш адрес.")


def _staff(account: Account) -> frozenset[str]:
    told = account.settings.get("staff") or []
    lines = told.splitlines() if isinstance(told, str) else told
    return frozenset(str(one).strip().rpartition("/")[2] for one in lines if str(one).strip())


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


CHANNEL = Ok()
