"""What the address of a page chooses: period, figure of the colours, tiles or map, order of the table."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.insight.definitions import PERIODS
from otklik.insight.figures import RegionRow

# Columns of the table in order: code, whether the greater stands first when chosen.
COLUMNS: dict[str, bool] = {
    "name": False, "received": True, "per_1000": True, "open": True, "overdue": True, "in_time_share": False,
}
TILE_FIGURES: dict[str, str | Promise] = {
    "received": _("Поступило"), "open": _("В работе"), "overdue": _("Просрочено"),
    "in_time_share": _("Ответили в срок"), "per_1000": _("Нагрузка"),
}
SHAPES: dict[str, str | Promise] = {"tiles": _("Плитки"), "map": _("Карта")}


@dataclass(frozen=True)
class Choices:
    """What is chosen; everything unknown falls back to what is usual, so that no address breaks the page."""

    days: int = 30
    tiles: str = "overdue"
    shape: str = "tiles"
    sort: str = "overdue"
    reverse: bool = False

    def address(self, **changes: object) -> str:
        """The query of this choice with changes, for links."""
        chosen = {
            "days": self.days, "tiles": self.tiles, "shape": self.shape, "sort": self.sort,
            "reverse": int(self.reverse),
        } | changes
        return "?" + urlencode({name: value for name, value in chosen.items() if value not in (0, "tiles")})


def chosen(query: QueryDict) -> Choices:
    """Read the choices from an address."""
    days, tiles, sort = query.get("days", ""), query.get("tiles", ""), query.get("sort", "")
    return Choices(
        days=int(days) if days in {str(p) for p in PERIODS} else 30,
        tiles=tiles if tiles in TILE_FIGURES else "overdue",
        shape="map" if query.get("shape") == "map" else "tiles",
        sort=sort if sort in COLUMNS else "overdue",
        reverse=query.get("reverse") == "1",
    )


def ordered(rows: list[RegionRow], choice: Choices) -> list[RegionRow]:
    """Rows in the chosen order; those without a value stand last either way, equal ones by name as they came."""
    if choice.sort == "name":
        return rows[::-1] if choice.reverse else rows
    greater_first = COLUMNS[choice.sort] != choice.reverse

    def value(row: RegionRow) -> float | None:
        found: float | None = getattr(row, choice.sort)
        return found

    known = [r for r in rows if value(r) is not None]
    known.sort(key=lambda r: value(r) or 0, reverse=greater_first)
    return known + [r for r in rows if value(r) is None]
