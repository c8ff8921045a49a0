"""RSS, Atom and RDF feeds of local media and municipal sites, with their comments: we listen, people answer there."""

from otklik.channels.feed.channel import CHANNEL

__all__ = ["CHANNEL"]
