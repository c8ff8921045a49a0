"""The stream by which an open desk learns of news."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from otklik.acting.middleware import acts_itself
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.live.streams import answer


@acts_itself
@require_safe
@desk_view
def events(request: HttpRequest) -> HttpResponseBase:
    """«changed», for the scopes whose content the person sees."""
    actor = staff_of(request)
    return answer(request, actor, actor.sees)
