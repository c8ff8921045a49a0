"""Facts of all that figures ask for, and aggregates by every dimension."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0006_the_rating_of_centres"),
        ("journal", "0001_initial"),
        ("territory", "0003_centres_and_learned_names"),
    ]

    operations = [
        # Facts are derived, so they need no carrying over: without its follower the next step makes them all anew.
        migrations.RunSQL("DELETE FROM journal_follower WHERE name = 'insight'", migrations.RunSQL.noop),
        migrations.DeleteModel("CaseFact"),
        migrations.DeleteModel("DayFigure"),
        migrations.CreateModel(
            name="CaseFact",
            fields=[
                ("case_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "scope",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.territory",
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("hour", models.SmallIntegerField()),
                ("theme_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=20)),
                ("regime", models.CharField(max_length=10)),
                ("executor_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(max_length=10)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("counts", models.BooleanField(default=True)),
                ("open", models.BooleanField(default=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "ещё не ясно"),
                            ("in_time", "ответили в срок"),
                            ("late", "ответили не в срок"),
                        ],
                        max_length=8,
                    ),
                ),
                ("waits_due", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("react_min", models.IntegerField(null=True)),
                ("answer_min", models.IntegerField(null=True)),
                ("fix_min", models.IntegerField(null=True)),
                ("turns", models.SmallIntegerField(default=1)),
                ("stars", models.SmallIntegerField(null=True)),
                ("checked", models.BooleanField(default=False)),
                ("verified", models.BooleanField(default=False)),
                ("postponed", models.BooleanField(default=False)),
                ("hops", models.SmallIntegerField(default=0)),
                ("placed", models.BooleanField(default=False)),
                ("reachable", models.BooleanField(default=False)),
                ("pictured", models.BooleanField(default=False)),
                ("resident_id", models.BigIntegerField(null=True)),
                ("spot", models.BigIntegerField(null=True)),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("repeated", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("counts", True), ("waits_due__isnull", False)),
                        fields=["scope", "waits_due"],
                        include=(
                            "verdict",
                            "day",
                            "case_id",
                            "theme_id",
                            "channel",
                            "regime",
                            "executor_id",
                            "hour",
                        ),
                        name="insight_fact_waits",
                    ),
                    models.Index(fields=["scope", "day"], name="insight_fact_day"),
                    models.Index(fields=["day"], name="insight_fact_days"),
                    models.Index(fields=["theme_id", "day"], name="insight_fact_theme"),
                    models.Index(fields=["executor_id", "day"], name="insight_fact_executor"),
                    models.Index(
                        condition=models.Q(("resident_id__isnull", False)),
                        fields=["resident_id", "theme_id"],
                        name="insight_fact_resident",
                    ),
                    models.Index(
                        condition=models.Q(("spot__isnull", False)),
                        fields=["spot", "theme_id"],
                        name="insight_fact_spot",
                    ),
                    models.Index(
                        condition=models.Q(("path__isnull", False)),
                        fields=["day", "scope"],
                        name="insight_fact_path",
                    ),
                ],
                "constraints": [],
            },
        ),
        protect("insight_casefact"),
        migrations.CreateModel(
            name="Cell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("span", models.CharField(choices=[("d", "Day"), ("m", "Month")], max_length=1)),
                ("dimension", models.CharField(blank=True, max_length=8)),
                ("since", models.DateField()),
                (
                    "scope",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.territory",
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("word", models.CharField(blank=True, max_length=20)),
                ("received", models.IntegerField(default=0)),
                ("open", models.IntegerField(default=0)),
                ("answered", models.IntegerField(default=0)),
                ("in_time", models.IntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
                ("closed", models.IntegerField(default=0)),
                ("reacted", models.IntegerField(default=0)),
                ("fixed", models.IntegerField(default=0)),
                ("repeated", models.IntegerField(default=0)),
                ("reopened", models.IntegerField(default=0)),
                ("rated", models.IntegerField(default=0)),
                ("rating_sum", models.IntegerField(default=0)),
                ("verified", models.IntegerField(default=0)),
                ("checked", models.IntegerField(default=0)),
                ("postponed", models.IntegerField(default=0)),
                ("hops", models.IntegerField(default=0)),
                ("placed", models.IntegerField(default=0)),
                ("themed", models.IntegerField(default=0)),
                ("reachable", models.IntegerField(default=0)),
                ("pictured", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["span", "dimension", "number", "word", "since"], name="insight_cell_key"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("span", "dimension", "since", "scope", "number", "word"),
                        name="insight_cell_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=6)),
                ("span", models.CharField(choices=[("d", "Day"), ("m", "Month")], max_length=1)),
                ("dimension", models.CharField(blank=True, max_length=8)),
                ("since", models.DateField()),
                ("scope_id", models.BigIntegerField(default=0)),
                ("number", models.BigIntegerField(default=0)),
                ("word", models.CharField(blank=True, max_length=20)),
                ("bucket", models.SmallIntegerField()),
                ("received", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "measure",
                            "span",
                            "dimension",
                            "since",
                            "scope_id",
                            "number",
                            "word",
                            "bucket",
                        ),
                        name="insight_time_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HourCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                (
                    "scope",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.territory",
                    ),
                ),
                ("theme_id", models.BigIntegerField(default=0)),
                ("received", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hour", "scope", "theme_id"), name="insight_hour_once")
                ],
                "indexes": [],
            },
        ),
    ]
