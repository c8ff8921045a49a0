"""The channel `email`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from otklik.channels.email.kept import came
from otklik.channels.email.reading import understood
from otklik.channels.email.recording import letters
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked
from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Account


class Email:
    """See `docs/channels/email.md`."""

    name = "email"
    can = Abilities(private=True, photos=True, longest=50_000, a_second=1.0)
    asks: Sequence[Asked] = ()
    every = 20.0

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """The letter as a message; a notice of a mail server as what became of ours."""
        return [understood(account, body, received_at)]

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Letters in files (`.eml`), mailboxes (`.mbox`), folders of Maildir."""
        for name, raw in letters(path):
            yield name, came(raw)

    def check(self, account: Account, caller: Caller) -> Checked:
        return Checked(False, "")


CHANNEL = Email()
