"""Addresses under /accounts/: only what is open. Allauth's other names lead to «спросите администратора»."""

from allauth.account import views
from django.urls import path

from otklik.faces import accounts

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("invitation/<str:token>/", accounts.invitation, name="invitation"),
    path("inactive/", accounts.closed, name="account_inactive"),
    path("signup/", accounts.closed, name="account_signup"),
    path("password/set/", accounts.closed, name="account_set_password"),
    path("password/reset/", accounts.closed, name="account_reset_password"),
    path("email/", accounts.closed, name="account_email"),
]
