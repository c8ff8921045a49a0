"""What each row of a list would do: a new person, a change, nothing, or why it cannot be taken. Reads only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Staff
from otklik.failures import Refused
from otklik.intake.staff_list.reading import ListRow
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import Role, require_administrator
from otklik.territory.finding import Finder
from otklik.territory.models import Kind, Territory, TerritoryCode
from otklik.territory.naming import place_key
from otklik.territory.tree import region

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,149}")
REACHED = ("full_name", "position", "phone", "email")
LIMITS = {"full_name": 200, "position": 200, "phone": 40, "email": 254}


@dataclass
class Judged:
    """One row with its verdict. `why` says what changes, or what is wrong."""

    row: ListRow
    verdict: str  # "new", "changed", "same" or "wrong"
    why: str = ""
    role: str = ""
    place_id: int = 0
    changes: dict[str, str] = field(default_factory=dict)
    gives_role: bool = False


@dataclass
class Preview:
    """All rows, and the questions that the list leaves."""

    rows: list[Judged]
    missing: list[User] = field(default_factory=list)  # work here, and the list does not name them
    other_roles: list[RoleAssignment] = field(default_factory=list)  # held by people of the list, and not in it

    def counts(self) -> dict[str, int]:
        """How many rows of each verdict."""
        return {v: sum(1 for one in self.rows if one.verdict == v) for v in ("new", "changed", "same", "wrong")}


def judge(actor: Actor, rows: Sequence[ListRow], today: date) -> Preview:
    """The preview of a list for this administrator. Inside `acting`."""
    places = Places()
    known = {u.username: u for u in User.objects.filter(username__in={r.username.lower() for r in rows})}
    held: dict[int, list[RoleAssignment]] = {}
    for assignment in RoleAssignment.objects.filter(user__in=known.values()).select_related("territory"):
        held.setdefault(assignment.user_id, []).append(assignment)
    names: dict[str, str] = {}
    seen: dict[tuple[str, str, int], int] = {}
    out = []
    for row in rows:
        judged = _one(actor, row, places, known.get(row.username.lower()), held, today)
        if judged.verdict != "wrong":
            _compare_with_rows_above(judged, names, seen)
        out.append(judged)
    preview = Preview(out)
    preview.missing, preview.other_roles = _questions(actor, preview, known, held, today)
    return preview


def _one(
    actor: Actor, row: ListRow, places: "Places", user: User | None, held: dict[int, list[RoleAssignment]], today: date
) -> Judged:
    fault = row.fault or _fault(row)
    role = _role(row.role)
    place = places.find(row.place)
    if not fault and not role:
        fault = _("Нет роли «%(role)s».") % {"role": row.role}
    if not fault and place is None:
        fault = _("Не нашли «%(place)s»: напишите название муниципалитета или код ОКТМО.") % {"place": row.place}
    if not fault and place is not None:
        fault = _not_yours(actor, place, held.get(user.pk, []) if user else [])
    if fault or place is None:
        return Judged(row, "wrong", fault)
    judged = Judged(row, "same", role=role, place_id=place.pk)
    if user is None:
        judged.verdict, judged.gives_role = "new", True
        judged.why = _("новый сотрудник: получит ссылку")
        return judged
    for name in REACHED:
        value = getattr(row, name)
        if value and value != getattr(user, name):
            judged.changes[name] = value
    holds = any(
        a.role == role and a.territory_id == place.pk and a.since <= today and (a.until is None or a.until >= today)
        for a in held.get(user.pk, [])
    )
    judged.gives_role = not holds
    if judged.changes or judged.gives_role:
        judged.verdict = "changed"
        told = [f"{NAMES[name]}: {getattr(user, name) or '—'} → {value}" for name, value in judged.changes.items()]
        judged.why = "; ".join([*told, *([_("новая роль")] if judged.gives_role else [])])
    return judged


def _fault(row: ListRow) -> str:
    if not row.username or not row.full_name:
        return _("Нет имени для входа или фамилии.")
    if not _LOGIN.fullmatch(row.username.lower()):
        return _("Имя для входа «%(name)s» не подходит: латинские буквы, цифры, точка, дефис.") % {"name": row.username}
    for name, limit in LIMITS.items():
        if len(getattr(row, name)) > limit:
            return _("Слишком длинно: не больше %(n)s знаков.") % {"n": limit}
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            return _("«%(mail)s» не похоже на почту.") % {"mail": row.email}
    return ""


def _not_yours(actor: Actor, place: Territory, held: Sequence[RoleAssignment]) -> str:
    try:
        require_administrator(actor, place.scope_id or place.pk)
    except Refused:
        return _("%(place)s — не ваше: вы здесь не администратор.") % {"place": place.short_name}
    try:
        for assignment in held:
            require_administrator(actor, assignment.territory.scope_id or assignment.territory_id)
    except Refused:
        return _("Это имя у сотрудника другого центра. Придумайте другое или попросите администратора региона.")
    return ""


def _compare_with_rows_above(
    judged: Judged, names: dict[str, str], seen: dict[tuple[str, str, int], int]
) -> None:
    """One log-in name is one person, and one role in one place stands once."""
    row, login = judged.row, judged.row.username.lower()
    key = (login, judged.role, judged.place_id)
    if names.setdefault(login, row.full_name) != row.full_name:
        judged.verdict = "wrong"
        judged.why = _("Это имя для входа выше у другого человека: %(name)s.") % {"name": names[login]}
    elif key in seen:
        judged.verdict = "wrong"
        judged.why = _("То же, что в строке %(n)s.") % {"n": seen[key]}
    else:
        seen[key] = row.number


def _questions(
    actor: Actor, preview: Preview, known: dict[str, User], held: dict[int, list[RoleAssignment]], today: date
) -> tuple[list[User], list[RoleAssignment]]:
    right = [one for one in preview.rows if one.verdict != "wrong"]
    if not right:
        return [], []
    valid = Q(assignments__since__lte=today) & (Q(assignments__until=None) | Q(assignments__until__gte=today))
    listed = {one.row.username.lower() for one in preview.rows}
    places = {one.place_id for one in right}
    mine = User.objects.filter(valid, is_active=True, assignments__territory_id__in=places)
    missing = mine.exclude(username__in=listed).distinct().order_by("full_name")
    if isinstance(actor, Staff):
        missing = missing.exclude(pk=actor.user_id)
    named = {(one.row.username.lower(), one.role, one.place_id) for one in right}
    others = [
        a for login, user in known.items() for a in held.get(user.pk, [])
        if login in {k[0] for k in named} and (login, a.role, a.territory_id) not in named
        and (a.until is None or a.until >= today)
    ]
    return list(missing), others


def _role(text: str) -> str:
    wanted = " ".join(text.lower().split())
    return next((v for v, label in Role.choices if wanted in (v, str(label).lower())), "") if wanted else ""


class Places:
    """Places by what a list calls them: a name, a short name, a code. Read once."""

    def __init__(self) -> None:
        self._by_key: dict[str, Territory | None] = {}
        self._finder = Finder(region())
        places = Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT], active=True)
        by_id = {}
        for place in places.select_related("scope"):
            by_id[place.pk] = place
            for key in {place_key(place.name), place_key(place.short_name), place.name.lower(), place.code,
                        place.short_name.lower()}:  # fmt: skip
                self._by_key[key] = place if self._by_key.get(key, place) == place else None
        self._places = list(by_id.values())
        codes = TerritoryCode.objects.filter(system="oktmo", territory_id__in=by_id)
        for code, place_id in codes.values_list("code", "territory_id"):
            self._by_key.setdefault(code, by_id[place_id])

    def find(self, text: str) -> Territory | None:
        """The place, if exactly one is called so."""
        plain = text.strip()
        found = self._by_key.get(plain.lower()) or self._by_key.get(plain.removesuffix("000"))
        found = found or (self._by_key.get(place_key(plain)) if plain else None)
        if found is None and plain:  # «город Камышин», «Камышинский р-н»: as people write it elsewhere, too
            guess = self._finder.find(plain, "")
            found = guess.territory if guess.exact and guess.territory in self._places else None
        return found


NAMES = {
    "full_name": gettext_lazy("ФИО"), "position": gettext_lazy("должность"), "phone": gettext_lazy("телефон"),
    "email": gettext_lazy("почта"),
}
