"""What is this text about: pure functions over a text and an immutable snapshot of knowledge. No tables.

The door is `understand(text, hints, knowledge)`. Themes are found by names and synonyms, danger by a
table of phrases; every finding shows its words and claims no percentage.
"""

from otklik.triage.dangers import Danger
from otklik.triage.knowledge import Hints, Knowledge, PlaceFinder, PlaceHit
from otklik.triage.themes import Span, ThemeEntry, ThemeGuess
from otklik.triage.understanding import Understanding, understand

__all__ = [
    "Danger",
    "Hints",
    "Knowledge",
    "PlaceFinder",
    "PlaceHit",
    "Span",
    "ThemeEntry",
    "ThemeGuess",
    "Understanding",
    "understand",
]
