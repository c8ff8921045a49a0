"""Reading the classifier ОКТМО (ОК 033-2013): codes, check digits, lines of settlements.

Pure. The file is a CSV with the columns `oktmo`, `check_digit`, `name`; section lines such as
«Населенные пункты, входящие в состав сельского поселения Ларинское …» stand among the settlements
and name the settlement municipalities (сельские и городские поселения).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from otklik.failures import BadInput
from otklik.territory.naming import place_key, split_type, type_of_spelling

SETTLEMENT_DIGITS = 11
MUNICIPALITY_DIGITS = 8
MAX_NAME = 200
_COLUMNS = {
    "oktmo": ("oktmo", "октмо", "код", "код октмо", "code"),
    "check_digit": ("check_digit", "кч", "контрольное число", "check"),
    "name": ("name", "наименование", "название"),
}
_SECTION = re.compile(r"^Насел[её]нные пункты, входящие в состав (?P<what>.+)$", re.IGNORECASE)
_BODY = re.compile(r"^(?P<type>сельского|городского) поселения (?P<rest>.+)$", re.IGNORECASE)
_OF_MUNICIPALITY = re.compile(r"\s+\S+(?:ого|его) муниципального (?:района|округа)(?:\s.*)?$", re.IGNORECASE)
_SANATORIUM_AND_THE_LIKE = re.compile(r"\b(санаторий|дом отдыха|лесничество|кордон)$", re.IGNORECASE)


def check_digit(code: str) -> int:
    """Return the check digit of a code of digits (Р 50.1.024-2005, section 6).

    Weights 1…10 in turn; if the remainder by 11 is 10, weights shifted by two; if again, 0.
    """
    for shift in (0, 2):
        remainder = sum(((place + shift) % 10 + 1) * int(digit) for place, digit in enumerate(code)) % 11
        if remainder < 10:
            return remainder
    return 0


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One settlement of the file: its line, code of 11 digits, type and name."""

    number: int
    oktmo: str
    type_name: str
    name: str

    @property
    def municipality_oktmo(self) -> str:
        """The code of the municipality of the upper level (8 digits) this code begins with."""
        return self.oktmo[:5] + "000"


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A settlement municipality that a section line names: «Ларинское сельское поселение»."""

    number: int
    oktmo: str
    name: str
    genitive: str

    @property
    def municipality_oktmo(self) -> str:
        """The code of the municipality of the upper level (8 digits) it belongs to."""
        return self.oktmo[:5] + "000"


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that was not taken: its number in the file, the column at fault and why (Russian)."""

    number: int
    column: str
    reason: str
    text: str


@dataclass(frozen=True)
class OktmoFile:
    """What the file says."""

    settlements: tuple[SettlementLine, ...]
    bodies: tuple[BodyLine, ...]
    rejected: tuple[RejectedLine, ...]
    lines: int


def decode(content: bytes) -> str:
    """Decode a file of unknown Russian encoding: utf-8 (with or without BOM) or cp1251."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def read_oktmo(content: bytes) -> OktmoFile:
    """Read the classifier's file.

    Raises `BadInput` when the file as a whole is not such a file; a wrong line is only rejected.
    """
    text = decode(content).replace("\0", "")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = next(reader)
    except (StopIteration, csv.Error):
        raise BadInput("Файл пуст: ждём таблицу со столбцами oktmo, check_digit, name.") from None
    places = _columns(header)
    taken: list[SettlementLine] = []
    bodies: list[BodyLine] = []
    rejected: list[RejectedLine] = []
    seen: dict[str, int] = {}
    lines = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            rejected.append(RejectedLine(reader.line_num, "", f"строка не читается: {error}", ""))
            continue
        if not any(cell.strip() for cell in row):
            continue
        lines += 1
        line = _line(reader.line_num, row, places, seen)
        if isinstance(line, SettlementLine):
            taken.append(line)
        elif isinstance(line, BodyLine):
            bodies.append(line)
        elif isinstance(line, RejectedLine):
            rejected.append(line)
    return OktmoFile(tuple(taken), tuple(bodies), tuple(rejected), lines)


def _columns(header: list[str]) -> dict[str, int]:
    written = [cell.strip().strip("\ufeff").lower().replace("ё", "е") for cell in header]
    places = {
        column: written.index(spelling)
        for column, spellings in _COLUMNS.items()
        for spelling in spellings
        if spelling in written
    }
    missing = [column for column in ("oktmo", "name") if column not in places]
    if missing:
        raise BadInput(
            f"В первой строке нет столбца {' и '.join(missing)}. Нужны столбцы oktmo, check_digit, name."
        )
    return places


def _line(
    number: int, row: list[str], places: dict[str, int], seen: dict[str, int]
) -> SettlementLine | BodyLine | RejectedLine | None:
    """Read one line; None is the section line of a whole region or city, which names no body."""

    def reject(column: str, reason: str) -> RejectedLine:
        return RejectedLine(number, column, reason, "; ".join(row)[:MAX_NAME])

    if len(row) <= max(places.values()):
        return reject("", "столбцов меньше, чем в заголовке")
    code = row[places["oktmo"]].strip().replace(" ", "")
    name = " ".join(row[places["name"]].split())
    if not (code.isascii() and code.isdigit() and len(code) == SETTLEMENT_DIGITS):
        return reject("oktmo", "код ОКТМО населённого пункта — 11 цифр")
    digit = row[places["check_digit"]].strip() if "check_digit" in places else ""
    if digit and digit != str(check_digit(code)):
        return reject("check_digit", f"контрольное число не сходится: должно быть {check_digit(code)}")
    if code in seen:
        return reject("oktmo", f"такой код уже был в строке {seen[code]}")
    seen[code] = number
    if not name:
        return reject("name", "нет названия")
    if len(name) > MAX_NAME:
        return reject("name", f"название длиннее {MAX_NAME} знаков")
    section = _SECTION.match(name)
    if section:
        return _body(number, code, section["what"])
    if code.endswith("000"):
        return reject("name", "код раздела, а строка не называет ни поселение, ни населённый пункт")
    type_name, bare = _type_and_name(name)
    if not place_key(bare) or type_of_spelling(bare):
        return reject("name", "в названии нет букв")
    return SettlementLine(number, code, type_name, bare)


def _type_and_name(name: str) -> tuple[str, str]:
    ending = _SANATORIUM_AND_THE_LIKE.search(name)
    if ending:
        return ending[1].lower(), name
    typed = split_type(name)
    return typed.type_name, typed.name


def _body(number: int, code: str, what: str) -> BodyLine | None:
    match = _BODY.match(what)
    if match is None:
        return None
    kind = match["type"].lower()
    nominative_kind = {"сельского": "сельское поселение", "городского": "городское поселение"}[kind]
    own = _OF_MUNICIPALITY.sub("", match["rest"]).strip()
    if own.endswith(("ое", "ее")):
        ending = "его" if own.endswith("ее") else "ого"
        name, genitive = f"{own} {nominative_kind}", f"{own[:-2]}{ending} {kind} поселения"
    else:
        name, genitive = f"{nominative_kind} {own}", f"{kind} поселения {own}"
    return BodyLine(number, code[:MUNICIPALITY_DIGITS], name, genitive)
