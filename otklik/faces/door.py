"""What happens at the door is noted: who came, who was turned away and why, who left."""

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa import signals as of_second_factor
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from otklik.faces import second_factor
from otklik.faces.callers import address_of, bucket_of
from otklik.organisations import door, limits
from otklik.organisations.models import DoorEvent, User


def note(request: HttpRequest, kind: str, user: User | None, words: str = "") -> None:
    """Note an event of this request."""
    door.note(kind, user, address=address_of(request), browser=request.META.get("HTTP_USER_AGENT", ""), note=words)


def came(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    """Somebody logged in."""
    note(request, DoorEvent.Kind.CAME, user)


def left(sender: Any, request: HttpRequest, user: User | None, **more: Any) -> None:
    """Somebody logged out."""
    if user is not None and request.META:  # a log-out in a browser, not a session that ended
        note(request, DoorEvent.Kind.LEFT, user)


def code_failed(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    """The code of the second factor was wrong: counted as a wrong password is."""
    limits.hit("login_pair", f"{user.username} {bucket_of(request)}")
    note(request, DoorEvent.Kind.CODE, user)


def listen() -> None:
    """Connect the receivers; called once, when the program is ready."""
    user_logged_in.connect(second_factor.owe_at_log_in, dispatch_uid="otklik.owe")
    user_logged_in.connect(came, dispatch_uid="otklik.came")
    user_logged_out.connect(left, dispatch_uid="otklik.left")
    of_second_factor.authentication_failed.connect(code_failed, dispatch_uid="otklik.code")
    of_second_factor.authenticator_added.connect(second_factor.note_added, dispatch_uid="otklik.added")
    of_second_factor.authenticator_removed.connect(second_factor.note_removed, dispatch_uid="otklik.removed")
    of_second_factor.authenticator_reset.connect(second_factor.note_codes, dispatch_uid="otklik.codes")
