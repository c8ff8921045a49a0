"""Logging in: by log-in name, whatever its case, for active staff."""

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from otklik.organisations.models import User
from otklik.organisations.outside_logins import is_bound


class StaffBackend(BaseBackend):
    """Checks name and password in constant effort, known name or not."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: object
    ) -> User | None:
        if not username or password is None or "\x00" in username:
            return None
        user = User.objects.filter(username=username.strip().lower()).first()
        if user is None:
            User().set_password(password)
            return None
        right = user.check_password(password)
        if right and settings.OTKLIK_OIDC["only"] and is_bound(user):
            return None  # they come in by the outside log-in only
        return user if right and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
