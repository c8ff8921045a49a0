"""How fast triage reads: `python -m bench.triage`. Texts are the project's own demo texts, by a seed."""

import os
import statistics
import tempfile
import time

import django

from bench.importing import rows
from otklik.classifier.reading import shipped
from otklik.triage import Hints, Knowledge, ThemeEntry, understand


def main() -> dict[str, float]:
    """Measure the building of knowledge and the reading of texts one by one; print milliseconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    with tempfile.TemporaryDirectory() as home:  # no database is touched; settings want a folder for keys
        os.environ["OTKLIK_HOME"] = home
        django.setup()
        return _measure()


def _measure() -> dict[str, float]:
    spec = shipped()
    groups = {g.code: g.name for g in spec.groups}
    started = time.perf_counter()
    known = Knowledge(
        themes=tuple(
            ThemeEntry(t.code, t.name, t.group, groups[t.group], tuple(t.synonyms), t.importance, t.executor_kind)
            for t in spec.themes
        ),
        places=None,
        stamp="bench",
    )
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
