"""A table of erasures, closed like content: it names cases and, until it is done, the reason in somebody's words."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import otklik.json_text
from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_close_content_to_its_scope"),
        ("organisations", "0001_initial"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("residents", models.JSONField(default=list)),
                ("cases", models.JSONField(default=list)),
                ("reason", models.TextField()),
                ("state", models.CharField(
                    choices=[("found", "найдено, не стёрто"), ("waiting", "отложено по закону"), ("done", "стёрто"),
                             ("dropped", "не стали стирать")],
                    default="found", max_length=8,
                )),
                ("asked_at", models.DateTimeField()),
                ("waits_for", models.TextField(blank=True)),
                ("waits_until", models.DateField(null=True)),
                ("whole", models.BooleanField(default=False)),
                ("done_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict, encoder=otklik.json_text.RussianJson)),
                ("asked_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
                ("done_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
                ("scope", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                )),
            ],
        ),
        protect("intake_erasure"),
    ]
