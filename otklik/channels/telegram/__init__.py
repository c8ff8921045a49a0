"""Telegram: a bot listens in dialogs, groups and under posts of channels. It never writes there (41-ФЗ)."""

from otklik.channels.telegram.channel import CHANNEL

__all__ = ["CHANNEL"]
