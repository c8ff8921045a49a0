"""What a channel understood of one arrival, in words that are the same for every channel."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, Literal

What = Literal["message", "edit", "delete", "restore", "ours", "failed", "moved", "missed"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote. `identity` is unique inside the channel (a page's id, an address of mail); empty: unknown."""

    identity: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with a message: its bytes, or the address to fetch them from."""

    name: str = ""
    data: bytes | None = None
    url: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that somebody wrote. Moments are aware.

    `what`: a message; a new text, the deletion or return of one that was taken (`external_id` is the first's); `ours`,
    an answer that a colleague wrote there by hand; `failed`, a notice that what we sent (`answers_to`) did not come;
    `moved`, a chat goes on under another number (`thread` is now `moved_to`).
    `thread`: the conversation; `answers_to`: ids there of the messages it replies to, the nearest first.
    """

    what: What
    external_id: str
    text: str = ""
    author: Author = Author()
    written_at: datetime | None = None
    thread: str = ""
    answers_to: Sequence[str] = ()
    case_id: int | None = None  # a signed address told whose case it is
    full_text: str = ""  # with quotes and signature, where `text` is without
    subject: str = ""
    link: str = ""
    files: Sequence[Enclosed] = ()
    private: bool = False  # a conversation that only we and they see
    part: bool = False  # one of several that make one message and bear one id: pictures of an album
    moved_to: str = ""
    whole: bool = False  # an edit with all of its message: it stands for the first, where that did not come
    ask_key: bool = False  # mail: a person chooses what it is (design, section 8)
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    theme_code: str = ""
    territory_id: int | None = None
    answer_on: Literal["", "page", "phone"] = ""  # asked for by who wrote; empty: there, where they wrote
    reply: Mapping[str, Any] = field(default_factory=dict)  # what `send` needs to answer it
    raw: Mapping[str, Any] | None = None
    digest: str = ""  # where anybody may forge `external_id` (mail): tells two that bear one id apart


# No column takes NUL, and half a pair of surrogates cannot be written.
_UNSTORED = re.compile("[\x00\ud800-\udfff]")


def storable(value: Any) -> Any:
    """The same with signs and numbers that no column takes replaced, however deep they stand: ids, links, raw facts."""
    if isinstance(value, str):
        return _UNSTORED.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {storable(name): storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: storable(getattr(value, one.name)) for one in fields(value)})
    return value


class Unreadable(Exception):
    """It cannot be parsed: it stays in quarantine with this reason, in words for the administrator."""


class Ignored(Exception):
    """Nothing for us to do (an event we know and need not, our own echo); the reason is kept with it."""


class OwnPost(Ignored):
    """A publication of the page itself: no message, but a sign of its life, which `Arrival.told` keeps."""

    def __init__(self, reason: str, *, ident: str, at: datetime | None, link: str = "") -> None:
        super().__init__(reason)
        self.told = {"own_post": {"id": ident, "at": at.isoformat(), "link": link}} if at is not None else None


class NotYet(Exception):
    """It cannot be judged at this moment (our own sending is still under way): look again soon."""
