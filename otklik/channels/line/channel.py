"""The channel `line`: events of a telephone system (Asterisk, FreePBX, a provider's exchange), one JSON or form a call.

The arrival's id is the call's id with its event; a call has no message. Fields: `call` (its id), `event` (`missed`,
`answered`, `ringing`), `from` (the caller's number), `at` (a moment with its zone, else now).
"""

import hmac
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked, Hook, HookAnswer
from otklik.channels.kit.incoming import Author, Ignored, Incoming, Unreadable
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.failures import BadInput, Refused
from otklik.residents.contacts import normal_phone

EVENTS = ("missed", "answered", "ringing")


class Line:
    """See the module and the guide."""

    name = "line"
    can = Abilities(sends=False)
    asks: Sequence[Asked] = (
        Asked("secret", gettext_lazy("Секрет"), "secret",
              help=gettext_lazy("Станция присылает его в заголовке X-Otklik-Secret. Не короче 20 знаков.")),
    )

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """Keep an event that carries the secret."""
        kept, given = secret(account, "secret"), hook.headers.get("x-otklik-secret", "")
        if not kept or not hmac.compare_digest(kept.encode(), given.encode(errors="replace")):
            raise Refused(_("Секрет неверен."))
        try:
            event = _event(hook.body)
        except Unreadable as error:
            return HookAnswer((), 400, str(error))
        return HookAnswer((Came(_id(event), json.dumps(event).encode()),))

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """A call that nobody took; the others say nothing to do."""
        event = _event(body)
        if event["event"] != "missed":
            raise Ignored(_("Звонок приняли: карточку записывает тот, кто говорил."))
        try:
            phone = normal_phone(event["from"])
        except BadInput as error:
            raise Ignored(_("Номер не определился: перезвонить некуда.")) from error
        return [Incoming("missed", _id(event), author=Author(phone=phone), written_at=_moment(event, received_at))]

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Events, a file each or a line each."""
        return recorded_json(path, lambda given: f"{given['call']}:{given['event']}")

    def check(self, account: Account, caller: Caller) -> Checked:
        """There is nobody to ask: only whether the secret is long enough."""
        if len(secret(account, "secret")) < 20:
            return Checked(False, _("Секрет короче 20 знаков."))
        return Checked(True, _("Секрет есть. Позвоните на линию и не берите трубку: звонок появится у операторов."))


def _event(body: bytes) -> dict[str, str]:
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError):
        given = dict(parse_qsl(body[:4000].decode("utf-8", "replace"))) or None
    if not isinstance(given, dict):
        raise Unreadable(_("Нужен объект JSON или форма с полями call, event и from."))
    event = {name: str(given.get(name) or "")[:150] for name in ("call", "event", "from", "at")}
    if not event["call"] or event["event"] not in EVENTS:
        raise Unreadable(_("Поле call пустое, или event не из missed, answered, ringing."))
    return event


def _id(event: dict[str, str]) -> str:
    return f"{event['call']}:{event['event']}"


def _moment(event: dict[str, str], received_at: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(event["at"])
    except ValueError:
        return received_at
    return moment if moment.tzinfo is not None else received_at


CHANNEL = Line()
