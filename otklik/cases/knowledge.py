"""The snapshot of themes and places that triage reads by, cached until one of the directories changes."""

import time
from typing import Any

from django.db import connection
from django.utils import timezone

from otklik.cases import abstaining, reader_files
from otklik.cases.kind_and_tone import kept_of
from otklik.cases.learning_rows import theme_entries, theme_words
from otklik.cases.models import ReaderVersion
from otklik.territory.gazetteer import gazetteer_from_db
from otklik.territory.locating import Located
from otklik.triage import Knowledge, Understanding

STREET = 150  # letters, as the case keeps them
LOOKS_EVERY = 5.0  # seconds; a renamed village may wait so long
_cached: tuple[str, float, Knowledge] | None = None

STAMP = """
SELECT (SELECT coalesce(sum(hashtext(code || name || synonyms::text || retired)::bigint), 0) FROM classifier_theme),
       (SELECT coalesce(sum(hashtext(id || name || short_name || active || is_centre)::bigint), 0)
        FROM territory_territory),
       (SELECT coalesce(sum(hashtext(territory_id || name)::bigint), 0) FROM territory_alias),
       (SELECT concat_ws('/', count(*), max(id), count(*) FILTER (WHERE active)) FROM territory_street),
       (SELECT coalesce(sum(hashtext(id || name || forbidden)::bigint), 0)
        FROM territory_learnedname WHERE confirmations >= 2),
       (SELECT string_agg(concat_ws(':', task, id, digest), ' ' ORDER BY task) FROM cases_readerversion
        WHERE state = 'in_use'),
       (SELECT coalesce(sum(hashtext(concat_ws(':', territory_id, value))::bigint), 0) FROM organisations_setting
        WHERE name = 'theme_precision'),
       (SELECT id FROM classifier_classifierversion WHERE valid_from <= %s ORDER BY valid_from DESC, id DESC LIMIT 1)
"""


def stamp() -> str:
    """Changes whenever a theme or a place comes, goes or is renamed, or another edition is in force. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [timezone.localdate()])
        return str(cursor.fetchone())


def knowledge() -> Knowledge:
    """The current snapshot, built anew (about a second) when a directory changed."""
    global _cached
    now = time.monotonic()
    if _cached is not None and now - _cached[1] < LOOKS_EVERY:
        return _cached[2]
    current_stamp = stamp()
    if _cached is not None and _cached[0] == current_stamp:
        _cached = (current_stamp, now, _cached[2])
    else:
        _cached = (current_stamp, now, _build(current_stamp))
    return _cached[2]


def _build(at: str) -> Knowledge:
    reader = reader_files.load(ReaderVersion.Task.THEME, theme_words())
    threshold, thresholds = abstaining.of_territories(reader.card)
    return Knowledge(
        themes=theme_entries(), places=gazetteer_from_db(), stamp=at, model=reader.model, threshold=threshold,
        thresholds=thresholds,
    )


def suggestion_of(understood: Understanding, known: Knowledge | None = None) -> dict[str, Any]:
    """What the case keeps of an understanding: codes and spans, never words of the text but a street and a house."""
    edition = known.model.edition if known and known.model else ""
    return {
        "themes": [
            {"code": g.code, "p": g.p, "spans": [[w.start, w.end] for w in g.words]} for g in understood.themes[:3]
        ],
        "abstains": understood.abstains,
        "reader": int(edition) if edition else None,
        "importance": understood.importance,
        "dangers": [[w.start, w.end, d.reason] for d in understood.dangers for w in d.words],
        **kept_of(understood),
        "place": (
            {"territory": understood.place.territory_id, "span": [understood.place.start, understood.place.end]}
            if understood.place else None
        ),
        "where": _where(understood.where),
    }


def _where(found: Located) -> dict[str, Any] | None:
    """Street, house and landmark with their spans; the whole stretch of words about the place."""
    if found.span is None:
        return None
    address, landmark = found.address, found.landmark
    return {
        "span": list(found.span), "confidence": found.confidence, "point": found.point,
        "street": address.street[:STREET] if address else "", "house": address.house if address else "",
        "street_span": [address.start, address.end] if address else None,
        "landmark_span": [landmark.start, landmark.end] if landmark else None,
    }
