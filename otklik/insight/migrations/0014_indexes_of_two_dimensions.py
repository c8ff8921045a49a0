"""Indexes by which a slice of two dimensions, and one theme in one place, are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0013_slices_of_many_places")]

    operations = [
        migrations.RemoveIndex("casefact", "insight_fact_days"),
        migrations.AddIndex(
            "casefact",
            models.Index(
                condition=models.Q(("counts", True)), fields=["day"],
                include=["case_id", "scope", "theme_id", "channel", "regime", "executor_id", "hour"],
                name="insight_fact_days",
            ),
        ),
        migrations.RemoveIndex("cell", "insight_cell_key"),
        migrations.AddIndex(
            "cell",
            models.Index(fields=["span", "dimension", "number", "word", "scope", "since"], name="insight_cell_key"),
        ),
    ]
