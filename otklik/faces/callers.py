"""Whose request this is, as far as an address tells."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The caller's address: of the connection, or behind TLS the last one that our one proxy named.

    Whoever comes by the proxy can write what they like into X-Forwarded-For, but not after what the proxy adds.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        given = request.META.get("HTTP_X_FORWARDED_FOR", given).rpartition(",")[2].strip() or given
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:  # a socket of the file system has no address
        return None


def bucket_of(request: HttpRequest) -> str | None:
    """What is counted as one caller: an address, or the 64 bits of IPv6 that one customer gets."""
    address = address_of(request)
    if address is None:
        return None
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)
    return address


def is_this_machine(request: HttpRequest) -> bool:
    """Whether the caller sits at the server itself: a trial or a measurement, not a stranger."""
    address = address_of(request)
    return address is not None and ipaddress.ip_address(address).is_loopback
