"""The second factor at the door: allauth's pages in our look, secrets sealed, and nobody past who still owes one."""

import io
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from otklik.organisations import second_factor

OWES = "owes_second_factor"  # in the session, set at log-in
OPEN = ("/accounts/", "/static/")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie sealed by the signing key; who must have a factor cannot give it up."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("Код не подошёл. Подождите следующего и проверьте время на телефоне."),
        "cannot_delete_authenticator": gettext_lazy("Для вашей роли второй фактор обязателен."),
        "cannot_generate_recovery_codes": gettext_lazy("Сначала включите второй фактор."),
    }

    def get_totp_issuer(self) -> str:
        return "Отклик"

    def build_totp_svg(self, url: str) -> str:
        import segno  # only here: a start does not pay for what few pages need

        out = io.BytesIO()
        segno.make(url, error="m", micro=False).save(
            out, kind="svg", scale=5, border=2, dark="#000", light="#fff", xmldecl=False
        )
        return out.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return second_factor.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factor.unsealed(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.must_have(authenticator.user)


class SecondFactorMiddleware:
    """Leads whoever still owes a second factor to its set-up, whatever page they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        owes = request.user.is_authenticated and request.session.get(OWES)
        if owes and not request.path.startswith(OPEN):
            if not second_factor.has(request.user.pk or 0):
                return redirect("mfa_activate_totp")
            del request.session[OWES]
        return self.get_response(request)


def owe_at_log_in(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    """A receiver of the log-in: notes in the session that this person must set up a factor before anything else."""
    if second_factor.must_have(user) and not second_factor.has(user.pk):
        request.session[OWES] = True


def note_added(sender: Any, user: Any, authenticator: Authenticator, **more: Any) -> None:
    """A second factor was set up: into the journal."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        second_factor.note_change(user, "second_factor_added")


def note_removed(sender: Any, user: Any, authenticator: Authenticator, **more: Any) -> None:
    """A second factor was taken away: into the journal."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        second_factor.note_change(user, "second_factor_removed")


def note_codes(sender: Any, user: Any, **more: Any) -> None:
    """The codes for the loss of a phone were made anew: into the journal."""
    second_factor.note_change(user, "recovery_codes_renewed")
