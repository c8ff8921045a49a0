"""Editions of open data, as they are handed out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_aggregates_by_every_dimension")]

    operations = [
        migrations.CreateModel(
            name="OpenEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("places", models.PositiveSmallIntegerField()),
                ("told", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="OpenFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[("figures", "показатели"), ("cases", "обезличенные сообщения")], max_length=8
                    ),
                ),
                ("form", models.CharField(choices=[("csv", "csv"), ("json", "json")], max_length=4)),
                ("text", models.TextField()),
                ("rows", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="insight.openedition"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "name", "form"), name="insight_open_file_once")
                ],
            },
        ),
    ]
