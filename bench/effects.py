"""How well the effect of a practice is told: `python -m bench.effects [--worlds 1000] [--json]`.

On worlds of `bench/made_effects.py`, whose effect is known. A plain before and after of those who took the practice
stands beside. The method was written with worlds of seeds from 100,000 on; here they begin at 0.
"""

import argparse
import json
from dataclasses import asdict

from bench import made_effects as made
from otklik.practice.effect import Effect, effect_on_mean, effect_on_share


def coverages(scenario: str, many: int, first: int = 0) -> dict[str, made.Coverage]:
    """What the judge says of the share in time, of the time to an answer, and of the plain rule."""
    share, hours, plain = [], [], []
    for world in made.worlds(scenario, many, first):
        share.append((world.effect.share, _interval(effect_on_share(world.cases, world.in_time, world.began))))
        found = effect_on_mean(world.cases, world.log_hours, world.log_hours_squared, world.began)
        hours.append((world.effect.log_hours, _interval(found)))
        plain.append((world.effect.share, made.before_and_after(world)))
    return {"share": made.coverage(share), "log_hours": made.coverage(hours), "plain_share": made.coverage(plain)}


def _interval(found: Effect | None) -> made.Interval | None:
    return found and made.Interval(found.estimate, found.low, found.high)


def main() -> None:
    """A line a scenario and measure; with `--json` one object."""
    options = argparse.ArgumentParser()
    options.add_argument("--worlds", type=int, default=1000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    found = {one.name: coverages(one.name, given.worlds) for one in made.SCENARIOS}
    if given.json:
        print(json.dumps({name: {what: asdict(one) for what, one in every.items()} for name, every in found.items()}))
        return
    for name, every in found.items():
        for what, one in every.items():
            promised = "" if name in made.PROMISED and what != "plain_share" else "  (not promised)"
            print(
                f"{name:10} {what:12} covered {one.covered:.3f}  found {one.found:.2f}  wrongly {one.wrongly_found:.3f}"
                f"  bias {one.bias:+.4f}  width {one.width:.3f}  answered {one.answered}/{one.worlds}{promised}"
            )


if __name__ == "__main__":
    main()
