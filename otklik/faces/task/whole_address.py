"""The whole address of an executor's page, as a telephone outside of the network reaches it."""

from django.http import HttpRequest

from otklik.organisations import region_settings


def whole_address(request: HttpRequest, path: str) -> str:
    """`path` on the host that the region named for executors, else on its public one, else as this request came."""
    base = region_settings.get("task_address") or region_settings.get("public_address") or ""
    return f"{str(base).rstrip('/')}{path}" if base else request.build_absolute_uri(path)
