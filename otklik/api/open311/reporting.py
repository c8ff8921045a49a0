"""POST of `requests`: checked against the standard and the service's definition, kept, answered with a token."""

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from otklik.api.open311.asked import jurisdiction
from otklik.api.open311.formats import Told, Wrong
from otklik.api.open311.services import service_of
from otklik.channels.kit import arriving, health
from otklik.channels.kit.channel import Came
from otklik.channels.kit.incoming import storable
from otklik.channels.models import Account, Arrival
from otklik.channels.open311.attributes import WrongAttribute, checked
from otklik.channels.open311.payload import Report, packed
from otklik.classifier.models import ThemeGroup
from otklik.failures import BadInput
from otklik.residents.contacts import lookup_hash
from otklik.residents.models import Contact
from otklik.territory.models import Territory
from otklik.territory.whereabouts import whereabouts

MOST_BYTES = 256 * 1024
MOST_DESCRIPTION = 4000  # «free form text limited to 4,000 characters»
MOST_WORD = 300
MOST_ADDRESS = 1000
SAME = timedelta(hours=1)  # the same report sent again within that is the same one
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\d*\])?")
_SALT = "otklik.open311-token"


class Given(dict[str, str]):
    """The fields of a request that sends something; `attributes` apart. Built by `given_of`."""

    attributes: dict[str, list[str]]


def given_of(request: HttpRequest) -> Given:
    """A form or JSON as plain words. Raises `Wrong` 400."""
    try:
        return _given(request)
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, UnreadablePostError) as error:
        raise Wrong(400, _("Запрос не читается: он слишком большой или оборван.")) from error


def _given(request: HttpRequest) -> Given:
    given = Given()
    given.attributes = {}
    if len(request.body) > MOST_BYTES:
        raise Wrong(400, _("Запрос больше 256 КБ."))
    if request.content_type == "application/json":
        _from_json(given, request.body)
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        for name in request.POST:
            if found := _ATTRIBUTE.fullmatch(name):
                given.attributes.setdefault(found[1], []).extend(request.POST.getlist(name))
            else:
                given[name] = request.POST[name]
    else:
        raise Wrong(400, _("Content-Type: application/x-www-form-urlencoded или application/json."))
    for name in request.GET:  # some programs name the key and the jurisdiction in the address
        given.setdefault(name, request.GET[name])
    if any("\x00" in value for value in [*given.values(), *sum(given.attributes.values(), [])]):
        raise Wrong(400, _("В запросе есть нулевой знак."))
    if any(storable(value) != value for value in [*given.values(), *sum(given.attributes.values(), [])]):
        raise Wrong(400, _("В запросе есть знаки, которых нет в Юникоде."))
    return given


def _from_json(given: Given, body: bytes) -> None:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Wrong(400, _("Тело запроса — не JSON в UTF-8.")) from error
    if not isinstance(told, dict):
        raise Wrong(400, _("Нужен объект JSON."))
    for name, value in told.items():
        if name in ("attribute", "attributes"):
            pairs = value.items() if isinstance(value, dict) else _listed(value)
            for code, answer in pairs:
                several = answer if isinstance(answer, list) else [answer]
                given.attributes.setdefault(str(code), []).extend(_word(name, one) for one in several)
        elif found := _ATTRIBUTE.fullmatch(name):
            several = value if isinstance(value, list) else [value]
            given.attributes.setdefault(found[1], []).extend(_word(name, one) for one in several)
        elif value is not None:
            given[name] = _word(name, value)


def _listed(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) and "code" in one for one in value):
        raise Wrong(400, _("attribute: объект «код: значение»."))
    return [(str(one["code"]), one.get("value")) for one in value]


def _word(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong(400, _("%(name)s: нужна строка или число.") % {"name": name[:60]})
    return str(value)


def post(account: Account, request: HttpRequest, given: Given) -> Told:
    """Keep a report of this account; a token says which. Inside `acting`, widened."""
    report = _report(account, given)
    now = timezone.now()
    token = _token(account, request.headers.get("Idempotency-Key", ""), report, now)
    report = Report(**{**_fields(report), "token": token})
    if arriving.keep(account, [Came(token, packed(report))], now):
        health.heard(account.pk, now)
    notice = _("Сообщение принято. Номер появится по адресу tokens/%(token)s.") % {"token": token}
    return Told("service_requests", [{"token": token, "service_notice": notice, "account_id": None}], 201)


def _report(account: Account, given: Given) -> Report:
    wrong: list[str] = []
    code = given.get("service_code", "").strip()
    if not code:
        raise Wrong(400, _("service_code не указан."))
    group, theme = service_of(code)
    place = _place(account, given)
    latitude, longitude = _point(given, wrong)
    words = {
        name: _bounded(given, name, most, wrong)
        for name, most in (
            ("description", MOST_DESCRIPTION), ("address_string", MOST_ADDRESS), ("address_id", MOST_WORD),
            ("first_name", 100), ("last_name", 100), ("phone", 40), ("email", 254), ("account_id", MOST_WORD),
            ("device_id", MOST_WORD), ("media_url", 2000),
        )
    }
    if latitude is None and not words["address_string"] and not words["address_id"] and not wrong:
        wrong.append(_("Не указано место: lat и long, address_string или address_id."))
    for kind, name in ((Contact.Kind.PHONE, "phone"), (Contact.Kind.EMAIL, "email")):
        try:
            if words[name]:
                lookup_hash(kind, words[name])
        except BadInput as error:
            wrong.append(f"{name}: {error}")
    if words["media_url"] and not words["media_url"].startswith(("https://", "http://")):
        wrong.append(_("media_url: адрес, который начинается с https://."))
    if wrong:
        raise Wrong(400, *wrong)
    return Report(
        token="", description=words["description"], group=group.code, theme=theme.code if theme else "",
        service_name=theme.name if theme else group.name, attributes=_attributes(group, given), latitude=latitude,
        longitude=longitude, address=words["address_string"] or words["address_id"], address_id=words["address_id"],
        first_name=words["first_name"], last_name=words["last_name"], phone=words["phone"], email=words["email"],
        account_id=words["account_id"], device_id=words["device_id"], media_url=words["media_url"],
        territory_id=_where(place, account, latitude, longitude),
    )


def _attributes(group: ThemeGroup, given: Given) -> dict[str, list[str]]:
    try:
        return checked(group.code, given.attributes)
    except WrongAttribute as error:
        raise Wrong(400, str(error)) from error


def _bounded(given: Given, name: str, most: int, wrong: list[str]) -> str:
    value = given.get(name, "").strip()
    if len(value) > most:
        wrong.append(_("%(name)s: не больше %(most)s знаков.") % {"name": name, "most": most})
        return ""
    return value


def _point(given: Given, wrong: list[str]) -> tuple[float | None, float | None]:
    told = [given.get(name, "").strip() for name in ("lat", "long")]
    if not any(told):
        return None, None
    try:
        latitude, longitude = float(told[0]), float(told[1])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    except ValueError:
        pass
    wrong.append(_("lat и long: оба, числами градусов."))
    return None, None


def _place(account: Account, given: Given) -> Territory | None:
    """The municipality that was named. Raises `Wrong` for one that this key does not serve."""
    place = jurisdiction(given)
    if place is not None and account.territory_id not in (None, place.pk):
        raise Wrong(400, _("Этот ключ — другого муниципалитета."))
    return place


def _where(place: Territory | None, account: Account, latitude: float | None, longitude: float | None) -> int | None:
    """The municipality of the report: named, the key's, or where its point lies. Raises `Wrong` for one outside."""
    own = place.pk if place else account.territory_id
    if latitude is None or longitude is None:
        return own
    here = whereabouts(latitude, longitude)
    if here.by == "outside":
        raise Wrong(400, _("Точка лежит вне региона."))
    return own or (here.unit.pk if here.unit else None)


def _token(account: Account, once: str, report: Report, now: datetime) -> str:
    """The token of a report, the same when the program sends it again after a cut answer.

    By the header `Idempotency-Key`, else by what was sent: the same within an hour is the same.
    """
    if once:
        return _signed(account, f"key:{once[:300]}")
    sent = hashlib.sha256(json.dumps(_fields(report), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    hours = int(now.timestamp() // SAME.total_seconds())
    before = _signed(account, f"sent:{sent}:{hours - 1}")
    if Arrival.objects.filter(account=account, external_id=before, received_at__gt=now - SAME).exists():
        return before
    return _signed(account, f"sent:{sent}:{hours}")


def _signed(account: Account, what: str) -> str:
    return salted_hmac(_SALT, f"{account.pk}\0{what}", algorithm="sha256").hexdigest()[:40]


def _fields(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__dataclass_fields__}
