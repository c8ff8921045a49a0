"""The public map of a box: one statement that counts, groups and writes the GeoJSON, whatever lies in the box.

The grid is the same as of the other maps (`territory.clustering`): near points are one spot; from `WHOLE_ZOOM` on only
what lies at the very same place is.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.cases.problem_models import ProblemState
from otklik.faces.portal.public_filters import Filters
from otklik.failures import BadInput
from otklik.territory.clustering import CELL_PIXELS, MOST_KEYS, MOST_SPOTS, WHOLE_ZOOM, Box, box_of, zoom_of

# Spots first, over the covering index alone; words only for those that stand by themselves or cannot be told apart by
# zooming. `floor` twice a row is all the work per row.
STATEMENT: Final = """
WITH spots AS MATERIALIZED (
    SELECT count(*) AS n, avg(latitude) AS lat, avg(longitude) AS lon,
           min(longitude) AS west, max(longitude) AS east, min(latitude) AS south, max(latitude) AS north,
           floor(longitude / %(side)s) AS x, floor(latitude / %(height)s) AS y
    FROM cases_publicproblem
    WHERE latitude BETWEEN %(south)s AND %(north)s AND longitude BETWEEN %(west)s AND %(east)s {more}
    GROUP BY x, y ORDER BY n DESC, x, y LIMIT %(most)s
),
told AS (
    SELECT s.x, s.y, s.n, json_agg(json_build_object(
               'title', p.title, 'note', concat_ws(' · ', nullif(p.place, ''), (%(labels)s::json)->>p.state),
               'address', %(address)s || p.problem_id || '/', 'mark', (%(marks)s::json)->>p.state
           )) AS items
    FROM spots s, LATERAL (
        SELECT problem_id, title, place, state FROM cases_publicproblem
        WHERE latitude BETWEEN s.south AND s.north AND longitude BETWEEN s.west AND s.east
              AND floor(longitude / %(side)s) = s.x AND floor(latitude / %(height)s) = s.y {more}
        ORDER BY problem_id DESC LIMIT %(keys)s
    ) p
    WHERE s.n = 1 OR %(whole)s OR (s.west = s.east AND s.south = s.north)
    GROUP BY s.x, s.y, s.n
)
SELECT json_build_object(
    'type', 'FeatureCollection', 'total', coalesce(sum(s.n), 0), 'capped', count(*) = %(most)s,
    'features', coalesce(json_agg(json_build_object(
        'type', 'Feature',
        'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(
            round(s.lon::numeric, 5), round(s.lat::numeric, 5))),
        'properties', CASE WHEN s.n = 1
            THEN (jsonb_build_object('count', 1) || (t.items->0)::jsonb)::json
            ELSE json_build_object('count', s.n, 'title', format(%(several)s, s.n),
                'box', json_build_array(s.west, s.south, s.east, s.north), 'items', coalesce(t.items, '[]'::json))
            END
    ) ORDER BY s.n DESC, s.x, s.y), '[]'::json)
)::text
FROM spots s LEFT JOIN told t ON t.x = s.x AND t.y = s.y
"""
MARKS: Final = {"open": "open", "planned": "soon", "fixed": "done", "closed": "done"}


@require_safe
def box(request: HttpRequest) -> HttpResponse:
    """`/problems/box/?box=west,south,east,north&zoom=` (or `w=&s=&e=&n=`): what of the portal lies in a map's window.

    `place`, `group` and `state` narrow it as they narrow the list.
    """
    given = request.GET
    edges = given.get("box") or ",".join(given.get(side, "") for side in ("w", "s", "e", "n"))
    try:
        window = box_of(edges)
    except BadInput as wrong:
        return JsonResponse({"error": str(wrong)}, status=400)
    more, values = Filters.of(request).as_sql()
    answer = features(window, zoom_of(given.get("zoom", "")), more, values)
    response = HttpResponse(answer, content_type="application/geo+json; charset=utf-8")
    response["Cache-Control"] = "no-store"  # what is withdrawn leaves at once
    return response


def features(window: Box, zoom: int, more: str = "", values: dict[str, Any] | None = None) -> str:
    """The spots of a window as GeoJSON text. Inside `acting`."""
    side = 360 / 2**zoom / 256 * CELL_PIXELS if zoom < WHOLE_ZOOM else 1e-5
    height = side * max(0.2, round(math.cos(math.radians((window.south + window.north) / 2)), 1))
    labels = {state.value: str(state.label) for state in ProblemState}
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT.format(more=more),
            {
                "side": side, "height": height, "west": window.west, "south": window.south, "east": window.east,
                "north": window.north, "most": MOST_SPOTS, "keys": MOST_KEYS, "whole": zoom >= WHOLE_ZOOM,
                "labels": json.dumps(labels), "marks": json.dumps(MARKS), "address": "/problems/",
                "several": _("проблем: %s"), **(values or {}),
            },
        )
        return str(cursor.fetchone()[0])
