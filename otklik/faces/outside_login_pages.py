"""The two steps of the outside log-in: going there, and coming back."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from otklik.faces import door
from otklik.faces.callers import bucket_of
from otklik.faces.failures import not_found
from otklik.faces.outside_login import OutsideRefused, address_to_go_to, claims_of, provider
from otklik.failures import NotYours
from otklik.organisations import limits, region_settings
from otklik.organisations.models import DoorEvent
from otklik.organisations.outside_logins import person_of


def _back(request: HttpRequest) -> str:
    base = str(region_settings.get("public_address") or "").rstrip("/")
    path = reverse("outside_login_back")
    return base + path if base else request.build_absolute_uri(path)


@never_cache
@require_safe
def go(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider."""
    asked = provider()
    if asked is None:
        return not_found(request)
    address = bucket_of(request)
    if address and limits.hit("login_address", address):
        return _refused(request, _("Слишком часто. Подождите несколько минут."), status=429)
    following = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure()):
        following = ""
    try:
        return HttpResponseRedirect(address_to_go_to(request, asked, _back(request), following))
    except OutsideRefused as failure:
        return _refused(request, str(failure))


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponseBase:
    """Take the provider's answer; then the door is the same as after a password, second factor included."""
    asked = provider()
    if asked is None:
        return not_found(request)
    try:
        claims, following = claims_of(request, asked, _back(request))
        user = person_of(claims, asked.claim)
    except OutsideRefused as failure:
        door.note(request, DoorEvent.Kind.OUTSIDE, None, failure.why)
        return _refused(request, str(failure))
    except NotYours as failure:
        door.note(request, DoorEvent.Kind.OUTSIDE, None, "unknown")
        return _refused(request, str(failure))
    user.backend = "otklik.organisations.login.StaffBackend"
    record_authentication(request, user, "outside")
    answer: HttpResponse = perform_login(request, user, redirect_url=following or None)
    return answer


def _refused(request: HttpRequest, told: str, status: int = 403) -> HttpResponse:
    return render(request, "account/outside_refused.html", {"told": told}, status=status)


