"""The channel `email`.

The id of an arrival is the digest of its letter (`kept.identity`); the id of a message is its Message-ID, with the
digest beside it when two letters bear one id. The id of what we send is made of its delivery (`signing.message_id`).
"""

import imaplib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.email import imap, smtp
from otklik.channels.email.kept import came, from_our_folder
from otklik.channels.email.reading import told_subject, understood
from otklik.channels.email.recording import letters
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked, Polled
from otklik.channels.kit.incoming import Incoming
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt, Retryable
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.failures import BadInput

_SECURITY = (
    ("tls", gettext_lazy("TLS с начала")), ("starttls", gettext_lazy("STARTTLS")),
    ("plain", gettext_lazy("без шифрования: только внутри своей сети")),
)
_BOX = "imap"
_SENT = "sent by hand"  # a name in the cursor; no folder is called so


class Email:
    """See `docs/guide/channels.md` for what the administrator has to do."""

    name = "email"
    # A letter that was cut off may have been taken: no mail server promises to know a Message-ID again.
    can = Abilities(private=True, photos=True, longest=50_000, a_second=1.0)
    every = 20.0
    asks: Sequence[Asked] = (
        Asked("address", gettext_lazy("Адрес ящика"), help=gettext_lazy("На него пишут жители, с него уходят ответы.")),
        Asked("sender_name", gettext_lazy("Имя отправителя"), required=False,
              help=gettext_lazy("Что житель увидит вместо адреса.")),
        Asked("more_addresses", gettext_lazy("Другие адреса этого ящика"), "lines", required=False,
              help=gettext_lazy("По одному в строке. Письма с наших же адресов не разбираются.")),
        Asked("way", gettext_lazy("Как приходят письма"), "choice", default="poll", choices=(
            ("poll", gettext_lazy("Программа забирает их по IMAP")),
            ("pipe", gettext_lazy("Их отдаёт наш почтовый сервер: otklik mail deliver")),
        )),
        Asked("imap_host", gettext_lazy("Сервер IMAP"), required=False, leads=True),
        Asked("imap_port", gettext_lazy("Порт IMAP"), "number", required=False, default=993),
        Asked("imap_security", gettext_lazy("Шифрование IMAP"), "choice", default="tls", choices=_SECURITY),
        Asked("imap_user", gettext_lazy("Имя для входа"), required=False,
              help=gettext_lazy("Если оно не такое, как адрес.")),
        Asked("password", gettext_lazy("Пароль ящика"), "secret", required=False,
              help=gettext_lazy("Яндекс, Mail.ru и другие дают для программ отдельный пароль.")),
        Asked("folder", gettext_lazy("Папка"), required=False, default="INBOX"),
        Asked("sent_folder", gettext_lazy("Папка отправленных"), required=False,
              help=gettext_lazy("Если сотрудники отвечают и прямо из почты: их ответы лягут в карточки. Обычно Sent "
                                "или «Отправленные».")),
        Asked("only_new", gettext_lazy("Не брать письма, которые уже лежат в ящике"), "flag", required=False),
        Asked("idle", gettext_lazy("Ждать новых писем на линии (IDLE)"), "flag", required=False,
              help=gettext_lazy("Письмо видно за секунду, а не за двадцать; занимает место одной фоновой работы.")),
        Asked("smtp_host", gettext_lazy("Сервер SMTP"), required=False, leads=True,
              help=gettext_lazy("Без него письма приходят, а ответы отправляют вручную.")),
        Asked("smtp_port", gettext_lazy("Порт SMTP"), "number", required=False, default=465),
        Asked("smtp_security", gettext_lazy("Шифрование SMTP"), "choice", default="tls", choices=_SECURITY),
        Asked("smtp_user", gettext_lazy("Имя для отправки"), required=False,
              help=gettext_lazy("Если оно не такое, как для входа.")),
        Asked("smtp_password", gettext_lazy("Пароль для отправки"), "secret", required=False,
              help=gettext_lazy("Если он не такой, как у ящика.")),
        Asked("smtp_open", gettext_lazy("Сервер SMTP не спрашивает пароля"), "flag", required=False),
        Asked("plus", gettext_lazy("Просить отвечать на адрес с меткой (имя+метка@…)"), "flag", required=False,
              help=gettext_lazy("Ответ найдёт свою карточку, даже если почта жителя теряет связь писем. Сначала "
                                "проверьте, что ящик принимает такие адреса: Яндекс и Mail.ru принимают.")),
    )

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """The letter as a message; a notice of a mail server as what became of ours."""
        return [understood(account, body, received_at)]

    def read_anyway(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """A person says that a person wrote it. Our own letters and notices about them stay what they are."""
        return [understood(account, body, received_at, anyway=True)]

    def heading(self, body: bytes) -> Mapping[str, str]:
        """From and Subject, also of what is no message."""
        sender, subject = told_subject(body)
        return {"from": sender, "subject": subject}

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Letters in files (`.eml`), mailboxes (`.mbox`), folders of Maildir."""
        for name, raw in letters(path):
            yield name, came(raw)

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look into the folder; the connection lasts over the looks of one turn."""
        settings = account.settings
        folder = str(settings.get("folder") or "INBOX")
        box = caller.lasting(_BOX, lambda: self._box(account, caller))
        try:
            only_new = bool(settings.get("only_new"))
            since = str(cursor.get("since") or "") if only_new else ""
            polled = imap.look(box, folder, cursor.get(folder) or {}, since=since, only_new=only_new)
            if not polled.came and not polled.more and settings.get("idle") and box.idle():
                polled = Polled((), polled.cursor, more=True)
            sent = self._sent(box, settings, cursor) if not polled.more else None
        except (Retryable, Permanent):
            caller.drop(_BOX)
            raise
        except (imaplib.IMAP4.error, OSError) as error:
            caller.drop(_BOX)
            raise Retryable(_("Почтовый сервер прервал разговор.")) from error
        following = {**cursor, folder: dict(polled.cursor), "since": str(cursor.get("since") or imap.today())}
        if sent is None:
            return Polled(polled.came, following, polled.more)
        ours = [one for one in map(from_our_folder, sent.came) if one is not None]
        following[_SENT] = {**sent.cursor, "folder": settings["sent_folder"]}
        return Polled([*polled.came, *ours], following, sent.more)

    def _sent(self, box: imap.Mailbox, settings: Mapping[str, Any], cursor: Mapping[str, Any]) -> Polled | None:
        """A look among our sent letters, from the day on which it is switched on."""
        folder = str(settings.get("sent_folder") or "")
        if not folder:
            return None
        known = cursor.get(_SENT) or {}
        known = known if known.get("folder") == folder else {}
        return imap.look(box, folder, known, since=str(cursor.get("since") or ""), only_new=True)

    def _box(self, account: Account, caller: Caller) -> imap.Mailbox:
        return imap.Mailbox(
            account.settings, secret(account, "password"), seconds=caller.read_seconds, ports=caller.ports
        )

    def send(self, account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
        """One letter."""
        return smtp.send(account, outgoing, _post_password(account), seconds=caller.read_seconds, ports=caller.ports)

    def address(self, account: Account) -> str:
        """The mailbox."""
        told = str(account.settings.get("address") or "").strip()
        return told if told.count("@") == 1 and " " not in told else ""

    def own_target(self, account: Account, told: str) -> Mapping[str, Any]:
        """A letter to an address of the administrator's own."""
        told = told.strip()
        if not told.isascii() or told.count("@") != 1 or " " in told:
            raise BadInput(_("Впишите адрес почты, например ivanov@example.org."), "told")
        return {"to": told}

    def check(self, account: Account, caller: Caller) -> Checked:
        """Log in at both servers, each by itself; nothing is sent and nothing in the mailbox is touched."""
        taken_in, fine = self._try_box(account, caller)
        sent, sends = self._try_post(account, caller)
        return Checked(fine and sends, f"{taken_in} {sent}", {"IMAP": taken_in, "SMTP": sent})

    def _try_box(self, account: Account, caller: Caller) -> tuple[str, bool]:
        if account.settings.get("way") == "pipe":
            return _("Письма отдаёт почтовый сервер; первое покажет, что он это делает."), True
        try:
            box = self._box(account, caller)
            try:
                _validity, _following, count = box.open(str(account.settings.get("folder") or "INBOX"))
            finally:
                box.close()
        except (Retryable, Permanent) as error:
            return _("Приём: %(why)s") % {"why": error}, False
        except (imaplib.IMAP4.error, OSError):
            return _("Приём: почтовый сервер прервал разговор."), False
        return _("Приём работает: писем в папке %(n)s.") % {"n": count}, True

    def _try_post(self, account: Account, caller: Caller) -> tuple[str, bool]:
        if not account.settings.get("smtp_host"):
            return _("Сервер SMTP не вписан: ответы отправляют вручную."), True
        try:
            post = smtp.connected(
                account.settings, _post_password(account), seconds=caller.read_seconds, ports=caller.ports
            )
            post.close()
        except (Retryable, Permanent) as error:
            return _("Отправка: %(why)s") % {"why": error}, False
        return _("Отправка работает."), True


def _post_password(account: Account) -> str:
    return secret(account, "smtp_password") or secret(account, "password")


CHANNEL = Email()
