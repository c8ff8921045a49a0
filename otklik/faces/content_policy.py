"""What a browser may load and run on our pages: our own files, and nothing written into a page.

So a text that slipped through unescaped still runs nothing, and no page can quietly ask another site for anything.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",  # icons inside stylesheets, photos before they are sent
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def with_pictures_from(policy: str, origin: str) -> str:
    """The policy of a page with a map whose tiles come from one chosen server; `origin` is `https://host`."""
    return policy.replace("img-src 'self'", f"img-src 'self' {origin}", 1)


class ContentPolicyMiddleware:
    """Puts the policy on every answer that does not bring a stricter one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        origin = getattr(request, "pictures_from", "")  # set by `faces.maps.part`
        response.headers.setdefault(HEADER, with_pictures_from(POLICY, origin) if origin else POLICY)
        return response
