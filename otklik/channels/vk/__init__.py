"""VK communities: the Callback API or Long Poll brings what is written there; answers go back as comment or message."""

from otklik.channels.vk.channel import CHANNEL

__all__ = ["CHANNEL"]
