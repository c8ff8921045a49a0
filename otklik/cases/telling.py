"""What the owner of a case is told of when others move it; and the centre, when life is in danger. Inside a gate."""

from datetime import datetime

from otklik.acting import Actor, Staff
from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.cases.holders import people_of
from otklik.cases.models import Case, Notice

# Moves of executors, residents and the program → the kind of notice that the owner gets. A person's own moves tell
# nobody: whoever has the case before them sees what was done.
OF_MOVES = {
    "reply": "replied", "ask": "replied", "co_reply": "replied", "refute": "refuted", "add_words": "heard",
    "heard": "heard",
}
# Moves of the ЦУР that the owner hears of: what a centre has asked for is settled; a sample found the work not done.
OF_UPPER = {
    "keep": "upper", "redirect_again": "upper", "hand_over_again": "upper", "recheck_failed": "rechecked",
}
NEAR = ("coordinator", "head")


def tell_owner(case: Case, move: str, actor: Actor, owner_before: int | None, now: datetime) -> None:
    """Tell the owner of a move that somebody else made. `owner_before`: whose it was before the move."""
    owner = case.owner_id or owner_before
    if owner is None:
        return
    if isinstance(actor, Staff):
        if move in OF_UPPER and actor.user_id != owner:
            noticing.notify([owner], OF_UPPER[move], case=case, now=now)
        return
    if move in OF_MOVES and case.notifies:
        noticing.notify([owner], OF_MOVES[move], case=case, now=now)


def calm(case_id: int, now: datetime) -> None:
    """The danger was taken over: the word of it waits in nobody's bell any more. Inside an open gate."""
    Notice.objects.filter(case_id=case_id, kind="danger", seen_at=None).update(seen_at=now)


def tell_of_danger(case: Case, now: datetime) -> None:
    """Day and night: coordinators and the head of the centre, the owner; where nobody is there, the ЦУР's curators."""
    people = people_of(case, {"owner", *NEAR, "curator"}, now)
    near = {one for role in ("owner", *NEAR) for one in people[role]}
    stands = noticing.standing_in(near, now.astimezone(zone()).date())
    there = [one for one in near if stands.get(one, one) is not None]
    noticing.notify(there or people["curator"], "danger", case=case, now=now, urgent=True)
