"""Who does this, in which transaction, with which database role.

Others may use: `Staff`, `Link`, `AskedLink`, `System`, `Visitor`, `Grant` (the actors, plain values), `acting(actor)`,
`widened()`, `current_actor()`, `once()`, `by_one_rule()`, and for migrations `acting.protection.protect`.
"""

from otklik.acting.actors import Actor, AskedLink, Grant, Link, Staff, System, Visitor
from otklik.acting.context import NestedActors, NotActing, acting, by_one_rule, current_actor, once, widened

__all__ = [
    "Actor",
    "AskedLink",
    "Grant",
    "Link",
    "NestedActors",
    "NotActing",
    "Staff",
    "System",
    "Visitor",
    "acting",
    "by_one_rule",
    "current_actor",
    "once",
    "widened",
]
