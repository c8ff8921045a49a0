"""Addresses under /accounts/: only what is open. Allauth's other names lead to «спросите администратора»."""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from otklik.faces import accounts, outside_login_pages

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("invitation/<str:token>/", accounts.invitation, name="invitation"),
    path("2fa/", second_factor.index, name="mfa_index"),
    path("2fa/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("2fa/again/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/give-up/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/spare/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/spare/renew/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("outside/", outside_login_pages.go, name="outside_login"),
    path("outside/back/", outside_login_pages.back, name="outside_login_back"),
    path("inactive/", accounts.closed, name="account_inactive"),
    path("signup/", accounts.closed, name="account_signup"),
    path("password/set/", accounts.closed, name="account_set_password"),
    path("password/reset/", accounts.closed, name="account_reset_password"),
    path("email/", accounts.closed, name="account_email"),
]
