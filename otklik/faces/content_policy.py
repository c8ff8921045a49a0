"""What a browser may load and run on our pages: our own files, and nothing written into a page.

So a text that slipped through unescaped still runs nothing, and no page can quietly ask another site for anything.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"
POLICY = "; ".join(
    (
        "default-src 'none'",  # what is not named below is not loaded at all
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",  # of the executor's pages: answers wait for a line (faces/task)
        "img-src 'self' data: blob:",  # icons inside stylesheets, photos before they are sent
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# What a page may ask of the machine: the place where the visitor stands (asked for by a button), copying, and the
# sound of an alarm on a page that nobody has touched yet.
CLOSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "serial", "usb",
)
OPEN = ("autoplay", "geolocation", "clipboard-write", "fullscreen")
PERMISSIONS = ", ".join([f"{name}=()" for name in CLOSED] + [f"{name}=(self)" for name in OPEN])
OTHERS = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # another site cannot draw our photos or read our answers
    "X-Content-Type-Options": "nosniff",
}


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
        for name, value in OTHERS.items():
            response.headers.setdefault(name, value)
        if not getattr(response, "xframe_options_exempt", False):  # also for pages that other middleware made
            response.headers.setdefault("X-Frame-Options", "DENY")
        return response
