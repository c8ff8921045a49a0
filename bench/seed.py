"""Twenty sentences of the seed, drawn by a seed: `python -m bench.seed`. Near-identical ones count once."""

import random

from otklik.triage.evaluating.sameness import groups_of
from otklik.triage.model.base import seed
from otklik.triage.model.pieces import pieces_of
from otklik.triage.words import tokens_of


def main() -> None:
    """Print how many there are, and twenty of them."""
    texts = seed()
    groups = groups_of([pieces_of(tokens_of(text)) for _, text in texts], range(len(texts)))
    print(f"{len(texts)} sentences, {len(set(groups))} of them not near-identical, {len({c for c, _ in texts})} themes")
    for code, text in random.Random(20).sample(list(texts), 20):
        print(f"{code:28} {text}")


if __name__ == "__main__":
    main()
