"""Bursts of a whole city; who works in a place sees a wider burst that has messages from there."""

import django.contrib.postgres.fields
from django.db import migrations, models

from otklik.acting.protection import concerned


class Migration(migrations.Migration):

    dependencies = [("insight", "0011_cells_of_groups_and_of_the_region")]

    operations = [
        migrations.AlterField(
            model_name="burst",
            name="level",
            field=models.CharField(
                choices=[
                    ("theme", "тема в одном месте"), ("group", "группа тем в одном месте"),
                    ("theme_city", "тема по всему городу"), ("group_city", "группа тем по всему городу"),
                    ("theme_all", "тема по всему региону"), ("group_all", "группа тем по всему региону"),
                    ("topic", "новая тема без названия"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="burst",
            name="places",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None),
        ),
        concerned("insight_burst", "places"),
    ]
