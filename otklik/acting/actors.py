"""The actors: small immutable values that travel with every act and stand in the journal."""

from dataclasses import dataclass
from typing import Literal

WIDE_ROLE = "otklik_wide"
STAFF_ROLE = "otklik_staff"
LINK_ROLE = "otklik_link"
# Who reads a case of restricted access (a possible call to panic) in their scope; of the ЦУР also its operators.
SEALED_ROLES = frozenset({"coordinator", "head", "curator"})
SEALED_ROLES_ABOVE = SEALED_ROLES | {"operator", "approver"}
APP_ROLE = "none"  # the log-in role itself: no right on tables that hold residents' content


@dataclass(frozen=True)
class Grant:
    """One role in one place. `scopes` are territory ids; None means the whole region."""

    role: str
    scopes: frozenset[int] | None
    of: int | None = None  # the absent colleague whose role this is; None: one's own

    def covers(self, scope_id: int) -> bool:
        """Whether this grant reaches the given scope."""
        return self.scopes is None or scope_id in self.scopes


@dataclass(frozen=True)
class Staff:
    """A member of staff with the roles they hold now. `sees` are the scopes whose content they may read."""

    user_id: int
    name: str = ""
    grants: tuple[Grant, ...] = ()
    sees: frozenset[int] | None = frozenset()

    kind: Literal["staff"] = "staff"

    @property
    def reference(self) -> str:
        """How the journal names this actor."""
        return f"staff:{self.user_id}"

    def roles_at(self, scope_id: int | None) -> frozenset[str]:
        """Roles held at a scope; with None, roles held anywhere."""
        return frozenset(g.role for g in self.grants if scope_id is None or g.covers(scope_id))

    @property
    def stands_for(self) -> frozenset[int]:
        """The absent colleagues whose roles this person holds besides."""
        return frozenset(g.of for g in self.grants if g.of is not None)

    def acts_for(self, roles: frozenset[str], scope_id: int, owner_id: int | None) -> int | None:
        """For whom this is done: the absent owner, or whose role it takes; None when it is one's own."""
        if owner_id in self.stands_for:
            return owner_id
        fitting = [g for g in self.grants if g.role in roles and g.covers(scope_id)]
        return None if any(g.of is None for g in fitting) else next((g.of for g in fitting), None)

    def reads_restricted(self, scope_id: int | None) -> bool:
        """Whether this person reads cases of restricted access of a scope; with None, of the whole region."""
        return any(
            grant.role in (SEALED_ROLES_ABOVE if grant.scopes is None else SEALED_ROLES)
            for grant in self.grants
            if grant.scopes is None or (scope_id is not None and scope_id in grant.scopes)
        )

    @property
    def database_restricted(self) -> str:
        """The scopes whose restricted cases the database shows, as PostgreSQL writes an array."""
        scopes = sorted(one for one in self.sees or () if self.reads_restricted(one))
        return "{" + ",".join(map(str, scopes)) + "}" if scopes else ""

    @property
    def database_role(self) -> str:
        return WIDE_ROLE if self.sees is None else STAFF_ROLE

    @property
    def database_scope(self) -> str:
        return "{" + ",".join(str(s) for s in sorted(self.sees)) + "}" if self.sees else ""


@dataclass(frozen=True)
class Link:
    """Whoever holds a secret link: a resident with their case, an executor with one assignment, or an organisation
    with a list of them, from which one was opened (`assignment_id`)."""

    case_id: int
    holder: Literal["resident", "executor", "organisation"]
    link_id: int
    assignment_id: int | None = None

    kind: Literal["link"] = "link"
    database_role = LINK_ROLE
    database_scope = ""

    @property
    def reference(self) -> str:
        return f"{self.holder}-link:{self.link_id}"


@dataclass(frozen=True)
class AskedLink:
    """Whoever holds the secret link of one part of a request of the ЦУР. The database shows them that part alone: its
    id stands where staff have their scopes, and only policies of requests look there for holders of a link."""

    part_id: int
    link_id: int

    kind: Literal["asked"] = "asked"
    database_role = LINK_ROLE

    @property
    def database_scope(self) -> str:
        return f"{{{self.part_id}}}"

    @property
    def reference(self) -> str:
        return f"asked-link:{self.link_id}"


@dataclass(frozen=True)
class System:
    """The program itself, in a named job or command."""

    name: str

    kind: Literal["system"] = "system"
    database_role = WIDE_ROLE
    database_scope = ""

    @property
    def reference(self) -> str:
        return f"system:{self.name}"


@dataclass(frozen=True)
class Visitor:
    """Anybody on the public pages. May read directories, never content."""

    kind: Literal["visitor"] = "visitor"
    database_role = APP_ROLE
    database_scope = ""
    reference = "visitor"


Actor = Staff | Link | AskedLink | System | Visitor
