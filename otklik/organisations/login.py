"""Logging in: by log-in name, whatever its case, for active staff."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from otklik.organisations.models import User


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
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
