"""Our own marks in mail: Message-IDs by which bounces and echoes are known, and reply addresses that tell the case."""

import base64
import re
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

from otklik.channels.models import Account

_SALT: Final = "otklik.email"
_ID: Final = re.compile(r"<?(otklik-[a-z0-9.-]{1,40})\.([a-z2-7]{16})@[^<>\s@]{1,253}>?", re.IGNORECASE)
_TAG: Final = re.compile(r"k(\d{1,18})-([a-z2-7]{16})")


def _mark(account: Account, kind: str, value: str) -> str:
    digest = salted_hmac(_SALT, f"{account.code}\0{kind}\0{value}", algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def message_id(account: Account, once: str, domain: str) -> str:
    """The Message-ID of a sending: the same in every attempt, and nobody else can make one."""
    name = re.sub(r"[^a-z0-9.-]", "-", once.lower())[:40]
    name = name if name.startswith("otklik-") else f"otklik-{name}"[:40]
    return f"<{name}.{_mark(account, 'id', name)}@{domain}>"


def is_ours(account: Account, given: str) -> bool:
    """Whether this Message-ID is one that this account made."""
    found = _ID.fullmatch(given.strip())
    return found is not None and constant_time_compare(_mark(account, "id", found[1].lower()), found[2].lower())


def ours_among(account: Account, text: str) -> list[str]:
    """Our Message-IDs in a text (a notice of a mail server), each once."""
    found = []
    for one in _ID.finditer(text):
        given = "<" + one[0].strip("<>") + ">"
        if is_ours(account, given):
            found.append(given)
    return list(dict.fromkeys(found))


def reply_address(account: Account, address: str, case_id: int) -> str:
    """`name+k12-…@host`: whoever answers to it answers about that case."""
    name, _at, host = address.partition("@")
    return f"{name}+k{case_id}-{_mark(account, 'case', str(case_id))}@{host}"


def case_told_by(account: Account, address: str, given: list[str]) -> int | None:
    """The case whose signed address is among these; None when there is none or its mark is not ours."""
    name, _at, host = address.lower().partition("@")
    for one in given:
        local, _at, there = one.lower().partition("@")
        if there != host or not local.startswith(f"{name}+"):
            continue
        tag = _TAG.fullmatch(local[len(name) + 1:])
        if tag and constant_time_compare(_mark(account, "case", str(int(tag[1]))), tag[2]):
            return int(tag[1])
    return None
