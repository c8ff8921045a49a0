"""Another city's GeoReport v2 server, asked as its client: what may be reported there, a report, and how it stands.

JSON or XML, as the account says: the standard requires XML only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account

MOST_BYTES = 4 * 1024 * 1024
MOST_NOTES = 4000


@dataclass(frozen=True, slots=True)
class Taken:
    """What the other program gave for a report: its number, or a token that tells it later."""

    number: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands there."""

    number: str
    status: str
    notes: str


def is_client(account: Account) -> bool:
    """Whether through this account we hand on, and are not reported to."""
    return account.settings.get("way") == "client"


def services_of(account: Account) -> list[tuple[str, str]]:
    """(code, name) of what staff may ask for there: lines of the settings, «code name»."""
    lines = str(account.settings.get("services") or "").splitlines()
    pairs = [line.strip().partition(" ") for line in lines if line.strip()]
    return [(code, name.strip() or code) for code, _space, name in pairs][:500]


def services(account: Account, caller: Caller) -> list[Mapping[str, str]]:
    """GET services: what they offer."""
    return _asked(account, caller, "services", {})


def report(account: Account, caller: Caller, fields: Mapping[str, str]) -> Taken:
    """POST a service request. The standard has no key against repeats: what was cut off raises `Unsure`."""
    key = secret(account, "key")
    form = {**_place(account), **fields, **({"api_key": key} if key else {})}
    said = caller.call("POST", _address(account, "requests"), form=form, limit=MOST_BYTES, sends=True)
    if said.status in (429, 503):
        raise Retryable(_("Там просят подождать (%(status)s).") % {"status": said.status}, _after(said))
    if said.status >= 500 or said.status < 200 or 300 <= said.status < 400:
        raise Unsure(_("Ответ %(status)s: неизвестно, принято ли.") % {"status": said.status})
    if said.status >= 400:
        raise Permanent(_("Не принято (%(status)s): %(why)s") % {"status": said.status, "why": _errors(account, said)})
    try:
        rows = _rows(account, said)
    except (Retryable, Permanent) as error:
        raise Unsure(_("Принято, но ответ не читается: номера нет.")) from error
    row = rows[0] if rows else {}
    taken = Taken(row.get("service_request_id", ""), row.get("token", ""))
    if not taken.number and not taken.token:
        raise Unsure(_("Принято, но ни номера, ни токена в ответе нет."))
    return taken


def number_of(account: Account, caller: Caller, token: str) -> str:
    """GET tokens/<token>: the number, or an empty string while there is none."""
    rows = _asked(account, caller, f"tokens/{_safe(token)}", {})
    return rows[0].get("service_request_id", "") if rows else ""


def standing(account: Account, caller: Caller, number: str) -> Standing | None:
    """GET requests/<id>: how it stands; None where their answer names another one or no state."""
    key = secret(account, "key")
    rows = _asked(account, caller, f"requests/{_safe(number)}", {"api_key": key} if key else {})
    row = next((one for one in rows if one.get("service_request_id") == number), None)
    if row is None or row.get("status", "").lower() not in ("open", "closed"):
        return None
    return Standing(number, row["status"].lower(), row.get("status_notes", "")[:MOST_NOTES])


def _safe(name: str) -> str:
    return quote(name, safe="")


def _address(account: Account, resource: str) -> str:
    base = str(account.settings.get("endpoint") or "").strip().rstrip("/")
    if not base:
        raise Permanent(_("Не указан адрес другой программы."))
    return f"{base}/{resource}.{_format(account)}"


def _format(account: Account) -> str:
    return "xml" if account.settings.get("format") == "xml" else "json"


def _place(account: Account) -> dict[str, str]:
    code = str(account.settings.get("jurisdiction") or "").strip()
    return {"jurisdiction_id": code} if code else {}


def _asked(account: Account, caller: Caller, resource: str, query: Mapping[str, str]) -> list[Mapping[str, str]]:
    params = {**_place(account), **query}
    said = caller.call("GET", _address(account, resource), params=params or None, limit=MOST_BYTES, hops=3)
    if said.status in (429, 503) or said.status >= 500:
        raise Retryable(_("Ответ %(status)s.") % {"status": said.status}, _after(said))
    if said.status != 200:
        raise Permanent(_("Ответ %(status)s: %(why)s") % {"status": said.status, "why": _errors(account, said)})
    return _rows(account, said)


def _after(said: Said) -> float | None:
    told = said.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdecimal() and len(told) < 7 else None


def _errors(account: Account, said: Said) -> str:
    try:
        rows = _rows(account, said)
    except (Retryable, Permanent):
        return _("без объяснений")
    return "; ".join(row.get("description", "") for row in rows[:5])[:200] or _("без объяснений")


def _rows(account: Account, said: Said) -> list[Mapping[str, str]]:
    """The items of an answer, values as words. Numbers where the standard has strings are taken as they are meant."""
    if _format(account) == "xml":
        return _from_xml(said.body)
    told: Any = said.json()
    items: Sequence[Any] = told if isinstance(told, list) else [told]
    if not all(isinstance(one, dict) for one in items):
        raise Retryable(_("Ответ не по стандарту Open311."))
    return [{str(k): _word(v) for k, v in one.items()} for one in items]


def _word(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_xml(body: bytes) -> list[Mapping[str, str]]:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # the standard has none, and bombs are made of them
        raise Retryable(_("Ответ не по стандарту Open311."))
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise Retryable(_("Ответ не по стандарту Open311.")) from error
    return [{one.tag: (one.text or "").strip() for one in item} for item in root]
