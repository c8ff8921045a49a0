"""`otklik evaluate place`: how often place, street, house and landmark are read as a person read them. No database."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from otklik.failures import BadInput
from otklik.territory.gazetteer import Gazetteer
from otklik.territory.locating import Located
from otklik.territory.naming import place_key
from otklik.territory.region_gazetteer import places_of, settlement_list
from otklik.territory.regionfile import RegionFiles, read_region
from otklik.territory.street_names import split_street, street_key

FIELDS: Final = ("municipality", "settlement", "street", "house", "landmark")
_COLUMNS: Final = ("text", *FIELDS, "span")


@dataclass(frozen=True, slots=True)
class Row:
    """One text with what a person read in it; empty fields are rightly empty."""

    id: str
    text: str
    told: dict[str, str]
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field read otherwise than told, for the page an expert reads."""

    id: str
    field: str
    told: str
    read: str


def read_rows(path: Path, part: str = "") -> list[Row]:
    """The rows of an exam, of one part if given. Raises BadInput when a column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(f"В файле нет столбцов: {', '.join(missing)}.", "test")
        return [
            Row(row.get("id", ""), row["text"], {name: row[name] for name in FIELDS}, _span(row["span"]))
            for row in reader if not part or row.get("part") == part
        ]


def _span(written: str) -> tuple[int, int] | None:
    if not written:
        return None
    start, end = json.loads(written)
    return int(start), int(end)


class Reader:
    """Reads a text into the fields of the exam by a region's folder."""

    def __init__(self, folder: Path, settlements: Path | None = None) -> None:
        """`settlements` is a list of ОКТМО; without one that is found only the places of the folder are known."""
        places = places_of(folder, settlements)
        files: RegionFiles = read_region(folder)
        by_short = {row.short_name: row for row in files.municipalities}
        self._official = {
            place.territory_id: by_short[place.name].name for place in places if place.kind == "municipality"
        }
        self._city = {
            place.territory_id: by_short[place.name].centre for place in places if place.kind == "municipality"
        }
        self.places = len(places)
        listed = settlements or settlement_list(folder)
        self.listed = listed.name if listed else ""
        self.gazetteer = Gazetteer.build(places)

    def read(self, text: str) -> tuple[Located, dict[str, str]]:
        """What was found, and the same as fields of the exam."""
        found = self.gazetteer.locate(text)
        settlement = found.settlement
        if found.place is not None and found.place.kind == "district" and found.municipality_id:
            settlement = self._city[found.municipality_id]
        _, street = split_street(found.address.street) if found.address else ("", "")
        return found, {
            "municipality": self._official.get(found.municipality_id or 0, ""),
            "settlement": settlement,
            "street": street,
            "house": found.address.house if found.address else "",
            "landmark": found.landmark.name if found.landmark else "",
        }


_KEYS: Final[dict[str, Callable[[str], str]]] = {
    "municipality": place_key,
    "settlement": place_key,
    "street": lambda name: street_key(split_street(name)[1]) if name else "",
    "house": lambda house: house.lower().replace(" корп. ", "к").replace(" стр. ", "с").replace(" ", ""),
    "landmark": place_key,
}


def measure(rows: Sequence[Row], reader: Reader) -> tuple[dict[str, Any], list[Wrong]]:
    """The figures of one run, and every field that was read wrong.

    A field counts as right when it is read as told, or rightly left empty (`accuracy`, over all texts); `precision` is
    over the texts where something was read, `recall` over those where something was told. Intervals are Wilson's, 95 %.
    """
    spans: list[float] = []
    counts = {name: {"right": 0, "read": 0, "told": 0, "hit": 0} for name in FIELDS}
    silent = {"told": 0, "right": 0}
    wrong: list[Wrong] = []
    times: list[float] = []
    span_read = span_told = 0
    for row in rows:
        began = time.perf_counter()
        found, fields = reader.read(row.text)
        times.append((time.perf_counter() - began) * 1000)
        for name in FIELDS:
            told, read = (_KEYS[name](value) for value in (row.told[name], fields[name]))
            count = counts[name]
            count["right"] += told == read
            count["read"] += bool(read)
            count["told"] += bool(told)
            count["hit"] += bool(told) and told == read
            if told != read:
                wrong.append(Wrong(row.id, name, row.told[name], fields[name]))
        if not row.told["municipality"]:
            silent["told"] += 1
            silent["right"] += not fields["municipality"]
        span_told += row.span is not None
        span_read += found.span is not None
        if row.span is not None:
            spans.append(overlap(row.span, found.span))
            if spans[-1] < 0.99:
                wrong.append(Wrong(row.id, "span", str(list(row.span)), str(list(found.span or ()))))
        elif found.span is not None:
            wrong.append(Wrong(row.id, "span", "", str(list(found.span))))
    figures: dict[str, Any] = {"n": len(rows), "places": reader.places, "settlement_list": reader.listed}
    for name, count in counts.items():
        figures[name] = {
            "accuracy": share(count["right"], len(rows)),
            "precision": share(count["hit"], count["read"]),
            "recall": share(count["hit"], count["told"]),
        }
    figures["municipality"]["silence"] = share(silent["right"], silent["told"])
    good = sum(one >= 0.5 for one in spans)
    figures["span"] = {
        "overlap": round(sum(spans) / len(spans), 4) if spans else None,
        "precision": share(good, span_read),
        "recall": share(good, span_told),
        "exact": share(sum(one > 0.99 for one in spans), span_told),
    }
    figures["ms_per_text"] = round(sorted(times)[len(times) // 2], 3) if times else None
    figures["ms_p95"] = round(sorted(times)[int(len(times) * 0.95)], 3) if times else None
    return figures, wrong


def overlap(told: tuple[int, int], read: tuple[int, int] | None) -> float:
    """Common characters over all characters of two spans, from 0 to 1."""
    if read is None:
        return 0.0
    common = max(0, min(told[1], read[1]) - max(told[0], read[0]))
    return common / (told[1] - told[0] + read[1] - read[0] - common)


def share(right: int, of: int) -> dict[str, Any]:
    """A share with its number and Wilson's interval at 95 %; all None when there is nothing to share."""
    if not of:
        return {"value": None, "n": 0, "low": None, "high": None}
    z, part = 1.96, right / of
    middle = (part + z * z / (2 * of)) / (1 + z * z / of)
    half = z * ((part * (1 - part) / of + z * z / (4 * of * of)) ** 0.5) / (1 + z * z / of)
    return {
        "value": round(part, 4), "n": of, "low": round(max(0.0, middle - half), 4),
        "high": round(min(1.0, middle + half), 4),
    }


def lines(figures: dict[str, Any]) -> Iterable[str]:
    """The figures as lines for people."""
    yield f"Текстов {figures['n']}, мест в указателе {figures['places']}, мс на текст {figures['ms_per_text']}"
    for name in (*FIELDS, "span"):
        for figure, value in figures[name].items():
            if isinstance(value, dict):
                if value["n"]:
                    yield (
                        f"{name:13} {figure:10} {value['value']:.3f}  (n = {value['n']}, "
                        f"{value['low']:.3f}–{value['high']:.3f})"
                    )
            elif value is not None:
                yield f"{name:13} {figure:10} {value:.3f}"
