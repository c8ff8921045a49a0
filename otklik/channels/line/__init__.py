"""The telephone system of a centre tells us of calls: those that nobody took wait to be called back."""

from otklik.channels.line.channel import CHANNEL

__all__ = ["CHANNEL"]
