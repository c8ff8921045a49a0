"""Mail: letters come by IMAP or a pipe, wait for the operator's key, and are answered by SMTP in their own thread."""

from otklik.channels.email.channel import CHANNEL

__all__ = ["CHANNEL"]
