"""Logging in: allauth keeps passwords, sessions and rate limits; accounts are made by invitation only."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from otklik.faces import door
from otklik.faces.callers import bucket_of
from otklik.failures import BadInput, NotYours
from otklik.organisations import invitations, limits
from otklik.organisations.models import DoorEvent, User

JUST_NOW = 300  # seconds after a log-in in which a person is surely still the same


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves, and errors say what to do next."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "Имя или пароль не подходят. Проверьте раскладку и Caps Lock; забытый пароль сбросит администратор."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Слишком много неудачных попыток. Подождите пять минут или попросите администратора сбросить пароль."
        ),
        "account_inactive": gettext_lazy("Вход закрыт. Обратитесь к администратору."),
        "enter_current_password": gettext_lazy("Это не ваш нынешний пароль. Проверьте раскладку и Caps Lock."),
        "incorrect_password": gettext_lazy("Пароль не подходит. Проверьте раскладку и Caps Lock."),
        "rate_limited": gettext_lazy("Слишком часто. Подождите минуту."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever guesses waits: per address, and per name, so that many addresses do not help."""
        name = str(credentials.get("username", "")).strip().lower()
        address = bucket_of(request)
        waits = [limits.hit("login_account", name), limits.hit("login_pair", f"{name} {address}")]
        waits.append(limits.hit("login_address", address) if address else None)
        if any(waits):
            door.note(request, DoorEvent.Kind.LIMITED, User.objects.filter(username=name).first())
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        name = str(credentials.get("username", "")).strip().lower().replace("\x00", "")
        door.note(request, DoorEvent.Kind.FAILED, User.objects.filter(username=name).first())

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        limits.forget("login_pair", f"{user.username} {bucket_of(request)}")
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Who came in a moment ago need not prove it again to set up a second factor."""
        request = context.request
        came = [r["at"] for r in get_authentication_records(request, request.user)]
        return not came or time.time() - came[-1] > JUST_NOW

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Allauth's «вы вошли как…» only takes room; what a person did here they see."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        messages.success(request, _("Пароль изменён."))
        return "/desk/"


class PasswordForm(forms.Form):
    """A first or a new password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Новый пароль"),
        help_text=gettext_lazy("Не короче 10 знаков. Три-четыре обычных слова запомнить легче, чем цифры."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=200,
        strip=False,
    )
    again = forms.CharField(
        label=gettext_lazy("Он же ещё раз"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=200,
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("Пароли не совпали, напишите ещё раз."))
        return cleaned


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password by a one-time link: after an invitation, or after a reset by an administrator."""
    now = timezone.now()
    try:
        opened = invitations.open_invitation(token, now)
    except NotYours as failure:
        return render(request, "account/invitation_ended.html", {"failure": failure}, status=404)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.redeem(token, form.cleaned_data["password"], now)
        except BadInput as failure:
            form.add_error("password", str(failure))
        except NotYours as failure:
            return render(request, "account/invitation_ended.html", {"failure": failure}, status=404)
        else:
            messages.success(
                request,
                _("Пароль сохранён. Войдите: ваше имя для входа — %(name)s.") % {"name": user.username},
            )
            return redirect("account_login")
    # The link is told to no other site: SECURE_REFERRER_POLICY. A stricter «no-referrer» would make browsers send
    # the form with «Origin: null», which the check of forged requests refuses.
    context = {"form": form, "invitation": opened}
    return render(request, "account/invitation.html", context, status=422 if form.errors else 200)


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """Sign-up and self-made password reset are closed: says whom to ask."""
    return render(request, "account/closed.html")
