"""Regions as files, one folder each, and what of the host belongs to which region.

One region is one database (design, section 5), one data folder and one pair of database roles. `DEFAULT` is the region
used when OTKLIK_REGION does not say otherwise; it has the plain names (`otklik`, `otklik_app`, the data folder itself).
Any other region has names of its own beside them. Nothing here needs Django.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from otklik.failures import BadInput

DEFAULT = "volgograd"
SHIPPED = Path(__file__).resolve().parent
# Short enough for a role's name of 63 bytes; no underscore, so that names made from codes never meet.
CODE = re.compile(r"(?=.{2,40}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Names:
    """What a region is called in the database server."""

    database: str
    owner: str
    app: str


def chosen() -> str:
    """The code of the region this process works for. Raises BadInput when it cannot be a code."""
    code = os.environ.get("OTKLIK_REGION") or DEFAULT
    if not CODE.fullmatch(code):
        raise BadInput("OTKLIK_REGION: код региона — латинские буквы, цифры, дефис.", "OTKLIK_REGION")
    return code


def names(code: str) -> Names:
    """The database and the roles of a region. One region's roles cannot even connect to another's database."""
    ending = "" if code == DEFAULT else "_" + code.replace("-", "_")
    return Names(f"otklik{ending}", f"otklik_owner{ending}", f"otklik_app{ending}")


def data_folder(home: Path, code: str) -> Path:
    """Where a region keeps photos, imports and keys: the host's folder itself, or a place of its own in it."""
    return home if code == DEFAULT else home / "regions" / code


def own_files(home: Path, code: str) -> Path:
    """Where `otklik region init` keeps the files of a region."""
    return home / "regions" / code / "region"


def folder(home: Path, code: str) -> Path:
    """The files of a region: from OTKLIK_REGIONS (folders parted by «:»), taken in by `region init`, or shipped."""
    given = [Path(place) / code for place in os.environ.get("OTKLIK_REGIONS", "").split(os.pathsep) if place]
    for place in (*given, own_files(home, code)):
        if (place / "region.toml").is_file():
            return place
    return SHIPPED / code


def initialised(home: Path) -> list[str]:
    """Codes of the regions that `otklik region init` made in this data folder, by name."""
    return sorted(path.parent.parent.name for path in home.glob("regions/*/region/region.toml"))
