"""Chains of whom to tell, queues that nobody watches, what the ЦУР may do for a municipality."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect

USER = settings.AUTH_USER_MODEL


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def user(on_delete=models.PROTECT, **more) -> models.ForeignKey:
    return models.ForeignKey(on_delete=on_delete, related_name="+", to=USER, **more)


def place(on_delete=models.CASCADE, **more) -> models.ForeignKey:
    return models.ForeignKey(on_delete=on_delete, related_name="+", to="territory.territory", **more)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_kept_words_and_last_acts"), ("territory", "0003_centres_and_learned_names"),
        migrations.swappable_dependency(USER),
    ]
    operations = [
        migrations.CreateModel(
            name="EscalationChain",
            fields=[
                ("id", key()),
                ("regime", models.CharField(blank=True, default="", max_length=10)),
                ("importance_from", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("steps", models.JSONField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", user(models.SET_NULL, null=True)),
                ("territory", place(null=True)),
            ],
            options={"constraints": [models.UniqueConstraint(
                fields=("territory", "regime", "importance_from", "version"), name="cases_chain_version_once",
                nulls_distinct=False,
            )]},
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", key()),
                ("after_hours", models.PositiveSmallIntegerField()),
                ("roles", models.JSONField(default=list)),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("case", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                )),
                ("clock", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="escalations", to="cases.clock"
                )),
                ("scope", place(models.PROTECT)),
            ],
            options={
                "constraints": [models.UniqueConstraint(
                    fields=("clock", "after_hours"), name="cases_escalation_once"
                )],
                "indexes": [models.Index(
                    condition=models.Q(("done_at", None)), fields=["due_at"], name="cases_escalation_due"
                )],
            },
        ),
        migrations.CreateModel(
            name="StaffActed",
            fields=[
                ("user", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False,
                    to=USER,
                )),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SilentQueue",
            fields=[
                ("id", key()),
                ("reason", models.CharField(
                    choices=[("nobody", "разбирать некому: ролей нет ни у кого"),
                             ("away", "все в отпуске, и никто не замещает"),
                             ("idle", "сообщения ждут, и никто ничего не делает")],
                    max_length=6,
                )),
                ("since", models.DateTimeField()),
                ("noticed_at", models.DateTimeField()),
                ("waiting", models.PositiveIntegerField(default=0)),
                ("oldest_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("place", place()),
            ],
            options={"constraints": [models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("place",), name="cases_silent_once"
            )]},
        ),
        migrations.CreateModel(
            name="HelpAct",
            fields=[
                ("id", key()),
                ("kind", models.CharField(
                    choices=[("remind", "напоминание"), ("call", "звонок руководителю")], max_length=6
                )),
                ("words", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("by", user()),
                ("queue", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="cases.silentqueue"
                )),
            ],
        ),
        migrations.CreateModel(
            name="HelpAgreement",
            fields=[
                ("id", key()),
                ("number", models.CharField(max_length=60)),
                ("signed_on", models.DateField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("regimes", models.JSONField(default=list)),
                ("covers", models.JSONField(default=list)),
                ("entered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", user(null=True)),
                ("entered_by", user()),
                ("territory", place()),
            ],
            options={"indexes": [models.Index(
                condition=models.Q(("ended_at", None)), fields=["territory"], name="cases_agreement_in_force"
            )]},
        ),
        protect("cases_escalation"),
    ]
