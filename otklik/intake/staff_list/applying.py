"""Apply a list: people come with a link each, roles are given, what changed is changed. All of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from otklik.acting import Actor, acting, widened
from otklik.intake.staff_list.judging import REACHED, Judged, Preview, judge
from otklik.intake.staff_list.reading import ListRow
from otklik.organisations import invitations, people, staffing
from otklik.organisations.models import User


@dataclass
class Applied:
    """What came of it. `invited` holds each new person with the token of their link, shown once."""

    preview: Preview
    invited: list[tuple[User, str]] = field(default_factory=list)
    changed: int = 0
    roles: int = 0


def apply(actor: Actor, rows: Sequence[ListRow], now: datetime | None = None) -> Applied:
    """Take every right row of a list; wrong ones are left out and stay in the preview. A second time changes nothing.

    The rows are judged again: what the administrator saw may be old.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    with acting(actor), widened():
        preview = judge(actor, rows, today)
        applied = Applied(preview)
        by_login: dict[str, list[Judged]] = {}
        for one in preview.rows:
            if one.verdict in ("new", "changed"):
                by_login.setdefault(one.row.username.lower(), []).append(one)
        for login, own in by_login.items():
            if own[0].verdict == "new":
                applied.invited.append(_invite(actor, login, own, now))
                applied.roles += len(own)
            else:
                _change(actor, login, own, applied, now)
    return applied


def _invite(actor: Actor, login: str, own: list[Judged], now: datetime) -> tuple[User, str]:
    row = own[0].row
    return invitations.invite(
        actor, username=login, full_name=row.full_name, position=row.position, phone=row.phone, email=row.email,
        roles=[(one.role, one.place_id) for one in own], now=now,
    )


def _change(actor: Actor, login: str, own: list[Judged], applied: Applied, now: datetime) -> None:
    user = User.objects.get(username=login)
    changes = {name: value for one in own for name, value in one.changes.items()}
    if changes:
        people.save_person(actor, user.pk, **{name: changes.get(name, getattr(user, name)) for name in REACHED})
        applied.changed += 1
    for one in own:
        if one.gives_role:
            staffing.give_role(actor, user.pk, one.role, one.place_id, timezone.localdate(now))
            applied.roles += 1
