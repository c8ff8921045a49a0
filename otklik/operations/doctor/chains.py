"""Checks of the journal: streams, positions, seals."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from otklik.acting import acting
from otklik.journal.appending import NO_DIGEST, canonical_bytes
from otklik.journal.models import Pending, Seal
from otklik.journal.sequencing import seal_digest, sequence
from otklik.operations.doctor.findings import (
    ACTOR,
    Finding,
    Level,
    Visit,
    counted,
    examples,
    reading,
    rows,
    streamed,
)


def streams(visit: Visit) -> Iterator[Finding]:
    """Every stream counts from one without gaps, and each entry carries the digest of the one before and its own."""
    gaps: list[str] = []
    broken: list[str] = []
    changed: list[str] = []
    total = [0, 0, 0]
    stream, seq, previous = "", 0, NO_DIGEST
    with reading():
        for row in _entries():
            if row[0] != stream:
                stream, seq, previous = row[0], 0, NO_DIGEST
            name = f"{stream} №{row[1]}"
            if row[1] != seq + 1:
                total[0] += 1
                gaps.append(name)
            elif row[7] != previous:
                total[1] += 1
                broken.append(name)
            if _digest(row) != row[8]:
                total[2] += 1
                changed.append(name)
            seq, previous = row[1], row[8]
            del gaps[6:], broken[6:], changed[6:]
    if total[0]:
        yield Finding(f"В журнале пропали записи, перед: {examples(gaps, total[0])}.")
    if total[1]:
        yield Finding(f"Цепочка журнала порвана: {examples(broken, total[1])}.")
    if total[2]:
        yield Finding(f"Записи журнала изменены после создания: {examples(changed, total[2])}.")


def _entries() -> Iterator[tuple[str, int, datetime, str, str, str, int, bytes, bytes]]:
    sql = (
        "SELECT stream, seq, at, actor, verb, fields::text, version, previous, digest FROM journal_entry"
        " ORDER BY stream, seq"
    )
    for *plain, previous, digest in streamed(sql):
        yield (*plain, bytes(previous), bytes(digest))


def _digest(row: tuple[str, int, datetime, str, str, str, int, bytes, bytes]) -> bytes:
    stream, seq, at, actor, verb, fields, version, previous, _kept = row
    try:
        body = canonical_bytes(version, stream, seq, at.astimezone(UTC), actor, verb, json.loads(fields), previous)
    except ValueError:
        return b""
    return hashlib.sha256(body).digest()


def positions(visit: Visit) -> Iterator[Finding]:
    """Positions are gapless; every entry has one or waits for it. What waits is numbered at once."""
    yield from _number_waiting()
    with reading():
        count, first, last = rows(
            "SELECT count(*), coalesce(min(number), 1), coalesce(max(number), 0) FROM journal_position"
        )[0]
        holes = rows(
            "SELECT before + 1 FROM (SELECT number, lag(number, 1, 0::bigint) OVER (ORDER BY number) AS before"
            " FROM journal_position) p WHERE number <> before + 1 LIMIT 6"
        ) if count != last or first != 1 else []
        followers = rows("SELECT name FROM journal_follower WHERE position > %s", [last])
    if holes:
        yield Finding(f"В нумерации журнала пропуски, с номеров: {examples([h[0] for h in holes], last - count)}.")
    if followers:
        yield Finding(
            f"Читатели журнала ушли дальше его конца: {examples([f[0] for f in followers])}. Конец журнала потерян."
        )
    yield from counted(
        "SELECT e.stream || ' №' || e.seq FROM journal_entry e LEFT JOIN journal_position p ON p.entry_id = e.id"
        " LEFT JOIN journal_pending w ON w.entry_id = e.id WHERE p.number IS NULL AND w.entry_id IS NULL",
        "Записи журнала без номера, и они его не ждут:",
    )


def _number_waiting() -> Iterator[Finding]:
    with reading():
        waiting = Pending.objects.count()
    if not waiting:
        return
    with acting(ACTOR):
        while sequence():
            pass
    yield Finding(f"Записей журнала без номера было {waiting}: пронумерованы.", Level.MENDED)


def seals(visit: Visit) -> Iterator[Finding]:
    """Seals are chained, cover the positions without gaps, and their digests still hold."""
    with reading():
        last = rows("SELECT coalesce(max(number), 0) FROM journal_position")[0][0]
        covered, previous = 0, NO_DIGEST
        for seal in Seal.objects.order_by("last").iterator():
            name = f"печать {seal.first}–{seal.last}"
            if seal.first != covered + 1 or bytes(seal.previous) != previous:
                yield Finding(f"Цепочка печатей порвана: {name} не продолжает предыдущую.")
            if seal.last > last:
                yield Finding(f"Журнал короче своих печатей: {name}, а последний номер {last}. Конец журнала отрезан.")
            elif seal_digest(bytes(seal.previous), seal.first, seal.last) != bytes(seal.digest):
                yield Finding(f"Под печатью изменён журнал: {name} не сходится.")
            covered, previous = seal.last, bytes(seal.digest)
