"""The channels, a line each. The kit finds them here."""

from functools import cache
from importlib import import_module

from otklik.channels.kit.channel import Channel

CHANNELS: dict[str, str] = {
    "line": "otklik.channels.line:CHANNEL",
    "site": "otklik.channels.site:CHANNEL",
    "email": "otklik.channels.email:CHANNEL",
    "vk": "otklik.channels.vk:CHANNEL",
    "ok": "otklik.channels.ok:CHANNEL",
    "max": "otklik.channels.max:CHANNEL",
    "telegram": "otklik.channels.telegram:CHANNEL",
    "feed": "otklik.channels.feed:CHANNEL",
    "open311": "otklik.channels.open311:CHANNEL",
}


@cache
def channel(name: str) -> Channel:
    """The channel of an account. KeyError for those without a far side (portal, phone, sheet)."""
    module, attribute = CHANNELS[name].split(":")
    found: Channel = getattr(import_module(module), attribute)
    return found


def never_there(name: str) -> str:
    """Why nobody may be written to through this channel, in words for people; empty where they may."""
    return str(channel(name).can.never) if name in CHANNELS else ""
