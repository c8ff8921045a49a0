"""Sheets of N rows by the real command: `python -m bench.sheets [--cases 100000] [--json]`: CSV, JSON Lines, wide XLSX.

Rows a second with the start of the program included; the note tells the peak of memory, which is bounded for XLSX.
"""

import argparse
import tempfile
from pathlib import Path

from bench.importing import run, write
from bench.lines import Line, show

KINDS = ("csv", "jsonl", "xlsx")


def measure(rows: int) -> list[Line]:
    """One line a kind of sheet."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / f"rows.{kind}"
            write(path, rows)
            took = run(path)
            note = f"peak {took['peak_mb']} MB"
            lines.append(Line(f"import, {kind}", per_s=round(rows / took["seconds"], 1), note=note))
            path.unlink()
    return lines


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    show(measure(given.cases), given.json, rows=given.cases)


if __name__ == "__main__":
    main()
