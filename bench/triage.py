"""How fast triage reads: `python -m bench.triage`. Texts are the project's own demo texts, by a seed."""

import os
import statistics
import tempfile
import time
from pathlib import Path

import django

from bench.importing import rows
from otklik.triage import Hints, understand
from otklik.triage.model.shipped import shipped_knowledge


def main() -> dict[str, float]:
    """Measure the building of knowledge and the reading of texts one by one; print milliseconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    with tempfile.TemporaryDirectory() as home:  # no database is touched; settings want a folder for keys
        os.environ["OTKLIK_HOME"] = home
        django.setup()
        return _measure()


def _measure() -> dict[str, float]:
    home = Path(os.environ["OTKLIK_HOME"])
    shipped_knowledge(home)  # the base is made here, once
    started = time.perf_counter()
    known = shipped_knowledge(home)
    understand("яма на дороге", Hints(), known)
    built = time.perf_counter() - started
    spent = []
    for row in rows(2_000):
        began = time.perf_counter()
        understand(row[-1], Hints(), known)
        spent.append((time.perf_counter() - began) * 1000)
    figures = {
        "build_s": round(built, 2),
        "p50_ms": round(statistics.median(spent), 2),
        "p95_ms": round(statistics.quantiles(spent, n=20)[-1], 2),
        "per_s": round(len(spent) / (sum(spent) / 1000)),
    }
    print("\n".join(f"{k:24} {v}" for k, v in figures.items()))
    return figures


if __name__ == "__main__":
    main()
