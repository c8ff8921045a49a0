"""Letters of machines: notices that ours did not come, automatic answers, our own coming back. Never answered."""

import re
from email.message import Message
from typing import Final

from django.utils.translation import gettext as _

from otklik.channels.email.heads import addresses, head, ids, raw_head
from otklik.channels.email.parts import bytes_of, kind_of
from otklik.channels.email.signing import is_ours, ours_among
from otklik.channels.kit.incoming import Ignored, Incoming
from otklik.channels.models import Account

MARK: Final = "X-Otklik"  # on all that we send
_LOOKED_AT: Final = 300_000
_DEEPEST: Final = 8
_AUTOMATIC: Final = re.compile(
    r"^\s*(?:автоответ(?:чик)?|автоматический ответ|автоматическое сообщение об отсутствии|нет на (?:рабочем )?месте"
    r"|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|vacation)\s*(?:re)?\s*:",
    re.IGNORECASE,
)
_RETURNED: Final = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|problem|report)|mail delivery|returned (?:mail|to sender)"
    r"|failure notice"
    r"|не доставлен|недоставлен|ошибка доставки|невозможно доставить|возврат почты|delayed|could not be delivered",
    re.IGNORECASE,
)
_SENT_BY: Final = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|bounce[sd]?)(?:[+.=@-]|$)", re.IGNORECASE
)
_ACTION: Final = re.compile(rb"^action:\s*([a-z-]+)", re.IGNORECASE | re.MULTILINE)
_DIAGNOSIS: Final = re.compile(
    rb"^diagnostic-code:\s*(?:[a-z-]+\s*;)?\s*(.+(?:\r?\n[ \t].+)*)", re.IGNORECASE | re.MULTILINE
)
_STATUS: Final = re.compile(rb"^status:\s*(\d\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)


def judged(account: Account, letter: Message, raw: bytes, own: frozenset[str], sender: str) -> Incoming | None:
    """None for a person's letter; an `Incoming` that says that ours did not come. Raises `Ignored` with the reason.

    `own`: our addresses; `sender`: the address in From.
    """
    if is_loop(account, letter):
        raise Ignored(_("Наше собственное письмо вернулось к нам: петля."))
    if _is_notice(letter, sender):
        return _came_back(account, letter, raw)
    kind = kind_of(letter)
    told = _report(letter) if kind == "multipart/report" else kind
    if told in ("disposition-notification", "message/disposition-notification"):
        raise Ignored(_("Уведомление о прочтении."))
    if told in ("feedback-report", "message/feedback-report"):
        raise Ignored(_("Отчёт почтовой службы о жалобе на спам."))
    if _answers_itself(letter):
        raise Ignored(_("Автоответ: его написал не человек."))
    if sender and sender in own:
        raise Ignored(_("Письмо с нашего же адреса."))
    return None


def is_loop(account: Account, letter: Message) -> bool:
    """Whether it is a letter that we sent."""
    return is_ours(account, raw_head(letter, "Message-ID")) or is_ours(account, raw_head(letter, MARK))


def is_machine(letter: Message) -> bool:
    """Made by a program (a site's form, a newsletter): a person looks at it, and nothing is sent to it by itself."""
    said = raw_head(letter, "Auto-Submitted").strip().lower()
    return (bool(said) and said != "no") or is_list(letter)


def is_list(letter: Message) -> bool:
    """A newsletter or a mailing list."""
    bulk = raw_head(letter, "Precedence").strip().lower() in ("bulk", "list", "junk")
    return bulk or bool(raw_head(letter, "List-Id") or raw_head(letter, "List-Unsubscribe"))


def _answers_itself(letter: Message) -> bool:
    said = raw_head(letter, "Auto-Submitted").strip().lower()
    if said.startswith(("auto-replied", "auto-notified")):
        return True
    if raw_head(letter, "Precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return True
    if any(raw_head(letter, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From")):
        return True
    answers = bool(ids(letter, "In-Reply-To", "References")) or bool(raw_head(letter, "X-Auto-Response-Suppress"))
    return answers and bool(_AUTOMATIC.match(head(letter, "Subject")))


def _report(letter: Message) -> str:
    try:
        return str(letter.get_param("report-type") or "").lower()
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        return ""


def _is_notice(letter: Message, sender: str) -> bool:
    kind = kind_of(letter)
    if kind == "message/delivery-status" or (kind == "multipart/report" and _report(letter) == "delivery-status"):
        return True
    if _parts_of(letter, "message/delivery-status"):
        return True
    from_nobody = raw_head(letter, "Return-Path").strip() == "<>" or bool(_SENT_BY.match(sender))
    return from_nobody and bool(_RETURNED.search(head(letter, "Subject")) or raw_head(letter, "X-Failed-Recipients"))


def _parts_of(letter: Message, kind: str, depth: int = 0) -> list[Message]:
    inner = letter.get_payload()
    if not isinstance(inner, list) or depth > _DEEPEST or kind_of(letter) == "message/rfc822":
        return []
    found: list[Message] = []
    for one in inner[:50]:
        if isinstance(one, Message):
            found += [one] if kind_of(one) == kind else _parts_of(one, kind, depth + 1)
    return found


def _came_back(account: Account, letter: Message, raw: bytes) -> Incoming:
    """A notice of a mail server (RFC 3464, or in words). The sent one is known by the id that only we can make."""
    sent = ours_among(account, raw[:_LOOKED_AT].decode("ascii", "replace"))
    if not sent:
        raise Ignored(_("Уведомление о недоставке письма, которого отсюда не отправляли."))
    statuses = b"\n".join(_status_of(one) for one in _parts_of(letter, "message/delivery-status"))
    actions = {found.lower() for found in _ACTION.findall(statuses)}
    if actions and actions <= {b"delayed", b"relayed", b"delivered", b"expanded"}:
        raise Ignored(_("Почтовая служба ещё пробует доставить наше письмо."))
    told = _DIAGNOSIS.search(statuses)
    code = _STATUS.search(statuses)
    words = " ".join((told[1] if told else b"").decode("utf-8", "replace").split())
    reason = _plain_reason(code[1].decode() if code else "", words)
    return Incoming("failed", f"bounce:{sent[0]}", reason, answers_to=sent)


def _status_of(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(str(one).encode("utf-8", "replace") for one in inner[:20])
    return bytes_of(part)


def _plain_reason(code: str, words: str) -> str:
    known = {
        "5.1.1": _("Такого адреса нет"), "5.1.2": _("Такого почтового сервера нет"), "5.1.10": _("Такого адреса нет"),
        "5.2.1": _("Ящик получателя отключён"), "5.2.2": _("Ящик получателя переполнен"),
        "4.2.2": _("Ящик получателя переполнен"), "5.2.3": _("Письмо слишком велико для получателя"),
        "5.7.1": _("Сервер получателя не принял письмо"),
    }
    plain = known.get(code, _("Письмо не доставлено"))
    return f"{plain}: {words[:200]}" if words else f"{plain}."


def own_addresses(account: Account) -> frozenset[str]:
    """Addresses of this mailbox, in small letters."""
    settings = account.settings
    more = settings.get("more_addresses") or ""
    lines = more if isinstance(more, list) else str(more).split()
    return frozenset(one.strip().lower() for one in [str(settings.get("address", "")), *lines] if one and one.strip())


def to_whom(letter: Message) -> list[str]:
    """Every address by which the letter reached us."""
    return addresses(letter, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
