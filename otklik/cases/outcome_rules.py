"""What a row of the table of outcomes says, and the checks that need nothing but values. Pure.

The rows stand in `outcome_table`; what was decided of a case in `outcome_models`.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from django.utils.functional import Promise

AUTHORISED = "authorised"  # beside the roles: whoever a local act lets decide in the head's place
# What may be asked of a person for a decision, and what may stand in a letter.
NEEDS = frozenset(
    {"reason", "body", "also", "complained", "earlier", "no_new", "stop", "url", "impersonal", "act", "readable"}
)
PLACEHOLDERS = frozenset(
    {"number", "registered", "reason", "body", "url", "published", "earlier", "act", "complained", "stopped"}
)
BESIDE = frozenset({"number", "registered", "body", "told", "what", "until", "days", "reason"})  # in the other letters
_FILE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "law_letters.toml").read_text(encoding="utf-8"))
TO_BODIES: dict[str, str] = {code: text.strip() for code, text in _FILE.pop("to_bodies").items()}
NOTICES: dict[str, str] = {code: text.strip() for code, text in _FILE.pop("notices").items()}
LETTERS: dict[str, str] = _FILE  # to residents, by the outcome
BLANK = "____________"
STEM = 6  # letters by which two words are compared: «администрации» is «администрация»


@dataclass(frozen=True)
class LawRule:
    """One outcome. `article`: where it stands. `deciders`: roles, of which any suffices. `days` (calendar, from
    registration) within which the resident is told or the matter is sent on; None: within the limit of the answer.

    `anonymous`: "no" (there must be somebody to write to), "also", "only". `ended_by`, `outcome`: what becomes of the
    registration and of the case; an empty `ended_by` leaves both as they are. `checked`: the part of the law was read.
    """

    code: str
    regime: Literal["law59", "law8"]
    article: str
    name: str | Promise
    when: str | Promise
    deciders: frozenset[str]
    ended_by: str
    outcome: str
    needs: frozenset[str] = frozenset()
    days: int | None = None
    sends_on: bool = False
    anonymous: Literal["no", "also", "only"] = "no"
    reason_label: str | Promise = ""
    body_label: str | Promise = ""  # who it is, where the law names the addressee
    also_label: str | Promise = ""
    least_earlier: int = 0
    checked: bool = False

    @property
    def group(self) -> str:
        """Under which heading it is offered: "send", "published" or "close"."""
        return "send" if self.sends_on else "published" if self.ended_by == "sent" else "close"

    @property
    def template(self) -> str:
        """The letter to the resident with its places in braces; empty when the law has none."""
        return LETTERS.get(self.code, "").strip()

    @property
    def covering(self) -> str:
        """The letter with which the matter goes to the body that receives it; empty when nothing is sent on."""
        return TO_BODIES.get(self.code, "")

    @property
    def law(self) -> str:
        """«часть 2 статьи 11 59-ФЗ»."""
        return f"{self.article} {'59-ФЗ' if self.regime == 'law59' else '8-ФЗ'}"


def placeholders_of(template: str) -> set[str]:
    """The names in braces of a template."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}


def letter_text(rule: LawRule, values: Mapping[str, str]) -> str:
    """The letter with its places filled. What was typed is put in as it is: braces in it mean nothing."""
    return filled(rule.template, values)


def filled(template: str, values: Mapping[str, str]) -> str:
    """Any of the letters, filled likewise: what is not known is left to be filled by hand."""
    known = {name: values.get(name, "").strip() or BLANK for name in placeholders_of(template)}
    return template.format_map(known)


def may_decide(rule: LawRule, roles: Collection[str]) -> bool:
    """Whether one of these roles (with `AUTHORISED` among them, if a local act says so) decides this."""
    return bool(rule.deciders & set(roles))


@dataclass(frozen=True)
class Complained:
    """Whom a complaint is about: ids of organisations with all that are under them, and names of all of them."""

    ids: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ids or self.names)

    def forbids(self, organisation_id: int | None, name: str) -> str:
        """The name by which this addressee is one of them; empty when it is none (59-ФЗ, article 8, part 6)."""
        if organisation_id is not None and organisation_id in self.ids:
            return name or self.names[0]
        return next((one for one in self.names if same_body(name, one)), "")


def same_body(one: str, other: str) -> bool:
    """Whether two ways of writing name the same body: all words of one stand in the other, whatever their order.

    «Администрация» alone is taken for any administration: whoever writes so is asked to name it whole.
    """
    first, second = _stems(one), _stems(other)
    return bool(first and second) and (first <= second or second <= first)


_FORMS = {"ооо", "ао", "оао", "пао", "зао", "муп", "мку", "мбу", "муниципальный", "муниципального"}
_SHORT = {"г": "город", "города": "город", "р-н": "район", "района": "район", "адм": "администрация"}


def _stems(name: str) -> frozenset[str]:
    words = re.findall(r"[\w-]+", name.lower().replace("ё", "е"))
    return frozenset(_SHORT.get(word, word)[:STEM] for word in words if word not in _FORMS)


@dataclass(frozen=True)
class Earlier:
    """An answer given before, typed: its number and day."""

    number: str
    sent_on: date


_EARLIER = re.compile(
    r"^(?:исх\.?\s*)?№?\s*(?P<number>\S.*?)\s+от\s+(?P<day>\d{1,2}\.\d{1,2}\.\d{4})(?:\s*г\.?)?$", re.IGNORECASE
)


def earlier_of(text: str) -> list[Earlier]:
    """Answers as people write them, one a line: «№ 12-о от 03.02.2026». Raises ValueError with the line it is."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        match = _EARLIER.match(line)
        if match is None:
            raise ValueError(line)
        day, month, year = match["day"].split(".")
        try:
            found.append(Earlier(match["number"], date(int(year), int(month), int(day))))
        except ValueError:
            raise ValueError(line) from None
    return found


def earlier_text(found: Sequence[Earlier]) -> str:
    """«№ 12-о от 03.02.2026, № 30-о от 01.04.2026»."""
    return ", ".join(f"№ {one.number} от {one.sent_on:%d.%m.%Y}" for one in found)
