"""Indexes from which overdue and open ones are counted without reading the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0003_figures_for_everybody")]

    operations = [
        migrations.RemoveIndex("casefact", "insight_fact_waiting"),
        migrations.RemoveIndex("dayfigure", "insight_day_open"),
        migrations.AddIndex(
            "casefact",
            models.Index(
                condition=models.Q(("counts", True), ("waits_due__isnull", False)), fields=["scope", "waits_due"],
                include=["verdict", "day", "case_id"], name="insight_fact_waits",
            ),
        ),
        migrations.AddIndex(
            "dayfigure",
            models.Index(
                condition=models.Q(("open__gt", 0)), fields=["scope"], include=["open", "day"],
                name="insight_day_opened",
            ),
        ),
    ]
