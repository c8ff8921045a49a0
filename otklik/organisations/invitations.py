"""One-time links by which people set their password; no mail server needed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.failures import BadInput, NotYours
from otklik.organisations.models import Invitation, User
from otklik.organisations.secret_links import new_token, token_hash
from otklik.organisations.staffing import give_role, locked_user, require_administrator, user_entry
from otklik.typed_text import line

LIFETIME = timedelta(days=7)


def invite(
    actor: Actor,
    *,
    username: str,
    full_name: str,
    roles: Sequence[tuple[str, int]],
    now: datetime,
    position: str = "",
    phone: str = "",
    email: str = "",
) -> tuple[User, str]:
    """Make a person with their roles and a link that is good for 7 days. Returns the user and the token."""
    username = line(username, 150, "username").lower()
    full_name = line(full_name, 200, "full_name")
    if not username:
        raise BadInput(_("Напишите имя для входа, например ivanova."), "username")
    if not full_name:
        raise BadInput(_("Напишите фамилию, имя и отчество."), "full_name")
    if not roles:
        raise BadInput(_("Выберите хотя бы одну роль."), "roles")
    reached = {
        "position": line(position, 200, "position"), "phone": line(phone, 40, "phone"),
        "email": line(email, 254, "email"),
    }
    taken = BadInput(_("Имя «%(name)s» уже занято, придумайте другое.") % {"name": username}, "username")
    with acting(actor), widened():
        require_administrator(actor)
        if User.objects.filter(username=username).exists():
            raise taken
        try:
            with transaction.atomic():
                user = User.objects.create_user(username, None, full_name=full_name, **reached)
        except IntegrityError as error:  # another administrator took the name a moment ago
            raise taken from error
        user_entry(actor, user.pk, "invited", now)
        for role, territory_id in roles:
            give_role(actor, user.pk, role, territory_id, timezone.localdate(now))
        token = _issue(actor, user, "invite", now)
    return user, token


def reset_password(actor: Actor, user_id: int, now: datetime) -> str:
    """A link by which the person sets a new password; the old one works until then. Returns the token."""
    with acting(actor), widened():
        require_administrator(actor)
        user = locked_user(actor, user_id)
        user_entry(actor, user.pk, "password_reset", now)
        return _issue(actor, user, "reset", now)


def open_invitation(token: str, now: datetime) -> Invitation:
    """The invitation of a token; `NotYours` when it is unknown, used or too old."""
    found = (
        Invitation.objects.select_related("user")
        .filter(token_hash=token_hash(token), used_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if found is None:
        raise NotYours(_("Ссылка уже использована или устарела. Попросите у администратора новую."))
    return found


def redeem(token: str, password: str, now: datetime) -> User:
    """Set the password; the link and all the person's other links end."""
    invitation = open_invitation(token, now)
    user = invitation.user
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), "password") from error
    actor = Staff(user.pk, user.short_name)
    with acting(actor), widened():
        user = User.objects.select_for_update().get(pk=user.pk)
        open_invitation(token, now)  # under the lock: two at once, and only one is first
        user.set_password(password)
        user.save(update_fields=["password"])
        Invitation.objects.filter(user=user, used_at=None).update(used_at=now)
        user_entry(actor, user.pk, "password_set", now)
    return user


def _issue(actor: Actor, user: User, purpose: str, now: datetime) -> str:
    token, kept = new_token()
    Invitation.objects.filter(user=user, used_at=None).update(used_at=now)
    Invitation.objects.create(
        user=user, purpose=purpose, token_hash=kept, created_at=now, expires_at=now + LIFETIME,
        created_by_id=actor.user_id if isinstance(actor, Staff) else None,
    )
    return token
