"""A letter understood: from bytes to what the intake knows. Pure; whatever is broken, something is made of it."""

from collections.abc import Sequence
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from typing import Any, Final

from django.utils.translation import gettext as _

from otklik.channels.email import automatic
from otklik.channels.email.heads import AsItCame, head, ids, mailbox, moment, raw_head
from otklik.channels.email.kept import MOST_BYTES, identity, is_withheld, size_if_oversize, unmarked
from otklik.channels.email.parts import content_of
from otklik.channels.email.quoting import new_words
from otklik.channels.email.signing import case_told_by
from otklik.channels.kit.incoming import Author, Incoming, Unreadable
from otklik.channels.models import Account

MOST_BOUNDARIES: Final = 400
MOST_REFERENCES: Final = 50


def letter_of(raw: bytes) -> Message:
    """The tree of a letter. Raises `Unreadable` for one that was built to choke its reader."""
    if (large := size_if_oversize(raw)) is not None:
        mb = max(1, large[0] // 1_048_576)
        words = _("Письмо занимает %(mb)s МБ, больше предела в %(most)s МБ. Откройте его в почтовом ящике.")
        if large[0] <= MOST_BYTES:
            words = _("Письмо занимает %(mb)s МБ и не успело прийти целиком: линия медленная. Откройте его в ящике.")
        raise Unreadable(words % {"mb": mb, "most": MOST_BYTES // 1_048_576})
    if is_withheld(raw):
        raise Unreadable(_("Почтовый сервер не отдал это письмо. Откройте его в почтовом ящике."))
    if raw.lower().count(b"boundary=") > MOST_BOUNDARIES:
        raise Unreadable(_("В письме слишком много вложенных частей. Откройте его в почтовом ящике."))
    if not raw.strip():
        raise Unreadable(_("Письмо пустое: ни заголовков, ни текста."))
    try:
        return BytesParser(policy=AsItCame()).parsebytes(raw)
    except RecursionError as error:
        raise Unreadable(_("Письма вложены друг в друга слишком глубоко.")) from error


def understood(account: Account, body: bytes, received_at: datetime, *, anyway: bool = False) -> Incoming:
    """What the letter says, from whom, what it answers. `anyway`: what looks like a machine's is a person's.

    Raises `Unreadable`, `Ignored`.
    """
    raw, sent = unmarked(body)
    letter = letter_of(raw)
    if sent:
        return _sent_by_hand(letter, raw, received_at)
    own = automatic.own_addresses(account)
    name, sender = mailbox(raw_head(letter, "From") or raw_head(letter, "Sender"))
    notice = None if anyway and not automatic.is_loop(account, letter) else automatic.judged(
        account, letter, raw, own, sender
    )
    if notice is not None:
        return notice
    content = content_of(letter)
    subject = head(letter, "Subject")[:500]
    full = content.words() or _inside(content.letters)
    answers = _answers(letter)
    replies = bool(answers) or subject.lower().startswith(("re:", "re[", "отв:", "ответ:"))
    text = new_words(full, is_reply=replies)
    if not text.strip() and subject:
        text = full = subject
    address = str(account.settings.get("address", "")).strip()
    return Incoming(
        "message", _external_id(letter, raw), text, Author(sender, name, email=_plausible(sender)),
        moment(letter, received_at), thread=_thread(letter, answers), answers_to=answers,
        case_id=case_told_by(account, address, automatic.to_whom(letter)) if address else None, full_text=full,
        subject=subject, files=content.files, private=True, ask_key=True,
        reply=_reply(account, letter, sender, own, answers), raw=_facts(letter), digest=identity(raw),
    )


def _sent_by_hand(letter: Message, raw: bytes, received_at: datetime) -> Incoming:
    """A colleague's answer out of our own folder of sent letters; what the program sent is known by its id."""
    content, answers = content_of(letter), _answers(letter)
    full = content.words()
    return Incoming(
        "ours", _external_id(letter, raw), new_words(full, is_reply=True), written_at=moment(letter, received_at),
        thread=_thread(letter, answers), answers_to=answers, full_text=full, subject=head(letter, "Subject")[:500],
        files=content.files, private=True,
    )


def _inside(letters: Sequence[Message]) -> str:
    """A letter without words of its own, in which others are enclosed: theirs are what is told."""
    words = (content_of(one).words() for one in letters[:5])
    return "\n\n".join(one for one in words if one.strip())


def _answers(letter: Message) -> list[str]:
    """Ids that it answers, the nearest first: In-Reply-To, then References from their end."""
    return ids(letter, "In-Reply-To", "References")[:MOST_REFERENCES]


def _own_id(letter: Message) -> str:
    found = ids(letter, "Message-ID")
    return found[0] if found else ""


def _external_id(letter: Message, raw: bytes) -> str:
    own = _own_id(letter)
    return own if 3 < len(own) <= 190 and own.isascii() and own.isprintable() else identity(raw)


def _thread(letter: Message, answers: Sequence[str]) -> str:
    """The conversation: named by the letter that began it."""
    began = ids(letter, "References")[-1:] or list(answers[-1:]) or [_own_id(letter)]
    return _clean(began[0])[:200]


def _clean(value: str) -> str:
    return value.encode("ascii", "ignore").decode()


def _reply(
    account: Account, letter: Message, sender: str, own: frozenset[str], answers: Sequence[str]
) -> dict[str, Any]:
    """What is needed to answer. Empty where there is nobody: then the answer goes by hand."""
    _name, wanted = mailbox(raw_head(letter, "Reply-To"))
    to = wanted if wanted and wanted not in own and not case_told_by_any(account, wanted) else sender
    if automatic.is_machine(letter) and not (wanted and wanted != sender):
        return {}  # a newsletter or a program: nobody reads there
    if automatic.is_list(letter) or not _plausible(to) or to in own:
        return {}
    chain = [_clean(one) for one in (*reversed(answers), _own_id(letter)) if one]
    return {"to": to, "message_id": _clean(_own_id(letter)), "references": chain[-20:]}


def case_told_by_any(account: Account, address: str) -> bool:
    """Whether it is a signed address of ours: an answer there would come back to us."""
    own = str(account.settings.get("address", "")).strip()
    return bool(own) and case_told_by(account, own, [address]) is not None


def _plausible(address: str) -> str:
    local, _at, host = address.partition("@")
    return address if local and host and len(address) <= 200 and address.isprintable() and address.isascii() else ""


def _facts(letter: Message) -> dict[str, Any]:
    return {
        "message_id": _clean(_own_id(letter)), "machine": automatic.is_machine(letter),
        "to": automatic.to_whom(letter)[:20],
    }


def told_subject(raw: bytes) -> tuple[str, str]:
    """(from, subject) for a list, also of what cannot be understood."""
    large = size_if_oversize(raw)
    heads = large[1] if large else unmarked(raw)[0][:64 * 1024]
    try:
        letter = BytesParser(policy=AsItCame()).parsebytes(heads.lstrip(b"\0"), headersonly=True)
    except RecursionError:
        return "", ""
    name, address = mailbox(raw_head(letter, "From"))
    return address or name, head(letter, "Subject")[:200]
