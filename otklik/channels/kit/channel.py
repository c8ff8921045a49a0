"""What a channel is to the kit. Its folder holds the code; `otklik.channels.registered` names it in one line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.incoming import Incoming
from otklik.channels.kit.outgoing import Outgoing, Receipt
from otklik.channels.models import Account

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the account's settings page. `kind`: text, secret, number, flag, lines, choice."""

    name: str
    label: Words
    kind: str = "text"
    help: Words = ""
    required: bool = True
    default: Any = ""
    choices: Sequence[tuple[str, Words]] = ()
    leads: bool = False  # secrets are sent where this says: whoever changes it has to know them


# For pages that are not ours: `intake.filtering` reads them. A channel that can listen there adds them to its `asks`.
FILTER: Sequence[Asked] = (
    Asked("words", gettext_lazy("Слова, по которым берём сообщение"), "lines", required=False,
          help=gettext_lazy("Для чужой страницы. По одному в строке. С таким словом карточка заводится всегда.")),
    Asked("not_words", gettext_lazy("Слова, по которым не берём"), "lines", required=False,
          help=gettext_lazy("Для чужой страницы. Например, «продам». Отсеянное видно в «Не разобрано».")),
    Asked("not_sources", gettext_lazy("Кого не слушаем"), "lines", required=False,
          help=gettext_lazy("Для чужой страницы. Номера авторов, по одному в строке: магазины, боты.")),
)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do.

    `repeats_safely`: the far side takes an `Outgoing` with one `once` a single time; `repeats_within`: for how many
    seconds it remembers that. Later the ledger says «неизвестно, проверьте» instead of sending again.
    """

    sends: bool = True
    private: bool = False
    photos: bool = False
    edits: bool = False
    longest: int = 4000  # signs of one answer
    a_second: float = 3.0  # calls of one account
    repeats_safely: bool = False
    repeats_within: float | None = None
    listens: bool = False  # nothing is sent, and yet pages that are not ours may be heard
    ours: bool = True  # what the form of a new account proposes: a page of ours, or one that we only listen to
    never: Words = ""  # why nobody may be written to there: the case's page says it
    warns: Sequence[Words] = ()  # what whoever connects it has to know before
    assumed: Sequence[Words] = ()  # «по предположению»: what was not seen in the vendor's pages


@dataclass(frozen=True, slots=True)
class Came:
    """One raw thing: its id there (unique in the account) and its bytes."""

    external_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Polled:
    """What one look brought, where to go on from, and whether more waits."""

    came: Sequence[Came]
    cursor: Mapping[str, Any]
    more: bool = False
    trouble: str = ""  # part of the look failed (one address of many): what came is kept, and health says this


@dataclass(frozen=True, slots=True)
class Hook:
    """A request of the far side to our address."""

    headers: Mapping[str, str]  # names in small letters
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What to store and what to say back."""

    came: Sequence[Came] = ()
    status: int = 200
    body: str = "ok"
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the account found. `fine` False: `words` say what to mend."""

    fine: bool
    words: str
    facts: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """The protocol. `poll`, `hook` and `send` are asked for only where `how` says that the channel has them."""

    name: str
    can: Abilities
    asks: Sequence[Asked]

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """Understand an arrival; pure. Raises `Unreadable`, `Ignored`."""

    def check(self, account: Account, caller: Caller) -> Checked:
        """Try the account's settings against the far side; sends nothing to anybody."""


class Recorded(Protocol):
    """A channel whose recorded payloads can be taken again: `otklik channels replay`."""

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Names and arrivals of a file or a folder, in order. The same file gives the same id each time."""


class Headed(Protocol):
    """A channel that can tell at a glance from whom and about what, also of what it cannot understand."""

    def heading(self, body: bytes) -> Mapping[str, str]:
        """`from` and `subject`, for lists. Never fails."""


class Trusting(Protocol):
    """A channel that sets aside by guess (automatic answers): a person can tell it to take the thing all the same."""

    def read_anyway(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """The same as `read` without the guesses. Raises `Unreadable`, `Ignored` for what is certain."""


class Polls(Protocol):
    """A channel that we ask. `every`: seconds between looks; `every_of(account)`, where an account may choose."""

    every: float

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look. The arrivals and the new cursor are kept in one transaction. Raises `Retryable`, `Permanent`."""


class Hooks(Protocol):
    """A channel that calls us."""

    def hook(self, account: Account, hook: Hook) -> HookAnswer:
        """Check who calls and say what to store; quick, no network. A forged call raises `Refused`."""


class Resolves(Protocol):
    """A channel whose files have no lasting address, or one with a key in it: `Enclosed.url` is `<name>:<id there>`."""

    def resolve(self, account: Account, url: str, caller: Caller) -> str:
        """The address to fetch now, never kept. Raises `Retryable`, `Permanent`."""


class Names(Protocol):
    """A channel whose messages tell pages of their authors and no names."""

    def names(self, account: Account, links: Sequence[str], caller: Caller) -> Mapping[str, str]:
        """Names by `Author.link`; those that are not known are left out. Raises `Retryable`, `Permanent`."""


class Watches(Protocol):
    """A channel that calls us by a subscription, which the far side may drop. `watch_every`: seconds between looks."""

    watch_every: float

    def watch(self, account: Account, caller: Caller) -> None:
        """See that it stands, and mend it. Raises `Retryable`, `Permanent` with what an administrator has to do."""


class Addressed(Protocol):
    """A channel whose accounts people find by an address that our settings know."""

    def address(self, account: Account) -> str:
        """The mailbox, or the link of the page, to show to residents; "" when the settings do not say it."""


class Sends(Protocol):
    """A channel that we answer through."""

    def send(self, account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
        """Send once. Raises `Retryable`, `Permanent` or `Unsure`."""

    def own_target(self, account: Account, told: str) -> Mapping[str, Any]:
        """The target of «послать себе»: what the administrator typed (an address, a page's id). Raises `BadInput`."""
