"""Open data: whether they are switched on, who switches them, and what is there to be handed out."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, once, widened
from otklik.failures import Refused
from otklik.insight.models import OpenFile
from otklik.organisations import region_settings
from otklik.organisations.models import Setting
from otklik.territory.models import Kind
from otklik.territory.tree import region

DECIDERS = frozenset({"head", "administrator"})  # of the region


def is_on() -> bool:
    """Whether the region shows its open data. Inside `acting`."""
    return "open_data" in _switched_on()


def cases_are_on() -> bool:
    """Whether depersonalised cases are handed out too; never without the figures. Inside `acting`."""
    return {"open_data", "open_cases"} <= _switched_on()


def _switched_on() -> frozenset[str]:
    """Which of the two switches are on, asked once in an `acting`."""
    rows = Setting.objects.filter(name__in=["open_data", "open_cases"], territory__kind=Kind.REGION, value=True)
    return once(("open data",), lambda: frozenset(rows.values_list("name", flat=True)))


def decide(actor: Actor, *, figures: bool, cases: bool) -> None:
    """Switch open data on or off: the region's head or administrator. The journal keeps who and when.

    Without figures there are no cases. Raises `Refused`.
    """
    with acting(actor), widened():
        whole = region().pk
        if not isinstance(actor, System) and not (isinstance(actor, Staff) and DECIDERS & actor.roles_at(whole)):
            raise Refused(_("Это решает руководитель или администратор региона."))
        region_settings.decide(actor, "open_data", figures, whole, DECIDERS)
        region_settings.decide(actor, "open_cases", figures and cases, whole, DECIDERS)


@dataclass(frozen=True)
class Listed:
    """One month on the page: which files it has, and how many rows they have."""

    month: date
    made_at: datetime
    places: int
    told: bool
    rows: dict[str, int]  # by name of file

    @property
    def word(self) -> str:
        """As it stands in addresses: 2026-10."""
        return f"{self.month:%Y-%m}"


def editions() -> list[Listed]:
    """The editions, newest first, without the texts of their files; nothing while switched off. Inside `acting`."""
    if not is_on():
        return []
    names = _names()
    found: dict[date, Listed] = {}
    files = OpenFile.objects.filter(form="csv", name__in=names).select_related("edition").defer("text")
    for file in files.order_by("-edition__month", "name"):
        one = file.edition
        listed = found.setdefault(one.month, Listed(one.month, one.made_at, one.places, one.told, {}))
        listed.rows[file.name] = file.rows
    return list(found.values())


def file_of(month: date, name: str, form: str) -> OpenFile | None:
    """One file, or None where it is not there or not switched on. Inside `acting`."""
    if name not in _names():
        return None
    return OpenFile.objects.filter(edition__month=month, name=name, form=form).select_related("edition").first()


def _names() -> list[str]:
    if not is_on():
        return []
    return [str(OpenFile.Name.FIGURES), *([str(OpenFile.Name.CASES)] if cases_are_on() else [])]
