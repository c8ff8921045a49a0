"""The rating as it was computed; what was left out of it and what was disputed, closed to their scope."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_pauses_that_end_by_themselves"),
        ("insight", "0005_bursts_of_the_radar"),
        ("territory", "0003_centres_and_learned_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RatingFormula",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                ("valid_from", models.DateField()),
                ("data", models.JSONField()),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RatingRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField(unique=True)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "черновик"), ("published", "вышел")], default="draft", max_length=9
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                ("computed_at", models.DateTimeField()),
                ("disputes_until", models.DateField()),
                ("published_at", models.DateTimeField(null=True)),
                ("inputs", models.JSONField()),
                ("common", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "formula",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="insight.ratingformula",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RatingRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("league", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=6)),
                ("received", models.PositiveIntegerField()),
                ("points", models.FloatField()),
                ("error", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("first", models.PositiveSmallIntegerField(null=True)),
                ("last", models.PositiveSmallIntegerField(null=True)),
                ("measured", models.FloatField()),
                ("parts", models.JSONField()),
                ("moves", models.JSONField()),
                ("excluded", models.JSONField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="insight.ratingrun"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "place"), name="insight_rating_row_once")],
            },
        ),
        migrations.CreateModel(
            name="RatingFlag",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("evidence", "«Сделано» без доказательств"),
                            ("splitting", "Похоже на дробление"),
                            ("easy", "Лёгких тем стало больше"),
                        ],
                        max_length=9,
                    ),
                ),
                ("found", models.PositiveIntegerField()),
                ("of", models.PositiveIntegerField()),
                ("usual", models.FloatField()),
                ("case_ids", models.JSONField(default=list)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flags", to="insight.ratingrun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "place", "kind"), name="insight_rating_flag_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingExclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("spam", "спам, реклама"),
                            ("thanks", "благодарность"),
                            ("no_incident", "не инцидент"),
                            ("federal", "федеральный вопрос"),
                            ("not_ours", "не компетенция муниципалитета: передано"),
                            ("other_body", "задержал другой орган"),
                            ("dispute", "решение куратора по спору"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exclusions",
                        to="insight.ratingrun",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run", "scope", "why"], name="insight_rating_left_out")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "case"), name="insight_rating_exclusion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingDispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "ждёт решения куратора"),
                            ("accepted", "исключена"),
                            ("refused", "оставлена"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disputes",
                        to="insight.ratingrun",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "accepted")), fields=["case"], name="insight_rating_accepted"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "case"), name="insight_rating_dispute_once")
                ],
            },
        ),
        protect("insight_ratingexclusion"),
        protect("insight_ratingdispute"),
    ]
