"""How well the rating orders made municipalities of known quality, beside plain averages: `otklik bench rating`.

The world is `bench/made_ratings.py`, fixed before the method. What is measured is the program's own code
(`otklik.insight.rating_scores.rated`) under the shipped formula; a case goes in as the program would take it: thanks,
spam, federal matters and cases that another body held are left out, themes are the strata, «quick» is faster than the
middle of its theme. Kendall's tau with the truth; its interval is of the mean over replications (percentile bootstrap).
"""

import argparse
import json
from dataclasses import replace
from itertools import product

import numpy as np

from bench.made_ratings import Cases, Floats, World, kendall_tau, made, plain_averages
from otklik.insight.rating_formula import Formula, formula_from, shipped
from otklik.insight.rating_rates import Counts
from otklik.insight.rating_scores import Place, rated

RUNS = 200
BOOTSTRAP = 2000
NAMES = {  # of the world's parts in the formula's words
    "in_time": "in_time", "answer_time": "quick", "reopened": "held", "satisfaction": "rated", "verified": "verified",
}


def counts_of(cases: Cases) -> tuple[dict[str, Counts], np.ndarray]:
    """What the program would count of a quarter: by part, place and theme; and how many messages a place has."""
    own = (cases.kind == 0) & (cases.others_hours == 0)
    ended = own  # open ones of the world are over their limit
    middle = {int(t): np.nanmedian(cases.hours[own & (cases.theme == t)]) for t in np.unique(cases.theme[own])}
    usual = np.array([middle.get(int(t), np.nan) for t in cases.theme])
    with np.errstate(invalid="ignore"):
        fast = cases.answered & (cases.hours <= usual)
    parts = {
        "in_time": (cases.in_time, ended), "quick": (fast, ended),
        "held": (~cases.reopened, own & cases.answered), "rated": (cases.satisfied == 1, own & (cases.satisfied >= 0)),
        "verified": (cases.verified, own & cases.checked),
    }
    return {code: _cells(cases, good, of) for code, (good, of) in parts.items()}, own


def _cells(cases: Cases, good: np.ndarray, of: np.ndarray) -> Counts:
    towns, themes = int(cases.town.max()) + 1, int(cases.theme.max()) + 1
    index = cases.town * themes + cases.theme
    n = np.bincount(index[of], minlength=towns * themes).reshape(towns, themes)
    goods = np.bincount(index[of & good], minlength=towns * themes).reshape(towns, themes)
    return {
        town: {t: (float(goods[town, t]), float(n[town, t])) for t in range(themes) if n[town, t]}
        for town in range(towns)
    }


def rating_of(world: World, formula: Formula) -> tuple[Floats, Floats, Floats]:
    """Points of each municipality, and the ends of their intervals."""
    counts, own = counts_of(world.cases)
    received = np.bincount(world.cases.town[own], minlength=len(world.codes))
    places = [Place(i, int(world.population[i]), int(received[i])) for i in range(len(world.codes))]
    results = rated(formula, places, counts, with_moves=False).results
    columns = [[getattr(results[i], name) for i in range(len(places))] for name in ("points", "low", "high")]
    return np.array(columns[0]), np.array(columns[1]), np.array(columns[2])


def plain_of(world: World) -> Floats:
    """The plain averages as one value: mean of the parts, each in units of its own spread."""
    table = plain_averages(world.cases, len(world.codes))
    return np.asarray(((table - table.mean(axis=0)) / table.std(axis=0)).mean(axis=1))


def raw_by_formula(world: World, formula: Formula) -> Floats:
    """Plain shares of all cases under the weights and bounds of the same formula: nothing adjusted or shrunk."""
    table = plain_averages(world.cases, len(world.codes))
    shares = dict(zip(NAMES.values(), table.T, strict=True))
    shares["held"] = 1 + shares["held"]
    middle = np.nanmedian(world.cases.hours)
    with np.errstate(invalid="ignore"):
        fast = world.cases.answered & (world.cases.hours <= middle)
    n = np.bincount(world.cases.town, minlength=len(world.codes))
    shares["quick"] = np.bincount(world.cases.town[fast], minlength=len(world.codes)) / np.maximum(n, 1)
    parts = [part for part in formula.parts if part.code in shares]
    return sum((p.weight * (shares[p.code] - p.zero) / (p.full - p.zero) for p in parts), np.zeros(len(world.codes)))


def measured(runs: int) -> dict[str, object]:
    """Mean tau over replications, everywhere and among the small ones, with what stands beside it."""
    formula = formula_from(shipped()[-1])
    even = replace(formula, parts=tuple(replace(p, weight=float(p.code in NAMES.values())) for p in formula.parts))
    small_floor = formula.leagues[-2].floor
    taus: dict[tuple[str, str], list[float]] = {}
    for seed in range(runs):
        world = made(seed)
        small = world.population < small_floor
        scores = {
            "rating": rating_of(world, formula)[0], "plain": plain_of(world),
            "rating_even": rating_of(world, even)[0], "plain_same_weights": raw_by_formula(world, formula),
        }
        for (name, score), (where, chosen) in product(scores.items(), (("", np.ones_like(small)), ("_small", small))):
            taus.setdefault((name, where), []).append(kendall_tau(score[chosen], world.truth[chosen]))
    out: dict[str, object] = {"runs": runs, "formula": formula.version, "small": int(small.sum()), "of": len(small)}
    for (name, where), values in taus.items():
        out[f"tau_{name}{where}"] = _mean_with_interval(np.array(values))
    for where in ("", "_small"):
        gain = np.array(taus["rating", where]) - np.array(taus["plain", where])
        out[f"gain{where}"] = _mean_with_interval(gain)
        out[f"won{where}"] = round(float((gain > 0).mean()), 3)
    return out


def _mean_with_interval(values: Floats) -> dict[str, float]:
    chance = np.random.default_rng(1)
    means = chance.choice(values, (BOOTSTRAP, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return {"mean": round(float(values.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def main() -> None:
    """Print it, for people or as one JSON object."""
    given = argparse.ArgumentParser()
    given.add_argument("--runs", type=int, default=RUNS)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    found = measured(asked.runs)
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        shown = value
        if isinstance(value, dict):
            shown = f"{value['mean']:.3f} [{value['low']:.3f}; {value['high']:.3f}]"
        print(f"{name:26} {shown}")


if __name__ == "__main__":
    main()
