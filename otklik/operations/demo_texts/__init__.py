"""Texts of the demo region: what invented residents write and what is answered. Pure and repeatable.

`compose(rng, theme_code, place)` gives a `DemoMessage`; `invent_person(rng)` a `DemoPerson` that is nobody;
`how_often(theme_code, month)` the weight by which a theme is chosen in a month; `THEMES` the themes that have
texts. The sentences lie in `matters/*.toml`, voices in `voices.toml`, names in `names.toml`, seasons in
`season.csv`.
"""

from otklik.operations.demo_texts.composing import DemoMessage, compose
from otklik.operations.demo_texts.matters import THEMES
from otklik.operations.demo_texts.people import DemoPerson, invent_person
from otklik.operations.demo_texts.place import DemoPlace
from otklik.operations.demo_texts.seasons import how_often

__all__ = ["THEMES", "DemoMessage", "DemoPerson", "DemoPlace", "compose", "how_often", "invent_person"]
