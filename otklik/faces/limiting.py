"""How often one may try: counted before the page does anything, answered with a page that gives back what was typed.

What strangers do is counted by address, what staff do by person. Wrong secret links are counted when they turn out
wrong, so whoever has a right one is never in the way.
"""

import json
import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import gettext as _

from otklik.faces.callers import bucket_of, is_this_machine
from otklik.organisations import limits

log = logging.getLogger(__name__)
NOT_GIVEN_BACK = ("csrfmiddlewaretoken", "password", "code")


@dataclass(frozen=True)
class Rule:
    """Which sendings are counted under which limit, and by whom."""

    path: re.Pattern[str]
    limit: str
    by_person: bool = False


RULES = (
    Rule(re.compile(r"/report/$|/embed/"), "report"),
    Rule(re.compile(r"/report/photos/$"), "uploads"),
    Rule(re.compile(r"/problems/\d+/same/$"), "support"),
    Rule(re.compile(r"/find/$"), "find"),
    Rule(re.compile(r"/open311/v2/"), "open311"),
    Rule(re.compile(r"/settings/imports/$|/settings/staff/list/$"), "imports", by_person=True),
    Rule(re.compile(r"/settings/erasure/$"), "lookups", by_person=True),
)
SECRET = re.compile(r"/(c|task|same|accounts/invitation)/")


class LimitsMiddleware:
    """See the module. A database that is away limits nobody: the page itself says so and keeps the text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SECRET.match(request.path):
            return self._secret(request)
        if request.method == "POST":
            wait = _counted(request)
            if wait is not None:
                return too_often(request, wait)
        return self.get_response(request)

    def _secret(self, request: HttpRequest) -> HttpResponseBase:
        address = bucket_of(request)
        if address is None or is_this_machine(request):
            return self.get_response(request)
        try:
            wait = limits.is_over("link_misses", address)
        except (OperationalError, InterfaceError):
            wait = None
        if wait is not None:
            return too_often(request, wait)
        response = self.get_response(request)
        if response.status_code == 404:
            try:
                limits.hit("link_misses", address)
            except (OperationalError, InterfaceError):
                log.warning("a wrong link was not counted: the database does not answer")
        return response


def _counted(request: HttpRequest) -> timedelta | None:
    rule = next((one for one in RULES if one.path.match(request.path)), None)
    if rule is None:
        return None
    if rule.by_person:
        whose = str(request.user.pk) if request.user.is_authenticated else None
    else:
        whose = None if is_this_machine(request) else bucket_of(request)
    if whose is None:
        return None
    try:
        return limits.hit(rule.limit, whose)
    except (OperationalError, InterfaceError):
        return None


def too_often(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """429 in plain words, with a form that sends the same again. Touches no database."""
    seconds = max(1, math.ceil(wait.total_seconds()))
    if request.path.startswith("/open311/"):
        return _told_to_a_program(request, seconds)
    context = {
        "minutes": max(1, math.ceil(seconds / 60)), "fields": _given(request), "path": request.get_full_path(),
    }
    part = request.headers.get("HX-Request") == "true" or request.path.endswith("/photos/")
    response = render(request, "parts/too_often.html" if part else "too_often.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def _told_to_a_program(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 as the errors of Open311 (GeoReport v2, «Errors»)."""
    words = _("Слишком много запросов. Повторите через %(seconds)s с.") % {"seconds": seconds}
    if request.path.endswith(".json"):
        body, kind = json.dumps([{"code": "429", "description": words}], ensure_ascii=False), "application/json"
    else:
        error = f"<error><code>429</code><description>{escape(words)}</description></error>"
        body, kind = f'<?xml version="1.0" encoding="utf-8"?>\n<errors>{error}</errors>', "text/xml"
    return HttpResponse(
        body, status=429, content_type=f"{kind}; charset=utf-8",
        headers={"Retry-After": str(seconds), "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"},
    )


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent again; never a password. Photos that were taken before wait under the form's key."""
    if request.method != "POST":
        return []
    try:
        sent = request.POST
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError):
        return []
    return [(name, value) for name in sent if name not in NOT_GIVEN_BACK for value in sent.getlist(name)]
