"""OK (Одноклассники): messages to a group by its webhook, comments under its topics by asking; answers there."""

from otklik.channels.ok.channel import CHANNEL

__all__ = ["CHANNEL"]
