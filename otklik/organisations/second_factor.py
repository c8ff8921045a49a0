"""The second factor: for which roles it must be, who has one, and its reset by an administrator."""

import base64
import hashlib

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.failures import Refused
from otklik.organisations import region_settings
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import locked_user, require_administrator, user_entry

MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _seal() -> Fernet:
    key = hashlib.sha256(b"otklik second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def sealed(secret: str) -> str:
    """A secret as it lies in the database: nothing without the signing key of this host."""
    return _seal().encrypt(secret.encode()).decode()


def unsealed(kept: str) -> str:
    """The secret again. Raises `cryptography.fernet.InvalidToken` when the host's key is another one."""
    return _seal().decrypt(kept.encode()).decode()


def required_roles() -> frozenset[str]:
    """Roles that do not come in without a second factor, as the region decided."""
    return frozenset(region_settings.get("second_factor_roles") or ())


def must_have(user: User) -> bool:
    """Whether one of the person's roles, held now or to come, needs a second factor."""
    roles = required_roles()
    return bool(roles) and RoleAssignment.objects.filter(user=user, role__in=roles).exclude(
        until__lt=timezone.localdate()
    ).exists()


def has(user_id: int) -> bool:
    """Whether the person has set one up."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=MAIN).exists())


def reset(actor: Actor, user_id: int) -> int:
    """Take a lost second factor and its recovery codes away; at the next log-in the person sets up a new one.

    Nobody does it for themself: who has only the password would get around the factor. Returns how many went.
    """
    if isinstance(actor, Staff) and actor.user_id == user_id:
        raise Refused(_("Свой второй фактор сбросит другой администратор."))
    with acting(actor), widened():
        require_administrator(actor)
        user = locked_user(actor, user_id)
        gone, _rows = Authenticator.objects.filter(user=user).delete()
        if gone:
            user_entry(actor, user_id, "second_factor_reset", timezone.now())
    return int(gone)


def use_step(authenticator_id: int, step: int) -> bool:
    """Mark the half minute of a code as used; False when it, or a later one, was used before (RFC 6238, 5.2)."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=authenticator_id).first()
        if row is None or step <= int(row.data.get("last_step", 0)):
            return False
        row.data["last_step"] = step
        row.save(update_fields=["data"])
    return True


def note_change(user: User, verb: str) -> None:
    """Journal that a person set up, renewed or gave up their own factor."""
    actor = Staff(user.pk, user.short_name)
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=user.pk)
        user_entry(actor, user.pk, verb, timezone.now())
