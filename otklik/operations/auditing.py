"""What a security officer asks: who came in, who saw a contact, who took data out, who changed rules and rights.

Two sources in one order of time: events of the door, and entries of the journal. Nothing here is content: numbers of
cases and names of staff only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.failures import Refused
from otklik.journal.models import Entry
from otklik.organisations import browsers
from otklik.organisations.models import DoorEvent, RoleAssignment, User
from otklik.organisations.region_settings import NAMES
from otklik.organisations.staffing import user_entry
from otklik.territory.models import Territory

Role = RoleAssignment.Role
WATCHING = frozenset({Role.SECURITY, Role.ADMINISTRATOR})
OF_CASES = ("reveal", "pass_contact", "take_contact_back", "erased")
OF_PROBLEMS = ("revealed",)  # phones of those who have it too
OF_THE_DOOR = (
    "logged_in", "logged_out", "login_failed", "code_failed", "login_limited", "outside_login_failed",
)  # the door tells them itself, with the address
KINDS: dict[str, str | Promise] = {
    "door": gettext_lazy("входы"), "contacts": gettext_lazy("контакты жителей"),
    "exports": gettext_lazy("выгрузки"), "erasures": gettext_lazy("стирания"),
    "people": gettext_lazy("люди и роли"), "rules": gettext_lazy("настройки и правила"),
}
EXPORTED = ("cases_exported", "appeals_exported", "audit_exported", "carried")
MOST = 20_000  # rows of one file


@dataclass(frozen=True)
class Asked:
    """What the officer wants to see. Empty values do not filter; moments are aware."""

    kind: str = ""
    user_id: int | None = None
    number: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One event in words. `verb` is the journal's, for whoever has words for it."""

    at: datetime
    kind: str
    verb: str
    who: str
    about: str
    address: str = ""
    entry: Entry | None = None


def scopes_of(actor: Actor) -> frozenset[int] | None:
    """Where the actor watches; None is the whole region. `Refused` for who watches nowhere."""
    if isinstance(actor, System):
        return None
    grants = [g for g in actor.grants if g.role in WATCHING] if isinstance(actor, Staff) else []
    if not grants:
        raise Refused(_("Эту страницу видит специалист по ИБ и администратор."))
    if any(g.scopes is None for g in grants):
        return None
    return frozenset[int]().union(*(g.scopes or () for g in grants))


def lines(actor: Actor, asked: Asked, limit: int) -> list[Line]:
    """The newest `limit` events that fit, newest first."""
    scopes = scopes_of(actor)
    with acting(actor), widened():
        users = people(scopes)
        found = [*_door(asked, scopes, users, limit), *_entries(asked, scopes, users, limit)]
        found.sort(key=lambda line: line.at, reverse=True)
        return found[:limit]


def taken_out(actor: Actor, asked: Asked) -> list[Line]:
    """The same for a file; that somebody took it out is an event, too."""
    found = lines(actor, asked, MOST)
    if isinstance(actor, Staff):
        with acting(actor), widened():
            User.objects.select_for_update().get(pk=actor.user_id)
            user_entry(actor, actor.user_id, "audit_exported", timezone.now(), rows=len(found))
    return found


def people(scopes: frozenset[int] | None) -> QuerySet[User]:
    """Staff of these scopes; of the whole region everybody, also who has no role."""
    users = User.objects.order_by("full_name", "pk")
    if scopes is None:
        return users
    return users.filter(pk__in=RoleAssignment.objects.filter(territory__scope_id__in=scopes).values("user_id"))


def _door(asked: Asked, scopes: frozenset[int] | None, users: QuerySet[User], limit: int) -> list[Line]:
    if asked.kind not in ("", "door") or asked.number:
        return []
    events = DoorEvent.objects.select_related("user").order_by("-at", "-pk")
    if scopes is not None:
        events = events.filter(user__in=users.order_by())
    if asked.user_id:
        events = events.filter(user_id=asked.user_id)
    return [
        Line(
            event.at, "door", event.kind, event.user.short_name if event.user else _("неизвестное имя"),
            _joined(str(event.get_kind_display()), browsers.in_words(event.browser), event.note), event.address or "",
        )
        for event in _between(events, asked)[:limit]
    ]


def _entries(asked: Asked, scopes: frozenset[int] | None, users: QuerySet[User], limit: int) -> list[Line]:
    if asked.kind == "door":
        return []
    wanted = _of_kind(asked.kind)
    if scopes is not None:
        wanted &= _within(scopes, users)
    if asked.user_id:
        wanted &= Q(actor=f"staff:{asked.user_id}") | Q(stream=f"user:{asked.user_id}")
    if asked.number:
        number = numbers.parse(asked.number)
        case = Case.objects.filter(number=number).values_list("pk", flat=True).first() if number else None
        wanted &= Q(stream=f"case:{case or 0}")
    entries = list(_between(Entry.objects.filter(wanted).order_by("-at", "-pk"), asked)[:limit])
    names = _names(entries) | _places(entries)
    shown = _numbers(entries)
    return [
        Line(entry.at, kind_of(entry), entry.verb, _who(entry.actor, names), _about(entry, names, shown), entry=entry)
        for entry in entries
    ]


def _between(rows: QuerySet, asked: Asked) -> QuerySet:  # type: ignore[type-arg]
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    return rows.filter(at__lt=asked.before) if asked.before else rows


def _stream(prefix: str) -> Q:
    return Q(stream__gte=f"{prefix}:", stream__lt=f"{prefix};")


NOT_A_CASE = Q(stream__lt="case:") | Q(stream__gte="case;")


def _of_kind(kind: str) -> Q:
    """Every branch names what the partial index names, so that years of cases are not walked."""
    if kind == "contacts":
        return Q(verb__in=["reveal", "pass_contact", "take_contact_back"]) | _of_problems()
    if kind == "erasures":
        return _stream("erasure") | Q(verb="erased")
    if kind == "exports":
        return NOT_A_CASE & Q(verb__in=EXPORTED)
    if kind == "people":
        return _stream("user") & ~Q(verb__in=[*OF_THE_DOOR, *EXPORTED])
    if kind == "rules":
        return NOT_A_CASE & ~_stream("user") & ~_stream("erasure") & ~_work()
    return ((NOT_A_CASE | Q(verb__in=OF_CASES)) & ~Q(verb__in=OF_THE_DOOR) & ~_work()) | _of_problems()


def _of_problems() -> Q:
    return _stream("problem") & Q(verb__in=OF_PROBLEMS)


def _work() -> Q:
    """Daily work that stands in streams of its own: no officer asks for it."""
    return _stream("problem") | _stream("view") | (_stream("carry") & ~Q(verb__in=EXPORTED))


def _within(scopes: frozenset[int], users: QuerySet[User]) -> Q:
    """Only what concerns these places: their people, their cases, their own settings and erasures."""
    streams = Concat(Value("case:"), Cast("pk", CharField()))
    cases = Case.objects.filter(scope_id__in=scopes).annotate(named=streams).values("named")
    own = [f"user:{pk}" for pk in users.order_by().values_list("pk", flat=True)]
    ids = sorted(scopes)
    within = Q(stream__in=own) | Q(verb__in=OF_CASES, stream__in=cases)
    within |= _stream("erasure") & Q(fields__scope__in=ids)
    within |= _of_problems() & Q(fields__scope__in=ids)
    for scope in ids:
        within |= _stream("setting") & Q(stream__endswith=f":{scope}")
        within |= Q(stream=f"duty:{scope}")
    return within


def kind_of(entry: Entry) -> str:
    """Under which heading an entry stands."""
    stream = entry.stream.partition(":")[0]
    if entry.verb in EXPORTED:
        return "exports"
    if stream == "case":
        return "erasures" if entry.verb == "erased" else "contacts"
    return {"erasure": "erasures", "user": "people", "problem": "contacts"}.get(stream, "rules")


def _names(entries: Iterable[Entry]) -> dict[str, str]:
    ids = {e.actor.partition(":")[2] for e in entries if e.actor.startswith("staff:")}
    ids |= {e.stream.partition(":")[2] for e in entries if e.stream.startswith("user:")}
    found = User.objects.filter(pk__in=[int(i) for i in ids if i.isdecimal()])
    return {str(user.pk): user.short_name for user in found}


def _places(entries: Iterable[Entry]) -> dict[str, str]:
    """Names of the places that settings and duty lists are of, by «place:id»."""
    ids = {e.stream.rpartition(":")[2] for e in entries if e.stream.startswith(("setting:", "duty:"))}
    found = Territory.objects.filter(pk__in=[int(i) for i in ids if i.isdecimal()])
    return {f"place:{pk}": name for pk, name in found.values_list("pk", "short_name")}


def _numbers(entries: Iterable[Entry]) -> dict[str, str]:
    ids = [int(e.stream.partition(":")[2]) for e in entries if e.stream.startswith("case:")]
    return {str(pk): numbers.shown(n) for pk, n in Case.objects.filter(pk__in=ids).values_list("pk", "number")}


def _who(actor: str, names: dict[str, str]) -> str:
    kind, _colon, key = actor.partition(":")
    if kind == "staff":
        return names.get(key, _("сотрудник %(n)s") % {"n": key})
    return _("программа") if kind == "system" else actor


def _about(entry: Entry, names: dict[str, str], shown: dict[str, str]) -> str:
    kind, _colon, key = entry.stream.partition(":")
    if kind == "case":
        return shown.get(key, key)
    if kind == "user":
        return names.get(key, key)
    if kind in ("setting", "duty"):
        name, _colon, place = key.rpartition(":")
        return _joined(str(NAMES.get(name, name)), names.get(f"place:{place}", ""))
    if kind == "problem":
        return _("проблема № %(n)s") % {"n": key}
    return _("запись № %(n)s") % {"n": key} if kind == "erasure" else key


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)
