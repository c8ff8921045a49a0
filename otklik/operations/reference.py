"""Reference data of the region into the tables: idempotent, run after every migration."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from otklik.acting import System, acting
from otklik.channels.accounts import own_account
from otklik.insight.rating_running import load_shipped as load_rating_formulas
from otklik.operations.region_rules import (
    load_region_address,
    load_region_classifier,
    load_region_policies,
    load_region_years,
)
from otklik.organisations.directories import NewOrganisation, load_organisations
from otklik.policy.loading import load_shipped as load_policies
from otklik.territory.loading import load_region
from otklik.territory.models import Kind, Territory
from otklik.territory.regionfile import RegionFiles, read_region
from otklik.territory.settlements import SettlementImport

ACTOR = System("reference")


@dataclass(frozen=True)
class Loaded:
    """What there is after loading."""

    territories: int
    organisations: int
    themes: int


def load_all() -> Loaded:
    """Load the region's files, bodies, classifier, policies and own accounts."""
    folder = Path(settings.OTKLIK_REGION_FOLDER)
    with acting(ACTOR):
        load_region(folder)
        load_organisations(_bodies(read_region(folder)))
        version = load_region_classifier(folder)
        load_policies(load_region_years(folder))
        load_region_address(ACTOR, folder)
        load_rating_formulas(timezone.now())
        load_region_policies(ACTOR, folder, Territory.objects.get(kind=Kind.REGION), timezone.now())
        for channel in ("portal", "phone", "reception"):
            own_account(channel)
        from otklik.organisations.models import Organisation

        return Loaded(Territory.objects.count(), Organisation.objects.count(), version.themes.count())


def _bodies(files: RegionFiles) -> list[NewOrganisation]:
    places = dict(Territory.objects.values_list("code", "id"))
    centre = files.info.centre_of_region["code"]
    return [
        NewOrganisation(
            code=b.code, name=b.name, short_name=b.short_name, kind=b.kind, territory_id=places[b.territory],
            parent_code=centre if b.kind == "municipal_centre" else "", source=b.source,
        )
        for b in files.bodies
    ]


def load_settlement_administrations(report: SettlementImport, on: date) -> int:
    """Organisations for the administrations of settlements that a list named. Returns how many came or changed."""
    files = read_region(Path(settings.OTKLIK_REGION_FOLDER))
    rows = []
    for body in report.bodies:
        name, short = files.settlement_administration(body.genitive, body.municipality.code)
        rows.append(
            NewOrganisation(
                code=f"adm-oktmo-{body.oktmo}", name=name, short_name=short, kind="settlement_administration",
                territory_id=body.municipality.pk, parent_code=f"adm-{body.municipality.code}",
                source=f"перечень ОКТМО, загружен {on:%d.%m.%Y}",
            )
        )
    with acting(ACTOR):
        return load_organisations(rows)
