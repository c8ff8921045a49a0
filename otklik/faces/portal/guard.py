"""Against programs that fill in forms, without a foreign service: a field nobody sees, and in a flood a small work.

The work is done by the browser while the resident writes (a proof of work, as ALTCHA does it: a number whose SHA-256
together with the form's signed key begins with enough zero bits). Where the browser cannot, a question in words takes
its place. Ordinary days ask nothing. Whoever writes of danger to life is never asked.
"""

import hashlib
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.faces.callers import bucket_of, is_this_machine
from otklik.faces.portal import guessing
from otklik.organisations import limits, region_settings

TRAP = "company_site"  # hidden from people; programs fill in whatever is there
BITS = 16  # about 65 thousand hashes: a second or two of a phone, in the background
NUMBERS = (
    "", gettext_lazy("один"), gettext_lazy("два"), gettext_lazy("три"), gettext_lazy("четыре"), gettext_lazy("пять"),
    gettext_lazy("шесть"), gettext_lazy("семь"), gettext_lazy("восемь"), gettext_lazy("девять"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks of the browser, and of whoever has none that can."""

    bits: int
    question: str


def asked(request: HttpRequest, key: str) -> Asked | None:
    """What this form has to bring; None on ordinary days."""
    try:
        if not _in_a_flood(request):
            return None
    except (OperationalError, InterfaceError):
        return None
    one, two = _numbers(key)
    words = _("Сколько будет %(one)s плюс %(two)s? Напишите цифрами.")
    return Asked(BITS, words % {"one": NUMBERS[one], "two": NUMBERS[two]})


def refusal(request: HttpRequest, key: str, text: str) -> str:
    """Why this sending is not taken yet, in words for a person; empty when it is. Counts it towards a flood."""
    address = bucket_of(request)
    if request.POST.get(TRAP):
        return _("Похоже, форму заполнила программа. Если вы человек, нажмите «Отправить» ещё раз.")
    try:
        flood = _in_a_flood(request)
        if address and not is_this_machine(request):
            limits.hit("report_crowd", "everybody")
            limits.hit("report_again", address)
    except (OperationalError, InterfaceError):  # the page itself says that the database is away, and keeps the text
        return ""
    if not flood or guessing.guess(text).danger:
        return ""
    if _worked(key, request.POST.get("work", "")) or _answered(key, request.POST.get("sum", "")):
        if limits.hit("report_key", key) is None:
            return ""
        return _("С этой формы уже отправили несколько сообщений. Откройте её заново.")
    return _("Сейчас форму засыпают сообщениями программы. Ответьте на вопрос внизу и отправьте ещё раз.")


def _always() -> bool:
    return bool(region_settings.get("form_guard") == "always")


def _in_a_flood(request: HttpRequest) -> bool:
    """Whether so much comes, from everywhere or from this address, that people would not do it."""
    if _always():
        return True
    address = bucket_of(request)
    if address is None or is_this_machine(request):
        return False
    crowd = limits.is_over("report_crowd", "everybody")
    return crowd is not None or limits.is_over("report_again", address) is not None


def _worked(key: str, work: str) -> bool:
    if not work.isascii() or not work.isdecimal() or len(work) > 12:
        return False
    digest = hashlib.sha256(f"{key}:{work}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def _numbers(key: str) -> tuple[int, int]:
    digest = hashlib.sha256(f"sum:{key}".encode()).digest()
    return digest[0] % 9 + 1, digest[1] % 9 + 1


def _answered(key: str, given: str) -> bool:
    return given.strip()[:4] == str(sum(_numbers(key)))
