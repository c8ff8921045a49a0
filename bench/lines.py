"""The lines that a measurement prints, for people and for programs."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.home import ROOT


@dataclass(frozen=True)
class Line:
    """One work measured. Times in milliseconds; `bare_ms` is the database's part alone, in the same run.

    `queries` are the statements of one such request. What a line has no figure for is None.
    """

    work: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    per_s: float | None = None
    queries: int | None = None
    bare_ms: float | None = None
    note: str = ""
    ratio: float | None = None  # of two ways of doing the same, where that is what is bounded


def show(lines: Sequence[Line], as_json: bool, **about: Any) -> None:
    """Print the lines; as JSON {"lines": […], …about}."""
    if as_json:
        print(json.dumps({"lines": [asdict(line) for line in lines], **about, **_machine()}, ensure_ascii=False))
        return
    names = ("work", "p50_ms", "p95_ms", "per_s", "queries", "bare_ms", "note", "ratio")
    rows = [names, *(tuple("" if v is None else str(v) for v in asdict(line).values()) for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(names))]
    for row in rows:
        print("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())
    print(", ".join(f"{name} {value}" for name, value in {**about, **_machine()}.items()))


def _machine() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "commit": commit,
            "python": sys.version.split()[0]}  # fmt: skip
