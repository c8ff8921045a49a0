"""Contacts: normalised, encrypted by the application, found by a keyed hash."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from otklik.failures import BadInput, Failure
from otklik.residents.models import Contact
from otklik.typed_text import typed


@dataclass(frozen=True)
class _Keys:
    sealing: Fernet
    finding: bytes
    name: str  # tells keys apart and betrays nothing of them


@lru_cache(maxsize=4)
def _keys(secret: str) -> _Keys:
    """An encryption key, a look-up key and their name, all derived from the host's secret for contacts."""
    sealing, finding, name = (
        hashlib.sha256(f"otklik contacts {purpose}".encode() + secret.encode()).digest()
        for purpose in ("seal", "find", "name")
    )
    return _Keys(Fernet(base64.urlsafe_b64encode(sealing)), finding, name.hex()[:12])


def key_name() -> str:
    """The name of the key in use, as each cipher carries it."""
    return _keys(settings.OTKLIK_CONTACT_KEY).name


def sealed_by_other_keys() -> int:
    """How many contacts cannot be read, since the key file is not the one that sealed them. Inside `acting`."""
    return Contact.objects.exclude(key_id=key_name()).count()


def normal_phone(text: str) -> str:
    """«8 (900) 000-00-00» → «+79000000000». Raises `BadInput` when it is no phone number."""
    try:
        parsed = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException as error:
        raise BadInput(_("Не похоже на номер телефона. Пример: +7 900 000-00-00."), "phone") from error
    if not phonenumbers.is_possible_number(parsed):
        raise BadInput(_("В номере телефона не хватает цифр или есть лишние."), "phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def normal(kind: str, value: str) -> str:
    """The form in which a contact is compared."""
    return normal_phone(typed(value)) if kind == Contact.Kind.PHONE else typed(value).lower()


def lookup_hash(kind: str, value: str) -> str:
    """The keyed hash of a normalised contact."""
    key = _keys(settings.OTKLIK_CONTACT_KEY).finding
    return hmac.new(key, f"{kind}:{normal(kind, value)}".encode(), hashlib.sha256).hexdigest()


def seal(kind: str, value: str) -> tuple[bytes, str, str]:
    """(cipher, key id, look-up hash) of a contact."""
    cipher = _keys(settings.OTKLIK_CONTACT_KEY).sealing.encrypt(normal(kind, value).encode())
    return cipher, key_name(), lookup_hash(kind, value)


def show(contact: Contact) -> str:
    """Decrypt. Whoever shows it to a person journals that (`cases.actions.reveal`).

    Raises `Failure` that names both keys when the host's key is not the one that sealed it.
    """
    try:
        return _keys(settings.OTKLIK_CONTACT_KEY).sealing.decrypt(bytes(contact.cipher)).decode()
    except InvalidToken as error:
        raise Failure(
            _("Контакт зашифрован ключом %(old)s, а на сервере ключ %(new)s. Верните файл ключа из резервной копии "
              "ключей: secrets/contacts в папке данных.") % {"old": contact.key_id, "new": key_name()}
        ) from error


def seal_words(words: str) -> tuple[bytes, str]:
    """(cipher, key id) of words that name a person and are passed on; nothing finds them."""
    return _keys(settings.OTKLIK_CONTACT_KEY).sealing.encrypt(words.encode()), key_name()


def unseal_words(cipher: bytes, key_id: str) -> str:
    """The words again. Raises `Failure` when the host's key is not the one that sealed them."""
    try:
        return _keys(settings.OTKLIK_CONTACT_KEY).sealing.decrypt(bytes(cipher)).decode()
    except InvalidToken as error:
        raise Failure(_("Контакт зашифрован другим ключом (%(old)s).") % {"old": key_id}) from error
