"""Open311 GeoReport v2: apps and other cities' programs report through our server (`otklik/api/open311`)."""

from otklik.channels.open311.channel import CHANNEL

__all__ = ["CHANNEL"]
