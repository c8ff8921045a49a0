"""Sending an answer by SMTP, in the thread of the letter that it answers."""

import re
import smtplib
import socket
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.channels.email.automatic import MARK
from otklik.channels.email.dialling import GREETED, STARTTLS, WHOLE, context, cut_after, dial, plain_words
from otklik.channels.email.signing import message_id, reply_address
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt, Retryable, Unsure
from otklik.channels.models import Account

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,250}")
_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")
_GREYLISTED: Final = 300.0  # seconds: a server that does not know us yet asks to come again


def letter_of(account: Account, outgoing: Outgoing) -> EmailMessage:
    """The letter. Nothing that came from outside can add a header: ids and addresses are checked sign by sign.

    Raises `Permanent` when there is nobody to send it to.
    """
    settings, target = account.settings, outgoing.target
    address, to = str(settings.get("address") or ""), str(target.get("to") or "")
    if not _ADDRESS.fullmatch(address):
        raise Permanent(_("В настройках подключения не вписан адрес ящика."))
    if not _ADDRESS.fullmatch(to):
        raise Permanent(_("Автор письма не оставил адреса, на который можно ответить."))
    letter = EmailMessage(policy=SMTP)
    own = message_id(account, outgoing.once, address.partition("@")[2])
    letter["From"] = formataddr((_line(settings.get("sender_name")), address))
    letter["To"] = to
    letter["Subject"] = _subject(outgoing)
    letter["Date"] = format_datetime(timezone.localtime())
    letter["Message-ID"] = own
    answered = str(target.get("message_id") or "")
    if _ID.fullmatch(answered):
        chain = [one for one in target.get("references") or [] if _ID.fullmatch(str(one))]
        letter["In-Reply-To"] = answered
        letter["References"] = " ".join(dict.fromkeys([*chain[-20:], answered]))
    case = target.get("case")
    if settings.get("plus") and isinstance(case, int):
        letter["Reply-To"] = reply_address(account, address, case)
    letter[MARK] = own
    letter.set_content(_words(outgoing))
    for name, media_type, content in outgoing.files:
        kind, _slash, inner = media_type.partition("/")
        letter.add_attachment(content, maintype=kind or "application", subtype=inner or "octet-stream", filename=name)
    return letter


def _line(words: Any) -> str:
    return " ".join("".join(sign for sign in str(words or "") if sign.isprintable()).split())[:200]


def _subject(outgoing: Outgoing) -> str:
    asked = _line(outgoing.subject)[:200]
    if not outgoing.target.get("message_id"):
        return asked or "Ответ на ваше сообщение"
    if not asked:
        return "Re: ваше сообщение"
    return asked if re.match(r"(?i)re\b|отв\b", asked) else f"Re: {asked}"


def _words(outgoing: Outgoing) -> str:
    """The answer, and below it how to go on. Russian: it is a letter to a resident."""
    lines = [outgoing.text.rstrip()]
    if outgoing.number:
        lines += ["", "-- ", f"Номер вашего сообщения: {outgoing.number}.",
                  "Если хотите что-то добавить, просто ответьте на это письмо."]
    if outgoing.page:
        lines.append(f"Как идут дела: {outgoing.page}")
    return "\n".join(lines) + "\n"


class _Post(smtplib.SMTP):
    """A conversation on a socket that we made."""

    def __init__(self, host: str, port: int, line: socket.socket, seconds: float) -> None:
        self._ready = line
        super().__init__(host, port, local_hostname="otklik.invalid", timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._ready


def connected(settings: Mapping[str, Any], password: str, *, seconds: float, ports: frozenset[int]) -> smtplib.SMTP:
    """A conversation after its log-in. Raises `Retryable`, `Permanent` in plain words."""
    host, port = str(settings.get("smtp_host") or ""), int(settings.get("smtp_port") or 465)
    security = str(settings.get("smtp_security") or "tls")
    if not host:
        raise Permanent(_("Не вписан сервер SMTP: отправлять нечем."))
    user = str(settings.get("smtp_user") or settings.get("imap_user") or settings.get("address") or "")
    line = dial(host, port, security, seconds=seconds, ports=ports)
    try:
        with cut_after(line, GREETED), plain_words(host):
            post = _Post(host, port, line, seconds)
            post.ehlo_or_helo_if_needed()
            if security == STARTTLS:
                post.starttls(context=context())
                post.ehlo()
            if password and not settings.get("smtp_open"):
                post.login(user, password)
            return post
    except smtplib.SMTPAuthenticationError as error:
        line.close()
        said = _said(error.smtp_error)
        if error.smtp_code < 500:
            raise Retryable(_("Сервер SMTP сейчас не впускает: %(said)s.") % {"said": said}) from error
        raise Permanent(_("Сервер SMTP не принял имя или пароль: %(said)s.") % {"said": said}) from error
    except smtplib.SMTPNotSupportedError as error:
        line.close()
        words = _("Сервер SMTP не умеет того, что выбрано: входа по паролю или STARTTLS.")
        raise Permanent(words) from error
    except (smtplib.SMTPException, UnicodeError) as error:
        line.close()
        raise Retryable(_("Сервер SMTP прервал разговор.")) from error
    except BaseException:
        line.close()
        raise


def send(
    account: Account, outgoing: Outgoing, password: str, *, seconds: float, ports: frozenset[int]
) -> Receipt:
    """Send it once. The Message-ID is made of `once`, so that every attempt is the same letter to whoever compares.

    No server promises to compare: a conversation cut after the letter's end is `Unsure`.
    """
    letter = letter_of(account, outgoing)
    raw = letter.as_bytes()
    post = connected(account.settings, password, seconds=seconds, ports=ports)
    try:
        with cut_after(_line_of(post), WHOLE):
            _converse(post, account, outgoing, raw)
    finally:
        post.close()
    return Receipt(letter["Message-ID"])


def _line_of(post: smtplib.SMTP) -> socket.socket:
    if post.sock is None:
        raise Retryable(_("Сервер SMTP прервал разговор."))
    return post.sock


def _converse(post: smtplib.SMTP, account: Account, outgoing: Outgoing, raw: bytes) -> None:
    try:
        with plain_words(str(account.settings.get("smtp_host"))):
            _step(post.mail(str(account.settings["address"])), _("отправителя"))
            _step(post.rcpt(str(outgoing.target["to"])), _("получателя"))
            code, said = post.docmd("DATA")
            if code != 354:
                _step((code, said), _("письма"))
                raise Retryable(_("Сервер SMTP ответил не так, как ждали."))
        _hand_over(post, raw)
    except smtplib.SMTPServerDisconnected as error:
        raise Retryable(_("Сервер SMTP прервал разговор.")) from error
    finally:
        with suppress(smtplib.SMTPException, OSError):
            post.quit()


def _hand_over(post: smtplib.SMTP, raw: bytes) -> None:
    """From here on the server may have taken it."""
    dotted = re.sub(rb"(?m)^\.", b"..", raw)
    words = _("Связь прервалась, когда письмо уже передали. Спросите получателя или посмотрите журнал почты.")
    try:
        post.send(dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, said = post.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Unsure(words) from error
    if code >= 400:
        _step((code, said), _("письма"))
    if code != 250:  # no answer that the protocol knows here: of a line cut in the middle, too
        raise Unsure(words)


def _step(answer: tuple[int, bytes], what: str) -> None:
    """Judge an answer: 2xx goes on, 4xx comes again, 5xx never works."""
    code, raw = answer
    if 200 <= code < 300:
        return
    said = _said(raw)
    if code < 500:
        after = _GREYLISTED if code in (450, 451) and re.search(r"gr[ae]y|4\.7\.", said, re.IGNORECASE) else None
        words = _("Почтовый сервер пока не принимает %(what)s: %(said)s.")
        raise Retryable(words % {"what": what, "said": said}, after)
    known = {"5.1.1": _("Такого адреса нет."), "5.1.10": _("Такого адреса нет."), "5.1.2": _("Такого домена нет."),
             "5.2.1": _("Ящик получателя отключён."), "5.2.2": _("Ящик получателя переполнен."),
             "5.3.4": _("Письмо слишком велико."), "5.7.1": _("Сервер счёл письмо нежелательным.")}
    status = re.match(r"5\.\d{1,3}\.\d{1,3}", said)
    plain = known.get(status[0]) if status else None
    words = plain or _("Почтовый сервер не принял %(what)s.") % {"what": what}
    raise Permanent(f"{words} ({code} {said})")


def _said(raw: bytes | str) -> str:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    return " ".join(text.split())[:120]
