"""What may be chosen on a page of figures, and what is chosen, in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.channels.models import Account
from otklik.classifier.loading import ClassifierMissing, current
from otklik.classifier.models import Theme, ThemeGroup
from otklik.faces.region.choices import SPANS, WITHOUT, Choices
from otklik.faces.region.places import Place, Places
from otklik.organisations.models import Organisation
from otklik.reports.on_demand import topic_ids

KEY, KEPT_SECONDS = "region-themes", 60

Words = str | Promise


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the page. `address`: the page without it. `russian`: the words are a name out of data."""

    words: Words
    address: str
    russian: bool = False


@dataclass(frozen=True)
class Filters:
    """What the form of a page needs. `kept` are choices that the form carries along without showing them."""

    choice: Choices
    spans: list[dict[str, object]]
    chips: list[Chip]
    places: list[Place]
    groups: list[tuple[int, str, list[tuple[int, str]]]]
    channels: list[tuple[str, Words]]
    regimes: list[tuple[str, Words]]
    first: date
    last: date

    @property
    def since(self) -> str:
        """The first day, as a field of a form has it."""
        return self.first.isoformat()

    @property
    def until(self) -> str:
        """The last day."""
        return self.last.isoformat()

    @property
    def group(self) -> int | None:
        """The chosen group of themes."""
        return int(self.choice.about[1:]) if self.choice.about[:1] == "g" else None

    @property
    def theme(self) -> int | None:
        """The chosen theme."""
        return int(self.choice.about[1:]) if self.choice.about[:1] == "t" else None

    @property
    def whole_address(self) -> str:
        """The page without its own dates."""
        return self.choice.address(days=self.choice.days)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """All that is chosen but the executor, for the form that looks for one."""
        return parse_qsl(self.choice.address(executor=None)[1:])

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form carries along: how the page is shown, and a period of whole days."""
        form = self.choice.address(places=(), about="", channel="", regime="", since=None, until=None)
        return parse_qsl(form[1:])


def themes_known() -> list[tuple[int, str, list[tuple[int, str]]]]:
    """Groups of the edition in force with their themes: (id, name, [(id, name)]). At most a minute old."""
    found: list[tuple[int, str, list[tuple[int, str]]]] | None = cache.get(KEY)
    if found is None:
        try:
            version = current()
        except ClassifierMissing:
            return []
        by_group: dict[int, tuple[int, str, list[tuple[int, str]]]] = {}
        rows = Theme.objects.filter(version=version).order_by("group__order", "order", "pk")
        for pk, name, group, label in rows.values_list("pk", "name", "group_id", "group__name"):
            by_group.setdefault(group, (group, label, []))[2].append((pk, name))
        found = list(by_group.values())
        cache.set(KEY, found, KEPT_SECONDS)
    return found


def group_names() -> dict[int, str]:
    """The names of the groups of the edition in force, in its order."""
    return {group: name for group, name, _themes in themes_known()}


def filters_for(choice: Choices, places: Places, now: datetime) -> Filters:
    """The form and the chips of a page; a query more only when an executor or an old theme is chosen."""
    since, until = choice.period(now)
    return Filters(
        choice=choice,
        spans=[
            {"days": d, "address": choice.address(days=d), "chosen": d == choice.days and not choice.since}
            for d in SPANS
        ],
        chips=_chips(choice, places),
        places=places.rows,
        groups=themes_known(),
        channels=list(Account.Channel.choices),
        regimes=list(Case.Regime.choices),
        first=since,
        last=until,
    )


def _chips(choice: Choices, places: Places) -> list[Chip]:
    chips = [
        Chip(place.name, choice.address(places=tuple(c for c in choice.places if c != place.code)), russian=True)
        for place in places.named(choice.places)
    ]
    if choice.about:
        chips.append(Chip(about_name(choice.about), choice.address(about=""), russian=True))
    if choice.channel:
        chips.append(Chip(Account.Channel(choice.channel).label, choice.address(channel="")))
    if choice.regime:
        chips.append(Chip(Case.Regime(choice.regime).label, choice.address(regime="")))
    if hour := choice.hour_of_week:
        words = _("%(day)s, %(hour)s:00") % {"day": weekday_names()[hour[0] - 1], "hour": hour[1]}
        chips.append(Chip(words, choice.address(at="")))
    if choice.topic:
        chips.append(Chip(topic_ids(choice.topic)[0], choice.address(topic=""), russian=True))
    if choice.without:
        chips.append(Chip(WITHOUT[choice.without], choice.address(without="")))
    if choice.came:
        chips.append(Chip(_("только поступившие за период"), choice.address(came=False)))
    if choice.alone:
        chips.append(Chip(_("без районов города"), choice.address(alone=False)))
    if choice.executor is not None:
        chips.append(Chip(executor_name(choice.executor), choice.address(executor=None), russian=True))
    return chips


def weekday_names() -> list[str]:
    """From Monday."""
    return [_("пн"), _("вт"), _("ср"), _("чт"), _("пт"), _("сб"), _("вс")]


def about_name(about: str) -> str:
    """The name of a group of themes («g12») or of a theme («t77»)."""
    number = int(about[1:])
    for group, label, themes in themes_known():
        if about[0] == "g" and group == number:
            return label
        for theme, name in themes if about[0] == "t" else ():
            if theme == number:
                return name
    row: Any = (ThemeGroup if about[0] == "g" else Theme).objects.filter(pk=number).first()
    return row.name if row else _("тема, которой нет")


def executor_name(executor: int) -> str:
    """The short name of an organisation."""
    found = Organisation.objects.filter(pk=executor).values_list("short_name", flat=True).first()
    return found or _("исполнитель, которого нет")


def told(choice: Choices, places: Places) -> str:
    """What is chosen besides the period, as one line of a file: «Камышин · ЖКХ · портал»."""
    chips = [str(chip.words) for chip in _chips(choice, places)]
    if not choice.places:
        chips.insert(0, _("все муниципалитеты") if len(places.rows) > 1 else places.rows[0].name if places.rows else "")
    return " · ".join(chips)
