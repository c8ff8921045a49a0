"""The channel `telegram`: it listens and never writes. What was seen nowhere stands in `ASSUMED`."""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import FILTER, Abilities, Asked, Came, Checked, Hook, HookAnswer, Polled
from otklik.channels.kit.incoming import Incoming
from otklik.channels.kit.outgoing import Permanent
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.telegram import checking, polled
from otklik.channels.telegram.api import address_of, call, token_of
from otklik.channels.telegram.attached import FILE
from otklik.channels.telegram.reading import Ears, read_update
from otklik.channels.telegram.updates import identity, update_of, words
from otklik.failures import Refused

NEVER = gettext_lazy(
    "В Telegram отвечать нельзя: с 1 июня 2025 года органы власти не пишут жителям через иностранные мессенджеры "
    "(41-ФЗ). Ответьте по телефону, письмом или там, где можно, и отметьте это."
)
WARNS = (
    NEVER,
    gettext_lazy("Имена и слова жителей идут через серверы за границей. Прежде чем включать, оператор решает это сам и "
                 "уведомляет Роскомнадзор (152-ФЗ, статья 12). Пока решение не отмечено, мы не слушаем."),
)
ASSUMED = (
    gettext_lazy("Об удалённых сообщениях Telegram ботам не говорит: карточка остаётся как есть."),
    gettext_lazy("При одном соединении события приходят по порядку, части альбома — подряд."),
)


class Telegram:
    """See `docs/guide/channels.md` for what the bot's administrator has to do."""

    name = "telegram"
    can = Abilities(sends=False, private=True, photos=True, listens=True, never=NEVER, warns=WARNS, assumed=ASSUMED)
    every = 5.0
    watch_every = 900.0
    asks: Sequence[Asked] = (
        Asked("agreed", gettext_lazy("Решение принято: данные могут идти через Telegram"), "flag", required=False,
              help=gettext_lazy("Отмечает тот, кто отвечает за персональные данные. Без отметки ничего не принимаем.")),
        Asked("way", gettext_lazy("Как приходят события"), "choice", default="poll", choices=(
            ("poll", gettext_lazy("Мы спрашиваем сами")),
            ("callback", gettext_lazy("Telegram вызывает наш адрес (webhook)")),
        )),
        Asked("token", gettext_lazy("Токен бота"), "secret", help=gettext_lazy("Его выдаёт @BotFather.")),
        Asked("own", gettext_lazy("Номера наших каналов и сотрудников"), "lines", required=False,
              help=gettext_lazy("По одному в строке, канал начинается с -100. Их слова — не сообщения жителей.")),
        Asked("address", gettext_lazy("Наш адрес"), required=False,
              help=gettext_lazy("Для webhook: адрес сайта, открытый снаружи, https://otklik.example.ru.")),
        Asked("secret", gettext_lazy("Секрет вызовов"), "secret", required=False,
              help=gettext_lazy("Для webhook, придумайте: от 5 знаков, латинские буквы и цифры.")),
        *FILTER,
        Asked("api", gettext_lazy("Адрес API"), required=False, leads=True,
              help=gettext_lazy("Если к Telegram выходят через свой шлюз. Обычно пусто.")),
    )

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """One update: who calls is checked, what came is kept. Unknown and broken ones are kept, too."""
        told, known = hook.headers.get("x-telegram-bot-api-secret-token", ""), secret(account, "secret")
        if not known or not hmac.compare_digest(told.encode(errors="replace"), known.encode()):
            raise Refused(_("Секрет неверен."))
        if not checking.agreed(account):
            raise Refused(checking.not_agreed())
        return HookAnswer((Came(_identity(hook.body), hook.body),))

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look at the queue that Telegram keeps for us."""
        return polled.look(account, cursor, caller)

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """What the update says."""
        return read_update(update_of(body), Ears(account.ours, own_of(account)))

    def resolve(self, account: Account, url: str, caller: Caller) -> str:
        """The address of a file. It holds the token: it is called at once and kept nowhere."""
        told = call(account, caller, "getFile", {"file_id": url.removeprefix(FILE)}) if url.startswith(FILE) else None
        path = words(told, "file_path") if isinstance(told, dict) else ""
        if not path or path.startswith("/") or ".." in path.split("/"):
            raise Permanent(_("Файла там больше нет."))
        return f"{address_of(account)}/file/bot{token_of(account)}/{quote(path)}"

    def check(self, account: Account, caller: Caller) -> Checked:
        """The decision, the token, what the bot hears, the webhook."""
        return checking.check(account, caller)

    def watch(self, account: Account, caller: Caller) -> None:
        """The webhook stands, or is made again."""
        trouble = checking.subscribe(account, caller, anew=False) if checking.agreed(account) else checking.not_agreed()
        if trouble:
            raise Permanent(trouble)

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Recorded updates: a file holds one, a list, a line each, or an answer of `getUpdates`."""
        for name, came in recorded_json(path, identity):
            several = _several(came.body)
            if several is None:
                yield name, came
                continue
            for at, one in enumerate(several, 1):
                yield f"{name}:{at}", polled.came_of(one)


def _identity(body: bytes) -> str:
    try:
        return identity(json.loads(body))
    except (ValueError, RecursionError):
        return identity(body.decode(errors="replace"))


def _several(body: bytes) -> list[Any] | None:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    rows = given.get("result") if isinstance(given, dict) and "update_id" not in given else None
    return rows if isinstance(rows, list) else None


def own_of(account: Account) -> frozenset[int]:
    """Numbers of our channels, groups and colleagues, a line each."""
    told = account.settings.get("own") or []
    lines = told.split("\n") if isinstance(told, str) else told
    bare = (str(one).strip() for one in lines)
    return frozenset(int(one) for one in bare if one.isascii() and one.removeprefix("-").isdecimal())


CHANNEL = Telegram()
