"""The forms of a code: guessed no more than a few times, and each code good once, whichever process it comes to.

Allauth counts both in the memory of one process; there are several.
"""

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.utils.crypto import constant_time_compare

from otklik.faces import door
from otklik.organisations import limits, second_factor
from otklik.organisations.models import DoorEvent


class _Once:
    """What both forms add to allauth's."""

    def clean_code(self) -> str:
        whose = str(self.user.pk)  # type: ignore[attr-defined]
        if limits.hit("codes", whose):
            door.note(context.request, DoorEvent.Kind.LIMITED, self.user)  # type: ignore[attr-defined]
            raise account_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        found: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if found.type == Authenticator.Type.TOTP and not second_factor.use_step(found.pk, _step(found, code)):
            raise get_adapter().validation_error("incorrect_code")
        limits.forget("codes", whose)
        return code


def _step(found: Authenticator, code: str) -> int:
    """The half minute whose code this is. The code has been checked before."""
    secret = second_factor.unsealed(found.data["secret"])
    typed = "".join(code.split())
    return next(
        (n for n in yield_hotp_counters_from_time() if constant_time_compare(format_hotp_value(hotp_value(secret, n)),
                                                                             typed)), 0
    )


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """At the log-in."""


class CodeAgainForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """Before something that matters."""
