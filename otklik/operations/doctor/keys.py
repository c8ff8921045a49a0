"""Checks of keys: whether what was sealed can still be opened with the keys of this host."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken

from otklik.cases.models import PassedContact
from otklik.operations.doctor.findings import Finding, Level, Visit, reading
from otklik.organisations.second_factor import unsealed
from otklik.residents.contacts import key_name, sealed_by_other_keys


def contacts(visit: Visit) -> Iterator[Finding]:
    """Every contact, kept or passed on to an executor, was sealed by the key of this host."""
    with reading():
        kept = sealed_by_other_keys()
        passed = PassedContact.objects.exclude(key_id=key_name()).count()
    if kept or passed:
        yield Finding(
            f"Контактов, которые не прочесть ключом этого сервера: {kept + passed}. Верните файл secrets/contacts из "
            "копии ключей: без него телефоны и почта жителей потеряны."
        )


def second_factors(visit: Visit) -> Iterator[Finding]:
    """Secrets of second factors open with the signing key; otherwise their holders cannot come in."""
    lost = 0
    with reading():
        for kept in Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("data", flat=True):
            try:
                unsealed(kept["secret"])
            except (InvalidToken, KeyError):
                lost += 1
    if lost:
        yield Finding(
            f"Вторых факторов, которые не проверить: {lost}: сменился ключ secrets/signing. Верните его или сбросьте "
            "второй фактор этим людям.",
            Level.PROBLEM,
        )
