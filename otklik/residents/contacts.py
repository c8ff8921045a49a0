"""Contacts: normalised, encrypted by the application, found by a keyed hash."""

import hashlib
import hmac
from functools import lru_cache

import phonenumbers
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.translation import gettext as _

from otklik.failures import BadInput
from otklik.residents.models import Contact

KEY_ID = "1"  # which key encrypted; the second key comes with the first rotation


@lru_cache(maxsize=4)
def _keys(secret: str) -> tuple[Fernet, bytes]:
    """An encryption key and a look-up key, both derived from the host's secret for contacts."""
    import base64

    sealing = hashlib.sha256(b"otklik contacts seal" + secret.encode()).digest()
    lookup = hashlib.sha256(b"otklik contacts find" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(sealing)), lookup


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
    return normal_phone(value) if kind == Contact.Kind.PHONE else value.strip().lower()


def lookup_hash(kind: str, value: str) -> str:
    """The keyed hash of a normalised contact."""
    key = _keys(settings.OTKLIK_CONTACT_KEY)[1]
    return hmac.new(key, f"{kind}:{normal(kind, value)}".encode(), hashlib.sha256).hexdigest()


def seal(kind: str, value: str) -> tuple[bytes, str, str]:
    """(cipher, key id, look-up hash) of a contact."""
    cipher = _keys(settings.OTKLIK_CONTACT_KEY)[0].encrypt(normal(kind, value).encode())
    return cipher, KEY_ID, lookup_hash(kind, value)


def show(contact: Contact) -> str:
    """Decrypt. Whoever shows it to a person journals that (`cases.actions.reveal`)."""
    return _keys(settings.OTKLIK_CONTACT_KEY)[0].decrypt(bytes(contact.cipher)).decode()
