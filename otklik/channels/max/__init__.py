"""MAX: a bot hears dialogs, chats and comments of channels; answers go back as message or comment."""

from otklik.channels.max.channel import CHANNEL

__all__ = ["CHANNEL"]
