"""A service request as it is kept: what the server checked, as JSON of our own."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Unreadable


@dataclass(frozen=True, slots=True)
class Report:
    """One POST of `requests`. `token` is its id; `group` and `theme` are codes of the classifier."""

    token: str
    description: str
    group: str
    theme: str = ""
    service_name: str = ""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    address_id: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    account_id: str = ""
    device_id: str = ""
    media_url: str = ""
    territory_id: int | None = None


def packed(report: Report) -> bytes:
    """The bytes that are kept."""
    return json.dumps(asdict(report), ensure_ascii=False, sort_keys=True).encode()


def report_of(body: bytes) -> Report:
    """The report again. Raises `Unreadable` for what is none."""
    try:
        given: Any = json.loads(body)
        return Report(**given)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(_("Это не запись запроса Open311.")) from error
