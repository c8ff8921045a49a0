"""Places of the demo: the region's own territories with invented streets."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from otklik.operations.demo_plan import Spot
from otklik.operations.demo_texts import DemoPlace
from otklik.territory.models import Kind, Territory

# Names that every region has; nothing is said about a real house.
STREETS = (
    "ул. Садовая", "ул. Школьная", "ул. Молодёжная", "ул. Центральная", "ул. Новая", "ул. Лесная", "ул. Набережная",
    "ул. Степная", "ул. Заречная", "ул. Зелёная", "ул. Полевая", "ул. Мира", "ул. Солнечная", "ул. Луговая",
    "ул. Октябрьская", "ул. Советская", "ул. Победы", "ул. Восточная", "ул. Западная", "ул. Рабочая", "ул. Речная",
    "ул. Вишнёвая", "ул. Тополёвая", "ул. Дружбы", "ул. Строителей", "ул. Мичурина", "ул. Гагарина", "ул. Чапаева",
    "пер. Почтовый", "пер. Тихий", "пер. Кооперативный", "пр-д Парковый", "ул. Пролетарская", "ул. Первомайская",
)  # fmt: skip
SPREAD = 0.02  # degrees around a place's point within which a demo matter is put on the map


@dataclass(frozen=True)
class Site:
    """Where one demo case is: the territory, and how the texts name it."""

    territory_id: int
    scope_id: int
    place: DemoPlace
    latitude: float | None
    longitude: float | None


class Places:
    """The region's places, read once."""

    def __init__(self) -> None:
        rows = list(Territory.objects.filter(active=True).order_by("code"))
        self._by_id = {row.pk: row for row in rows}
        self.scopes: dict[str, Territory] = {
            row.code: row for row in rows if row.kind in (Kind.MUNICIPALITY, Kind.DISTRICT) and row.scope_id == row.pk
        }
        self._within: dict[int, list[Territory]] = {}
        for row in rows:
            if row.kind == Kind.SETTLEMENT and row.scope_id:
                self._within.setdefault(row.scope_id, []).append(row)

    def spots(self) -> list[Spot]:
        """Scopes with their people; of a city with inner districts only the rest is its own."""
        inside: dict[int, int] = {}
        for row in self.scopes.values():
            if row.kind == Kind.DISTRICT and row.municipality_id:
                inside[row.municipality_id] = inside.get(row.municipality_id, 0) + (row.population or 0)
        out = []
        for code, row in self.scopes.items():
            people = row.population or 1000
            own = max(people - inside.get(row.pk, 0), people // 30)
            town = self._by_id[row.municipality_id] if row.municipality_id else row
            out.append(Spot(code, town.code, own, row.kind == Kind.MUNICIPALITY))
        return out

    def site(self, rng: Random, spot: str) -> Site:
        """A place in a scope: one of its settlements, with a street and mostly a house."""
        scope = self.scopes[spot]
        town = self._by_id[scope.municipality_id] if scope.municipality_id else scope
        settlements: Sequence[Territory] = self._within.get(scope.pk, ())
        chosen = rng.choice([scope, *settlements]) if scope.kind == Kind.DISTRICT else (
            rng.choice(settlements) if settlements else scope
        )
        named = chosen.name if chosen.kind == Kind.SETTLEMENT else self._city_of(town)
        house = str(rng.randint(1, 120)) + (rng.choice("абв") if rng.random() < 0.08 else "")
        place = DemoPlace(town.short_name, named, rng.choice(STREETS), house if rng.random() < 0.85 else "")
        near = chosen if chosen.latitude is not None else scope
        return Site(
            chosen.pk, scope.pk, place,
            round(near.latitude + rng.uniform(-SPREAD, SPREAD), 5) if near.latitude is not None else None,
            round(near.longitude + rng.uniform(-SPREAD, SPREAD), 5) if near.longitude is not None else None,
        )

    def _city_of(self, town: Territory) -> str:
        own = [row for row in self._within.get(town.pk, ()) if row.short_name == town.short_name]
        return own[0].name if own else town.short_name
