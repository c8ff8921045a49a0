"""What is never public, whoever switches what on: security, military, energy sites, politics (design, section 8).

A list as data beside the classifier; a region may add its own in `regions/<code>/never_public.csv`, whose codes may
be those of another classifier.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from otklik.classifier.models import Theme
from otklik.classifier.reading import SHIPPED, ClassifierError

NAME = "never_public.csv"
KINDS = ("group", "theme", "word")


@dataclass(frozen=True)
class NeverPublic:
    """Codes of groups and themes, and phrases in dictionary form, each with its reason."""

    groups: dict[str, str]
    themes: dict[str, str]
    words: dict[str, str]

    def reason(self, theme: Theme) -> str:
        """Why this theme is never public; "" when it may be."""
        return self.groups.get(theme.group.code) or self.themes.get(theme.code, "")


def never_public() -> NeverPublic:
    """The list of the program together with the region's own."""
    return _read(SHIPPED / NAME, Path(settings.OTKLIK_REGION_FOLDER) / NAME)


@lru_cache(maxsize=8)
def _read(*paths: Path) -> NeverPublic:
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for path in paths:
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["kind"] not in KINDS or not row["code"]:
                    raise ClassifierError(path.name, f"не читается «{row['kind']},{row['code']}»")
                found[row["kind"]][row["code"]] = row["reason"]
    return NeverPublic(found["group"], found["theme"], found["word"])
