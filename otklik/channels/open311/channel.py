"""The channel `open311`. The arrival's id and the message's are one: the token that the server gave for a POST."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked
from otklik.channels.kit.incoming import Author, Enclosed, Incoming, Unreadable
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.open311.attributes import in_words
from otklik.channels.open311.payload import Report, report_of

SHORTEST_KEY = 20


class Open311:
    """An account is one program that may report: its `api_key` and the place whose residents it serves."""

    name = "open311"
    can = Abilities(sends=False, private=True, photos=True)
    asks: Sequence[Asked] = (
        Asked("key", gettext_lazy("Ключ API"), "secret",
              help=gettext_lazy("Не короче 20 знаков. Его программа называет в поле api_key, когда сообщает.")),
    )

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """The report as a message. The app shows its answer by the API; the resident's page has it, too."""
        report = report_of(body)
        return [
            Incoming(
                "message", report.token, _text(report), private=True, address=report.address,
                author=Author(
                    name=f"{report.first_name} {report.last_name}".strip(), phone=report.phone, email=report.email
                ),
                latitude=report.latitude, longitude=report.longitude, theme_code=report.theme,
                territory_id=report.territory_id, answer_on="page",
                files=[Enclosed(url=report.media_url)] if report.media_url else [],
            )
        ]

    def check(self, account: Account, caller: Caller) -> Checked:
        """There is nobody to ask: only whether the key is long enough and nobody else's."""
        key = secret(account, "key")
        if len(key) < SHORTEST_KEY:
            return Checked(False, _("Ключ короче 20 знаков."))
        others = Account.objects.filter(channel=self.name).exclude(pk=account.pk).select_related("setup")
        if any(secret(one, "key") == key for one in others):
            return Checked(False, _("Такой же ключ у другого подключения. Задайте разные."))
        return Checked(True, _("Ключ есть. Адрес для программ: /open311/v2/, описание: /open311/v2/discovery.json."))

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Reports as they are kept: a file each, a list, or a line each."""
        return recorded_json(path, lambda given: str(given["token"]))


def _text(report: Report) -> str:
    """The resident's words, and under them the answers to the service's questions."""
    words = report.description.strip() or report.service_name
    if not words:
        raise Unreadable(_("В запросе нет ни описания, ни вида услуги."))
    told = in_words(report.group, report.attributes)
    return f"{words}\n\n{told}" if told else words


CHANNEL = Open311()
