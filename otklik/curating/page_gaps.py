"""What is missing on official pages, as plain sentences by code. Pure: the moment and the limits are parameters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["none", "silent", "unanswered", "unheard", "nobody", "unmarked"]
KINDS: tuple[Kind, ...] = ("none", "unanswered", "silent", "nobody", "unmarked", "unheard")
MANY_WAIT = 10  # so many without an answer are a gap at once
LONG_WAIT = timedelta(days=3)  # and one that waits so long is, too


@dataclass(frozen=True)
class PageFacts:
    """One open page as it stands."""

    page_id: int
    body_id: int
    network: str
    responsible: str
    mark: str
    heard: bool  # a channel of ours listens to it
    last_post: date | None
    waiting: int
    oldest_waiting: datetime | None


@dataclass(frozen=True)
class BodyFacts:
    """One body that must have a page, and its open pages."""

    body_id: int
    pages: tuple[PageFacts, ...] = ()


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `n`: days of silence, or comments without an answer."""

    kind: Kind
    body_id: int
    page_id: int | None = None
    n: int = 0


def gaps_of(
    bodies: Iterable[BodyFacts], fulfils: frozenset[str], *, now: datetime, today: date, silent_days: int
) -> list[Gap]:
    """Everything that is missing, the gravest kinds first, of one kind the greatest first.

    A page of which nobody knows when it last published is «не знаем» (`unheard`), never «молчит».
    """
    found: list[Gap] = []
    for body in bodies:
        if not any(page.network in fulfils for page in body.pages):
            found.append(Gap("none", body.body_id))
        for page in body.pages:
            found += _of_page(page, now=now, today=today, silent_days=silent_days)
    return sorted(found, key=lambda gap: (KINDS.index(gap.kind), -gap.n, gap.body_id))


def _of_page(page: PageFacts, *, now: datetime, today: date, silent_days: int) -> list[Gap]:
    found = []

    def add(kind: Kind, n: int = 0) -> None:
        found.append(Gap(kind, page.body_id, page.page_id, n))

    long_wait = page.oldest_waiting is not None and now - page.oldest_waiting >= LONG_WAIT
    if page.waiting and (page.waiting >= MANY_WAIT or long_wait):
        add("unanswered", page.waiting)
    if page.last_post is None:
        add("unheard")
    elif (today - page.last_post).days >= silent_days:
        add("silent", (today - page.last_post).days)
    if not page.responsible:
        add("nobody")
    if page.mark != "yes":
        add("unmarked")
    return found
