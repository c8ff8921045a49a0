"""`acting(actor)`: one transaction in which the database itself knows who asks.

Plain middleware loses `SET LOCAL`, a session `SET` leaks to the next request, a job without a scope sees
nothing and "succeeds": so every read of content happens inside this context, and it restores what it found.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import Error, connection, transaction

from otklik.acting.actors import WIDE_ROLE, Actor, Link, Staff

T = TypeVar("T")
_actor: ContextVar[Actor | None] = ContextVar("otklik_actor", default=None)
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("otklik_read", default=None)
_rules: ContextVar[dict[Hashable, Any] | None] = ContextVar("otklik_rules", default=None)


class NestedActors(RuntimeError):
    """Somebody tried to act inside another actor's transaction."""


class NotActing(RuntimeError):
    """Content was asked for outside `acting(...)`."""


def current_actor() -> Actor:
    """The actor of the surrounding `acting`. Raises `NotActing` outside of one."""
    actor = _actor.get()
    if actor is None:
        raise NotActing("open acting(actor) before touching cases")
    return actor


def once(key: Hashable, read: Callable[[], T], *, rule: bool = False) -> T:
    """What `read` gives, asked once in a transaction that only reads: nothing it stands on is written there meanwhile.

    Elsewhere it is asked each time. For settings and the like, which many places of one page ask for. `rule`: it tells
    of rules, and is asked once under `by_one_rule`, too.
    """
    kept = _read.get()
    if kept is None and rule:
        kept = _rules.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found


@contextmanager
def by_one_rule() -> Iterator[None]:
    """For an act that changes no rules (policies, calendars, hours): it asks once what they are, and goes by that."""
    token = _rules.set({} if _rules.get() is None else _rules.get())
    try:
        yield
    finally:
        _rules.reset(token)


def _assume(
    role: str, scope: str, case: str, restricted: str, *, read_only: bool = False
) -> tuple[str, str, str, str]:
    """Set role and scope for this transaction in one round trip; return what stood there before."""
    closed = ", set_config('transaction_read_only', 'on', true)" if read_only else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT current_setting('role') AS r,"
            " coalesce(current_setting('otklik.scope', true), '') AS s,"
            " coalesce(current_setting('otklik.case', true), '') AS c,"
            " coalesce(current_setting('otklik.restricted', true), '') AS t)"
            " SELECT r, s, c, t, set_config('role', %s, true), set_config('otklik.scope', %s, true),"
            " set_config('otklik.case', %s, true),"
            f" set_config('otklik.restricted', %s, true){closed} FROM before",
            [role, scope, case, restricted],
        )
        row = cursor.fetchone()
    return row[0], row[1], row[2], row[3]


@contextmanager
def acting(actor: Actor, *, read_only: bool = False) -> Iterator[Actor]:
    """Open a transaction in which PostgreSQL shows and takes only what is this actor's.

    Nesting under the same actor joins the outer transaction as a savepoint; under another it raises
    `NestedActors`. With `read_only` the database refuses any write, and the transaction is rolled back at
    the end (nothing was written), so that a surrounding test transaction stays writable.
    """
    outer = _actor.get()
    if outer is not None:
        if outer != actor:
            raise NestedActors(f"{actor.reference} inside {outer.reference}")
        with transaction.atomic():
            yield actor
        return
    token, memory = _actor.set(actor), _read.set({} if read_only else None)
    # Somebody else's transaction goes on after us; ours ends, and SET LOCAL with it.
    joined = connection.in_atomic_block
    try:
        with transaction.atomic():
            case = str(actor.case_id) if isinstance(actor, Link) else ""
            restricted = actor.database_restricted if isinstance(actor, Staff) else ""
            before = _assume(actor.database_role, actor.database_scope, case, restricted, read_only=read_only)
            yield actor
            if read_only:
                transaction.set_rollback(True)
            elif joined and not connection.needs_rollback:
                _assume(*before)
    finally:
        _actor.reset(token)
        _read.reset(memory)


@contextmanager
def widened() -> Iterator[None]:
    """Write as the whole region after the gate has checked the actor's scope.

    A hand-over leaves the giver's scope, so gates check as the actor and write as `otklik_wide`; the actor
    stays in the journal entry. Only gates (`actions/` and their like) may call this.
    """
    current_actor()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT current_setting('role') AS r)"
            " SELECT r, set_config('role', %s, true) FROM before",
            [WIDE_ROLE],
        )
        before = cursor.fetchone()[0]
    try:
        yield
    finally:
        # Also after an error, which somebody inside the same transaction may catch and read on. A transaction that
        # is broken already takes no more statements: its rollback brings the role back.
        if not connection.needs_rollback:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', %s, true)", [before])
