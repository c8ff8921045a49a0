"""The region's own signing key and the keys of other regions that we trust, compared by fingerprint.

The key is Ed25519 (RFC 8032). Its private half is made once by the host and lies with its other secrets; the public one
goes to another region in the open, and both people compare its fingerprint by voice before they trust it.
"""

import hashlib
import hmac
import re
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput, NotYours
from otklik.journal.appending import NewEntry, append
from otklik.organisations.staffing import require_region_administrator
from otklik.practice import allowed
from otklik.practice.models import TrustedRegion
from otklik.secrets_file import secret
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line, typed

EXCHANGE_KEY = "exchange"  # its file among the secrets of the installation
_KEY = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z0-9-]{2,40}")


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret(settings.OTKLIK_HOME, EXCHANGE_KEY)))


def own_key() -> str:
    """The public key of this region, hexadecimal."""
    return _private().public_key().public_bytes_raw().hex()


def sign(content: bytes) -> str:
    """The region's signature of these bytes, hexadecimal."""
    return _private().sign(content).hex()


def is_signed(content: bytes, signature: str, key: str) -> bool:
    """Whether the holder of this key signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(key: str) -> str:
    """What two people compare by voice: twelve groups of four of the key's SHA-256."""
    digest = hashlib.sha256(bytes.fromhex(key)).hexdigest()
    return " ".join(digest[n : n + 4] for n in range(0, 48, 4))


def own_region() -> tuple[str, str]:
    """Code and name of this region."""
    row = Territory.objects.filter(kind=Kind.REGION, active=True).order_by("pk").first()
    return (row.code, row.name) if row else ("", "")


def trusted() -> QuerySet[TrustedRegion]:
    """The regions whose files we take. Inside `acting`."""
    return TrustedRegion.objects.filter(ended_at=None).order_by("name")


def trust(
    actor: Actor, *, code: str, name: str, key: str, compared: str, now: datetime | None = None
) -> TrustedRegion:
    """Take files of another region from now on. `compared`: the fingerprint that its administrator read out.

    Raises `BadInput` for what is no key, for our own, and where the fingerprint is another one; `Refused` for
    everybody but the region's administrator.
    """
    now = now or timezone.now()
    code, name = line(code, 40, "code").lower(), line(name, 200, "name")
    key = re.sub(r"\s", "", typed(key)).lower()
    if not _CODE.fullmatch(code):
        raise BadInput(_("Код области — латинские буквы, цифры и дефис, как у неё в программе."), "code")
    if not name:
        raise BadInput(_("Назовите область."), "name")
    if not _KEY.fullmatch(key):
        raise BadInput(_("Ключ — 64 знака от 0 до 9 и от a до f. Скопируйте его целиком."), "key")
    if key == own_key():
        raise BadInput(_("Это ключ нашей области. Нужен ключ другой."), "key")
    given = re.sub(r"[\s\-:]", "", typed(compared)).lower()
    if not hmac.compare_digest(given.encode(), fingerprint(key).replace(" ", "").encode()):
        raise BadInput(
            _("Отпечаток не совпал с ключом. Созвонитесь с администратором той области и сверьте оба ещё раз."),
            "compared",
        )
    with acting(actor), widened():
        require_region_administrator(actor)
        if TrustedRegion.objects.filter(key=key, ended_at=None).exists():
            raise BadInput(_("Этот ключ уже в списке."), "key")
        row, _new = TrustedRegion.objects.update_or_create(
            key=key,
            defaults={"code": code, "name": name, "ended_at": None, "added_by_id": allowed.user_id(actor),
                      "added_at": now},
        )
        _note(row, actor, "region_trusted", now)
    return row


def distrust(actor: Actor, region_id: int, *, now: datetime | None = None) -> None:
    """Take nothing from a region any more; what came stays. Twice is nothing."""
    now = now or timezone.now()
    with acting(actor), widened():
        require_region_administrator(actor)
        row = TrustedRegion.objects.select_for_update().filter(pk=region_id).first()
        if row is None:
            raise NotYours(_("Такой области в списке нет."))
        if row.ended_at is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            _note(row, actor, "region_distrusted", now)


def _note(row: TrustedRegion, actor: Actor, verb: str, now: datetime) -> None:
    fields = {"code": row.code, "fingerprint": fingerprint(row.key).replace(" ", "")}
    append(NewEntry(f"trusted_region:{row.pk}", verb, actor.reference, now, fields))
