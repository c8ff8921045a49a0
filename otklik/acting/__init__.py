"""Who does this, in which transaction, with which database role.

Others may use: `Staff`, `Link`, `System`, `Visitor`, `Grant` (the actors, plain values), `acting(actor)`,
`widened()`, `current_actor()`, and for migrations `acting.protection.protect`.
"""

from otklik.acting.actors import Actor, Grant, Link, Staff, System, Visitor
from otklik.acting.context import NestedActors, NotActing, acting, current_actor, widened

__all__ = [
    "Actor",
    "Grant",
    "Link",
    "NestedActors",
    "NotActing",
    "Staff",
    "System",
    "Visitor",
    "acting",
    "current_actor",
    "widened",
]
