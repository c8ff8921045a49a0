"""What any file of streets comes down to: a street with what is known of where it is. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class StreetLine:
    """A street of a file. `outside` is its id there («gar:…», «osm:…»).

    Where: ОКТМО codes (8 or 11 digits, the finest first), the names of municipality and settlement as the file writes
    them, or a point (latitude, longitude). Whatever is there is tried in that order.
    """

    name: str
    type_name: str
    outside: str = ""
    codes: tuple[str, ...] = ()
    municipality: str = ""
    settlement: str = ""
    point: tuple[float, float] | None = None
    houses: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        """How a report calls it."""
        where = ", ".join(part for part in (self.municipality, self.settlement) if part)
        written = f"{self.type_name} {self.name}".strip()
        return f"{written} ({where})" if where else written
