"""Appending entries. The caller holds a lock on the row whose stream it extends."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from otklik.journal.models import Entry, Pending

CANONICAL_VERSION = 1
NO_DIGEST = bytes(32)


@dataclass(frozen=True)
class NewEntry:
    """An entry before it has a place in its stream. `at` is aware; `fields` must be plain JSON."""

    stream: str
    verb: str
    actor: str
    at: datetime
    fields: dict[str, Any] = field(default_factory=dict)


def salted_digest(salt: bytes, text: str) -> str:
    """What the journal keeps instead of a text: it proves sameness, and dies with the salt."""
    return hashlib.sha256(salt + text.encode()).hexdigest()[:32]


def canonical_bytes(
    version: int, stream: str, seq: int, at: datetime, actor: str, verb: str, fields: dict[str, Any], previous: bytes
) -> bytes:
    """The bytes whose hash an entry carries; versioned, so that later forms can stand beside this one."""
    if version != CANONICAL_VERSION:
        raise ValueError(f"unknown canonical version {version}")
    body = [version, stream, seq, at.astimezone(UTC).isoformat(timespec="microseconds"), actor, verb, fields]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + previous


def entry_digest(entry: Entry) -> bytes:
    """Recompute the digest of a stored entry."""
    return hashlib.sha256(
        canonical_bytes(
            entry.version, entry.stream, entry.seq, entry.at, entry.actor, entry.verb, entry.fields,
            bytes(entry.previous),
        )
    ).digest()


def _build(new: NewEntry, seq: int, previous: bytes) -> Entry:
    entry = Entry(
        stream=new.stream, seq=seq, at=new.at, actor=new.actor, verb=new.verb, fields=new.fields,
        version=CANONICAL_VERSION, previous=previous,
    )
    entry.digest = entry_digest(entry)
    return entry


def append(new: NewEntry) -> Entry:
    """Add one entry to the end of its stream."""
    return append_many([new])[0]


def append_many(entries: Sequence[NewEntry], *, new_streams: bool = False) -> list[Entry]:
    """Add entries, in order, each to the end of its stream.

    `new_streams`: the caller knows that none of the streams exists yet (a bulk opening), so the heads are
    not looked up.
    """
    heads: dict[str, tuple[int, bytes]] = {}
    if not new_streams:
        names = {e.stream for e in entries}
        latest = Entry.objects.filter(stream__in=names).order_by("stream", "-seq").distinct("stream")
        heads = {e.stream: (e.seq, bytes(e.digest)) for e in latest}
    built = []
    for new in entries:
        seq, previous = heads.get(new.stream, (0, NO_DIGEST))
        entry = _build(new, seq + 1, previous)
        heads[new.stream] = (entry.seq, bytes(entry.digest))
        built.append(entry)
    Entry.objects.bulk_create(built)
    Pending.objects.bulk_create([Pending(entry=e) for e in built])
    return built
