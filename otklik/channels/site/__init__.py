"""Forms on municipal sites: their server sends us signed JSON, the answer stands on the resident's page with us."""

from otklik.channels.site.channel import CHANNEL

__all__ = ["CHANNEL"]
