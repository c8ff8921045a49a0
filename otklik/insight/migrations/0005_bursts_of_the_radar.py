"""Bursts that the radar found, closed to their scope, and what is usual."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import otklik.json_text
from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_pauses_that_end_by_themselves"),
        ("territory", "0003_centres_and_learned_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("insight", "0004_indexes_that_answer_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="RadarUsual",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("kept", models.JSONField(encoder=otklik.json_text.RussianJson)),
            ],
        ),
        migrations.CreateModel(
            name="Burst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(choices=[
                    ("theme", "тема в одном месте"), ("group", "группа тем в одном месте"),
                    ("theme_all", "тема по всему региону"), ("group_all", "группа тем по всему региону"),
                    ("topic", "новая тема без названия"),
                ], max_length=9)),
                ("code", models.CharField(blank=True, max_length=80)),
                ("began_at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("count", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField()),
                ("expected", models.FloatField()),
                ("per_hour", models.FloatField()),
                ("odds", models.FloatField()),
                ("alike", models.PositiveSmallIntegerField(default=0)),
                ("cases", models.JSONField(default=list)),
                ("state", models.CharField(choices=[
                    ("active", "идёт"), ("quiet", "затих"), ("silenced", "заглушён"),
                ], default="active", max_length=8)),
                ("silenced_as", models.CharField(
                    blank=True, choices=[("spam", "спам"), ("rumour", "слух")], max_length=6)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("silenced_at", models.DateTimeField(null=True)),
                ("problem", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.problem")),
                ("scope", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory")),
                ("silenced_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scope", "-id"], name="insight_burst_place"),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["scope"], name="insight_burst_running"),
                ],
            },
        ),
        protect("insight_burst"),
    ]
