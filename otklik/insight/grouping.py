"""Which group each theme was counted under: cells of groups are made by this list, and made anew when it is another.

A theme seldom goes to another group: when the region's file of themes is loaded again. The follower compares before
each of its steps; that costs some hundred rows of a small table.
"""

from django.db import connection

JOINED = "LEFT JOIN insight_grouping g ON g.theme_id = f.theme_id"
_DIFFERENT = (
    "SELECT t.id, t.group_id, g.group_id AS was FROM classifier_theme t"
    " LEFT JOIN insight_grouping g ON g.theme_id = t.id WHERE g.group_id IS DISTINCT FROM t.group_id"
)


def bring_up_to_date() -> bool:
    """Take in new themes and moved ones; True when a theme that was counted moved: cells of groups are wrong then."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH d AS MATERIALIZED ({_DIFFERENT}), put AS (INSERT INTO insight_grouping (theme_id, group_id)"  # noqa: S608
            " SELECT id, group_id FROM d ON CONFLICT (theme_id) DO UPDATE SET group_id = excluded.group_id)"
            " SELECT count(*) FILTER (WHERE was IS NOT NULL) FROM d"
        )
        return bool(cursor.fetchone()[0])
