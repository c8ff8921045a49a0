"""Cases that were handed to another program and are followed there."""

from django.db import migrations, models

from otklik.acting.protection import protect, restrict


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_continue_elsewhere"), ("channels", "0004_close_the_kit_to_its_scope"),
        ("organisations", "0001_initial"), ("territory", "0003_centres_and_learned_names"),
    ]
    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service_code", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("address", models.CharField(blank=True, max_length=300)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("state", models.CharField(
                    choices=[("waiting", "ждёт отправки"), ("sending", "отправляется"), ("sent", "передано"),
                             ("failed", "не передано"), ("unknown", "неизвестно, проверьте")],
                    default="waiting", max_length=8,
                )),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("token", models.CharField(blank=True, max_length=200)),
                ("number", models.CharField(blank=True, max_length=180)),
                ("status", models.CharField(blank=True, max_length=10)),
                ("notes", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                ("account", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="channels.account")),
                ("case", models.ForeignKey(on_delete=models.CASCADE, related_name="referrals", to="cases.case")),
                ("made_by", models.ForeignKey(
                    null=True, on_delete=models.PROTECT, related_name="+", to="organisations.user"
                )),
                ("scope", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="territory.territory")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "account"), name="cases_referral_once")],
                "indexes": [models.Index(
                    condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="cases_referral_due"
                )],
            },
        ),
        protect("cases_referral"),
        restrict("cases_referral"),
    ]
