"""Addresses under /accounts/: only what is open. Allauth's other names lead to «спросите администратора»."""

from collections.abc import Callable
from functools import cache
from typing import Any

from allauth.account import views
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.module_loading import import_string

from otklik.faces import accounts, outside_login_pages

_found = cache(import_string)


def _later(name: str) -> Callable[..., HttpResponseBase]:
    """A page of allauth's second factor, loaded when it is first asked for: its libraries take a third of a second."""

    def view(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        answer: HttpResponseBase = _found(f"allauth.mfa.{name}")(request, *given, **named)
        return answer

    return view


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("invitation/<str:token>/", accounts.invitation, name="invitation"),
    path("2fa/", _later("base.views.index"), name="mfa_index"),
    path("2fa/code/", _later("base.views.authenticate"), name="mfa_authenticate"),
    path("2fa/again/", _later("base.views.reauthenticate"), name="mfa_reauthenticate"),
    path("2fa/set-up/", _later("totp.views.activate_totp"), name="mfa_activate_totp"),
    path("2fa/give-up/", _later("totp.views.deactivate_totp"), name="mfa_deactivate_totp"),
    path("2fa/spare/", _later("recovery_codes.views.view_recovery_codes"), name="mfa_view_recovery_codes"),
    path(
        "2fa/spare/renew/", _later("recovery_codes.views.generate_recovery_codes"), name="mfa_generate_recovery_codes"
    ),
    path("outside/", outside_login_pages.go, name="outside_login"),
    path("outside/back/", outside_login_pages.back, name="outside_login_back"),
    path("inactive/", accounts.closed, name="account_inactive"),
    path("signup/", accounts.closed, name="account_signup"),
    path("password/set/", accounts.closed, name="account_set_password"),
    path("password/reset/", accounts.closed, name="account_reset_password"),
    path("email/", accounts.closed, name="account_email"),
]
