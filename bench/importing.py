"""How fast and in how much memory a sheet comes in: `python -m bench.importing [--rows 10000] [--json]`.

`--kind xlsx --rows 100000` measures one workbook of 30 columns: once new, and once more when nothing in it changed.

Each run is the real command in its own process, into a fresh clone of the migrated database. The sheet is made of the
project's own demo texts by a seed, so anybody can run it. Three runs of 10,000 rows give the median speed; one run of
100,000 rows of each kind gives the memory beside that of 10,000.
"""

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench.workbook import write_workbook
from otklik.embedded import ensure_running
from otklik.operations.demo_texts import THEMES, DemoPlace, compose
from tests import databases

COLUMNS = ("ID", "Дата создания", "Тема", "Исполнитель", "Улица", "Дом", "Текст инцидента")


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Rows of an export as people have it, from one seed; memory does not grow with their number."""
    rng = random.Random(20261125)
    for number in range(1, count + 1):
        theme = rng.choice(THEMES)
        place = DemoPlace("город Камышин", "город Камышин", f"улица {rng.choice('АБВГДЕ')}", str(rng.randint(1, 99)))
        day, minute = rng.randint(1, 28), rng.randint(0, 1439)
        yield (
            str(number), f"{day:02}.{rng.randint(1, 9):02}.2026 {minute // 60:02}:{minute % 60:02}", f"Тема {theme}",
            f"Служба {rng.randint(1, 80)}", place.street, place.house, compose(rng, theme, place).text,
        )


def wide_rows(count: int, columns: int = 30) -> Iterator[tuple[str, ...]]:
    """The header and the rows with more columns beside, as systems export them: most texts are not repeated."""
    more = columns - len(COLUMNS)
    yield (*COLUMNS, *(f"Поле {place}" for place in range(1, more + 1)))
    for row in rows(count):
        yield (*row, *(f"Значение {place} строки {row[0]}" for place in range(1, more + 1)))


def write(path: Path, count: int) -> None:
    """The sheet as CSV, JSON Lines or a wide XLSX, by the file's ending."""
    if path.suffix == ".xlsx":
        write_workbook(path, wide_rows(count))
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        if path.suffix == ".csv":
            writer = csv.writer(out)
            writer.writerow(COLUMNS)
            writer.writerows(rows(count))
        else:
            for row in rows(count):
                out.write(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")


def run(path: Path, times: int = 1) -> dict[str, float]:
    """Imports by the command into a fresh database, one after the other; what the last one printed."""
    server = ensure_running(purpose="test")
    name = f"otklik_t_{os.getpid()}_bench"
    databases.clone(server.owner_url, databases.template(server.owner_url, server.app_url), name)
    try:
        for _turn in range(times):
            done = subprocess.run(
                [sys.executable, "-m", "otklik", "import", str(path), "--into", "18715000", "--json"],
                env={**os.environ, "DATABASE_URL": databases.with_database(server.app_url, name)},
                capture_output=True, text=True, check=True,
            )
    finally:
        with psycopg.connect(server.owner_url, autocommit=True) as owner:
            databases.drop(owner, name)
    result: dict[str, float] = json.loads(done.stdout)
    assert result["created" if times == 1 else "existing"] == result["rows"], result
    print(path.name, result, file=sys.stderr, flush=True)
    return result


def one_workbook(count: int) -> dict[str, float]:
    """A wide XLSX: rows a second and peak memory, when all is new and when all is known."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.xlsx"
        write(path, count)
        new, known = run(path), run(path, times=2)
    return {
        "xlsx_rows": count, "xlsx_rows_per_s": round(count / new["seconds"], 1), "xlsx_peak_mb": new["peak_mb"],
        "xlsx_again_rows_per_s": round(count / known["seconds"], 1), "xlsx_again_peak_mb": known["peak_mb"],
    }


def main() -> dict[str, float]:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--json", action="store_true")
    options.add_argument("--kinds", default="csv,jsonl")
    options.add_argument("--kind", choices=["xlsx"], help="measure one wide workbook of --rows rows only")
    given = options.parse_args()
    figures: dict[str, float] = one_workbook(given.rows) if given.kind else {}
    if given.kind:
        given.kinds = ""
    with tempfile.TemporaryDirectory() as folder:
        for kind in filter(None, given.kinds.split(",")):
            small, big = Path(folder) / f"small.{kind}", Path(folder) / f"big.{kind}"
            write(small, given.rows)
            write(big, given.rows * 10)
            runs = [run(small) for _ in range(3)]
            large = run(big)
            figures[f"{kind}_rows_per_s"] = round(given.rows / statistics.median(r["seconds"] for r in runs), 1)
            figures[f"{kind}_peak_mb"] = statistics.median(r["peak_mb"] for r in runs)
            figures[f"{kind}_peak_mb_x10"] = large["peak_mb"]
            figures[f"{kind}_memory_ratio"] = round(large["peak_mb"] / figures[f"{kind}_peak_mb"], 3)
    print(json.dumps(figures) if given.json else "\n".join(f"{k:24} {v}" for k, v in figures.items()))
    return figures


if __name__ == "__main__":
    main()
