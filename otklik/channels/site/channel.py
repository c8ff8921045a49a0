"""The channel `site`: a signed JSON address for municipal sites."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked, Hook, HookAnswer
from otklik.channels.kit.incoming import Author, Enclosed, Incoming, Unreadable
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.site.payload import form_of, holds
from otklik.failures import Refused

JSON = "application/json; charset=utf-8"


class Site:
    """See `docs/channels/site.md` for what the site's programmer has to do."""

    name = "site"
    can = Abilities(sends=False, private=True, photos=True)
    asks: Sequence[Asked] = (
        Asked("secret", gettext_lazy("Секрет подписи"), "secret",
              help=gettext_lazy("Не короче 20 знаков; тот же впишет программист сайта.")),
    )

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """Keep a signed form. The same `id` sent again changes nothing. Says what is wrong at once, to the site."""
        stamp, given = hook.headers.get("x-otklik-time", ""), hook.headers.get("x-otklik-signature", "")
        if not holds(secret(account, "secret"), stamp, given, hook.body, timezone.now()):
            raise Refused(_("Подпись неверна или устарела."))
        try:
            form = form_of(hook.body)
        except Unreadable as error:
            return HookAnswer((), 400, json.dumps({"error": str(error)}, ensure_ascii=False), JSON)
        return HookAnswer((Came(form.id, hook.body),), 202, json.dumps({"accepted": form.id}), JSON)

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """The form as a message."""
        form = form_of(body)
        return [
            Incoming(
                "message", form.id, form.text, private=True, written_at=form.written_at, address=form.address,
                author=Author(name=form.name, phone=form.phone, email=form.email), latitude=form.latitude,
                longitude=form.longitude, theme_code=form.theme,
                answer_on="phone" if form.answer_on == "phone" and form.phone else "page",
                files=[Enclosed(url=one) for one in form.photos],
            )
        ]

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Bodies of forms, a file each or a line each."""
        return recorded_json(path, lambda given: str(given["id"]))

    def check(self, account: Account, caller: Caller) -> Checked:
        """There is nobody to ask: only whether the secret is long enough."""
        if len(secret(account, "secret")) < 20:
            return Checked(False, _("Секрет короче 20 знаков."))
        return Checked(True, _("Секрет есть. Первое сообщение покажет, что сайт подписывает верно."))


CHANNEL = Site()
