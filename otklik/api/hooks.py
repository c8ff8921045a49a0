"""`/hooks/<channel>/<account>/`: the far side calls us. Keep, answer at once, work later."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from otklik.acting import System, acting, widened
from otklik.acting.middleware import acts_itself
from otklik.channels.kit import arriving
from otklik.channels.kit.channel import Hook
from otklik.channels.models import Account
from otklik.channels.registered import CHANNELS, channel
from otklik.failures import Failure

ACTOR = System("channels")
MOST_BYTES = 2 * 1024 * 1024
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
@acts_itself
def hook(request: HttpRequest, channel_name: str, account_code: str) -> HttpResponse:
    """One call of a channel's far side. A forged one is told nothing but that it is refused."""
    if channel_name not in CHANNELS or not hasattr(channel(channel_name), "hook"):
        raise Http404
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    except UnreadablePostError:  # cut off on the way: the far side sends it again
        return HttpResponse(status=400)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    call = Hook(
        {key.lower(): value for key, value in request.headers.items()},
        {key: request.GET[key] for key in request.GET}, body,
    )
    with acting(ACTOR), widened():
        rows = Account.objects.select_related("setup").filter(channel=channel_name, code=account_code, active=True)
        account = rows.first()
        if account is None:
            raise Http404
        try:
            answer = channel(channel_name).hook(account, call)  # type: ignore[attr-defined]
        except Failure as error:
            log.warning("a call of %s was refused: %s", account_code, error)
            return HttpResponse(str(error), status=403, content_type="text/plain; charset=utf-8")
        if answer.came:
            arriving.keep(account, answer.came, timezone.now(), heard=True)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
