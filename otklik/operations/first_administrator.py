"""The first person of an empty region: an administrator, who then invites everybody else.

``otklik up`` asks for it while nobody can log in yet.
"""

from datetime import datetime

from otklik.acting import System, acting
from otklik.organisations.invitations import invite, reset_password
from otklik.organisations.models import RoleAssignment, User
from otklik.territory.models import Kind, Territory

ACTOR = System("up")
USERNAME = "admin"


def first_invitation(now: datetime) -> str | None:
    """A fresh one-time token for the administrator, or None once somebody has set a password."""
    with acting(ACTOR, read_only=True):
        users = list(User.objects.filter(is_active=True))
        region = Territory.objects.get(kind=Kind.REGION)
    if any(user.has_usable_password() for user in users):
        return None
    waiting = next((user for user in users if user.username == USERNAME), None)
    if waiting is not None:
        return reset_password(ACTOR, waiting.pk, now)
    role = RoleAssignment.Role.ADMINISTRATOR.value
    _user, token = invite(
        ACTOR, username=USERNAME, full_name="Администратор региона", roles=[(role, region.pk)], now=now
    )
    return token

