"""`/open311/v2/…`: one door for all resources, so that an unknown one is answered in the standard's format, too."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from otklik.acting import System, Visitor, acting, widened
from otklik.acting.middleware import acts_itself
from otklik.api.open311 import following, own, public, reporting
from otklik.api.open311.asked import jurisdiction, query_of
from otklik.api.open311.formats import Told, Wrong, answer
from otklik.api.open311.keys import account_of
from otklik.api.open311.services import definition, services
from otklik.failures import Failure
from otklik.organisations import limits, region_settings

ACTOR = System("open311")
CHANGED = datetime(2026, 11, 25, tzinfo=UTC)  # of this interface: `changeset` of discovery
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
log = logging.getLogger(__name__)
View = Callable[[HttpRequest, str], Told]


@csrf_exempt
@acts_itself
def open311(request: HttpRequest, resource: str) -> HttpResponse:
    """A resource of GeoReport v2 with its format at the end: `services.json`, `requests/12.xml`, …"""
    path, kind = _split(request, resource)
    try:
        response = HttpResponse(status=204) if request.method == "OPTIONS" else answer(_told(request, path), kind)
    except Wrong as wrong:
        response = answer(wrong.told(), kind)
    except Failure as failure:
        response = answer(Wrong(400, str(failure)).told(), kind)
    except (OperationalError, InterfaceError):
        log.exception("the database does not answer")
        response = answer(Wrong(503, _("База данных не отвечает. Повторите позже.")).told(), kind)
    # Public data may be read by pages of other sites (Access-Control, fetch.spec.whatwg.org); a key stays out of them.
    response["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Max-Age"] = "86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-cache"
    return response


def _split(request: HttpRequest, resource: str) -> tuple[str, str]:
    """The resource without its format, and the format: by its ending, else by `Accept`; XML is the standard's own."""
    head, _dot, tail = resource.rstrip("/").rpartition(".")
    if head and tail.lower() in ("xml", "json"):
        return head, tail.lower()
    return resource.rstrip("/"), "json" if "application/json" in request.headers.get("Accept", "") else "xml"


def _told(request: HttpRequest, path: str) -> Told:
    name, _slash, rest = path.partition("/")
    gets: dict[tuple[str, bool], View] = {
        ("discovery", False): _discovery, ("services", False): _services, ("services", True): _definition,
        ("requests", False): _requests, ("requests", True): _request, ("tokens", True): _token,
        ("servicerequestupdates", False): _updates,
    }
    posts: dict[tuple[str, bool], View] = {
        ("requests", False): _post, ("servicerequestupdates", False): _post_update,
    }
    which = (name, bool(rest))
    if which not in gets:
        raise Wrong(404, _("Такого адреса здесь нет: %(path)s.") % {"path": path[:80]})
    table = posts if request.method == "POST" else gets
    if request.method not in ("GET", "HEAD", "POST") or which not in table:
        raise Wrong(400, _("Этот адрес не принимает %(method)s.") % {"method": str(request.method)[:20]})
    return table[which](request, rest)


def _addresses(request: HttpRequest) -> public.Address:
    """What makes an address of a path of ours, as others reach it. Inside `acting`."""
    base = str(region_settings.get("public_address")).rstrip("/")
    return lambda path: base + path if base else request.build_absolute_uri(path)


def _discovery(request: HttpRequest, _rest: str) -> Told:
    with acting(Visitor(), read_only=True):
        address = _addresses(request)
        root = address("/open311/v2")
        endpoint = {
            "specification": SPECIFICATION, "url": root, "changeset": public.written(CHANGED), "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        words = _("Ключ выдаёт администратор центра управления: «Настройки», «Каналы», Open311.")
        return Told("discovery", {
            "changeset": public.written(CHANGED), "contact": address("/"), "key_service": words,
            "endpoints": [endpoint],
        })


def _services(request: HttpRequest, _rest: str) -> Told:
    with acting(Visitor(), read_only=True):
        jurisdiction(request.GET)
        return services()


def _definition(request: HttpRequest, code: str) -> Told:
    with acting(Visitor(), read_only=True):
        jurisdiction(request.GET)
        return definition(code)


def _requests(request: HttpRequest, _rest: str) -> Told:
    """Without a key what the portal shows; with one what came by it."""
    query = query_of(request.GET)
    key = request.GET.get("api_key", "")
    if key:
        with acting(ACTOR, read_only=True):
            account = account_of(key)
            rows = own.cases(account, query, jurisdiction(request.GET))
            mine = own.as_requests(rows, _addresses(request), extended=query.extended)
            return Told("service_requests", mine)
    with acting(Visitor(), read_only=True):
        shown = public.problems(query, jurisdiction(request.GET))
        address = _addresses(request)
        told = [public.as_request(one, address, extended=query.extended) for one in shown]
        return Told("service_requests", told)


def _request(request: HttpRequest, named: str) -> Told:
    given = request.GET.copy()
    given["service_request_id"] = named
    query = query_of(given)
    key = request.GET.get("api_key", "")
    with acting(Visitor(), read_only=True):
        shown = public.problems(query, jurisdiction(request.GET))[:1] if len(query.ids) == 1 else []
        if shown:
            one = public.as_request(shown[0], _addresses(request), extended=query.extended)
            return Told("service_requests", [one])
    if not key:
        raise Wrong(404, _("service_request_id «%(id)s» не найден.") % {"id": named[:50]})
    with acting(ACTOR, read_only=True):
        case = own.one(account_of(key), named)
        told = own.as_requests([case], _addresses(request), extended=query.extended)
        return Told("service_requests", told)


def _token(request: HttpRequest, token: str) -> Told:
    with acting(ACTOR, read_only=True):
        jurisdiction(request.GET)
        return Told("service_requests", [own.by_token(token)])


def _post(request: HttpRequest, _rest: str) -> Told:
    given = reporting.given_of(request)
    with acting(ACTOR), widened():
        account = account_of(given.get("api_key", ""))
        wait = limits.hit("open311", f"account:{account.pk}")
        if wait is None:
            return reporting.post(account, request, given)
    raise Wrong(429, _("Слишком много сообщений с этим ключом. Повторите через %(seconds)s с.")
                % {"seconds": int(wait.total_seconds()) + 1})


def _updates(request: HttpRequest, _rest: str) -> Told:
    query = query_of(request.GET)
    key = request.GET.get("api_key", "")
    narrowed = bool(request.GET.get("start_date") or request.GET.get("end_date"))
    start, end = (query.start, query.end) if narrowed else (query.updated_after, query.updated_before)
    if key:
        with acting(ACTOR, read_only=True):
            rows = own.updates(account_of(key), start, end, query.first, query.page_size)
            return Told("service_request_updates", rows)
    with acting(Visitor(), read_only=True):
        rows = public.updates(jurisdiction(request.GET), start, end, query.first, query.page_size)
        return Told("service_request_updates", rows)


def _post_update(request: HttpRequest, _rest: str) -> Told:
    given = reporting.given_of(request)
    with acting(ACTOR, read_only=True):
        account = account_of(given.get("api_key", ""))
    return following.post(account, given)
