"""In which language the pages speak: Russian, unless this person chose English.

The browser's own languages are not asked (decision 085): a clerk's borrowed computer must not turn the region's desk
into English. The choice is a cookie that lasts a year; choosing Russian takes it away.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

KEPT_SECONDS = 365 * 24 * 3600


def chosen(request: HttpRequest) -> str:
    """The code of this person's language, always one of `LANGUAGES`."""
    wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wish if wish in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Switches to the chosen language for the length of a request, and says so in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        translation.activate(chosen(request))  # stays for what is streamed; the next request sets its own
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            patch_vary_headers(response, ("Cookie",))
        return response


@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a language and return to the page. No one-time key: residents' pages keep no cookie for one, and all
    another site could do here is to change the language. The page comes in the body: its address may be a secret link.
    """
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/desk/" if request.user.is_authenticated else "/"
    answer = HttpResponseRedirect(back)
    wish = request.POST.get("language", "")
    if wish == settings.LANGUAGE_CODE:
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    elif wish in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, wish, max_age=KEPT_SECONDS, secure=settings.HTTPS,
                          httponly=True, samesite="Lax")
    return answer
