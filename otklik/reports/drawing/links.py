"""Where a number of a file leads: to this site's own address, where the settings say it."""

from otklik.organisations import region_settings


def base_address() -> str:
    """The public address without a slash; "" where nobody has set it, and then files carry no links."""
    base = str(region_settings.get("public_address") or "").rstrip("/")
    return base if base.startswith(("https://", "http://")) else ""


def whole(address: str, base: str) -> str:
    """The full address of a page of ours; "" for none."""
    return base + address if address and base else ""
