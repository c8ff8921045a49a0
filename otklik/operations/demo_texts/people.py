"""People of the demo region: common names put together by chance, telephones that belong to nobody."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from otklik.operations.demo_texts.matters import FOLDER


@dataclass(frozen=True)
class DemoPerson:
    """An invented resident. The telephone lies in +7 900 000-00-00 … 000-99-99, which the demo keeps to."""

    surname: str
    name: str
    patronymic: str
    phone: str

    @property
    def full_name(self) -> str:
        """Surname, name and patronymic, as in a register."""
        return f"{self.surname} {self.name} {self.patronymic}"


def invent_person(rng: Random) -> DemoPerson:
    """Somebody who does not exist; the same state of `rng` gives the same person."""
    names = _names()
    sex = rng.choice(("female", "female", "male"))  # two of three messages to such centres come from women
    surname = rng.choice(names["surnames"]) + ("а" if sex == "female" else "")
    name, patronymic = rng.choice(names[sex]), rng.choice(names["patronymics"][sex])
    number = rng.randrange(10_000)
    return DemoPerson(surname, name, patronymic, f"+7 900 000-{number // 100:02d}-{number % 100:02d}")


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "names.toml").read_text(encoding="utf-8"))
