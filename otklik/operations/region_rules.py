"""Rules that a region's own folder brings: years of the working calendar, regulations, a classifier. All idempotent."""

import tomllib
from datetime import datetime
from pathlib import Path

from otklik.acting import Actor
from otklik.classifier.loading import load, load_shipped
from otklik.classifier.models import ClassifierVersion
from otklik.classifier.reading import read_classifier
from otklik.organisations import region_settings
from otklik.policy.adopting import adopt_policy
from otklik.policy.loading import COUNTRY, json_ready
from otklik.policy.models import CalendarYear, PolicyVersion
from otklik.policy.reading import calendar_year_from_mapping, read_toml, shipped_law
from otklik.territory.models import Territory


def load_region_classifier(folder: Path) -> ClassifierVersion:
    """The region's own classifier, if it has one, instead of the one that comes with the program."""
    own = folder / "classifier"
    return load(read_classifier(own)) if own.is_dir() else load_shipped()


def load_region_years(folder: Path) -> frozenset[int]:
    """Years of `calendar/*.toml`, which stand in place of the country's. Returns which they are."""
    own = set()
    for path in sorted(folder.glob("calendar/*.toml")):
        content = json_ready(read_toml(path))
        year = calendar_year_from_mapping(content, shipped_law(), path.name)
        if not CalendarYear.objects.filter(year=year.year, area=COUNTRY, data=content).exists():
            fields = {"data": content, "provisional": year.provisional, "source": year.source}
            CalendarYear.objects.update_or_create(year=year.year, area=COUNTRY, defaults=fields)
        own.add(year.year)
    return frozenset(own)


def load_region_address(actor: Actor, folder: Path) -> None:
    """The address of the site from `[site]` of region.toml, as long as nobody has set one on the page."""
    written = tomllib.loads((folder / "region.toml").read_text(encoding="utf-8"))
    address = str(written.get("site", {}).get("address", "")).rstrip("/")
    if address and not region_settings.get("public_address"):
        region_settings.put(actor, "public_address", address)


def load_region_policies(actor: Actor, folder: Path, region: Territory, now: datetime) -> int:
    """Regulations of `policies/*.toml` as the region's own: a changed file is the next version. Returns how many."""
    adopted = 0
    for path in sorted(folder.glob("policies/*.toml")):
        content = json_ready(read_toml(path))
        last = PolicyVersion.objects.filter(regime=content["regime"], territory=region).order_by("version").last()
        if last is None or {**last.data, "version": 0} != {**content, "version": 0}:
            adopt_policy(actor, content, region.pk, region.pk, now)
            adopted += 1
    return adopted
