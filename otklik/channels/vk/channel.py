"""The channel `vk`. What is seen in VK's own pages and schema is named in the files; the rest stands in `ASSUMED`."""

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
from otklik.channels.kit.outgoing import Outgoing, Receipt
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.vk import checking, longpoll, naming, sending, wall
from otklik.channels.vk.events import event_of, identity, kept
from otklik.channels.vk.reading import NOISE, Page, read_event
from otklik.failures import BadInput, Refused

ASSUMED = (
    gettext_lazy("Повтор отправки с той же меткой не создаёт второй комментарий: ВКонтакте обещает это, но не пишет, "
                 "как долго. Мы полагаемся на час, дальше спрашиваем человека."),
    gettext_lazy("На повтор ВКонтакте отвечает номером того, что уже отправлено."),
    gettext_lazy("Комментарий принимается длиной до 4096 знаков."),
    gettext_lazy("Обсуждения, фото и видео принимают комментарии только с ключом сотрудника, не сообщества."),
)


class Vk:
    """See `docs/guide/channels.md` for what the community's administrator has to do."""

    name = "vk"
    # 20 calls a second with a community's key (dev.vk.com, «Запросы к API»); some are left for checks and polls.
    can = Abilities(
        sends=True, private=True, photos=True, edits=True, longest=4096, a_second=15.0, repeats_safely=True,
        repeats_within=3600.0, assumed=ASSUMED,
    )
    every = 15.0  # Long Poll: a look takes a second of a worker, and a region has dozens of communities
    asks: Sequence[Asked] = (
        Asked("group_id", gettext_lazy("Номер сообщества"), "number",
              help=gettext_lazy("Цифры из адреса: club123 или public123.")),
        Asked("way", gettext_lazy("Как приходят события"), "choice", default="callback", choices=(
            ("callback", gettext_lazy("ВКонтакте вызывает наш адрес (Callback API)")),
            ("poll", gettext_lazy("Мы спрашиваем сами (Long Poll): для закрытой сети")),
            ("poll_wall", gettext_lazy("Мы читаем стену: для чужой страницы, где нам событий не пришлют")),
        )),
        Asked("token", gettext_lazy("Ключ доступа сообщества"), "secret",
              help=gettext_lazy("С правами «сообщения сообщества», «стена», «управление». Для чужой страницы: "
                                "сервисный ключ приложения.")),
        Asked("secret", gettext_lazy("Секретный ключ Callback API"), "secret", required=False,
              help=gettext_lazy("Тот же впишите в настройках сервера ВКонтакте. Без него вызовы не принимаются.")),
        Asked("confirmation", gettext_lazy("Строка подтверждения"), required=False,
              help=gettext_lazy("«Строка, которую должен вернуть сервер» из настроек Callback API.")),
        Asked("user_token", gettext_lazy("Ключ сотрудника"), "secret", required=False,
              help=gettext_lazy("Для ответов в обсуждениях, под фото и видео: ключ сообщества там не принимают.")),
        Asked("staff", gettext_lazy("Личные страницы сотрудников"), "lines", required=False,
              help=gettext_lazy("Номера, по одному в строке. Их комментарии — ответы, а не сообщения жителей.")),
        *FILTER,
        Asked("api", gettext_lazy("Адрес API"), required=False, leads=True,
              help=gettext_lazy("Если к ВКонтакте выходят через свой шлюз. Обычно пусто.")),
    )

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """One event: who calls is checked, what came is kept, «ok» is said. Unknown events are kept, too."""
        try:
            given: Any = json.loads(hook.body)
        except (ValueError, RecursionError) as error:
            raise Refused(_("Это не JSON.")) from error
        if not isinstance(given, dict) or given.get("group_id") != group_of(account):
            raise Refused(_("Другое сообщество."))
        told, known = str(given.get("secret") or ""), secret(account, "secret")
        right = bool(known) and hmac.compare_digest(told.encode(errors="replace"), known.encode())
        if given.get("type") == "confirmation":
            if told and known and not right:
                raise Refused(_("Секрет неверен."))
            return HookAnswer((), 200, str(account.settings.get("confirmation") or ""))
        if not right:
            raise Refused(_("Секрет неверен."))
        if str(given.get("type")) in NOISE:
            return HookAnswer()
        return HookAnswer((Came(identity(given), kept(given)),))

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look at the queue that VK keeps for us, or at the wall of a page that is not ours."""
        if account.settings.get("way") == "poll_wall":
            return wall.look(account, group_of(account), cursor, caller)
        return longpoll.look(account, group_of(account), cursor, caller)

    def every_of(self, account: Account) -> float:
        """Seconds between looks: a wall costs calls, the queue that VK keeps does not."""
        return wall.EVERY if account.settings.get("way") == "poll_wall" else self.every

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """What the event says."""
        event = event_of(body)
        page = Page(group_of(account) or event.group_id, account.ours, staff_of(account))
        return read_event(event, page)

    def send(self, account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
        """The answer as a comment of the community, or as its message."""
        return sending.send(account, outgoing, caller, group_of(account))

    def names(self, account: Account, links: Sequence[str], caller: Caller) -> Mapping[str, str]:
        """Names of the authors, by their pages."""
        return naming.names(account, links, caller)

    def address(self, account: Account) -> str:
        """The community's page."""
        group = group_of(account)
        return f"{naming.PAGES}{group}" if group else ""

    def own_target(self, account: Account, told: str) -> Mapping[str, Any]:
        """Where a trial message goes: the administrator's own page, which has allowed the community to write."""
        bare = told.strip().rpartition("/")[2].removeprefix("id")
        if not bare.isascii() or not bare.isdecimal() or len(bare) > 12:
            raise BadInput(_("Впишите номер своей страницы ВКонтакте: id и цифры."), "told")
        return {"kind": "im", "peer": int(bare)}

    def check(self, account: Account, caller: Caller) -> Checked:
        """Name, rights, address, events."""
        return checking.check(account, caller, group_of(account))

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Recorded events: a file holds one event, a list of them, or a Long Poll answer with `updates`."""
        files = sorted(one for one in path.rglob("*.json") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            name = str(file.relative_to(path)) if path.is_dir() else file.name
            body = file.read_bytes()
            try:
                given: Any = json.loads(body)
            except (ValueError, RecursionError):
                yield name, Came(f"file:{name}", body)
                continue
            several = given.get("updates") if isinstance(given, dict) else given
            for at, one in enumerate(several if isinstance(several, list) else [given]):
                shown = f"{name}#{at + 1}" if isinstance(several, list) else name
                yield shown, Came(identity(one), kept(one)) if isinstance(one, dict) else Came(f"file:{shown}", body)


def group_of(account: Account) -> int:
    """The community's number in the settings, or 0."""
    told = account.settings.get("group_id")
    if isinstance(told, str) and told.strip().isascii() and told.strip().isdecimal():
        return int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) else 0


def staff_of(account: Account) -> frozenset[int]:
    """Pages of colleagues, as numbers («id5» and «5» are the same)."""
    told = account.settings.get("staff") or []
    lines = told.split("\n") if isinstance(told, str) else told
    bare = (str(one).strip().rpartition("/")[2].removeprefix("id") for one in lines)
    return frozenset(int(one) for one in bare if one.isascii() and one.isdecimal())


CHANNEL = Vk()
