"""Addresses to hand over: under the public address of the site when one is set, else as this page was asked for."""

from django.http import HttpRequest
from django.urls import reverse

from otklik.organisations import region_settings


def outside_address(request: HttpRequest, name: str, *args: object) -> str:
    """The full address of a page for somebody outside."""
    path = reverse(name, args=args)
    base = str(region_settings.get("public_address") or "").rstrip("/")
    return base + path if base else request.build_absolute_uri(path)
