"""What is typed and not yet sent, and how a case stood before an act that can be taken back for some seconds."""

from django.conf import settings
from django.db import migrations, models

import otklik.json_text
from otklik.acting.protection import protect, restrict

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def scope() -> tuple[str, models.ForeignKey]:
    return "scope", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="territory.territory")


def user() -> tuple[str, models.ForeignKey]:
    return "user", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0023_decisions_by_law"), migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("territory", "0003_centres_and_learned_names"),
    ]
    operations = [
        migrations.CreateModel(
            name="KeptText",
            fields=[
                ID, ("turn", models.PositiveSmallIntegerField()), ("text", models.TextField()),
                ("base", models.PositiveSmallIntegerField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)), ("at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="cases.case")),
                scope(), user(),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "user"), name="cases_kepttext_once")],
            },
        ),
        migrations.CreateModel(
            name="LastAct",
            fields=[
                ID, ("verb", models.CharField(max_length=60)), ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("before", models.JSONField(encoder=otklik.json_text.RussianJson)),
                ("case", models.OneToOneField(
                    on_delete=models.CASCADE, related_name="last_act", to="cases.case"
                )),
                scope(), user(),
            ],
        ),
        protect("cases_kepttext"),
        restrict("cases_kepttext"),
        protect("cases_lastact"),
    ]
