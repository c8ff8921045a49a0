"""Fingerprints of texts, joinings that can be taken back, and what is not alike; all under the case's scope."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_what_the_map_cannot_show"),
        ("territory", "0002_boundaries_and_streets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="casemessage",
            name="seems",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.CreateModel(
            name="CasePrint",
            fields=[
                ("case", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="print", serialize=False, to="cases.case")),
                ("kept", models.BinaryField()),
                ("weighed", models.BooleanField(default=False)),
                ("scope", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("weighed", False)), fields=["case"], name="cases_print_waiting")],
            },
        ),
        migrations.CreateModel(
            name="Joining",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("score", models.FloatField(null=True)),
                ("reasons", models.JSONField(default=list)),
                ("before", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                ("author", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="joinings", to="cases.case")),
                ("problem", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.problem")),
                ("scope", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory")),
                ("was_in", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.problem")),
            ],
            options={
                "indexes": [models.Index(fields=["case", "-id"], name="cases_joining_of_case")],
            },
        ),
        migrations.CreateModel(
            name="NotAlike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("author", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="not_alike", to="cases.case")),
                ("other", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case")),
                ("problem", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.problem")),
                ("scope", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "problem", "other"), name="cases_not_alike_once", nulls_distinct=False)],
            },
        ),
        protect("cases_caseprint"),
        protect("cases_joining"),
        protect("cases_notalike"),
    ]
