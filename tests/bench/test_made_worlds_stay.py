"""A made world is never edited after its methods came: whoever needs another one writes another file."""

import hashlib
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
WORLDS = {
    "made_ratings.py": "32c4035d997d1f5916b03346e9fcaa941f02cacb33cf87e2abacf1fc13155c80",
    "made_bursts.py": "267b21c0b311e41af61c3c141b8d3feb0b7632350d883b54059768532978821e",
    "made_effects.py": "3c1595149f88af494a2931d2b8bdae3ee3290fb2a78456a9da105fac6b662a69",
}


@pytest.mark.parametrize("name", WORLDS)
def test_a_made_world_is_the_one_that_methods_were_measured_on(name: str) -> None:
    text = (BENCH / name).read_bytes().replace(b"\r", b"")
    assert hashlib.sha256(text).hexdigest() == WORLDS[name], "write another world beside it; see bench/README.md"
