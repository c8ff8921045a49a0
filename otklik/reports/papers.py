"""How a report is put together: its title, place, period, when it was counted."""

from collections.abc import Sequence
from typing import Any

from otklik.cases.clock_rules import zone
from otklik.reports import russian
from otklik.reports.asking import Asked
from otklik.reports.document import Document
from otklik.reports.parts import SOURCE

WHOLE = "Вся сеть"


def place_name(asked: Asked) -> str:
    """How the place is called in a report."""
    return WHOLE if asked.is_region else asked.place.short_name


def paper(
    asked: Asked, kind: str, title: str, blocks: Sequence[Any], *, sources: Sequence[str] = (SOURCE,),
    landscape: bool = False, extra: dict[str, Any] | None = None,
) -> Document:
    """The document of these blocks."""
    days = asked.period
    return Document(
        kind, title, place_name(asked), russian.period(days.since, days.until),
        russian.moment(asked.now.astimezone(zone())), tuple(blocks),
        file_name=f"{kind}-{asked.place.code}-{days.since:%Y-%m-%d}", landscape=landscape, sources=tuple(sources),
        extra=extra or {},
    )
