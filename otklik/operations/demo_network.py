"""The network of the demo region: settings, executors, duty persons and staff, all through their own gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from otklik.acting import Staff, System, acting
from otklik.operations.demo_logins import LOGINS, PASSWORD, DemoLogin
from otklik.operations.demo_places import Places
from otklik.operations.demo_plan import Spot, show_town, smallest
from otklik.operations.demo_texts import invent_person
from otklik.organisations import region_settings
from otklik.organisations.directories import NewOrganisation, load_organisations, save_duty
from otklik.organisations.invitations import invite, redeem
from otklik.organisations.models import DutyPerson, Organisation, User
from otklik.organisations.staffing import staff_actor
from otklik.territory.models import Territory
from otklik.territory.tree import region

ACTOR = System("demo")
ONE_PERSON_BELOW = 30_000  # people of a municipality whose centre is one clerk
SOURCE = "показательный регион"

# code → (name, kind of organisation, kinds of executor it takes); the name ends with whose it is
LOCAL = {
    "uk": ("Управляющая компания «Добрый двор»", "housing_company", ("housing_company",)),
    "voda": ("Водоканал", "utility", ("water_utility",)),
    "teplo": ("Теплосеть", "utility", ("heat_utility",)),
    "dorogi": ("Дорожная служба", "department", ("road_service",)),
    "blago": ("Служба благоустройства", "department", ("landscaping", "animal_catching", "veterinary")),
    "svet": ("Горсвет", "utility", ("light_service", "power_grid")),
    "trans": ("Автоколонна", "utility", ("transport_operator",)),
    "obraz": ("Отдел образования", "department", ("education", "culture", "sport")),
    "edds": ("ЕДДС", "department", ("rescue", "police")),
}
REGIONAL = {
    "tko": ("Региональный оператор по отходам", "regional_operator", ("waste_operator",)),
    "fond": ("Фонд капитального ремонта", "regional_operator", ("capital_repair_fund",)),
    "gaz": ("Газовая служба", "utility", ("gas_utility",)),
    "zdrav": ("Орган здравоохранения", "regional_body", ("health", "sanitary")),
    "soc": ("Орган социальной защиты", "regional_body", ("social", "social_fund", "employment", "military_office")),
    "nadzor": ("Надзорная инспекция", "regional_body", ("inspection_housing", "inspection_building")),
    "priroda": ("Орган охраны природы", "regional_body", ("nature", "agriculture", "land_office")),
    "svyaz": ("Оператор связи", "utility", ("telecom_operator", "public_services")),
    "obl": ("Орган власти региона", "regional_body", ("regional_body", "trade_office")),
}


@dataclass(frozen=True)
class Team:
    """Who works in one scope. In a centre of one person all three are the same."""

    operator: Staff
    coordinator: Staff
    approver: Staff
    one_person: bool


@dataclass(frozen=True)
class Network:
    """All that the cases of the demo need: teams and executors by scope code, and the ЦУР's curator."""

    teams: Mapping[str, Team]
    curator: Staff
    executors: Mapping[tuple[str, str], int]  # (municipality code, kind of executor) → organisation id
    administrations: Mapping[str, int]

    def executor(self, municipality: str, kind: str) -> int:
        """Whom a theme's matter goes to; the administration, when no other is known."""
        return self.executors.get((municipality, kind)) or self.administrations[municipality]


def build(places: Places, spots: list[Spot], begun: datetime, today: date) -> Network:
    """Make (or find again) the demo's network. `begun` is when its staff were invited, before the first case."""
    show, small = show_town(spots), smallest(spots)
    towns = {s.code: places.scopes[s.code] for s in spots if s.whole}
    with acting(ACTOR):
        load_organisations(_organisations(towns))
        for code, town in towns.items():
            _settle(code, town, one_person=_is_small(town) and code != show)
    staff = _staff(towns, show, small, begun, today)
    teams = {}
    for spot in spots:
        teams[spot.code] = staff[spot.municipality]
    orgs = dict(Organisation.objects.filter(code__startswith="demo-").values_list("code", "id"))
    executors: dict[tuple[str, str], int] = {}
    for code in towns:
        for slot, (_name, _kind, takes) in LOCAL.items():
            executors |= {(code, kind): orgs[f"demo-{slot}-{code}"] for kind in takes}
        for slot, (_name, _kind, takes) in REGIONAL.items():
            executors |= {(code, kind): orgs[f"demo-{slot}"] for kind in takes}
    administrations = {
        o.territory.code: o.pk
        for o in Organisation.objects.filter(kind="administration").select_related("territory")
    }
    curator = staff_actor(User.objects.get(username="curator"), today)
    return Network(teams, curator, executors, {c: administrations.get(c, orgs[f"demo-uk-{c}"]) for c in towns})


def _is_small(town: Territory) -> bool:
    return (town.population or 0) < ONE_PERSON_BELOW


def _organisations(towns: Mapping[str, Territory]) -> list[NewOrganisation]:
    out = []
    for code, town in towns.items():
        for slot, (name, kind, _takes) in LOCAL.items():
            out.append(
                NewOrganisation(
                    f"demo-{slot}-{code}", f"{name}, {town.short_name} ({SOURCE})", f"{name}, {town.short_name}",
                    kind, town.pk, phone=_phone(code, slot), source=SOURCE,
                )
            )
    for slot, (name, kind, _takes) in REGIONAL.items():
        out.append(
            NewOrganisation(
                f"demo-{slot}", f"{name} ({SOURCE})", f"{name} (показательный)", kind, region().pk,
                phone=_phone("region", slot), source=SOURCE,
            )
        )
    return out


def _phone(*seed: str) -> str:
    """A number that cannot exist: there is no area code 000."""
    number = Random(" ".join(seed)).randrange(10_000)
    return f"8 (000) 000-{number // 100:02d}-{number % 100:02d}"


def _settle(code: str, town: Territory, *, one_person: bool) -> None:
    if not DutyPerson.objects.filter(territory=town).exists():
        rng = Random(f"duty {code}")
        people = [invent_person(rng) for _n in range(2)]
        who = (f"ЕДДС, дежурный {people[0].full_name}", f"Начальник ЕДДС {people[1].full_name}")
        save_duty(ACTOR, town.pk, [(name, _phone("duty", code, name)) for name in who])
    wanted = {"centre_phone": _phone("centre", code), "one_person": one_person}
    for name, value in wanted.items():
        if region_settings.get(name, town.pk) != value:
            region_settings.put(ACTOR, name, value, town.pk)


def _staff(
    towns: Mapping[str, Territory], show: str, small: str, begun: datetime, today: date
) -> dict[str, Team]:
    largest = sorted(towns.values(), key=lambda town: (-(town.population or 0), town.code))[1:4]  # the show town, too
    seats = {"show": [towns[show]], "small": [towns[small]], "region": [region()], "several": largest}
    for login in LOGINS:
        _person(login, seats[login.seat], begun, with_password=True)
    teams = {}
    for code, town in towns.items():
        one = region_settings.get("one_person", town.pk)
        names = _names_of(code, show, small)
        people = {}
        for role in ("coordinator",) if one else ("coordinator", "approver"):
            if role not in names:
                person = invent_person(Random(f"staff {role} {code}"))
                login = DemoLogin(f"{role}.{code}", role, "", person.full_name, "", "")
                _person(login, [town], begun, with_password=False)
                names[role] = login.username
            people[role] = _actor(names[role], today)
        operator = _actor(names["operator"], today) if "operator" in names else people["coordinator"]
        approver = people.get("approver", people["coordinator"])
        teams[code] = Team(operator, people["coordinator"], approver, bool(one))
    return teams


def _names_of(code: str, show: str, small: str) -> dict[str, str]:
    """Log-in names that a centre's team already has among the demo's log-ins, by role."""
    seat = {show: "show", small: "small"}.get(code)
    return {login.role: login.username for login in LOGINS if seat and login.seat == seat}


def _person(login: DemoLogin, places: Sequence[Territory], begun: datetime, *, with_password: bool) -> None:
    if User.objects.filter(username=login.username).exists():
        return
    roles = [(login.role, place.pk) for place in places]
    _user, token = invite(
        ACTOR, username=login.username, full_name=login.full_name, roles=roles, now=begun, position=login.position
    )
    if with_password:
        redeem(token, PASSWORD, begun + timedelta(hours=2))


def _actor(username: str, today: date) -> Staff:
    return staff_actor(User.objects.get(username=username), today)


