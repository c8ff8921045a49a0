"""Indexes that give the queue in its order and find what executors ask; figures on which columns go together."""

from django.db import migrations, models

# Sorted cases have a theme and new ones have none: without this the planner expects rows where there are none.
TOGETHER = "CREATE STATISTICS cases_case_together (dependencies, mcv) ON state, theme_id, scope_id FROM cases_case"
IS_OPEN = models.Q(("state__in", ["new", "triaged", "assigned", "replied", "answered"]))


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_contacts_passed_to_executors")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(condition=IS_OPEN, fields=["scope", "urgent_at", "id"], name="cases_case_scope_urgent"),
        ),
        migrations.AddIndex(
            "case", models.Index(condition=IS_OPEN, fields=["urgent_at", "id"], name="cases_case_urgent")
        ),
        migrations.AddIndex(
            "assignment",
            models.Index(
                condition=models.Q(("state__in", ["needs_time", "refused"])), fields=["case"],
                name="cases_assignment_asks",
            ),
        ),
        migrations.RunSQL(TOGETHER, "DROP STATISTICS cases_case_together"),
    ]
