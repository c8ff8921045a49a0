"""Landmarks with a name or number of their own that staff confirmed before, with their place. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from otklik.territory.landmarks import kind_of_word
from otklik.territory.naming import name_key


@dataclass(frozen=True, slots=True)
class LandmarkEntry:
    """A landmark and the place it stands in; `point` is latitude and longitude (WGS 84, degrees) where known."""

    name: str
    territory_id: int
    municipality_id: int | None = None
    point: tuple[float, float] | None = None


def landmark_key(name: str) -> str:
    """The key of a landmark in whatever case: «школой № 35» and «школа 35» are one."""
    words = name_key(name).split()
    if not words:
        return ""
    for count in (2, 1):
        kind = kind_of_word(" ".join(words[:count]))
        if kind:
            return " ".join([kind, *words[count:]])
    return " ".join(words)


class KnownLandmarks:
    """The index. Built once, never changed; can be pickled."""

    def __init__(self, landmarks: Iterable[LandmarkEntry] = ()) -> None:
        """Index the landmarks by their keys."""
        found: dict[str, list[LandmarkEntry]] = defaultdict(list)
        for landmark in landmarks:
            found[landmark_key(landmark.name)].append(landmark)
        self._found = {key: tuple(entries) for key, entries in found.items()}

    def named(self, name: str, municipality_id: int | None = None) -> LandmarkEntry | None:
        """The one landmark of this name, in a municipality if that is known; None when several bear it."""
        entries = self._found.get(landmark_key(name), ())
        if municipality_id is not None:
            entries = tuple(one for one in entries if one.municipality_id == municipality_id)
        return entries[0] if len(entries) == 1 else None
