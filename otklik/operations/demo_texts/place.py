"""The place of an invented message, and how a resident would write it."""

import re
from dataclasses import dataclass

# People shorten the kinds of places; a shortened kind also needs no case ending after «на» and «в».
_SHORT_STREET = (
    ("улица", "ул."),
    ("переулок", "пер."),
    ("проспект", "пр-кт"),
    ("площадь", "пл."),
    ("бульвар", "б-р"),
    ("проезд", "пр-д"),
    ("набережная", "наб."),
    ("микрорайон", "мкр."),
)
_SHORT_SETTLEMENT = (
    ("рабочий посёлок", "р. п."),
    ("рабочий поселок", "р. п."),
    ("город", "г."),
    ("посёлок", "п."),
    ("поселок", "п."),
    ("село", "с."),
    ("хутор", "х."),
    ("станица", "ст-ца"),
)

_UNNAMED = "ул. Центральная"


@dataclass(frozen=True)
class DemoPlace:
    """Where the matter is. Settlement and street come with their kinds («хутор Липовский», «ул. Садовая»).

    `street` and `house` may be empty; people then speak of the central street, the address does not.
    """

    municipality: str
    settlement: str
    street: str = ""
    house: str = ""

    @property
    def slots(self) -> dict[str, str]:
        """What the templates may say about the place."""
        settlement = _shortened(self.settlement, _SHORT_SETTLEMENT)
        street = _shortened(self.street, _SHORT_STREET)
        parts = [part for part in (settlement, street, self.house) if part]
        return {
            "municipality": self.municipality,
            "settlement": settlement,
            "street": street or _UNNAMED,
            "spot": ", ".join(part for part in (_bare(street or _UNNAMED), self.house) if part),
            "house": self.house or "с краю",
            "address": ", ".join(parts),
        }


def _shortened(name: str, kinds: tuple[tuple[str, str], ...]) -> str:
    name = " ".join(name.split())
    for kind, short in kinds:
        if re.match(rf"{kind}\s", name, re.IGNORECASE):
            return f"{short} {name[len(kind) :].strip()}"
        if re.search(rf"\s{kind}$", name, re.IGNORECASE):
            return f"{short} {name[: -len(kind)].strip()}"
    return name


def _bare(street: str) -> str:
    return street.removeprefix("ул.").strip()
