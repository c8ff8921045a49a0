"""Long campaigns: `make prove`. Each prints its figures; they go to `bench/README.md` with the commit.

Beside each figure that has a bound stands the bound. All campaigns run whatever the ones before them said; if a bound
was not held, or a campaign failed, the exit code is 1 and the last lines say which. Sizes are such that all of it ends
within some hours: where a bound speaks of a greater size, the words beside it say so.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.made_effects import PROMISED


@dataclass(frozen=True)
class Bound:
    """One figure and what it must be at least or at most."""

    what: str
    figure: float
    least: float | None = None
    most: float | None = None

    @property
    def held(self) -> bool:
        """Whether it is; a figure that is no number is not."""
        return (self.least is None or self.figure >= self.least) and (self.most is None or self.figure <= self.most)

    def __str__(self) -> str:
        wanted = [
            f"{word} {end}" for word, end in (("at least", self.least), ("at most", self.most)) if end is not None
        ]
        return f"{self.what}: {self.figure} (bound: {', '.join(wanted)}) {'held' if self.held else 'NOT HELD'}"


Judge = Callable[[Any], Iterator[Bound]]


def importing(found: Any) -> Iterator[Bound]:
    """500 rows a second; ten times the rows take no more memory."""
    for kind in ("csv", "jsonl"):
        yield Bound(f"{kind}, rows a second", found[f"{kind}_rows_per_s"], least=500)
        yield Bound(f"{kind}, memory at ten times the rows", found[f"{kind}_memory_ratio"], most=1.2)


def radar(found: Any) -> Iterator[Bound]:
    """Nine bursts of ten within a quarter of an hour, one false alarm a week in the whole region."""
    yield Bound("found within 15 minutes", found["found_in_15"], least=0.90)
    yield Bound("false alarms a week", found["false_per_week"], most=1.0)


def rating(found: Any) -> Iterator[Bound]:
    """Better than plain averages, the small ones too: the interval of the gain lies above zero."""
    for where in ("", "_small"):
        yield Bound(f"gain{where} of tau over plain averages, lower end", found[f"gain{where}"]["low"], least=0.0001)


def effects(found: Any) -> Iterator[Bound]:
    """Intervals of 95 % hold the planted effect in 93 to 97 %."""
    for name in PROMISED:
        for what in ("share", "log_hours"):
            yield Bound(f"{name}, {what}: covered", found[name][what]["covered"], least=0.93, most=0.97)


def reports(found: Any) -> Iterator[Bound]:
    """A month for all municipalities in a minute, a PDF in two seconds."""
    yield Bound("all municipalities, s", found["whole_s"], most=60)
    yield Bound("the slowest PDF, ms", found["pdf_most_ms"], most=2000)
    yield Bound("reports not made", found["failed"], most=0)


def region(found: Any) -> Iterator[Bound]:
    """What is promised at 1,000,000 cases, asked of a smaller region: a rate instead of five minutes."""
    for line in found["lines"]:
        work = line["work"]
        if work == "rebuild":
            yield Bound("made anew, cases a second (1,000,000 in 300 s)", line["per_s"], least=3_334)
        elif work == "add":
            yield Bound("a new case, times its cost without figures", line["ratio"], most=1.10)
        elif work.startswith("/"):
            yield Bound(f"{work}, statements", line["queries"], most=11)
            yield Bound(f"{work}, p95 ms", line["p95_ms"], most=200)


@dataclass(frozen=True)
class Campaign:
    """A module of `bench`, its words, and what is asked of the JSON object that is its last line, if anything is."""

    module: str
    words: tuple[str, ...] = ()
    judge: Judge | None = None


CAMPAIGNS = (
    Campaign("bench.importing", (), importing),
    Campaign("bench.triage"),
    Campaign("bench.killed"),
    Campaign("bench.mailbox"),
    Campaign("bench.twenty"),
    Campaign("bench.radar", ("--seeds", "1", "2", "3", "4"), radar),
    Campaign("bench.rating", ("--runs", "200"), rating),
    Campaign("bench.effects", ("--worlds", "1000"), effects),
    Campaign("bench.reports", ("--cases", "20000"), reports),
    Campaign("bench.region", ("--cases", "50000", "--requests", "20"), region),
)


def run(campaign: Campaign) -> list[str]:
    """Run one and print; returns what did not hold, in words."""
    print(f"== {' '.join((campaign.module, *campaign.words))}", flush=True)
    words = [sys.executable, "-m", campaign.module, *campaign.words]
    if campaign.judge is None:
        code = subprocess.run(words, check=False).returncode
        return [f"{campaign.module}: exit code {code}"] if code else []
    done = subprocess.run([*words, "--json"], stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    if done.returncode:
        return [f"{campaign.module}: exit code {done.returncode}"]
    wrong = []
    for bound in campaign.judge(json.loads(done.stdout.splitlines()[-1])):
        print(bound, flush=True)
        if not bound.held:
            wrong.append(f"{campaign.module}: {bound}")
    return wrong


def main() -> None:
    """Run all campaigns, or those named, one after the other."""
    asked = sys.argv[1:]
    known = [one.module for one in CAMPAIGNS]
    if unknown := set(asked).difference(known):
        sys.exit(f"No such campaign: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    wrong = [words for one in CAMPAIGNS if not asked or one.module in asked for words in run(one)]
    print("== all bounds held" if not wrong else "== not held:\n" + "\n".join(wrong), flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
