"""The snapshot of themes and places that triage reads by, cached until one of the directories changes."""

from typing import Any

from django.db.models import Count, Max

from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.territory.gazetteer import gazetteer_from_db
from otklik.territory.models import Alias, Territory
from otklik.triage import Knowledge, ThemeEntry, Understanding

_cached: tuple[str, Knowledge] | None = None


def stamp() -> str:
    """Changes whenever a theme or a place comes, goes or is renamed."""
    themes = Theme.objects.aggregate(n=Count("id"), m=Max("id"))
    places = Territory.objects.aggregate(n=Count("id"), m=Max("id"))
    aliases = Alias.objects.aggregate(n=Count("id"), m=Max("id"))
    return f"{current().loaded_at}:{themes}:{places}:{aliases}"


def knowledge() -> Knowledge:
    """The current snapshot. Costs four small queries when nothing changed."""
    global _cached
    now = stamp()
    if _cached is None or _cached[0] != now:
        _cached = (now, _build(now))
    return _cached[1]


def _build(at: str) -> Knowledge:
    themes = Theme.objects.filter(version=current(), retired=False).select_related("group").order_by("id")
    entries = tuple(
        ThemeEntry(
            code=t.code, name=t.name, group=t.group.code, group_name=t.group.name, synonyms=tuple(t.synonyms),
            importance=t.importance, executor_kind=t.executor_kind,
        )
        for t in themes
    )
    return Knowledge(themes=entries, places=gazetteer_from_db(), stamp=at)


def suggestion_of(understood: Understanding) -> dict[str, Any]:
    """What the case keeps of an understanding: codes and spans, never words of the text."""
    return {
        "themes": [
            {"code": g.code, "spans": [[w.start, w.end] for w in g.words]} for g in understood.themes[:3]
        ],
        "importance": understood.importance,
        "kind": understood.kind,
        "place": (
            {"territory": understood.place.territory_id, "span": [understood.place.start, understood.place.end]}
            if understood.place else None
        ),
    }
