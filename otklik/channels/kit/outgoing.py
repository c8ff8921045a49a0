"""What a channel sends, and how the far side can fail it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_WAIT = 86_400.0  # seconds: a far side that asks for more is asked again in a day


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send. `once` is the same in every attempt: the far side may tell repeats by it."""

    text: str
    target: Mapping[str, Any]
    once: str
    subject: str = ""
    number: str = ""  # the case's number as people read it
    page: str = ""  # address of the resident's page, where the channel may show it
    files: Sequence[tuple[str, str, bytes]] = ()  # name, media type, content


@dataclass(frozen=True, slots=True)
class Receipt:
    """The far side took it. `external_id` is its id there, by which our own echo is known."""

    external_id: str = ""
    link: str = ""


class Retryable(Exception):
    """It may work later: the network, 5xx, a limit. `after`: seconds the far side asked to wait.

    Raise it only when it is certain that nothing was sent; else `Unsure`.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = None if after is None else min(max(after, 0.0), LONGEST_WAIT)


class Permanent(Exception):
    """It will never work like this: the ledger stops and shows the reason, in words for the operator."""


class Unsure(Exception):
    """Cut off after the far side may have taken it. Sent again only where the channel's `once` makes that safe."""
