"""Versions of the reader of texts with their cards, how each case was read, and prepared figures of the weeks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_kind_tone_and_restricted_access"),
        ("territory", "0002_boundaries_and_streets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReaderBase",
            fields=[
                ("digest", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="ReaderVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(choices=[("theme", "тема"), ("executor", "исполнитель")], max_length=10)),
                ("made_at", models.DateTimeField()),
                ("state", models.CharField(choices=[("in_use", "работает"), ("replaced", "заменена"), ("refused", "не лучше прежней"), ("broken", "повреждена")], max_length=10)),
                ("card", models.JSONField(default=dict)),
                ("content", models.BinaryField(null=True)),
                ("digest", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=64)),
                ("base", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.readerbase")),
                ("made_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("state", "in_use")), fields=("task",), name="cases_reader_one_in_use")],
            },
        ),
        migrations.CreateModel(
            name="ThemeReading",
            fields=[
                ("case", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="reading", serialize=False, to="cases.case")),
                ("at", models.DateTimeField()),
                ("code", models.CharField(blank=True, max_length=80)),
                ("p", models.FloatField(null=True)),
                ("low", models.BooleanField()),
                ("waits", models.BooleanField(default=False)),
                ("by_itself", models.BooleanField(default=False)),
                ("undone", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("place", models.PositiveSmallIntegerField(null=True)),
                ("scope", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory")),
                ("version", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.readerversion")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="cases_reading_at"),
                    models.Index(condition=models.Q(("decided_at__isnull", False)), fields=["decided_at"], name="cases_reading_decided"),
                    models.Index(condition=models.Q(("waits", True)), fields=["case"], name="cases_reading_waits"),
                    models.Index(condition=models.Q(("by_itself", True)), fields=["case"], name="cases_reading_by_itself"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReaderWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("read", models.PositiveIntegerField(default=0)),
                ("low", models.PositiveIntegerField(default=0)),
                ("by_itself", models.PositiveIntegerField(default=0)),
                ("decided", models.PositiveIntegerField(default=0)),
                ("corrected", models.PositiveIntegerField(default=0)),
                ("scope", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="territory.territory")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scope", "week"), name="cases_reader_week_once")],
            },
        ),
        protect("cases_themereading"),
    ]
