import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import otklik.json_text
from otklik.acting.protection import protect


class Migration(migrations.Migration):
    """Works that were announced before they begin, beside their problem: its scope's matter like the problem itself."""

    dependencies = [
        ("organisations", "0001_initial"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("cases", "0025_escalation_and_help"),
    ]
    operations = [
        migrations.CreateModel(
            name="PlannedWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("places", models.JSONField(default=list, encoder=otklik.json_text.RussianJson)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("ready_text", models.TextField(blank=True)),
                ("once", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("made_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
                ("organisation", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to="organisations.organisation",
                )),
                ("problem", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="works", to="cases.problem"
                )),
                ("scope", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                )),
            ],
            options={
                "indexes": [models.Index(
                    condition=models.Q(("cancelled_at", None)), fields=["scope", "ends_at"], name="cases_planned_live"
                )],
                "constraints": [models.UniqueConstraint(fields=("scope", "once"), name="cases_planned_once")],
            },
        ),
        protect("cases_plannedwork"),
    ]
