"""Внутренняя заметка: words of staff for staff. They never leave: not to the resident, nor the executor, nor a file.

A colleague named in it as «@Фамилия» finds the case in «Меня упомянули» until they have seen it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases import noticing
from otklik.cases.gate import passing, said
from otklik.cases.models import Mention, Remark
from otklik.failures import BadInput
from otklik.organisations.absence_models import Absence
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import CONTENT_ROLES
from otklik.territory.models import Kind, Territory
from otklik.territory.naming import name_key

_CALL = re.compile(r"(?<![\w.])@([^\W\d_][\w-]*(?:\s[^\W\d_]\.(?:\s?[^\W\d_]\.)?)?)")  # «@Лугова», «@Лугова М. И.»


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be mentioned. `shown` is what stands after «@»."""

    user_id: int
    shown: str
    full_name: str
    position: str


def note(actor: Actor, case_id: int, *, text: str, now: datetime | None = None) -> Sequence[Colleague]:
    """Write a note; returns whom it mentions. No clock stops by it: a note is no step towards the resident.

    Raises `BadInput` for an empty note, and for «@Имя» that is nobody's who sees the case, or several people's.
    """
    words = said(text, "text")
    if not words:
        raise BadInput(_("Напишите заметку."), "text")
    with acting(actor):
        with passing(actor, case_id, "note", now=now) as gate:
            called = mentioned(words, colleagues(gate.case.scope))
            gate.words = words
            gate.fields["mentions"] = [one.user_id for one in called]
        with widened():  # the case is still locked: the newest note is this one
            written = Remark.objects.filter(case=gate.case, verb="note").latest("entry_seq")
            Mention.objects.bulk_create(
                [
                    Mention(
                        case=gate.case, scope_id=gate.case.scope_id, entry_seq=written.entry_seq, user_id=one.user_id,
                        at=gate.now,
                    )
                    for one in called
                    if one.user_id != gate.user_id
                ]
            )
            noticing.notify(
                [one.user_id for one in called if one.user_id != gate.user_id], "mention", case=gate.case, now=gate.now
            )
    return called


def mentioned(text: str, people: Sequence[Colleague]) -> list[Colleague]:
    """The people named with «@», each once, in order.

    Raises `BadInput` where a name is nobody's or several people's.
    """
    found: dict[int, Colleague] = {}
    for name in _CALL.findall(text):
        one = _the_one(name, people)
        found[one.user_id] = one
    return list(found.values())


def _the_one(name: str, people: Sequence[Colleague]) -> Colleague:
    surname, *initials = re.split(r"[\s.]+", name_key(name).strip(". "))
    fit = [one for one in people if name_key(one.full_name).split()[:1] == [surname]]
    exact = [one for one in fit if _initials(one)[: len(initials)] == initials]
    if len(exact) == 1:
        return exact[0]
    if fit:
        raise BadInput(
            _("Сотрудников «%(name)s» несколько: выберите из подсказки, с инициалами.") % {"name": name}, "text"
        )
    raise BadInput(_("«@%(name)s» здесь никто не работает. Выберите сотрудника из подсказки.") % {"name": name}, "text")


def _initials(one: Colleague) -> list[str]:
    return [part[0] for part in name_key(one.full_name).split()[1:]]


def colleagues(scope: Territory, asked: str = "") -> list[Colleague]:
    """Staff who read the content of this scope today, or stand in for them, by surname; with `asked`, those it begins.
    """
    today = timezone.localdate()
    places = [place for place in (scope.pk, scope.municipality_id) if place]
    reach = Q(territory_id__in=places) | Q(territory__scope_id=scope.pk) | Q(territory__kind=Kind.REGION)
    valid = RoleAssignment.objects.filter(reach, role__in=CONTENT_ROLES, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    instead = Absence.objects.filter(
        user_id__in=valid.values("user_id"), cancelled_at=None, since__lte=today, until__gte=today
    )
    users = User.objects.filter(
        Q(pk__in=valid.values("user_id")) | Q(pk__in=instead.values("substitute_id")), is_active=True
    )
    key = name_key(asked)
    shown = [Colleague(user.pk, user.short_name, user.full_name, user.position) for user in users if user.full_name]
    return sorted(
        (one for one in shown if name_key(one.full_name).startswith(key)), key=lambda one: name_key(one.full_name)
    )


def see(actor: Staff, case_id: int | None = None, *, now: datetime | None = None) -> int:
    """The acting person has seen where they were mentioned: in one case, or everywhere. Returns how many there were.

    Their own mark, no step of the case: the journal keeps who mentioned whom, and reading is not watched.
    """
    with acting(actor):
        waiting = Mention.objects.filter(user_id=actor.user_id, seen_at=None)
        if case_id is not None:
            waiting = waiting.filter(case_id=case_id)
        ids = list(waiting.values_list("pk", flat=True))  # as the actor: only where they may look
        with widened():
            kind = "" if case_id is not None else "mention"  # who has the case before them has seen what it was about
            noticing.mark_seen(actor.user_id, case_id=case_id, kind=kind, now=now or timezone.now())
            return Mention.objects.filter(pk__in=ids).update(seen_at=now or timezone.now())


