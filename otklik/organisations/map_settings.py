"""What the region's administrator decides about maps: the tile server, and the boundaries loaded from a page."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput
from otklik.organisations import region_settings
from otklik.organisations.staffing import require_region_administrator
from otklik.territory.boundaries import BoundaryImport, import_boundaries

PLACES: Final = ("{z}", "{x}", "{y}")
_NOT_IN_ADDRESS: Final = set(" \t\r\n\"'<>;,\\`")


def put_tiles(actor: Actor, address: str, attribution: str) -> None:
    """Set the tile server, or none. Raises `BadInput` for an address a page must not ask for pictures."""
    address, attribution = checked_tiles(address), " ".join(attribution.split())[:200]
    if address and not attribution:
        raise BadInput(_("Напишите, чья это карта: владелец подложки просит подпись."), "attribution")
    for name, value in (("map_tiles", address), ("map_tiles_attribution", attribution if address else "")):
        if region_settings.get(name) != value:
            region_settings.put(actor, name, value)


def checked_tiles(address: str) -> str:
    """An address like `https://tiles.example.ru/{z}/{x}/{y}.png`, or a path of our own host; empty for none.

    The host goes into the content policy, so it must be one plain host, without a log-in and without `{s}`.
    """
    address = address.strip()
    if not address:
        return ""
    wrong = BadInput(_("Нужен адрес вида https://tiles.example.ru/{z}/{x}/{y}.png или путь на этом сайте."), "tiles")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.hostname or ""
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    theirs = parts.scheme == "https" and host and host.replace(".", "").replace("-", "").isalnum() and host.isascii()
    if not (ours or theirs) or not all(address.count(place) == 1 for place in PLACES):
        raise wrong
    if "@" in parts.netloc or set(address) & _NOT_IN_ADDRESS or len(address) > 300 or port == 0:
        raise wrong
    if any(mark in address.replace("{z}", "").replace("{x}", "").replace("{y}", "") for mark in "{}"):
        raise wrong
    return address


def load_boundaries(actor: Actor, content: bytes, file_name: str, *, source: str, fewer: bool) -> BoundaryImport:
    """Import boundaries for the whole region, as the command does. Raises `Refused`, `BadInput`."""
    with acting(actor), widened():
        require_region_administrator(actor)
        return import_boundaries(content, file_name=file_name, source=source, fewer=fewer)
