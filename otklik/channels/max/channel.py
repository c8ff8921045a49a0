"""The channel `max`. What is seen in MAX's own pages is named in the files; the rest stands in `ASSUMED`."""

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
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.max import checking, polled, sending, videos
from otklik.channels.max.reading import Bot, read_update
from otklik.channels.max.updates import identity, update_of
from otklik.channels.models import Account
from otklik.failures import BadInput, Refused

ASSUMED = (
    gettext_lazy("У событий MAX нет номера: повтор узнаём по сообщению и миллисекунде."),
    gettext_lazy("При ответе 503 сообщение не принято, и его можно послать ещё раз."),
    gettext_lazy("При ответе 429 срок ожидания стоит в заголовке Retry-After; без него ждём две секунды."),
    gettext_lazy("Слова отказов (dialog.suspended, chat.not.found) нигде не описаны: переводим те, что известны."),
    gettext_lazy("Приходят ли событиями сообщения самого бота, не сказано: отправка не ждёт их."),
)


class Max:
    """See `docs/guide/channels.md` for what the bot's administrator has to do."""

    name = "max"
    # 30 calls a second (dev.max.ru/docs-api); some are left for checks and videos.
    can = Abilities(
        sends=True, private=True, photos=True, edits=True, longest=4000, a_second=25.0, repeats_safely=False,
        assumed=ASSUMED,
    )
    every = 5.0
    watch_every = 900.0  # MAX drops a subscription after eight hours of failures
    asks: Sequence[Asked] = (
        Asked("way", gettext_lazy("Как приходят события"), "choice", default="callback", choices=(
            ("callback", gettext_lazy("MAX вызывает наш адрес (Webhook)")),
            ("poll", gettext_lazy("Мы спрашиваем сами: для проб и закрытой сети")),
        )),
        Asked("token", gettext_lazy("Токен бота"), "secret",
              help=gettext_lazy("Из кабинета MAX: «Чат-боты», «Настройки».")),
        Asked("bot_id", gettext_lazy("Номер бота"), "number", required=False,
              help=gettext_lazy("Его покажет проверка. По нему узнаём свои сообщения.")),
        Asked("address", gettext_lazy("Наш адрес"), required=False,
              help=gettext_lazy("Адрес сайта, открытый снаружи: https://otklik.example.ru. Порт только 443.")),
        Asked("secret", gettext_lazy("Секрет вызовов"), "secret", required=False,
              help=gettext_lazy("Придумайте: от 5 знаков, латинские буквы и цифры. Без него вызовы не принимаются.")),
        Asked("staff", gettext_lazy("Номера сотрудников в MAX"), "lines", required=False,
              help=gettext_lazy("По одному в строке. Их слова — ответы, а не сообщения жителей.")),
        *FILTER,
        Asked("api", gettext_lazy("Адрес API"), required=False, leads=True,
              help=gettext_lazy("Если к MAX выходят через свой шлюз. Обычно пусто.")),
    )

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """One update: who calls is checked, what came is kept, 200 is said. Unknown and broken ones are kept, too."""
        told, known = hook.headers.get("x-max-bot-api-secret", ""), secret(account, "secret")
        if not known or not hmac.compare_digest(told.encode(errors="replace"), known.encode()):
            raise Refused(_("Секрет неверен."))
        return HookAnswer((Came(_identity(hook.body), hook.body),))

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look at the queue that MAX keeps for us."""
        return polled.look(account, cursor, caller)

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """What the update says."""
        return read_update(update_of(body), Bot(bot_id_of(account), account.ours, staff_of(account)))

    def send(self, account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
        """The answer as a message or a comment of the bot."""
        return sending.send(account, outgoing, caller)

    def own_target(self, account: Account, told: str) -> Mapping[str, Any]:
        """Where a trial message goes: the administrator, who has begun a dialog with the bot."""
        bare = told.strip()
        if not bare.isascii() or not bare.isdecimal() or len(bare) > 15:
            raise BadInput(_("Впишите свой номер в MAX: одни цифры. Сначала начните диалог с ботом."), "told")
        return {"kind": "user", "user": int(bare)}

    def check(self, account: Account, caller: Caller) -> Checked:
        """The token, the bot, the subscription."""
        return checking.check(account, caller, bot_id_of(account))

    def watch(self, account: Account, caller: Caller) -> None:
        """The subscription stands, or is made again."""
        trouble = checking.subscribe(account, caller, anew=False)
        if trouble:
            raise Permanent(trouble)

    def resolve(self, account: Account, url: str, caller: Caller) -> str:
        """The address of a video, in a size that we keep."""
        return videos.address_of(account, url, caller)

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Recorded updates: a file holds one, a list, a line each, or an answer of `GET /updates`."""
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
    rows = given.get("updates") if isinstance(given, dict) else None
    return rows if isinstance(rows, list) else None


def bot_id_of(account: Account) -> int:
    """The bot's number in the settings, or 0."""
    told = account.settings.get("bot_id")
    return told if isinstance(told, int) and not isinstance(told, bool) else 0


def staff_of(account: Account) -> frozenset[int]:
    """Numbers of colleagues, a line each."""
    told = account.settings.get("staff") or []
    lines = told.split("\n") if isinstance(told, str) else told
    bare = (str(one).strip() for one in lines)
    return frozenset(int(one) for one in bare if one.isascii() and one.isdecimal())


CHANNEL = Max()
