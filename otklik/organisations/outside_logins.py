"""Whom an outside log-in is: a person invited here, bound to the provider's subject at the first time."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting, widened
from otklik.failures import NotYours
from otklik.organisations.models import OutsideLogin, User
from otklik.organisations.staffing import user_entry


def person_of(claims: dict[str, Any], claim: str) -> User:
    """The person of these checked claims. Raises `NotYours` for who was not invited, was shut out, or is not certain.

    `claim`: "preferred_username" is our log-in name; "email" counts only verified and when one person has it.
    """
    issuer, subject = str(claims["iss"])[:300], str(claims["sub"])[:255]
    bound = OutsideLogin.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    user = bound.user if bound else _named(claims, claim)
    if user is None or not user.is_active:
        raise NotYours(_("Вас здесь ещё нет. Попросите администратора вашего центра пригласить вас."))
    if bound is None:
        _bind(user, issuer, subject)
    return user


def is_bound(user: User) -> bool:
    """Whether the person has come in by the outside log-in."""
    return OutsideLogin.objects.filter(user=user).exists()


def _named(claims: dict[str, Any], claim: str) -> User | None:
    value = str(claims.get(claim) or "").strip()
    if not value or "\x00" in value:
        return None
    if claim != "email":
        return User.objects.filter(username=value.lower()).first()
    if claims.get("email_verified") is not True:
        return None
    found = list(User.objects.filter(email__iexact=value)[:2])
    return found[0] if len(found) == 1 else None


def _bind(user: User, issuer: str, subject: str) -> None:
    actor, now = Staff(user.pk, user.short_name), timezone.now()
    taken = NotYours(_("Под этим именем уже входил другой человек. Скажите администратору."))
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=user.pk)
        try:
            with transaction.atomic():
                OutsideLogin.objects.create(user=user, issuer=issuer, subject=subject, bound_at=now)
        except IntegrityError as error:
            raise taken from error
        user_entry(actor, user.pk, "outside_login_bound", now)
