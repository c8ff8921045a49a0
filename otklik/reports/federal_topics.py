"""Which code of the типовой общероссийский классификатор a theme of ours has, where it was taken from, who changed it.

Shipped: `shipped/federal_topics.csv` (groups and themes), with names and the source of each in `federal_names.csv`; a
region's own files of the same names in `regions/<code>/` go over them, and what a clerk set on the page over both.
What is mapped to nothing stays so and is told.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.classifier.reading import ClassifierError
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.reports.access import may_form
from otklik.reports.models import FederalTopic
from otklik.territory.tree import region
from otklik.typed_text import line

SHIPPED = Path(__file__).parent / "shipped"
TOPICS, NAMES = "federal_topics.csv", "federal_names.csv"
LEVELS = 4  # of a code that the reporting site takes: раздел, тематика, тема, вопрос
MOST_NAME = 300
_CODE = re.compile(r"\d{4}(\.\d{4}){1,4}")
# Where a name and its code were taken from, as the page says it.
SOURCES = {
    "copy": "по копии перечня, с изданием не сверено",
    "unchecked": "не сверено",
    "region": "по перечню региона",
    "typed": "вписано вручную",
}


@dataclass(frozen=True)
class Named:
    """A code: what it is called, in which section, from where that is known."""

    code: str
    name: str = ""
    section: str = ""
    source: str = "unchecked"

    @property
    def level(self) -> int:
        """How many of the four parts it has."""
        return min(len(self.code.split(".")), LEVELS)

    @property
    def source_words(self) -> str:
        """From where."""
        return SOURCES.get(self.source, self.source)


@dataclass(frozen=True)
class Topics:
    """Our group or theme → code; names of codes; what was set by hand."""

    groups: Mapping[str, str]
    themes: Mapping[str, str]
    names: Mapping[str, Named]
    by_hand: Mapping[str, FederalTopic]

    def of(self, theme: Theme) -> str:
        """The code for a theme; "" where it is mapped to nothing."""
        if theme.code in self.by_hand:
            return self.by_hand[theme.code].topic
        if theme.code in self.themes:
            return self.themes[theme.code]
        return self.groups.get(theme.group.code, "")

    def named(self, code: str) -> Named:
        """What is known of a code; of an unknown one nothing but itself and the section it begins with."""
        known = self.names.get(code)
        if known is not None:
            return known
        typed = next((one.name for one in self.by_hand.values() if one.topic == code and one.name), "")
        return Named(code, typed, self.part(code, 2).section, "typed" if typed else "unchecked")

    def part(self, code: str, parts: int) -> Named:
        """The code above, of so many parts."""
        above = ".".join(code.split(".")[:parts])
        return self.names.get(above, Named(above))


@dataclass(frozen=True)
class Row:
    """A theme of the edition in force on the page of codes."""

    theme: Theme
    topic: Named | None
    by_hand: FederalTopic | None

    @property
    def whole(self) -> bool:
        """Whether the code goes down to a question."""
        return self.topic is not None and self.topic.level == LEVELS


def topics() -> Topics:
    """The mapping as it holds now. Raises `ClassifierError` for a file it cannot read. Inside `acting`."""
    groups, themes, names = _read(Path(settings.OTKLIK_REGION_FOLDER))
    by_hand = {one.theme_code: one for one in FederalTopic.objects.select_related("set_by")}
    return Topics(groups, themes, names, by_hand)


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, Named]]:
    groups: dict[str, str] = {}
    themes: dict[str, str] = {}
    names: dict[str, Named] = {}
    for path in (SHIPPED / NAMES, folder / NAMES):
        for row in _rows(path):
            source = row.get("source") or ("region" if path.parent == folder else "unchecked")
            names[row["code"]] = Named(row["code"], row["name"], row["section"], source)
    for path in (SHIPPED / TOPICS, folder / TOPICS):
        for row in _rows(path):
            if row["kind"] not in ("group", "theme") or not row["code"]:
                raise ClassifierError(path.name, f"не читается «{row['kind']},{row['code']}»")
            (groups if row["kind"] == "group" else themes)[row["code"]] = row["topic"]
    return groups, themes, names


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def may_map(actor: Actor) -> bool:
    """Whether this person gives codes: who changes forms of the whole region. Inside `acting`."""
    return may_form(actor, region())


def rows_now() -> list[Row]:
    """All themes of the edition in force: first those without a code, then those whose code stops short, then the rest.

    Inside `acting`.
    """
    known = topics()
    found = [
        Row(one, known.named(code) if (code := known.of(one)) else None, known.by_hand.get(one.code))
        for one in Theme.objects.filter(version=current(), retired=False).select_related("group").order_by(
            "group__order", "order", "pk"
        )
    ]
    return sorted(found, key=lambda one: (one.topic is not None, one.whole))


def set_topic(
    actor: Staff, theme_code: str, *, topic: str, name: str = "", now: datetime | None = None
) -> FederalTopic:
    """Give a theme a code, or none ("" on purpose). Raises `BadInput` (topic, name), `Refused`, `NotYours`."""
    now = now or timezone.now()
    topic, name = line(topic, 29, "topic"), line(name, MOST_NAME, "name")
    if topic and not _CODE.fullmatch(topic):
        raise BadInput(_("Код — это части по четыре цифры через точку, например 0005.0005.0056.1154."), "topic")
    with acting(actor), widened():
        if not may_map(actor):
            raise Refused(_("Коды ставит руководитель, администратор или аналитик региона."))
        if not Theme.objects.filter(code=theme_code).exists():
            raise NotYours(_("Такой темы нет."))
        row, _new = FederalTopic.objects.update_or_create(theme_code=theme_code, defaults={
            "topic": topic, "name": name if topic else "", "set_by_id": actor.user_id, "set_at": now,
        })
        append(NewEntry(
            f"report_form:{region().pk}", "federal_topic", actor.reference, now, {"theme": theme_code, "topic": topic},
        ))
    return row


def take_back(actor: Staff, theme_code: str, *, now: datetime | None = None) -> None:
    """What is shipped holds for the theme again. Raises `Refused`, `NotYours`."""
    now = now or timezone.now()
    with acting(actor), widened():
        if not may_map(actor):
            raise Refused(_("Коды ставит руководитель, администратор или аналитик региона."))
        if not FederalTopic.objects.filter(theme_code=theme_code).delete()[0]:
            raise NotYours(_("Такой темы нет."))
        append(NewEntry(
            f"report_form:{region().pk}", "federal_topic_off", actor.reference, now, {"theme": theme_code},
        ))
