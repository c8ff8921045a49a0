"""Editions as values and back: from the tables, and to JSON for an uploaded one that waits."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from otklik.classifier.models import ClassifierVersion, NotToConfuse
from otklik.classifier.reading import (
    ClassifierSpec,
    ExecutorKindSpec,
    GroupSpec,
    NotToConfuseSpec,
    ThemeSpec,
    shipped,
)


def edition(version: ClassifierVersion) -> ClassifierSpec:
    """A stored edition as its files would say it, retired themes left out."""
    themes = list(version.themes.filter(retired=False).select_related("group").order_by("order"))
    edges = NotToConfuse.objects.filter(theme__version=version, theme__retired=False, other__retired=False)
    return ClassifierSpec(
        version.code, version.name, version.valid_from, shipped().executor_kinds,
        tuple(GroupSpec(g.code, g.name, g.help, g.importance_hint) for g in version.groups.order_by("order")),
        tuple(
            ThemeSpec(t.code, t.group.code, t.name, t.help, tuple(t.synonyms), t.importance, t.fast, t.executor_kind)
            for t in themes
        ),
        tuple(
            NotToConfuseSpec(edge.theme.code, edge.other.code, edge.note)
            for edge in edges.select_related("theme", "other").order_by("theme__order", "other__order")
        ),
    )


def to_json(spec: ClassifierSpec) -> dict[str, Any]:
    """An edition as plain JSON."""
    return asdict(spec) | {"valid_from": spec.valid_from.isoformat()}


def from_json(kept: Mapping[str, Any]) -> ClassifierSpec:
    """What `to_json` made."""
    return ClassifierSpec(
        kept["code"], kept["name"], date.fromisoformat(kept["valid_from"]),
        tuple(ExecutorKindSpec(**one) for one in kept["executor_kinds"]),
        tuple(GroupSpec(**one) for one in kept["groups"]),
        tuple(ThemeSpec(**(one | {"synonyms": tuple(one["synonyms"])})) for one in kept["themes"]),
        tuple(NotToConfuseSpec(**one) for one in kept["not_to_confuse"]),
    )
