"""The stream by which open figures learn that newer ones are there."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from otklik.acting import Staff
from otklik.acting.middleware import acts_itself
from otklik.faces.live.streams import answer
from otklik.faces.region.access import seen_scopes


@acts_itself
@login_required
@require_safe
def events(request: HttpRequest) -> HttpResponseBase:
    """«changed», for the scopes whose figures the person sees."""
    actor = cast(Staff, request.actor)  # type: ignore[attr-defined]
    return answer(request, actor, seen_scopes(actor))
