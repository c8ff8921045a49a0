"""The channel `open311`. The arrival's id and the message's are one: the token that the server gave for a POST."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import System, acting
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked
from otklik.channels.kit.incoming import Author, Enclosed, Incoming, Unreadable
from otklik.channels.kit.recording import recorded_json
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.open311 import client
from otklik.channels.open311.attributes import in_words
from otklik.channels.open311.payload import Report, report_of

SHORTEST_KEY = 20


class Open311:
    """An account is one program: that reports to us by its `api_key`, or to which staff hand cases by theirs."""

    name = "open311"
    can = Abilities(sends=False, private=True, photos=True)
    asks: Sequence[Asked] = (
        Asked("way", gettext_lazy("Кто кому сообщает"), "choice", default="server", choices=(
            ("server", gettext_lazy("Программа сообщает нам")),
            ("client", gettext_lazy("Мы передаём карточки в другую программу")),
        )),
        Asked("key", gettext_lazy("Ключ API"), "secret", required=False,
              help=gettext_lazy("Если сообщают нам — придумайте, от 20 знаков. Если передаём мы — тот, что дали там.")),
        Asked("endpoint", gettext_lazy("Адрес другой программы"), required=False, leads=True,
              help=gettext_lazy("Только если передаём мы: до services, например https://open311.example.ru/v2.")),
        Asked("jurisdiction", gettext_lazy("jurisdiction_id"), required=False,
              help=gettext_lazy("Если другая программа обслуживает несколько мест.")),
        Asked("format", gettext_lazy("Формат"), "choice", default="json", choices=(("json", "JSON"), ("xml", "XML"))),
        Asked("services", gettext_lazy("Что можно передать"), "lines", required=False,
              help=gettext_lazy("По строке: код услуги там, пробел, название. «Проверить» покажет их коды.")),
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
        """Of a program that reports: whether its key is long enough and nobody else's. Of another: what it offers."""
        if client.is_client(account):
            return _offered(account, caller)
        key = secret(account, "key")
        if len(key) < SHORTEST_KEY:
            return Checked(False, _("Ключ короче 20 знаков."))
        with acting(System("channels"), read_only=True):
            others = list(Account.objects.filter(channel=self.name).exclude(pk=account.pk).select_related("setup"))
        if any(secret(one, "key") == key for one in others):
            return Checked(False, _("Такой же ключ у другого подключения. Задайте разные."))
        return Checked(True, _("Ключ есть. Адрес для программ: /open311/v2/, описание: /open311/v2/discovery.json."))

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Reports as they are kept: a file each, a list, or a line each."""
        return recorded_json(path, lambda given: str(given["token"]))


def _offered(account: Account, caller: Caller) -> Checked:
    """Whether the other program answers, and has the services that staff may choose."""
    rows = client.services(account, caller)
    offered = {row.get("service_code", ""): row for row in rows}
    facts = {code: row.get("service_name", "") for code, row in list(offered.items())[:100]}
    chosen = [code for code, _name in client.services_of(account)]
    if not chosen:
        return Checked(False, _("Программа отвечает. Впишите, что можно передать: коды ниже."), facts)
    if missing := [code for code in chosen if code not in offered]:
        return Checked(False, _("Там нет услуг: %(codes)s.") % {"codes": ", ".join(missing)[:200]}, facts)
    return Checked(True, _("Программа отвечает, услуги на месте: %(count)s.") % {"count": len(chosen)})


def _text(report: Report) -> str:
    """The resident's words, and under them the answers to the service's questions."""
    words = report.description.strip() or report.service_name
    if not words:
        raise Unreadable(_("В запросе нет ни описания, ни вида услуги."))
    told = in_words(report.group, report.attributes)
    return f"{words}\n\n{told}" if told else words


CHANNEL = Open311()
