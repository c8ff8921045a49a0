"""Who is told of a burst, and in what words: the program's own, nothing of a resident."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.classifier.models import Theme, ThemeGroup
from otklik.insight.models import Burst
from otklik.insight.radar_usual import CITY
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Kind

PAGE = "/region/bursts/%d/"
KEPT_SECONDS = 300


def tell(row: Burst, now: datetime) -> int:
    """Curators of the place and its coordinators, of a whole city its heads, too; of the region those of the region.

    The places that a wider burst concerns hear of it by `radar_concerned`.
    """
    with translation.override("ru"):
        words = f"{row.scope.short_name}, {name_of(row)}: {seen_words(row)}"
    return noticing.notify(
        people_of(row, now.astimezone(zone()).date()), "burst", case=None, now=now, words=words, link=PAGE % row.pk
    )


def people_of(row: Burst, day: date) -> list[int]:
    """Ids of those whom a burst concerns."""
    place = row.scope
    here = [one for one in (place.pk, place.municipality_id) if one]
    held = held_on(day)
    curators = held.filter(role="curator")
    own = curators.filter(territory_id__in=here) if place.kind != Kind.REGION else curators.none()
    if not own.exists():
        own = curators.filter(territory__kind=Kind.REGION)
    roles = ["coordinator", "head"] if row.level in CITY else ["coordinator"]
    people = held.filter(role__in=roles, territory_id__in=here)
    return sorted({*own.values_list("user_id", flat=True), *people.values_list("user_id", flat=True)})


def held_on(day: date) -> QuerySet[RoleAssignment]:
    """Roles of people who are here, on a day."""
    held = RoleAssignment.objects.filter(user__is_active=True, since__lte=day)
    return held.filter(Q(until=None) | Q(until__gte=day))


def names_of(codes: set[str]) -> dict[str, str]:
    """Names of themes and groups by their codes, of the newest edition, as they were minutes ago. One query at most."""
    known: dict[str, str] = cache.get_many([f"radar-name:{code}" for code in codes])
    found = {key.partition(":")[2]: name for key, name in known.items()}
    if missing := codes - found.keys():
        wanted = ("code", "name", "version_id")
        groups = ThemeGroup.objects.filter(code__in=missing).order_by().values_list(*wanted)
        themes = Theme.objects.filter(code__in=missing).order_by().values_list(*wanted)
        rows = sorted(groups.union(themes), key=lambda row: row[2])
        fresh = {code: name for code, name, _version in rows}
        cache.set_many({f"radar-name:{code}": name for code, name in fresh.items()}, KEPT_SECONDS)
        found |= fresh
    return found


def known_name(row: Burst, names: Mapping[str, str] | None = None) -> str:
    """The name of its theme or group; "" for a new topic, whose `code` is the number of a heap of like messages.

    `names`: by code, where they are known already.
    """
    if row.level == Burst.Level.TOPIC or not row.code:
        return ""
    return (names_of({row.code}) if names is None else names).get(row.code, "")


def name_of(row: Burst, names: Mapping[str, str] | None = None) -> str:
    """What the burst is about, in one or a few words, for staff."""
    return known_name(row, names) or _("новая тема, которой ещё нет названия")


def seen_words(row: Burst) -> str:
    """«обычно 0,4 в час, сейчас 7 за 30 минут»; of what is over «было 7»."""
    if row.level == Burst.Level.TOPIC:
        return _("похожих сообщений за %(time)s: %(n)s, раньше таких почти не было") % {
            "time": span_words(row.minutes), "n": row.count,
        }
    told = {"usual": usual_words(row.per_hour), "n": row.count, "time": span_words(row.minutes)}
    if row.ended_at is not None:
        return _("обычно %(usual)s, было %(n)s за %(time)s") % told
    return _("обычно %(usual)s, сейчас %(n)s за %(time)s") % told


def usual_words(per_hour: float) -> str:
    """«0,4 в час», for rare ones «3 в неделю», «реже одного в месяц»."""
    if per_hour >= 0.095:
        return _("%(n)s в час") % {"n": number_format(round(per_hour, 1), 1 if per_hour < 10 else 0)}
    if per_hour * 24 >= 0.95:
        return _("%(n)s в день") % {"n": number_format(round(per_hour * 24), 0)}
    if per_hour * 168 >= 0.95:
        return _("%(n)s в неделю") % {"n": number_format(round(per_hour * 168), 0)}
    if per_hour * 720 >= 0.95:
        return _("%(n)s в месяц") % {"n": number_format(round(per_hour * 720), 0)}
    return _("реже одного в месяц")


def expected_words(n: float) -> str:
    """How many are usual within the time looked at: «3», «0,4», «почти ничего»."""
    return _("почти ничего") if n < 0.05 else str(number_format(round(n, 1), 0 if round(n, 1).is_integer() else 1))


def span_words(minutes: int) -> str:
    """«30 минут», «2 ч»."""
    if minutes >= 2 * 1440:
        return _("%(n)s дн.") % {"n": round(minutes / 1440)}
    return _("%(n)s мин") % {"n": minutes} if minutes < 120 else _("%(n)s ч") % {"n": round(minutes / 60)}


def odds_words(a_week: float) -> str:
    """How often chance alone would look like this anywhere in the region: the recurrence interval in words."""
    if a_week <= 0:
        return _("случайно такого почти не бывает")
    weeks = 1 / a_week
    if weeks < 9:
        return _("случайно такое бывает раз в %(n)s нед.") % {"n": max(1, round(weeks))}
    if weeks < 104:
        return _("случайно такое бывает раз в %(n)s мес.") % {"n": round(weeks / 4.35)}
    if weeks < 5_200:
        years = round(weeks / 52)
        return ngettext("случайно такое бывает раз в %(n)s год", "случайно такое бывает раз в %(n)s лет", years) % {
            "n": years}
    return _("случайно такое бывает реже раза в 100 лет")
