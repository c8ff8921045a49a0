"""What a kept arrival says, asked of its channel again: in its first taking, before a key, at the key."""

from collections.abc import Sequence

from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Arrival
from otklik.channels.registered import channel

ANYWAY = "anyway"  # in `Arrival.told`: a person said that what the program set aside is a message all the same


def understood(arrival: Arrival) -> Sequence[Incoming]:
    """Its messages. Raises `Unreadable`, `Ignored`, `NotYet`."""
    found, account = channel(arrival.account.channel), arrival.account
    if (arrival.told or {}).get(ANYWAY) and hasattr(found, "read_anyway"):
        anyway: Sequence[Incoming] = found.read_anyway(account, bytes(arrival.body), arrival.received_at)
        return anyway
    return found.read(account, bytes(arrival.body), arrival.received_at)


def say_anyway(arrival: Arrival) -> None:
    """«Разобрать ещё раз»: a person has looked at it. The caller saves."""
    arrival.told = {**(arrival.told or {}), ANYWAY: True}
